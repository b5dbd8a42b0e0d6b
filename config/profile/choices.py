"""What people choose: consent purposes, cookies, and the Global Privacy Control signal."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.profile.areas import contains
from config.profile.base import Area, Days, Key, Label, Part, PeriodText, Text, absent, gap


class ConsentPurpose(Part):
    """Something people may allow. Inside `opt_in` areas it needs a yes, outside the rule is `elsewhere`."""

    key: Key
    label: Label
    says: Text
    opt_in: tuple[Area, ...]
    elsewhere: Literal["opt_in", "opt_out"]
    channels: tuple[Literal["email", "in_app", "cookie", "api"], ...]
    withdrawal_effect_hours: Annotated[int, Field(ge=0, le=72)]
    source: Text

    def needs_yes(self, country: str | None, region: str | None) -> bool:
        """Whether nothing may happen before a yes; always so when the country is not known."""
        if self.elsewhere == "opt_in" or not country:
            return True
        return any(contains(area, country, region, unknown_region=True) for area in self.opt_in)


class CookieClass(Part):
    """A class of cookies; `consent_areas` = where it waits for a yes (empty: it needs none)."""

    key: Literal["essential", "functional", "analytics", "marketing"]
    label: Label
    says: Text
    enabled: bool
    purpose: Key | None = absent("The class needs no consent, so it belongs to no consent purpose.")
    consent_areas: tuple[Area, ...]
    max_age: PeriodText

    @model_validator(mode="after")
    def _consent_has_a_purpose(self) -> Self:
        if self.key == "essential" and self.consent_areas:
            raise ValueError(
                "essential cookies wait for nobody: empty consent_areas, or give the class another key"
            )
        if self.consent_areas and self.purpose is None:
            raise ValueError("a class that waits for consent needs purpose: name the consent purpose")
        return self


class Signals(Part):
    """Global Privacy Control: where it is honoured, for what, and how far."""

    gpc_areas: tuple[Area, ...]
    gpc_scope: Literal["browser", "browser_and_account"]
    gpc_turns_off: tuple[Key, ...]
    well_known_file: bool
    source: Text | None = gap(
        "The published policy does not mention Global Privacy Control, which the CCPA wants honoured."
    )

    def honours(self, country: str | None, region: str | None) -> bool:
        """Whether the signal counts for a place; a place that is not known counts."""
        if not country:
            return bool(self.gpc_areas)
        return any(contains(area, country, region, unknown_region=True) for area in self.gpc_areas)


class Sale(Part):
    """Whether personal data are sold or shared for advertising, and how an opt-out is taken."""

    sells: bool
    shares: bool
    opt_out_offered: bool
    reask_after: PeriodText


class Notices(Part):
    """How people learn of a material change of the policy before it takes effect."""

    channels: Annotated[tuple[Literal["email", "in_app"], ...], Field(min_length=1)]
    combine: Literal["all", "any"]
    days: Days | None = gap("No notice period before a material change is promised or set.")
    material: Text
    source: Text
