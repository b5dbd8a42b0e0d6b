"""The whole profile, and the questions that the rest of the portal asks it. Pure: no clock, no database."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, NamedTuple, Protocol, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, Field, PrivateAttr

from config.profile.activities import PLATFORMS, Activity
from config.profile.areas import contains
from config.profile.base import Key, Null, Part, Text, gap
from config.profile.choices import ConsentPurpose, CookieClass, Notices, Sale, Signals
from config.profile.company import Authority, Brand, Company, Languages, Mailbox
from config.profile.holdings import (
    Backups,
    Category,
    NamedSchedules,
    OwnData,
    Purpose,
    Schedule,
    Sweeps,
    System,
)
from config.profile.law import (
    Ages,
    Clocks,
    RegimeKey,
    Regimes,
    RightKey,
    Rights,
    SubjectRule,
    Verification,
)
from config.profile.nearest import offer
from config.profile.partners import Platform, Processor, Transfer
from config.profile.practice import Attestation, Cases, Ledger, Letters, Security


class Promised(NamedTuple):
    """A promised period in calendar days, and the sentence that promises it."""

    days: int
    source: str


class Profile(Part):
    """Everything that makes the portal the portal of one company. Load it with `load_profile`."""

    schema_version: Literal[1]
    key: Key
    identity: Company
    brand: Brand
    languages: Languages
    regimes: Regimes
    clocks: Clocks
    rights: Rights
    ages: Ages
    authorities: tuple[Authority, ...]
    mailboxes: Annotated[tuple[Mailbox, ...], Field(min_length=1)]
    subject_rules: tuple[SubjectRule, ...]
    cases: Cases
    letters: Letters
    systems: Annotated[tuple[System, ...], Field(min_length=1)]
    purposes: Annotated[tuple[Purpose, ...], Field(min_length=1)]
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    schedules: Annotated[tuple[Schedule, ...], Field(min_length=1)]
    named_schedules: NamedSchedules
    sweeps: Sweeps
    own_data: Annotated[tuple[OwnData, ...], Field(min_length=1)]
    backups: Backups
    platforms: tuple[Platform, ...]
    processors: tuple[Processor, ...]
    transfers: tuple[Transfer, ...]
    activities: Annotated[tuple[Activity, ...], Field(min_length=1)]
    automated_decisions: Text | None = gap(
        "Nothing says whether decisions are made by automated means alone (GDPR Art. 15(1)(h)):"
        " people are told that there are none."
    )
    consent_purposes: tuple[ConsentPurpose, ...]
    cookies: tuple[CookieClass, ...]
    signals: Signals
    sale: Sale
    notices: Notices
    attestations: tuple[Attestation, ...]
    security: Security
    ledger: Ledger

    _file: str = PrivateAttr(default="")
    _version: str = PrivateAttr(default="")

    @property
    def file(self) -> str:
        """Return the path that the profile was read from."""
        return self._file

    @property
    def version(self) -> str:
        """Return the SHA-256 (hex) of the file: stored with every evaluation that used the profile."""
        return self._version

    def gaps(self) -> list[tuple[str, str]]:
        """Return (key path, sentence) for everything the profile reports as missing or unconfirmed."""
        return list(_gaps(self, ""))

    def regime_for(self, country: str | None, region: str | None) -> RegimeKey:
        """Return the regime of a place: ISO country, region such as CA or US-CA.

        None = not known, the careful reading counts; region "" = elsewhere in that country.
        """
        return self.regimes.key_for(country, region)

    def promise_for(self, right: str, regime: str) -> Promised | None:
        """Return the promised period for answering, or None = statute only.

        Every promise that covers the case counts, the shortest wins; with the switch `promise_combine:
        special` a section for this regime wins. Raises ValueError for an unknown right or regime.
        """
        asked, under = _right(right), _regime(regime)
        found = [promise for promise in self.rights.promises if promise.covers(asked, under)]
        if self.clocks.switches.promise_combine == "special":
            found = [promise for promise in found if promise.special] or found
        periods = [Promised(promise.days, promise.source) for promise in found]
        promptly = self.rights.promptly
        if asked in promptly.rights and promptly.days is not None:
            periods.append(Promised(promptly.days, 'Our figure for "promptly"'))
        return min(periods, default=None)

    def promise_days(self, right: str, regime: str) -> int | None:
        """Return the days of `promise_for`, or None = statute only."""
        promised = self.promise_for(right, regime)
        return promised.days if promised else None

    def calendar_for(self, regime: str) -> str:
        """Return the holiday calendar of a regime's working days; NONE (weekends only) where it has none."""
        return next((rule.calendar for rule in self.regimes.rules if rule.key == _regime(regime)), "NONE")

    def is_home(self, regime: str) -> bool:
        """Whether the company is established where the regime is law (this decides which switch rolls)."""
        under, seat = _regime(regime), self.identity.seat
        return any(
            rule.key == under and rule.covers(seat.country, seat.region or "") for rule in self.regimes.rules
        )

    def rights_for(self, regime: str) -> tuple[RightKey, ...]:
        """Return what people under a regime are offered; empty when the policy offers nothing there."""
        under = _regime(regime)
        return next((offered.rights for offered in self.rights.offered if offered.regime == under), ())

    def verification_for(self, right: str, regime: str) -> Verification | None:
        """Return the row of the verification matrix, or None for a right not offered under the regime."""
        asked, under = _right(right), _regime(regime)
        return next(
            (row for row in self.rights.verification if asked in row.rights and under in row.regimes), None
        )

    def needs_four_eyes(self, right: str) -> bool:
        """Whether a second person must approve carrying out this right."""
        return _right(right) in self.cases.four_eyes.rights

    def category_for(self, data_category: str, collection: str = "") -> Category | None:
        """Return the category in which people see a field: by collection first, else by longest prefix."""
        named = (c for c in self.categories if collection and c.names(collection))
        if found := next(named, None):
            return found
        best = max(self.categories, key=lambda category: category.reach(data_category))
        return best if best.reach(data_category) else None

    def subject_rule(self, address: str, subject: str) -> SubjectRule | None:
        """Return the rule for a message to `address`; the longest subject wins, None for no rule."""
        box = next(
            (m.key for m in self.mailboxes if m.address.casefold() == address.strip().casefold()), None
        )
        fitting = [rule for rule in self.subject_rules if box and rule.fits(box, subject)]
        return max(fitting, key=lambda rule: len(rule.subject), default=None)

    def authority_for(self, country: str | None, region: str | None) -> Authority | None:
        """Return the authority that a letter to a person of this place names, or None."""
        return next((a for a in self.authorities if contains(a.area, country, region)), None)

    def mailbox(self, key: str) -> Mailbox:
        """Return a mailbox by key; raises KeyError."""
        return _by_key(self.mailboxes, key)

    def system(self, key: str) -> System:
        """Return a system by key; raises KeyError."""
        return _by_key(self.systems, key)

    def platform(self, key: str) -> Platform:
        """Return a platform by key; raises KeyError."""
        return _by_key(self.platforms, key)

    def schedule(self, key: str) -> Schedule:
        """Return a schedule by key; raises KeyError."""
        return _by_key(self.schedules, key)

    def recipients(self, category: Category) -> list[str]:
        """Return who gets data of a category; `platforms` stands for every enabled platform."""
        labels = {platform.key: platform.label for platform in self.platforms}
        labels |= {processor.key: processor.label for processor in self.processors}
        on = [platform.key for platform in self.platforms if platform.enabled]
        keys = [k for key in category.recipients for k in (on if key == "platforms" else [key])]
        return [labels[key] for key in dict.fromkeys(keys)]

    def activity(self, key: str) -> Activity:
        """Return an activity by key; raises KeyError."""
        return _by_key(self.activities, key)

    def recipients_of(self, activity: Activity) -> list[str]:
        """Return who gets data of an activity besides processors; platforms by their names."""
        on = [platform.label for platform in self.platforms if platform.enabled]
        named = [who for one in activity.recipients for who in (on if one == PLATFORMS else [one])]
        return list(dict.fromkeys(named))

    def named_recipients(self, category: Category) -> list[str]:
        """Return who gets data of a category by legal name, as GDPR Art. 15(1)(c) wants it told."""
        known = [one for one in self.processors if one.legal_name]
        names = {one.label: f"{one.legal_name} ({one.does.rstrip('.')})" for one in known}
        return [names.get(label, label) for label in self.recipients(category)]


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


