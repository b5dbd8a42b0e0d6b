"""Finding people and looking at them: each look of staff is written down, and none by a part of a name."""

from django.db import transaction

from accounts.models import DataSubject
from accounts.querysets import DataSubjectQuerySet
from accounts.services import audit


@transaction.atomic
def find(*, text: str, actor: audit.Actor) -> DataSubjectQuerySet:
    """Return the people with exactly this identity or reference; the search is recorded as a commitment."""
    found: DataSubjectQuerySet = DataSubject.objects.known_by(text)
    audit.record(
        actor=actor,
        action="person.searched",
        obj=None,
        details={"found": found.count()},
        personal={"text": text},
    )
    return found


@transaction.atomic
def looked_at(*, subject: DataSubject, actor: audit.Actor) -> None:
    """Record that staff opened a person's page."""
    audit.record(actor=actor, action="person.read", obj=subject)
