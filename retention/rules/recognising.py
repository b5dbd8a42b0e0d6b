"""What values look like: e-mail addresses, telephone numbers, card numbers, access tokens. Pure.

Nothing here keeps or returns a value.
"""

import contextlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from platforms.datasets import covers

LOOKS: dict[str, str | Promise] = {
    "email": _("e-mail addresses"),
    "phone": _("telephone numbers"),
    "card": _("card numbers"),
    "token": _("access tokens"),
}
# Which data categories say so; a broader one says it too.
SAID_BY = {
    "email": ("user.contact.email",),
    "phone": ("user.contact.phone_number", "user.contact.fax_number"),
    "card": ("user.financial.credit_card",),
    "token": ("user.authorization", "system.authentication", "user.device.cookie_id"),
}
TOO_BROAD = ("user", "system")
ONE_IN = 10
"""How many of the values must look like it: one in so many. A single address in a name is no drift."""

_EMAIL = re.compile(r"(?:[^<>@]{0,80}<)?[^\s@<>,;]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24}>?", re.I)
_PHONE = re.compile(
    r"(?:\+|00)[1-9][\d ()/.-]{6,20}|\(?0\d{1,5}\)?[ /-][\d /-]{4,14}|\(?[2-9]\d\d\)?[ .-]\d{3}[ .-]\d{4}"
)
_DIGITS = re.compile(r"(?<![\w./=?&#:+-])\d(?:[ -]?\d){12,18}(?![\w/-])")
_KNOWN_TOKEN = re.compile(
    r"(?:Bearer )?(?:eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|ya29\.[\w-]{20,}|EAA\w{20,}|IGQ[\w-]{20,}"
    r"|(?:sk|rk|pk)_(?:live|test)_\w{10,}|gh[opsu]_\w{30,}|xox[abprs]-[\w-]{10,}|A[KS]IA[A-Z0-9]{16})"
)
_OPAQUE = re.compile(r"[A-Za-z0-9_+/.~-]{32,}={0,2}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_BITS = 4.0
"""Least entropy of a character in an opaque token; words and paths have less."""
# Major industry identifiers and lengths of payment cards (ISO/IEC 7812).
_CARD = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}"
    r"|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|6(?:011|4[4-9]\d|5\d\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}"
)


def recognised(values: Iterable[Any], declared: Sequence[str]) -> list[str]:
    """Return what values look like that their data categories do not say, as keys of LOOKS."""
    texts = [text for value in values for text in _texts(value)]
    return [kind for kind in LOOKS if not _is_said(kind, declared) and _HOLDS[kind](texts)]


def _is_said(kind: str, declared: Sequence[str]) -> bool:
    """Whether a data category at, below or above says it; `user` alone says nothing."""
    return any(
        covers(wanted, one) or (covers(one, wanted) and one not in TOO_BROAD)
        for one in declared
        for wanted in SAID_BY[kind]
    )


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts in a value, also those inside a document."""
    if isinstance(value, str) and value[:1] in "{[":
        with contextlib.suppress(ValueError):
            value = json.loads(value)
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str) and value.strip():
        yield value.strip()


def _many(texts: Sequence[str], fits: Any) -> bool:
    hits = sum(1 for text in texts if fits(text))
    return hits > 0 and hits * ONE_IN >= len(texts)


def _is_phone(text: str) -> bool:
    return bool(_PHONE.fullmatch(text)) and 7 <= sum(map(str.isdigit, text)) <= 15


def _is_token(text: str) -> bool:
    if _KNOWN_TOKEN.fullmatch(text):
        return True
    if not _OPAQUE.fullmatch(text) or _UUID.fullmatch(text) or text.count("/") > 2:
        return False
    mixed = any(map(str.isupper, text)) and any(map(str.islower, text)) and any(map(str.isdigit, text))
    return mixed and _entropy(text) >= _BITS


def _entropy(text: str) -> float:
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)


def _holds_cards(texts: Sequence[str]) -> bool:
    """Whether numbers of the length of cards are cards. Of numbers made up, one in sixty would pass."""
    numbers = [re.sub(r"[ -]", "", found) for text in texts for found in _DIGITS.findall(text)]
    hits = sum(1 for number in numbers if _CARD.fullmatch(number) and luhn(number))
    return hits > 0 and hits * 2 >= len(numbers)


def luhn(number: str) -> bool:
    """Return whether the check digit of a number is right (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


_HOLDS: dict[str, Any] = {
    "email": lambda texts: _many(texts, _EMAIL.fullmatch),
    "phone": lambda texts: _many(texts, _is_phone),
    "card": _holds_cards,
    "token": lambda texts: _many(texts, _is_token),
}
