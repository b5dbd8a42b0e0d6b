"""Answers compared inside the systems that hold the data: no value comes out, and none is kept here.

Every question is asked of its system whatever the others gave, and in as many statements for somebody whom no
system knows: neither the answer nor the work done tells who is known.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dsar.models import Case
from dsar.services.identity.lookup import Place, Question, keys_of, places
from platforms.connectors import Match, TableRef

BARE = ("user.contact.phone_number",)
"""Compared without blanks and signs."""
MAX_ANSWER = 200


class CannotCompare(Exception):
    """A question names a place that is not there any more. No try is counted."""


def normal(answer: str) -> str:
    """Return an answer without control characters and the blanks that people leave by accident."""
    return " ".join("".join(c if c.isprintable() else " " for c in answer).split())[:MAX_ANSWER]


def all_fit(case: Case, questions: Sequence[Question], answers: Sequence[str]) -> bool:
    """Return whether every answer equals what the systems hold; reads sources, outside any transaction.

    Raises ConnectorError, CannotCompare.
    """
    at = {(place.system.key, place.node.key): place for place in places(case, ())}
    by_place: dict[tuple[str, str], list[tuple[Question, str]]] = {}
    for question, answer in zip(questions, answers, strict=True):
        by_place.setdefault((question.system, question.collection), []).append((question, normal(answer)))
    fits = [_fits(case, at, where, asked) for where, asked in by_place.items()]
    return all(fits)


def _fits(
    case: Case, at: Mapping[tuple[str, str], Place], where: tuple[str, str], asked: list[tuple[Question, str]]
) -> bool:
    place = at.get(where)
    if place is None:
        raise CannotCompare(where[0])
    with place.opened() as (session, table):
        if table is None:
            raise CannotCompare(where[0])
        # A key that no row has does the same work for somebody whom nobody knows.
        keys = keys_of(session, table, place, case) or [(None,) * len(place.keys)]
        found = [_one(session, table, place, keys, question, answer) for question, answer in asked]
    return all(found)


def _one(
    session: Any,
    table: TableRef,
    place: Place,
    keys: Sequence[tuple[Any, ...]],
    question: Question,
    answer: str,
) -> bool:
    bare = question.category in BARE
    match = Match(question.field, (answer,), fold=not bare, bare=bare)
    return bool(session.matching(table, place.keys, keys, match)) and bool(answer)
