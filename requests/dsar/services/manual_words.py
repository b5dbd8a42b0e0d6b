"""What a person has to do by hand, in the language of whoever reads it."""

from django.utils.translation import get_language

from config.profile import active_profile
from config.profile.speaking import told
from dsar.models import ManualTask
from platforms.models import System


def instructions_of(task: ManualTask) -> str:
    """Return the instructions of a task in the active language; what has no translation stays as stored.

    They are stored in the profile's language: what is to be done, its limits, then the system's own words.
    """
    system = task.step.system
    own = str(system.options.get("instructions") or system.purpose)
    if not own or not task.instructions.endswith(own):
        return told(task.instructions, active_profile().key)
    order = told(task.instructions.removesuffix(own).strip(), active_profile().key)
    return f"{order} {_own(system, own)}".strip()


def _own(system: System, own: str) -> str:
    """Return the system's own words: as the profile writes them in this language, else as a text of it."""
    other = system.options.get("other_languages")
    written = other.get(get_language() or "") if isinstance(other, dict) else None
    return str(written or told(own, active_profile().key))
