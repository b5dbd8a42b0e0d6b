"""May this person's data be used for that? One answer for people, systems and the other apps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, F, Value

from accounts.models import DataSubject
from accounts.rules import normalise_identity
from config import crypto
from dsar.models import OptOut, Restriction, UseCheck
from dsar.rules.rights import SENSITIVE, SHARING


@dataclass(frozen=True, slots=True)
class Permission:
    """The answer. `because`: restriction, withdrawal, opt_out, limit or objection; empty when allowed."""

    allowed: bool
    because: str = ""
    reference: str = ""


def indexes_of(identities: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the blind indexes of identities by dataset key."""
    return [
        crypto.blind_index(normalise_identity(key, value), purpose=f"identity:{key}")
        for key, values in identities.items()
        for value in values
    ]


def may_process(
    *,
    purpose: str,
    now: datetime,
    subject: DataSubject | None = None,
    identities: Mapping[str, Sequence[str]] | None = None,
    system: str = "",
    record: bool = True,
) -> Permission:
    """Say whether a purpose (a key of the profile, or `sale`, `sharing`, `sensitive`) is free for a person.

    Give the person, or identities by dataset key (`{"email": [...]}`), or both; `system`: its key. One
    indexed query; the answer is kept unless `record` is false. Raises ValueError when nobody is named. A
    person who is not known has stopped nothing.
    """
    indexes = indexes_of(identities or {})
    if subject is None and not indexes:
        raise ValueError("Name the person, or identities.")
    found = _first(subject, indexes, purpose, system)
    answer = Permission(found is None, *(found or ()))
    if record:
        whose = str(subject.pk) if subject else ",".join(sorted(indexes))
        UseCheck.objects.create(
            at=now, purpose=purpose[:60], system=system[:60], allowed=answer.allowed, because=answer.because,
            commitment=crypto.commitment(whose, purpose="use-check"),
        )  # fmt: skip
    return answer


def _first(
    subject: DataSubject | None, indexes: Sequence[str], purpose: str, system: str
) -> tuple[str, str] | None:
    """Return (kind, reference of the case) of whatever stops the use; both tables in one statement."""
    restricted = Restriction.objects.active().of(subject, indexes).touching(purpose, system).order_by()
    stopped = OptOut.objects.in_force().of(subject, indexes).filter(purpose=purpose).order_by()
    word = Value("restriction", output_field=CharField())
    both = (
        stopped.annotate(because=F("kind"))
        .values_list("because", "case__reference")
        .union(restricted.annotate(because=word).values_list("because", "case__reference"))
    )
    found = list(both[:1])
    return (str(found[0][0]), str(found[0][1])) if found else None


__all__ = ["SENSITIVE", "SHARING", "Permission", "indexes_of", "may_process"]
