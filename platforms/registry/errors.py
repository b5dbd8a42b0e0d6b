"""What is wrong with a registry file, said so that the reader can mend it."""

from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured

from config.profile import Fault


class RegistryError(ImproperlyConfigured):
    """A registry file cannot be used. `file` is its path as text, `faults` everything found, by line."""

    def __init__(self, file: str, faults: Iterable[Fault]) -> None:
        self.file, self.faults = file, tuple(sorted(faults))
        count = f"{len(self.faults)} problems" if len(self.faults) > 1 else "a problem"
        lines = [f"The registry file {file} has {count}:", *(f"  {fault}" for fault in self.faults)]
        super().__init__("\n".join(lines))
