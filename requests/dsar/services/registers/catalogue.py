"""All registers, in the order in which they are shown. A new register is one module and one line here."""

from collections.abc import Iterable

from dsar.services.registers import (
    acting,
    checks,
    complaints,
    incidents,
    metrics,
    recipients,
    refusals,
    requests,
    work,
)
from dsar.services.registers.base import Register

ALL: tuple[Register, ...] = (
    requests.REGISTER,
    refusals.REFUSALS,
    refusals.EXTENSIONS,
    complaints.REGISTER,
    incidents.REGISTER,
    metrics.REGISTER,
    checks.REGISTER,
    acting.REGISTER,
    work.APPROVALS,
    work.LETTERS,
    work.DISCLOSURES,
    recipients.REGISTER,
)
BY_KEY = {one.key: one for one in ALL}


def visible(permissions: Iterable[str]) -> list[Register]:
    """Return the registers that somebody with these permissions may read."""
    held = set(permissions)
    return [one for one in ALL if one.permission in held and "dsar.view_registers" in held]
