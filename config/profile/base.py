"""Building blocks of the profile's schema: the strict base model, checked text types, and what null means.

Every key of every part is required. A key that may be null says what null means, by one of three helpers:
`gap` (something is missing; it is reported), `statute` (the law alone applies), `absent` (there is none, and
nothing is wrong with that). There is no default anywhere, so no figure can come from nowhere.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from config.profile.areas import area, country


class Null(StrEnum):
    """What null means for a key."""

    GAP = "gap"
    STATUTE = "statute only"
    ABSENT = "there is none"


def _nullable(meaning: Null, says: str) -> Any:
    return Field(json_schema_extra={"null": meaning.value, "says": says})


def gap(says: str) -> Any:
    """A key whose null is reported by `Profile.gaps()` with the sentence `says`."""
    return _nullable(Null.GAP, says)


def statute(says: str) -> Any:
    """A key whose null means that nothing is promised and the law alone applies."""
    return _nullable(Null.STATUTE, says)


def absent(says: str) -> Any:
    """A key whose null means that the thing does not exist; `says` explains the effect."""
    return _nullable(Null.ABSENT, says)


class Part(BaseModel):
    """A strict, frozen piece of a profile: unknown keys, wrong types and missing keys are faults."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, str_strip_whitespace=True, str_min_length=1
    )

    def own_gaps(self) -> Iterator[tuple[str, str]]:
        """Yield (key, sentence) for gaps that are not a null, such as a statute nobody confirmed."""
        yield from ()


class Period(NamedTuple):
    """An ISO 8601 period taken apart; weeks are counted as 7 days. Compare with `length`."""

    years: int
    months: int
    days: int
    hours: int

    @property
    def length(self) -> int:
        """Return about how many hours it lasts (months of 30 days): for comparing, never for dates."""
        return ((self.years * 365 + self.months * 30 + self.days) * 24) + self.hours


_PERIOD = re.compile(r"P(?=.)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(\d{1,5})H)?\Z")


def parse_period(text: str) -> Period:
    """Return the period written as ISO 8601 in years, months, weeks, days and hours; raises ValueError."""
    found = _PERIOD.match(text)
    if not found or text.endswith("T"):
        raise ValueError(f"{text[:40]!r} is no period: write for example P30D, P12M, P7Y or PT72H")
    years, months, weeks, days, hours = (int(part or 0) for part in found.groups())
    return Period(years, months, weeks * 7 + days, hours)


def _period(text: str) -> str:
    parse_period(text)
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(
            f"{text[:60]!r} is no time zone: write for example Europe/Berlin or America/New_York"
        ) from None
    return text


def _pattern(expression: str, example: str, limit: int = 200) -> Any:
    """A validator for text of a fixed shape; the fault names an example."""
    shape = re.compile(expression)

    def check(text: str) -> str:
        if len(text) > limit or not shape.fullmatch(text):
            raise ValueError(f"{text[:60]!r} has the wrong shape: write for example {example}")
        return text

    return AfterValidator(check)


Key = Annotated[str, _pattern(r"[a-z][a-z0-9_]*", "privacy_mailbox", 60)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Days = Annotated[int, Field(ge=0, le=3660)]
PeriodText = Annotated[str, AfterValidator(_period)]
Zone = Annotated[str, AfterValidator(_zone)]
Country = Annotated[str, AfterValidator(country)]
Area = Annotated[str, AfterValidator(area)]
Address = Annotated[str, _pattern(r"[^@\s<>,;]+@[a-z0-9-]+(\.[a-z0-9-]+)+", "privacy@example.com")]
Host = Annotated[str, _pattern(r"[a-z0-9-]+(\.[a-z0-9-]+)+", "app.example.com")]
Url = Annotated[str, _pattern(r"https://[a-z0-9.-]+(/\S*)?", "https://example.com/privacy", 500)]
Colour = Annotated[str, _pattern(r"#[0-9a-f]{6}", "'#2450b8' (with quotes)")]
IsoDate = Annotated[str, _pattern(r"20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "2026-11-24")]
Setting = Annotated[str, _pattern(r"[A-Z][A-Z0-9_]*", "PRODUCT_DATABASE_URL")]
DataCategory = Annotated[str, _pattern(r"(user|system)(\.[a-z0-9_]+)*", "user.contact.email")]
CollectionPattern = Annotated[str, _pattern(r"[a-z0-9_]+\*?|\*[a-z0-9_]+\*?", "invoice_* or payments")]
Calendar = Annotated[str, _pattern(r"NONE|[A-Z]{2}(-[A-Z0-9]{1,3})?", "DE, GB-ENG or NONE (weekends only)")]
Language = Annotated[str, _pattern(r"[a-z]{2}(-[A-Z]{2})?", "en or pt-BR")]


def is_below(category: str, prefix: str) -> bool:
    """Whether a category equals `prefix` or is below it; `user.device.cookie_id` is not below `…cookie`."""
    return category == prefix or category.startswith(prefix + ".")
