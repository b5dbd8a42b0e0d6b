"""Supervisory authorities, and which one answers for a person's place (GDPR Articles 51, 55, 77)."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from config.profile.areas import normal_country
from config.profile.base import Address, Country, Key, Label, Language, Text, Url


class Authority(BaseModel):
    """One authority. What nobody was certain of is left out: a wrong address is worse than none."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)

    key: Key
    name_en: Text
    name: Text
    language: Language
    country: Country | None = None
    region: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,3}$")] | None = None
    role: Literal["general", "private_sector", "public_sector", "law_enforcement", "list"]
    website: Url
    email: Address | None = None
    post: tuple[Label, ...] = ()
    confidence: Literal["certain", "to_confirm"]
    reviewed_on: date

    def called(self, language: str) -> str:
        """Return the name as a letter in `language` gives it; an English one adds the authority's own."""
        if language != "en":
            return self.name
        return self.name_en if self.name in self.name_en else f"{self.name_en} / {self.name}"


ANSWERS = {"general": 0, "private_sector": 0, "list": 1}


def competent(authorities: Iterable[Authority], country: str, region: str) -> Authority | None:
    """Return the authority of a place: that of the region, else that of the country, else None.

    `country`: ISO code in any spelling, `region`: with or without its country. A country whose authorities
    are regional and whose region is not known has an entry of the role `list`, which says how to find it.
    """
    code = normal_country(country)
    part = region.strip().upper().removeprefix(f"{code}-")
    fitting = [one for one in authorities if one.country == code and one.role in ANSWERS]
    regional = [one for one in fitting if one.region and one.region == part]
    national = sorted((one for one in fitting if not one.region), key=lambda one: ANSWERS[one.role])
    return next(iter(regional or national), None)
