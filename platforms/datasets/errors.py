"""What can be wrong with a dataset file, said with file, line and remedy."""

from dataclasses import dataclass


class DatasetError(ValueError):
    """The file cannot be used. `str()` is one sentence that names file and line."""

    def __init__(self, message: str, *, origin: str = "", line: int | None = None) -> None:
        place = f"{origin}, line {line}: " if origin and line else f"{origin}: " if origin else ""
        super().__init__(f"{place}{message}")
        self.origin = origin
        self.line = line


@dataclass(frozen=True, slots=True)
class DatasetWarning:
    """Something that was accepted but will not have the effect its writer may expect."""

    message: str
    origin: str = ""
    line: int | None = None
    path: str = ""

    def __str__(self) -> str:
        place = f"{self.origin}, line {self.line}: " if self.origin and self.line else ""
        where = f"{self.path}: " if self.path else ""
        return f"{place}{where}{self.message}"
