"""What the check of Google's security events must say."""

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.platforms.callbacks import signing as sign
from tests.platforms.rules.signature_rows import ISSUER, NOW, Rows


def _checked(token: bytes, keys: Any = None, **more: Any) -> Callable[[Any], Any]:
    """Return a call that reads the keys and checks a token with them."""
    known = {"keys": [sign.jwk()]} if keys is None else keys
    given = {"issuer": ISSUER, "audiences": ("client-0", "client-1"), "now": float(NOW)} | more
    return lambda rules: rules.risc_set(token, keys=rules.keys_of(known), **given)


def risc() -> Rows:
    claims = sign.claims(NOW)
    good = sign.token(claims)
    head, payload, signature = good.split(b".")
    yield "right", _checked(good), (0, claims)
    yield "key id", lambda rules: rules.key_id(good), "current"
    yield "exp is not looked at", _checked(sign.token(claims | {"exp": 1})), (0, claims | {"exp": 1})
    yield "jku is not followed", _checked(sign.token(claims, jku="https://evil.example/keys")), (0, claims)
    yield (
        "jku with a strange key",
        _checked(
            sign.token(claims, name="strange", jku="https://evil.example/keys", jwk=sign.jwk("strange"))
        ),
        "!invalid_key",
    )
    yield (
        "strange key under our name",
        _checked(sign.token(claims, name="strange", kid="current", jwk=sign.jwk("strange"))),
        "!authentication_failed",
    )
    public = sign.rsa().public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    yield "HS256 with the public key", _checked(sign.hs256(claims, pem)), "!invalid_request"
    none = sign.b64url(sign.dumps({"alg": "none", "kid": "current"})).encode() + b"." + payload
    yield "none", _checked(none + b"."), "!invalid_request"
    yield "none with a signature", _checked(none + b"." + signature), "!invalid_request"
    yield "RS512", _checked(sign.token(claims, alg="RS512")), "!invalid_request"
    yield "no algorithm", _checked(sign.token(claims, alg=None)), "!invalid_request"
    yield "critical extension", _checked(sign.token(claims, crit=["b64"])), "!invalid_request"
    yield "unknown kid", _checked(sign.token(claims, kid="other")), "!invalid_key"
    yield "no kid", _checked(sign.token(claims, kid=None)), "!invalid_key"
    yield "kid is a list", lambda rules: rules.key_id(sign.token(claims, kid=["a"])), "!invalid_key"
    yield "two parts", _checked(head + b"." + payload), "!invalid_request"
    yield "four parts", _checked(good + b".x"), "!invalid_request"
    yield "empty", _checked(b""), "!invalid_request"
    yield "head is no JSON", _checked(b"aGVsbG8." + payload + b"." + signature), "!invalid_request"
    yield "head is a list", _checked(b"W10." + payload + b"." + signature), "!invalid_request"
    yield "head in plain base64", _checked(b"+" + good), "!invalid_request"
    yield "truncated", _checked(good[:-5]), "!authentication_failed"
    yield "no signature", _checked(head + b"." + payload + b"."), "!authentication_failed"
    yield "padded signature", _checked(good + b"=="), "!authentication_failed"
    encoded = sign.b64url(sign.dumps(claims | {"jti": "j2"})).encode()
    yield "claims changed", _checked(head + b"." + encoded + b"." + signature), "!authentication_failed"


def risc_claims() -> Rows:
    claims = sign.claims(NOW)

    def told(**more: object) -> Callable[[Any], Any]:
        return _checked(sign.token(claims | more))

    for name, value in {"without slash": ISSUER, "with slash": ISSUER + "/"}.items():
        yield f"issuer {name}", told(iss=value), (0, claims | {"iss": value})
        yield f"ours is written {name}", _checked(sign.token(claims), issuer=value), (0, claims)
    for name, value in {"other": "https://evil.example", "two slashes": ISSUER + "//", "none": None}.items():
        yield f"issuer {name}", told(iss=value), "!invalid_issuer"
    yield "audience in a list", told(aud=["x", "client-1"]), (0, claims | {"aud": ["x", "client-1"]})
    for name, value in {
        "other": "client-2",
        "part": "client",
        "none": None,
        "empty": [],
        "number": 1,
    }.items():
        yield f"audience {name}", told(aud=value), "!invalid_audience"
    yield "no client of ours", _checked(sign.token(claims), audiences=()), "!invalid_audience"
    yield "other issuer and audience", told(iss="x", aud="x"), "!invalid_issuer"
    yield "just in time", told(iat=NOW + 300), (0, claims | {"iat": NOW + 300})
    yield "years old", told(iat=1), (0, claims | {"iat": 1})
    for name, value in {
        "ahead": NOW + 301,
        "none": None,
        "text": str(NOW),
        "true": True,
        "half": 1.5,
    }.items():
        yield f"time {name}", told(iat=value), "!invalid_request"
    for name, value in {"none": None, "empty": "", "number": 7}.items():
        yield f"jti {name}", told(jti=value), "!invalid_request"
    for name, value in {"none": None, "empty": {}, "list": ["x"], "text": "x"}.items():
        yield f"events {name}", told(events=value), "!invalid_request"
    id_token = {name: value for name, value in claims.items() if name != "events"} | {"sub": "g-1"}
    yield "an ID token", _checked(sign.token(id_token)), "!invalid_request"
    yield "claims are a list", _checked(sign.token([1])), "!invalid_request"
    yield (
        "two keys",
        _checked(sign.token(claims, name="next"), {"keys": [sign.jwk(), sign.jwk("next")]}),
        (0, claims),
    )


def keys() -> Rows:
    def listed(document: Any) -> Callable[[Any], Any]:
        return lambda rules: sorted(rules.keys_of(document))

    yield "one", listed({"keys": [sign.jwk()]}), ["current"]
    plain = {name: value for name, value in sign.jwk().items() if name not in ("use", "alg")}
    yield "without use and alg", listed({"keys": [plain]}), ["current"]
    weak = sign.jwk("weak", 1024)
    yield "a weak one is left out", listed({"keys": [weak, sign.jwk()]}), ["current"]
    unfit = {"kty": "EC", "use": "enc", "alg": "RS512", "kid": None, "n": 5, "e": None}
    for name, value in unfit.items():
        odd = sign.jwk("next") | {name: value}
        yield f"{name} does not fit", listed({"keys": [odd, sign.jwk()]}), ["current"]
    yield "an entry is no object", listed({"keys": ["x", sign.jwk()]}), ["current"]
    for name, document in {"list": [sign.jwk()], "text": "x", "no keys": {}, "odd": {"keys": "x"}}.items():
        yield f"no key set: {name}", listed(document), "ValueError: This is no JSON Web Key Set."
    for name, keys in {"none": [], "weak ones": [weak]}.items():
        said = "ValueError: The JSON Web Key Set holds no key for RS256."
        yield f"no key in it: {name}", listed({"keys": keys}), said
