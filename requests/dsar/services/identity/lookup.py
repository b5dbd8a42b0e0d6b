"""Where the person of a case could be looked up by what they gave us, and what could be asked about there."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dsar.engine.graph import Node
from dsar.models import Case
from dsar.services import sources
from dsar.services.identity.needs import SENSITIVE
from platforms.connectors import Match, TableRef
from platforms.datasets import CollectionSpec, DatasetSpec, FieldSpec
from platforms.datasets.categories import covers_any
from platforms.models import System

SUITABLE = {
    "user.contact.phone_number": gettext_lazy("The telephone number that you gave us"),
    "user.contact.address.postal_code": gettext_lazy("The postcode of your address"),
    "user.contact.address.city": gettext_lazy("The town of your address"),
    "user.contact.address.street": gettext_lazy("The street and number of your address"),
    "user.account.username": gettext_lazy("Your user name with us"),
    "user.contact.organization": gettext_lazy("The company or organisation that you named"),
    "user.job_title": gettext_lazy("The job title that you named"),
}
"""Categories that people know of themselves and others rarely do, with the question."""
FORBIDDEN = (*SENSITIVE, "user.authorization")
"""Never asked for, whatever a dataset says: secrets, special and sensitive data."""
MOST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Question:
    """One datum: where it stands, never what it is."""

    system: str
    collection: str
    field: str
    category: str

    @property
    def label(self) -> str:
        """Return the question in the reader's language."""
        return str(SUITABLE.get(self.category) or _("What we hold as “%(name)s”") % {"name": self.field})

    def as_json(self) -> dict[str, str]:
        """Return plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Place:
    """A collection in which people are found by an identity, with the fields that may be asked about."""

    system: System
    node: Node
    identities: tuple[tuple[str, str], ...]
    questions: tuple[Question, ...]

    @property
    def keys(self) -> list[str]:
        """Return the key columns."""
        return [field.name for field in self.node.spec.fields if field.primary_key]

    @property
    def columns(self) -> set[str]:
        """Return every column that a look-up here touches."""
        asked = {question.field for question in self.questions}
        return {*self.keys, *(column for column, _key in self.identities), *asked}

    @contextmanager
    def opened(self) -> Iterator[tuple[Any, TableRef | None]]:
        """Yield a reading session and the real table, or None when the system lacks what the dataset names.

        Raises ConnectorError.
        """
        connector = sources.source_of(self.system).connector
        with connector.session() as session, session.transaction(write=False):
            real = session.inspect([self.node.table]).tables.get(self.node.table)
            whole = real is not None and self.columns <= set(real.columns)
            yield session, real.ref if real and whole else None


def suitable(field: FieldSpec, avoid: Iterable[str]) -> str:
    """Return the category under which a field may be asked about, or the empty string.

    A dataset may say `verification: false`, or `true` for a further category; `avoid`: categories that are
    contested. Secrets, special data and other people's values never are.
    """
    plain = not (field.subjects or field.fields or field.is_array or field.primary_key)
    if not plain or field.verification is False or covers_any((*FORBIDDEN, *avoid), field.categories):
        return ""
    known = next((one for one in field.categories if one in SUITABLE), "")
    return known or (field.categories[0] if field.verification and field.categories else "")


def places(case: Case, avoid: Sequence[str], contested: Sequence[tuple[str, str]] = ()) -> list[Place]:
    """Return where the person of a case could be looked up.

    `avoid`: contested categories; `contested`: (collection, field) that are. Raises ConnectorError.
    """
    given = set(case.subject.identities.values_list("key", flat=True))
    every = [
        (system, dataset, spec)
        for system in sources.systems()
        if (source := sources.source_of(system)).by_rows
        for dataset in source.datasets
        for spec in dataset.collections
    ]
    avoid = [*avoid, *_categories_of(contested, [spec for _system, _dataset, spec in every])]
    made = (_place(*one, given, avoid) for one in every)
    return [place for place in made if place]


def _categories_of(contested: Sequence[tuple[str, str]], specs: Sequence[CollectionSpec]) -> list[str]:
    """Return the categories of contested fields: the same datum elsewhere is contested too."""
    return [
        category
        for spec in specs
        for field in spec.walk()
        if {(spec.name, field.path), (spec.key, field.path)} & set(contested)
        for category in field.categories
    ]


def _place(
    system: System,
    dataset: DatasetSpec,
    spec: CollectionSpec,
    given: set[str],
    avoid: Sequence[str],
) -> Place | None:
    by = tuple((f.name, f.identity) for f in spec.fields if f.identity and f.identity in given)
    asked = tuple(
        Question(system.key, spec.key, field.name, category)
        for field in spec.fields
        if field.identity not in given and (category := suitable(field, avoid))
    )
    has_key = any(field.primary_key for field in spec.fields)
    if not (by and asked and has_key) or spec.skip:
        return None
    return Place(system, Node(spec.key, system.key, spec, dataset), by, asked)


def keys_of(session: Any, table: TableRef, place: Place, case: Case) -> list[tuple[Any, ...]]:
    """Return the keys of the rows that what the person gave us leads to; always one statement."""
    given: dict[str, list[str]] = {}
    for identity in case.subject.identities.all():
        given.setdefault(identity.key, []).append(identity.value)
    tests = [Match(column, tuple(given.get(key, ())), fold=True) for column, key in place.identities]
    found: list[tuple[Any, ...]] = []
    for row in session.locate(table, place.keys, tests):
        found.append(tuple(row))
        if len(found) == MOST_ROWS:
            break
    return found
