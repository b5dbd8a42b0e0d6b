"""What is done with personal data: the activities of the record (GDPR Art. 30), with what supports each."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.profile.base import Area, IsoDate, Key, Label, Part, Text, absent, gap
from config.profile.holdings import LawfulBasis

PLATFORMS = "platforms"
"""A recipient that stands for every platform that is switched on."""

Days = Annotated[int, Field(ge=1, le=1100)]
Subject = Literal[
    "customer",
    "colleague_of_customer",
    "correspondent",
    "child",
    "visitor",
    "requester",
]
Measure = Literal[
    "encryption_in_transit",
    "encryption_at_rest",
    "password_hashing",
    "multi_factor",
    "access_control",
    "least_privilege",
    "monitoring",
    "security_reviews",
    "certified_hosting",
]
# GDPR Art. 9(1) and 10.
Special = Literal[
    "ethnic_origin",
    "political_opinions",
    "beliefs",
    "union_membership",
    "genetic",
    "biometric",
    "health",
    "sex_life",
    "offences",
]


class Law(Part):
    """The law that demands an activity, and where it applies."""

    area: Area
    text: Label
    confirmed: bool

    def own_gaps(self) -> Iterator[tuple[str, str]]:
        """Report a law that no lawyer has confirmed yet."""
        if not self.confirmed:
            yield "confirmed", f"The law for {self.area} ({self.text}) is not confirmed by counsel."


class Interest(Part):
    """The interest that is pursued, and where it was weighed against those of the people (Art. 6(1)(f))."""

    says: Text
    assessment: Label | None = gap("No balancing test is recorded for this interest (GDPR Art. 6(1)(f)).")
    assessed_on: IsoDate | None = gap("Nobody has recorded when this interest was weighed.")
    review_every_days: Days


class Basis(Part):
    """The lawful basis, and what supports it: exactly the one of the four keys that belongs to `kind`."""

    kind: LawfulBasis
    contract: Label | None = absent("The basis is no contract.")
    laws: tuple[Law, ...]
    interest: Interest | None = absent("The basis is no legitimate interest.")
    consent: Key | None = absent("The basis is no consent.")

    @model_validator(mode="after")
    def _supported(self) -> Self:
        support = {
            "contract": ("contract", self.contract),
            "legal_obligation": ("laws", self.laws),
            "legitimate_interests": ("interest", self.interest),
            "consent": ("consent", self.consent),
        }
        for kind, (name, given) in support.items():
            if kind == self.kind and not given:
                raise ValueError(f"the basis {kind} needs {name}: say what supports it")
            if kind != self.kind and given:
                raise ValueError(f"{name} does not support the basis {self.kind}: take it out")
        return self


class Activity(Part):
    """One activity: the entry of Art. 30(1) for a controller, of Art. 30(2) for work on behalf of others.

    `recipients` are those who get data and are no processors; `platforms` stands for every platform that is
    switched on. `ai_use`: `suggests` = people see what a model made from their data, `trains` = data or
    figures made of them go into a model. `children`: persons under 18 are among the subjects.
    """

    key: Key
    label: Label
    does: Text
    role: Literal["controller", "processor"]
    on_behalf_of: Label | None = absent("The company decides itself why and how.")
    purposes: Annotated[tuple[Key, ...], Field(min_length=1)]
    basis: Basis | None = absent("The basis is that of the controller on whose behalf it is done.")
    categories: Annotated[tuple[Key, ...], Field(min_length=1)]
    special_categories: tuple[Special, ...]
    special_ground: Text | None = absent("No special categories of data are meant to be held (GDPR Art. 9).")
    subjects: Annotated[tuple[Subject, ...], Field(min_length=1)]
    third_persons: bool
    children: bool
    ai_use: Literal["none", "suggests", "trains"]
    recipients: tuple[Label, ...]
    processors: tuple[Key, ...]
    transfers: tuple[Key, ...]
    measures: Annotated[tuple[Measure, ...], Field(min_length=1)]
    schedules: Annotated[tuple[Key, ...], Field(min_length=1)]
    owner_role: Key
    review_every_days: Days
    reviewed_on: IsoDate | None = gap("Nobody has recorded a review of this activity.")
    source: Text | None = gap("The published policy does not name this activity.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.role == "processor") != (self.on_behalf_of is not None):
            raise ValueError(
                "on_behalf_of belongs to the role processor and to no other: name the controllers there"
            )
        if (self.role == "controller") != (self.basis is not None):
            raise ValueError(
                "basis belongs to the role controller and to no other: a processor acts on theirs"
            )
        if bool(self.special_categories) != (self.special_ground is not None):
            raise ValueError(
                "special_categories and special_ground belong together: give both, or neither (GDPR Art. 9)"
            )
        if ("child" in self.subjects) != self.children:
            raise ValueError("children says whether child is among the subjects: make the two agree")
        return self
