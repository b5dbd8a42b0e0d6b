"""What each verifier must say: a table that the tests run against the rules, and against mutants of them.

A case calls `rules`, the package or a mutant of it. What is expected: `(secret number, document)`, or `!code`
for a refusal, or what a handshake answers.
"""

import base64
from collections.abc import Callable, Iterator
from typing import Any

from tests.platforms.callbacks import signing as sign
from tests.platforms.rules.signature_cases_google import keys, risc, risc_claims
from tests.platforms.rules.signature_cases_meta import signed_request
from tests.platforms.rules.signature_rows import LISTED, NOW, Case, Rows


def cases() -> Iterator[Case]:
    """Yield all cases."""
    for group in (
        signed_request, _hub, _challenges, risc, risc_claims, keys, _tiktok, _x, _linkedin, _stripe,
        _email, _readings,
    ):  # fmt: skip
        for name, call, expected in group():
            yield Case(f"{group.__name__.strip('_')}: {name}", call, expected)


def _headers(name: str, header: Callable[[bytes, str], str]) -> Rows:
    """Yield what all verifiers share whose header is one signature over the raw body."""
    body = sign.dumps({"object": "page", "text": "é"})
    document = {"object": "page", "text": "é"}
    right = header(body, "current")

    def check(given: str, what: bytes = body, listed: tuple[str, ...] = LISTED) -> Callable[[Any], Any]:
        return lambda rules: getattr(rules, name)(what, given, listed)

    yield "right", check(right), (0, document)
    yield "previous secret", check(header(body, "previous")), (1, document)
    yield "other secret", check(header(body, "else")), "!signature"
    yield "no secret", check(right, listed=()), "!signature"
    yield "no header", check(""), "!signature"
    yield "unicode in the header", check(right[:-1] + "é"), "!signature"
    yield "surrogate in the header", check(right + "\udce9"), "!signature"
    yield "truncated", check(right[:-1]), "!signature"
    yield "doubled", check(f"{right},{right}"), "!signature"
    yield "upper case", check(right.upper()), "!signature"
    yield "body changed", check(right, body + b" "), "!signature"
    yield "body written again", check(right, '{"object": "page", "text": "é"}'.encode()), "!signature"
    yield "no object", check(header(b"[]", "current"), b"[]"), "!malformed"
    yield "empty body", check(header(b"", "current"), b""), "!malformed"


def _hub() -> Rows:
    yield from _headers("x_hub_signature_256", sign.hub)
    body = b"{}"
    bare = sign.hub(body, "current").removeprefix("sha256=")
    yield "without prefix", lambda rules: rules.x_hub_signature_256(body, bare, LISTED), "!signature"
    yield "SHA-1", lambda rules: rules.x_hub_signature_256(body, "sha1=" + bare[:40], LISTED), "!signature"


def _x() -> Rows:
    yield from _headers("x_signature", sign.x)
    bare = sign.x(b"{}", "current").removeprefix("sha256=")
    yield "without prefix", lambda rules: rules.x_signature(b"{}", bare, LISTED), "!signature"


def _linkedin() -> Rows:
    yield from _headers("linkedin_signature", sign.linkedin)
    plain = sign.hmac256("current", b"{}").hex()
    yield (
        "without the words before the body",
        lambda rules: rules.linkedin_signature(b"{}", plain, LISTED),
        "!signature",
    )
    prefixed = "hmacsha256=" + sign.linkedin(b"{}", "current")
    yield (
        "prefix in the header",
        lambda rules: rules.linkedin_signature(b"{}", prefixed, LISTED),
        "!signature",
    )


def _challenges() -> Rows:
    def hub(mode: str, token: str, challenge: str = "1158", ours: tuple[str, ...] = ("mine", "old")) -> Any:
        return lambda rules: rules.hub_challenge(mode, token, challenge, ours)

    yield "hub", hub("subscribe", "mine"), "1158"
    yield "hub, previous token", hub("subscribe", "old"), "1158"
    yield "hub, other token", hub("subscribe", "else"), "!signature"
    yield "hub, unicode token", hub("subscribe", "ménage"), "!signature"
    yield "hub, no token", hub("subscribe", ""), "!signature"
    yield "hub, none set", hub("subscribe", "", ours=()), "!signature"
    yield "hub, other mode", hub("unsubscribe", "mine"), "!malformed"
    yield "hub, nothing to echo", hub("subscribe", "mine", ""), "!malformed"
    crc = "sha256=" + base64.b64encode(sign.hmac256("current", "tökén".encode())).decode()
    yield "x", lambda rules: rules.x_crc("tökén", LISTED), crc
    yield "x, no token", lambda rules: rules.x_crc("", LISTED), "!malformed"
    yield "x, no secret", lambda rules: rules.x_crc("t", ()), "!malformed"
    code = sign.hmac256("current", b"890e-4cc3").hex()
    yield "linkedin", lambda rules: rules.linkedin_challenge("890e-4cc3", LISTED), code
    yield "linkedin, no code", lambda rules: rules.linkedin_challenge("", LISTED), "!malformed"
    yield "linkedin, no secret", lambda rules: rules.linkedin_challenge("c", ()), "!malformed"


def _timed(check: Callable[[int], Any], document: Any, *, early: Any) -> Rows:
    """Yield how far a signed time may be off; `early`: what too far ahead leads to."""
    yield "five minutes old", check(NOW - 300), (0, document)
    yield "older", check(NOW - 301), "!too_old"
    yield "five minutes ahead", check(NOW + 300), (0, document)
    yield "further ahead", check(NOW + 301), early