Entry = TypeVar("Entry", bound=_Keyed)


def _by_key(entries: tuple[Entry, ...], key: str) -> Entry:
    found = next((entry for entry in entries if entry.key == key), None)
    if found is None:
        raise KeyError(f"{key!r} is not in the profile.{offer(key, [entry.key for entry in entries])}")
    return found


def _right(word: str) -> RightKey:
    try:
        return RightKey(word)
    except ValueError:
        raise ValueError(
            f"{word!r} is no right.{offer(word, [right.value for right in RightKey], 20)}"
        ) from None


def _regime(word: str) -> RegimeKey:
    try:
        return RegimeKey(word)
    except ValueError:
        raise ValueError(
            f"{word!r} is no regime.{offer(word, [regime.value for regime in RegimeKey])}"
        ) from None


def _gaps(part: Part, path: str) -> Iterator[tuple[str, str]]:
    for key, sentence in part.own_gaps():
        yield _join(path, key), sentence
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        extra = field.json_schema_extra
        if value is None and isinstance(extra, dict) and extra.get("null") == Null.GAP:
            yield _join(path, name), str(extra["says"])
        elif isinstance(value, Part):
            yield from _gaps(value, _join(path, name))
        elif isinstance(value, tuple):
            yield from _gaps_of_list(value, _join(path, name))


def _gaps_of_list(entries: tuple[Any, ...], path: str) -> Iterator[tuple[str, str]]:
    for number, entry in enumerate(entries):
        if isinstance(entry, Part):
            yield from _gaps(entry, f"{path}.{getattr(entry, 'key', number)}")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def part_at(path: tuple[str | int, ...], root: type[BaseModel]) -> type[BaseModel] | None:
    """Return the part of the schema of `root` that stands at a key path, or None when there is none."""
    kind: Any = root
    for step in path:
        kind = _inside(kind, step)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _inside(kind: Any, step: str | int) -> Any:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields.get(str(step))
        return _bare(field.annotation) if field else None
    inner = get_args(kind)
    return _bare(inner[-1] if get_origin(kind) is dict else inner[0]) if inner else None


def _bare(kind: Any) -> Any:
    """Return a type without Annotated and without None."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return _bare(next(choice for choice in get_args(kind) if choice is not type(None)))
    return kind
