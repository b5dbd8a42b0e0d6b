"""Which data are asked for: held in a system that can be queried, known to the person, and never delicate.

Who is unknown gets the same kind of questions as who is known, chosen by a keyed hash of the mailbox; so
neither the questions nor asking twice tells whether we hold anything.
"""

from collections.abc import Callable, Iterable, Sequence

from django.utils.translation import gettext as _

from config import crypto
from dsar.enums import Right
from dsar.models import Case
from dsar.rules.transitions import NotAllowed
from dsar.services import subjects
from dsar.services.identity.lookup import Place, Question, keys_of, places
from platforms.connectors import ConnectorError


def choose(case: Case, n: int, avoid: Sequence[str] = ()) -> list[Question]:
    """Return `n` questions for the person of a case; reads sources, so call it outside any transaction.

    `avoid`: data categories that the person contests. Raises NotAllowed when no system can compare that many
    data, or when it is not known what a correction contests: then staff judge.
    """
    contested = contested_of(case)
    if case.right == Right.RECTIFICATION and not (avoid or contested):
        raise NotAllowed(_("Say first which data the person contests: those are never asked for."))
    try:
        found = places(case, avoid, contested)
        held = [question for place in found for question in _held_in(case, place)]
    except ConnectorError as fault:
        raise NotAllowed(_("We cannot look there now: %(why)s Try later.") % {"why": fault}) from fault
    order = _order(case)
    chosen = _one_a_category(sorted(held, key=order))
    if len(chosen) < n:
        every = [question for place in found for question in place.questions]
        chosen = _one_a_category(sorted(every, key=order))
    if len(chosen) < n:
        raise NotAllowed(
            _("No system holds enough that could be compared. Use another way, or your own judgement.")
        )
    return chosen[:n]


def contested_of(case: Case) -> list[tuple[str, str]]:
    """Return the (collection, field) pairs that the corrections of a case are about."""
    corrections = getattr(case, "corrections", None)
    if corrections is None:
        return []
    return [tuple(pair) for pair in corrections.exclude(field="").values_list("collection", "field")]


def _order(case: Case) -> Callable[[Question], str]:
    """Return a sort key that is the same for one mailbox, whatever the case, and unpredictable outside."""
    salt = subjects.mailbox_of(case.subject).casefold()
    return lambda question: crypto.blind_index(f"{salt}:{question.as_json()}", purpose="identity-question")


def _one_a_category(questions: Iterable[Question]) -> list[Question]:
    kept: dict[str, Question] = {}
    for question in questions:
        kept.setdefault(question.category, question)
    return list(kept.values())


def _held_in(case: Case, place: Place) -> list[Question]:
    """Return the questions to which every row found here holds an answer."""
    with place.opened() as (session, table):
        if table is None:
            return []
        keys = keys_of(session, table, place, case)
        names = [question.field for question in place.questions]
        rows = list(session.collect(table, names, place.keys, keys)) if keys else []
    whole = [all(str(row[i] or "").strip() for row in rows) for i in range(len(names))]
    return [question for question, is_held in zip(place.questions, whole, strict=True) if rows and is_held]
