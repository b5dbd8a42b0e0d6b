"""What the company holds, where, why, and how long: systems, purposes, categories, schedules, backups."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from config.profile.base import (
    CollectionPattern,
    Country,
    DataCategory,
    Key,
    Label,
    Language,
    Part,
    PeriodText,
    Setting,
    Text,
    absent,
    gap,
    is_below,
    parse_period,
)
from config.profile.nearest import offer

# The symbols of static/portal/icons.svg.
_ICON_NAMES = """
    queue cases mail people person inventory platforms retention promise audit settings search menu more
    check cross minus plus alert info question clock pause play lock key next prev download eye trash
    mask keep link unlink refresh send flag hand print theme device star out
"""
ICONS = frozenset(_ICON_NAMES.split())


def _icon(name: str) -> str:
    if name not in ICONS:
        raise ValueError(f"{name[:40]!r} is no symbol of the portal.{offer(name, ICONS)}")
    return name


Icon = Annotated[str, AfterValidator(_icon)]
LawfulBasis = Literal["contract", "legitimate_interests", "legal_obligation", "consent"]
Patterns = tuple[CollectionPattern, ...]


class OtherInstructions(Part):
    """What the owner of a manual system has to do, in another language that is offered."""

    language: Language
    instructions: Text


class System(Part):
    """A place that holds personal data, and who looks after it."""

    key: Key
    name: Label
    kind: Literal["sql", "http", "manual"]
    holds: Text
    dataset: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.ya?ml$")] | None = absent(
        "The system has no dataset file: its answer comes as it is."
    )
    url_setting: Setting | None = absent("Nothing is called: a person does the work.")
    owner_role: Key
    instructions: Text | None = absent("No manual work.")
    other_languages: tuple[OtherInstructions, ...]
    processor: Key | None = absent("The company runs it itself.")

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind == "manual" and self.instructions is None:
            raise ValueError("a manual system needs instructions: say what the owner has to do")
        if self.kind != "manual" and self.other_languages:
            raise ValueError("only a manual system has instructions in other languages: write []")
        if self.kind != "manual" and self.url_setting is None:
            raise ValueError(
                f"a system of kind {self.kind} needs url_setting: name the variable that holds its address"
            )
        if self.kind == "sql" and self.dataset is None:
            raise ValueError(
                "a system of kind sql needs dataset: name the YAML file that describes its tables"
            )
        return self


PurposeTerm = Literal[
    "ServiceProvision",
    "AccountManagement",
    "PaymentManagement",
    "Marketing",
    "Personalisation",
    "FraudPreventionAndDetection",
    "EnforceSecurity",
    "LegalCompliance",
    "CommunicationForCustomerCare",
    "ImproveExistingProductsAndServices",
]


class Purpose(Part):
    """Why data are processed, as the policy says it. `term`: what the Data Privacy Vocabulary calls it."""

    key: Key
    label: Label
    term: PurposeTerm | None = absent("The vocabulary has no term that fits: ours stands alone.")
    lawful_basis: LawfulBasis
    may_object: bool
    direct_marketing: bool
    source: Text


class Category(Part):
    """A group of data as people see it on the page "what we hold"."""

    key: Key
    label: Label
    why: Text
    purposes: Annotated[tuple[Key, ...], Field(min_length=1)]
    lawful_bases: Annotated[tuple[LawfulBasis, ...], Field(min_length=1)]
    sources: Annotated[tuple[Label, ...], Field(min_length=1)]
    recipients: tuple[Key, ...]
    third_persons: bool
    ccpa_categories: tuple[Label, ...]
    data_categories: tuple[DataCategory, ...]
    collections: Patterns
    icon: Icon
    kept: Text

    def names(self, collection: str) -> bool:
        """Whether the name of a collection fits one of the patterns."""
        return _fits(collection, self.collections)

    def reach(self, data_category: str) -> int:
        """Return how closely a data category belongs here: length of the matching prefix, 0 for none."""
        return max((len(p) for p in self.data_categories if is_below(data_category, p)), default=0)


class Trigger(StrEnum):
    """The event from which a period is counted."""

    CREATED = "created"
    ACCOUNT_DELETED = "account_deleted"
    DISCONNECTED = "disconnected"
    USER_DELETED = "user_deleted"
    ISSUED = "issued"
    CLOSED = "closed"
    POSTED = "posted"
    EXPIRED = "expired"
    LAST_USED = "last_used"


ExceptionCode = Literal[
    "E17_EXPRESSION",
    "E17_LEGAL_OBLIGATION",
    "E17_PUBLIC_HEALTH",
    "E17_ARCHIVE_RESEARCH",
    "E17_LEGAL_CLAIMS",
]
CcpaCode = Literal[
    "D_TRANSACTION",
    "D_SECURITY",
    "D_DEBUG",
    "D_FREE_SPEECH",
    "D_CALECPA",
    "D_RESEARCH",
    "D_INTERNAL_EXPECTED",
    "D_LEGAL_OBLIGATION",
]


class Statute(Part):
    """The law behind a period in one country."""

    country: Country
    text: Text
    confirmed: bool

    def own_gaps(self) -> Iterator[tuple[str, str]]:
        """Report a statute that no lawyer has confirmed yet."""
        if not self.confirmed:
            yield "confirmed", f"The statute for {self.country} ({self.text}) is not confirmed by counsel."


class Schedule(Part):
    """How long some data live. `keep` refuses erasure until `min_period` is over; after `max_period` data go.

    `categories` are fideslang prefixes, `collections` name patterns (`invoice_*`), `systems` keys (none =
    all). `whole_row`: a row is kept or removed as a whole when its collection fits (see `reach`).
    Where several schedules fit, the highest `precedence` decides.
    """

    key: Key
    label: Label
    categories: tuple[DataCategory, ...]
    collections: Patterns
    whole_row: bool
    systems: tuple[Key, ...]
    trigger: Trigger
    min_period: PeriodText | None = absent("Nothing forbids earlier deletion.")
    max_period: PeriodText | None = gap("No longest period is set: the data stay until the account goes.")
    action: Literal["keep", "delete", "mask", "anonymise"]
    code: ExceptionCode | None = absent("No exception from the right to erasure.")
    ccpa_code: CcpaCode | None = absent("No exception from the right to delete.")
    reason: Text
    statutes: tuple[Statute, ...]
    precedence: Annotated[int, Field(ge=0, le=1000)]
    source: Text | None = gap(
        "The published policy gives no figure for this: the period here is the company's own decision."
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.categories and not self.collections:
            raise ValueError("it applies to nothing: give categories, collections or both")
        if self.action == "keep" and (self.min_period is None or self.code is None or self.ccpa_code is None):
            raise ValueError(
                "action keep needs min_period, code and ccpa_code: a refusal to erase must give its reason"
            )
        if self.action != "keep" and (self.code or self.ccpa_code):
            raise ValueError(f"action {self.action} has no exception code: set code and ccpa_code to null")
        if (
            self.min_period
            and self.max_period
            and parse_period(self.min_period).length > parse_period(self.max_period).length
        ):
            raise ValueError(
                f"min_period {self.min_period} is longer than max_period {self.max_period}: swap or mend them"
            )
        return self

    @property
    def period(self) -> str | None:
        """Return the period that decides: the least one for keep, else the longest one (ISO 8601)."""
        return self.min_period if self.action == "keep" else self.max_period

    def names(self, collection: str) -> bool:
        """Whether a collection's name fits a pattern; `dbo.InvoiceLine` fits `invoice_*`."""
        return _fits(collection, self.collections)

    def takes(self, data_category: str) -> bool:
        """Whether a data category stands at or below one of `categories`."""
        return any(is_below(data_category, prefix) for prefix in self.categories)

    def reach(
        self,
        collection: str,
        collection_categories: Iterable[str],
        field_categories: Iterable[str],
        *,
        holds_identity: bool,
    ) -> Literal["row", "fields"] | None:
        """Return "row" when the whole row falls under the schedule, "fields" when only some fields do.

        `holds_identity` = the collection has an identity field, so it describes a person: there a single
        financial field (a customer's IBAN) does not make the whole row a payment record. Everywhere else it
        does, because a payment record destroyed too early cannot be brought back.
        """
        if self.names(collection) and (self.whole_row or not self.categories):
            return "row"
        whole, parts = any(map(self.takes, collection_categories)), any(map(self.takes, field_categories))
        if self.whole_row and (whole or (parts and not holds_identity)):
            return "row"
        return "fields" if whole or parts else None


