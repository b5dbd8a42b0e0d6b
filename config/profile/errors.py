"""What is wrong with a profile, said so that the reader can mend it without reading this code."""

from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend: line (from 1; 0 = whole file), key path with dots, what is wrong, what to do."""

    line: int
    path: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = f"line {self.line}" if self.line else "the file"
        key = f", {self.path}" if self.path else ""
        return f"{place}{key}: {self.problem} {self.remedy}".rstrip()


class ProfileError(ImproperlyConfigured):
    """A profile cannot be used. `file` is its path as text, `faults` everything found, by line."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        self.file, self.faults = file, tuple(sorted(faults))
        count = f"{len(faults)} problems" if len(faults) > 1 else "a problem"
        super().__init__("\n".join([f"The profile {file} has {count}:", *(f"  {f}" for f in self.faults)]))


def single(file: str, line: int, problem: str, remedy: str, path: str = "") -> ProfileError:
    """Return the error for one fault."""
    return ProfileError(file, [Fault(line, path, problem, remedy)])
