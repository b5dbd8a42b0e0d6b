"""Where letters about a case go: to the person, or to somebody whose accepted mandate says so."""

from correspondence.enums import Template
from dsar.enums import MandateStatus
from dsar.models import Case, Representative
from dsar.services import subjects

# What opens data goes by the mandate for the package; what proves an identity never goes to somebody else.
_OPENS_DATA = frozenset({Template.PACKAGE_READY, Template.DOWNLOAD_CODE})
_FOR_THE_PERSON = frozenset({Template.PROVE_EMAIL, Template.AGENT_CONFIRMATION})


def acting(case: Case) -> Representative | None:
    """Return who acts for the person of a case by an accepted mandate, or None."""
    found: Representative | None = case.representatives.filter(status=MandateStatus.ACCEPTED).first()
    return found


def address_for(case: Case, template: str) -> str:
    """Return where a letter goes, or the empty string when we know no address."""
    if template in _FOR_THE_PERSON:
        return subjects.mailbox_of(case.subject)
    if template in _OPENS_DATA:
        return package_address(case) or subjects.mailbox_of(case.subject)
    somebody = acting(case)
    if somebody and somebody.gets_letters:
        return str(somebody.email)
    return subjects.mailbox_of(case.subject)


def package_address(case: Case) -> str:
    """Return the mailbox of somebody whose mandate covers the data themselves, or the empty string."""
    somebody = acting(case)
    return str(somebody.email) if somebody and somebody.gets_package else ""
