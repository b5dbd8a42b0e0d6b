"""The register of supervisory authorities, read from the data file of the repository."""

import tomllib
from functools import lru_cache
from pathlib import Path

from config.profile import Profile
from correspondence.rules.authorities import Authority, competent

FILE = Path(__file__).resolve().parent.parent / "rules" / "authorities.toml"
ANYWHERE_IN_EUROPE = "eea_list"


@lru_cache(maxsize=1)
def register() -> tuple[Authority, ...]:
    """Return every authority of the data file. Raises pydantic.ValidationError for a faulty entry."""
    with FILE.open("rb") as file:
        entries = tomllib.load(file)["authority"]
    return tuple(Authority(**{**entry, "post": tuple(entry.get("post", ()))}) for entry in entries)


def authority_for(country: str, region: str = "", *, regime: str = "") -> Authority | None:
    """Return the authority that answers for somebody of a place, or None.

    `country`: ISO 3166-1; `region`: the part of it, with or without the country's code. Where the place is
    not known and the GDPR counts, the answer is the list of all authorities.
    """
    found = competent(register(), country, region) if country else None
    if found is None and regime == "eu_gdpr":
        return by_key(ANYWHERE_IN_EUROPE)
    return found


def contact(profile: Profile) -> str:
    """Return the address for complaints: the data protection officer's, else that of replies."""
    officer = profile.identity.dpo
    return profile.mailbox(officer.mailbox if officer else profile.letters.reply_mailbox).address


def by_key(key: str) -> Authority:
    """Return an authority by its key. Raises KeyError."""
    found = next((one for one in register() if one.key == key), None)
    if found is None:
        raise KeyError(key)
    return found


def search(text: str) -> list[Authority]:
    """Return the authorities of a place (DE, DE-BY), else those whose names or website hold a text; all for
    an empty one.
    """
    wanted = text.strip().casefold()
    of_place = [one for one in register() if wanted and wanted in _places(one)]
    return of_place or [one for one in register() if wanted in _searched(one)]


def _places(one: Authority) -> set[str]:
    country = (one.country or "").casefold()
    return {country, f"{country}-{(one.region or '').casefold()}"}


def _searched(one: Authority) -> str:
    return f"{one.name_en} {one.name} {one.website}".casefold()
