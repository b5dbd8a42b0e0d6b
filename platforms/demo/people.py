"""The people of the demo company: the same persons for the same seed, whatever the day."""

import unicodedata
from dataclasses import dataclass
from random import Random
from uuid import UUID

from platforms.demo.cultures import CULTURES, FICTION_NA, PECULIAR, Culture

MAIL_HOSTS = ("example.com", "example.org", "example.net", "mail.example", "studio.example", "post.example")
AREA_CODES = ("201", "212", "310", "415", "512", "617", "720", "818", "916")
PECULIAR_EVERY = 23
# The first people can sign in to a demonstration: one for each great family of privacy laws, and one
# whose name runs from right to left. They have long histories and pay for a team.
FIRST = (("GB", 0), ("US-CA", 1), ("DE", 3), ("EG", 10))


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One customer of the demo company.

    `user_id` is the key in the product database; `phone` is in E.164, or None;
    `region` is an ISO 3166-2 code such as "US-CA" where a state has its own privacy law, else "".
    """

    user_id: int
    public_id: str
    email: str
    name: str
    phone: str | None
    country: str
    region: str
    locale: str
    time_zone: str


def people(seed: int = 1, n: int = 500) -> list[DemoPerson]:
    """The first `n` people of the demo company made with `seed`, numbered from 1.

    The list for a larger `n` begins with the list for a smaller one. E-mail addresses and phone
    numbers are unique and in ranges reserved for documentation and fiction.
    """
    rng = Random(f"{seed}:people")  # noqa: S311 - reproducible, not secret
    taken: set[str] = set()
    return [_person(rng, number, taken) for number in range(1, n + 1)]


def make_uuid(rng: Random) -> str:
    """A random-looking version 4 UUID that is the same for the same state of `rng`."""
    return str(UUID(int=rng.getrandbits(128), version=4))


def full_name(rng: Random, culture: Culture) -> tuple[str, str]:
    """A name of `culture` as written there, and the same in Latin letters."""
    given = rng.choice(culture.given.split()).replace("_", " ").partition("/")
    family = rng.choice(culture.family.split()).replace("_", " ").partition("/")
    parts = [family, given] if culture.family_first else [given, family]
    native = culture.joint.join(part[0] for part in parts)
    return native, f"{given[2] or given[0]}.{family[2] or family[0]}"


def stranger(rng: Random) -> tuple[str, str]:
    """Name and handle of somebody who is no customer: a sender in an inbox, an invited person."""
    native, latin = full_name(rng, rng.choice(CULTURES))
    return native, f"@{_ascii(latin)}{rng.randrange(10, 9999)}"


def _person(rng: Random, number: int, taken: set[str]) -> DemoPerson:
    culture = CULTURES[FIRST[number - 1][1]] if number <= len(FIRST) else rng.choice(CULTURES)
    native, latin = full_name(rng, culture)
    places = [
        place for place in culture.places if number > len(FIRST) or place.startswith(FIRST[number - 1][0])
    ]
    place, locale, time_zone = rng.choice(places).split()
    return DemoPerson(
        user_id=number,
        public_id=make_uuid(rng),
        email=_email(rng, latin, number),
        name=_peculiar(number) or native,
        phone=_phone(rng, culture, taken),
        country=place[:2],
        region=place if "-" in place else "",
        locale=locale,
        time_zone=time_zone,
    )


def _peculiar(number: int) -> str:
    turn, rest = divmod(number, PECULIAR_EVERY)
    return PECULIAR[(turn - 1) % len(PECULIAR)] if rest == 0 else ""


def _email(rng: Random, latin: str, number: int) -> str:
    """An address unique by its number; some are written with capitals or a tag, as people do."""
    local = _ascii(latin)
    tag = "+social" if rng.random() < 0.05 else ""
    address = f"{local}{number}{tag}@{rng.choice(MAIL_HOSTS)}"
    return address.title() if rng.random() < 0.06 else address


def _ascii(latin: str) -> str:
    plain = unicodedata.normalize("NFKD", latin.translate(_UNDECOMPOSED)).lower()
    return "".join(c for c in plain if c.isascii() and (c.isalnum() or c == "."))


_UNDECOMPOSED = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ł": "l", "Ł": "L"}
    | {"đ": "d", "Đ": "D", "þ": "th", "Þ": "Th", "ı": "i", "İ": "I"}
)


def _phone(rng: Random, culture: Culture, taken: set[str]) -> str | None:
    """A free number of a range set aside for fiction; None when it is taken, or not given to us."""
    pattern = (culture.phone or FICTION_NA).replace("{area}", rng.choice(AREA_CODES))
    number = "".join(str(rng.randrange(10)) if c == "#" else c for c in pattern)
    if number in taken or (len(taken) >= len(FIRST) and rng.random() < 0.2):
        return None
    taken.add(number)
    return number