def _tiktok() -> Rows:
    document = {"client_key": "ck1", "event": "authorization.removed", "user_openid": "o1"}
    body = sign.dumps(document)

    def check(header: str, what: bytes = body, listed: tuple[str, ...] = LISTED) -> Callable[[Any], Any]:
        return lambda rules: rules.tiktok_signature(
            what, header, listed, client_keys=("ck0", "ck1"), now=float(NOW)
        )

    right = sign.tiktok(body, "current", NOW)
    stamp, signature = right.split(",")
    yield "right", check(right), (0, document)
    yield "other order, blank", check(f"{signature}, {stamp}"), (0, document)
    yield "previous secret", check(sign.tiktok(body, "previous", NOW)), (1, document)
    yield "other secret", check(sign.tiktok(body, "else", NOW)), "!signature"
    yield "no secret", check(right, listed=()), "!signature"
    yield "unicode", check(right + "é"), "!signature"
    yield "other time", check(right.replace(str(NOW), str(NOW + 1))), "!signature"
    for name, header in {"no header": "", "no time": signature, "no signature": stamp, "two times":
                         f"{stamp},{right}", "two signatures": f"{right},{signature}",
                         "time in words": f"t=now,{signature}", "negative": f"t=-1,{signature}",
                         "arabic digits": f"t=١٧,{signature}", "endless": f"t={'1' * 13},{signature}",
                         }.items():  # fmt: skip
        yield name, check(header), "!malformed"
    yield from _timed(lambda at: check(sign.tiktok(body, "current", at)), document, early="!too_early")
    for name, key in {"other": "ck2", "none": None}.items():
        other = sign.dumps(document | {"client_key": key})
        yield f"client key {name}", check(sign.tiktok(other, "current", NOW), other), "!other_app"
    yield "no JSON", check(sign.tiktok(b"x", "current", NOW), b"x"), "!malformed"


def _stripe() -> Rows:
    document = {"id": "evt_1", "type": "customer.deleted"}
    body = sign.dumps(document)

    def check(header: str, what: bytes = body, listed: tuple[str, ...] = LISTED) -> Callable[[Any], Any]:
        return lambda rules: rules.stripe_signature(what, header, listed, now=float(NOW))

    right = sign.stripe(body, "current", NOW)
    stamp, signature = right.split(",")
    yield "right", check(right), (0, document)
    yield "previous secret", check(sign.stripe(body, "previous", NOW)), (1, document)
    yield "any v1", check(f"{stamp},v1=00,{signature},v0=1"), (0, document)
    yield (
        "first secret counts",
        check(f"{stamp},{sign.stripe(body, 'previous', NOW).split(',')[1]},{signature}"),
        (0, document),
    )
    yield "v0 alone", check(sign.stripe(body, "current", NOW, "v0")), "!signature"
    yield "no v1", check(stamp), "!signature"
    yield "other secret", check(sign.stripe(body, "else", NOW)), "!signature"
    yield "no secret", check(right, listed=()), "!signature"
    yield "unicode", check(right + "é"), "!signature"
    yield "other time", check(right.replace(str(NOW), str(NOW + 1))), "!signature"
    yield "body changed", check(right, body + b" "), "!signature"
    yield "no header", check(""), "!malformed"
    yield "no time", check(signature), "!malformed"
    yield "two times", check(f"{stamp},{right}"), "!malformed"
    yield from _timed(lambda at: check(sign.stripe(body, "current", at)), document, early=(0, document))
    for name, value in {"none": None, "empty": "", "number": 5}.items():
        other = sign.dumps(document | {"id": value})
        yield f"id {name}", check(sign.stripe(other, "current", NOW), other), "!malformed"


def _email() -> Rows:
    document = {"type": "email.bounced"}
    body = sign.dumps(document)

    def check(signatures: str, listed: tuple[str, ...] = LISTED, **more: Any) -> Callable[[Any], Any]:
        given = {"message_id": "msg_1", "timestamp": str(NOW)} | more
        return lambda rules: rules.email_events(
            body, signatures=signatures, secrets=listed, now=float(NOW), **given
        )

    right = sign.email(body, "current", NOW)
    coded = base64.b64encode(b"binary\xff").decode()
    yield "right", check(right), (0, document)
    yield "previous secret", check(sign.email(body, "previous", NOW)), (1, document)
    yield "any of several", check(f"v1,AAAA v2,x {right}"), (0, document)
    yield "secret in base64", check(sign.email(body, b"binary\xff", NOW), (f"whsec_{coded}",)), (0, document)
    yield (
        "secret in base64 taken as text",
        check(sign.email(body, f"whsec_{coded}", NOW), (f"whsec_{coded}",)),
        "!signature",
    )
    yield "secret that is no base64", check(right, ("whsec_!!",)), "!no_secret"
    yield "other secret", check(sign.email(body, "else", NOW)), "!signature"
    yield "other id", check(right, message_id="msg_2"), "!signature"
    yield "no id", check(sign.email(body, "current", NOW, ""), message_id=""), "!malformed"
    yield "other version", check(right.replace("v1,", "v2,")), "!signature"
    yield "no header", check(""), "!signature"
    yield "unicode", check("é" + right, message_id="é"), "!signature"
    yield "other time", check(right, timestamp=str(NOW + 1)), "!signature"
    yield "no time", check(right, timestamp=""), "!malformed"
    yield from _timed(
        lambda at: check(sign.email(body, "current", at), timestamp=str(at)), document, early="!too_early"
    )


def _readings() -> Rows:
    """Ids as texts: what other parts of the portal take from a message that is believed."""

    def read(value: Any) -> Callable[[Any], Any]:
        return lambda rules: rules.base.name_of(value)

    for value, text in ((" 12 ", "12"), (12, "12"), (None, ""), (False, ""), ({}, ""), ("a\x00", "")):
        yield f"id {value!r}", read(value), text