def _fits(collection: str, patterns: Patterns) -> bool:
    name = normal_name(collection)
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def normal_name(collection: str) -> str:
    """Return a collection's last name part in snake_case: `dbo.InvoiceLine` → `invoice_line`."""
    last = collection.rpartition(".")[2]
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", last)
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")


class NamedSchedules(Part):
    """Which schedule answers for what the law and the promises single out."""

    account: Key
    platform_data: Key
    payments: Key
    logs: Key


class Backups(Part):
    """How long deleted data live on in backups."""

    max_period: PeriodText | None = gap(
        "No period for backups is set: people cannot be told when the last copy goes."
    )
    replay_erasures: bool
    where: Text
    source: Text | None = gap("The published policy says nothing about backups.")


class SweepHours(Part):
    """The hours of the day (company's zone) in which sweeps run; `start` after `end` means over midnight."""

    start: Annotated[int, Field(ge=0, le=23)]
    end: Annotated[int, Field(ge=0, le=23)]

    def open_at(self, hour: int) -> bool:
        """Return whether sweeps run in an hour."""
        if self.start == self.end:
            return True
        inside = self.start <= hour < self.end
        return inside if self.start < self.end else hour >= self.start or hour < self.end


class Sweeps(Part):
    """How schedules are carried out: what runs without approval, when, and how gently.

    `automatic_rows`: a run that removes more waits for a second person; `unusual_percent`: so does one that
    would remove more than this part of a collection; `window_rows`: rows in one transaction; `pause_ms`:
    rest between two of them.
    """

    automatic_rows: Annotated[int, Field(ge=0, le=100_000_000)]
    unusual_percent: Annotated[int, Field(ge=1, le=100)]
    window_rows: Annotated[int, Field(ge=100, le=100_000)]
    pause_ms: Annotated[int, Field(ge=0, le=60_000)]
    hours: SweepHours


class OwnData(Part):
    """How long the portal keeps one kind of its own data. After `period` what is personal in it goes."""

    key: Literal["callback_receipts", "gate_decisions"]
    label: Label
    period: PeriodText
    source: Text | None = gap(
        "The published policy gives no figure for this: the period here is the company's own decision."
    )
