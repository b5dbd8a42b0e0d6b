"""Reading settings from the environment. A value may also come from a file named by `NAME_FILE`.

An empty variable counts as not set: `NAME=` in a compose file must never switch a safe default off.
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_MISSING = object()
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def text(name: str, default: object = _MISSING) -> str:
    """Return the value of `name`, or of the file that `NAME_FILE` points at (white space stripped).

    Raises ImproperlyConfigured when both are set, the file cannot be read, or nothing is set and no default
    given.
    """
    given, path = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if given and path:
        raise ImproperlyConfigured(f"Both {name} and {name}_FILE are set. Keep one of them.")
    if path:
        return _from_file(name, path)
    if given:
        return given
    if default is _MISSING:
        raise ImproperlyConfigured(f"{name} is not set. Set {name}, or {name}_FILE to a file that holds it.")
    return str(default)


def _from_file(name: str, path: str) -> str:
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise ImproperlyConfigured(f"{name}_FILE names {path}, which is not UTF-8 text.") from None
    except OSError as fault:
        raise ImproperlyConfigured(
            f"{name}_FILE names {path}, which cannot be read: {fault.strerror}."
        ) from fault
    if not value:
        raise ImproperlyConfigured(f"{name}_FILE names {path}, which is empty.")
    return value


def boolean(name: str, default: bool) -> bool:
    """Return a yes/no setting; raises ImproperlyConfigured for any other word."""
    word = text(name, str(default)).strip().lower()
    if word not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} is {word!r}. Use true or false.")
    return word in TRUE


def integer(name: str, default: int) -> int:
    """Return a whole number; raises ImproperlyConfigured when it is none."""
    word = text(name, str(default))
    try:
        return int(word)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {word!r}. Use a whole number.") from None


def words(name: str, default: object = _MISSING) -> list[str]:
    """Return a comma-separated list without empty parts; without a default it must be set."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]
