"""The WSGI application: which platform is called, what it answers, and a record of the call."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

from platforms.fakes import apis, exchange, faults, pages
from platforms.fakes.specs import SPECS, Spec, of_client
from platforms.fakes.world import Call, Consent, Refused, World

Start = Callable[..., Any]
Reply = tuple[int, Any, dict[str, str]]
CONTROLS = ("account", "consent", "fail", "heal", "reset", "connect", "revoke", "alive")


class Application:
    """One WSGI application for all hosts."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __call__(self, environ: Mapping[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer one call."""
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        head, _, rest = str(environ["PATH_INFO"]).lstrip("/").partition("/")
        if head == "_control":
            status, value, headers = self.control(rest, raw)
        else:
            status, value, headers = self.platform(read(environ, head, f"/{rest}", raw), environ, raw)
        body, kind = faults.body_of(value)
        lines = [("Content-Type", kind), ("Content-Length", str(len(body))), *headers.items()]
        start_response(f"{status} {HTTPStatus(status).phrase}", lines)
        return [body]

    def control(self, name: str, raw: bytes) -> Reply:
        """Take an order as JSON: {"platform": "x", "kind": "revoke", "mode": "500", "times": 2}."""
        if name == "calls":
            return 200, [vars(call) for call in self.world.calls], {}
        if name not in CONTROLS:
            return 404, {"error": "no such order"}, {}
        return 200, {"result": getattr(self.world, name)(**json.loads(raw or b"{}"))}, {}

    def platform(self, request: apis.Request, environ: Mapping[str, Any], raw: bytes) -> Reply:
        """Find the endpoint, fail as ordered or answer, and record the call."""
        spec = authorize_spec(request)
        if spec is not None:
            reply = self.authorize(spec, request, str(environ.get("QUERY_STRING", "")), raw)
            return self._recorded(spec.key, "authorize", request, reply)
        platform, kind, handler = endpoint(request)
        platform = self._whose(platform, request)
        reply = faults.ordered(self.world, platform, kind) or self._answer(platform, kind, handler, request)
        return self._recorded(platform, kind, request, reply)

    def _recorded(self, platform: str, kind: str, request: apis.Request, reply: Reply) -> Reply:
        self.world.calls.append(Call(platform, kind, status=reply[0], **vars(request)))
        return reply

    def _answer(self, platform: str, kind: str, handler: Any, request: apis.Request) -> Reply:
        try:
            with self.world.lock:
                status, value = handler(self.world, request)
        except Refused as refused:
            status, value = faults.worded(platform, kind, refused)
        return status, value, {}

    def _whose(self, platform: str, request: apis.Request) -> str:
        """Google's two clients, and Meta's products, share endpoints: a token says whose it is."""
        if platform not in ("google_youtube", "meta_facebook"):
            return platform
        names = ("token", "access_token", "input_token")
        sent = [
            value for part in (request.form, request.query) for name in names if (value := part.get(name))
        ]
        found = [self.world.tokens[value] for value in sent if value in self.world.tokens]
        return self.world.grants[found[0].grant].platform if found else platform

    def authorize(self, spec: Spec, request: apis.Request, query: str, raw: bytes) -> Reply:
        """Show the page, or decide as ordered; the answer of the page is posted back here."""
        try:
            scopes = exchange.asked(spec, request.query)
        except Refused as refused:
            return refused.status, f"<h1>{refused.code}</h1><p>{refused.why}</p>", {}
        consent = self.world.consents.get(spec.key)
        if request.method == "POST":
            consent = Consent(*pages.answered(parse_qs(raw.decode()), spec))
        if consent is None:
            return 200, pages.consent(self.world, spec, request.host, query, scopes), {}
        back = urlencode(exchange.decided(self.world, spec, request.query, consent))
        return 302, "", {"Location": f"{request.query['redirect_uri']}?{back}"}


def read(environ: Mapping[str, Any], host: str, path: str, raw: bytes) -> apis.Request:
    """Return the call without WSGI's names."""
    headers = {k[5:].replace("_", "-").lower(): v for k, v in environ.items() if k.startswith("HTTP_")}
    form = dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
    query = dict(parse_qsl(str(environ.get("QUERY_STRING", "")), keep_blank_values=True))
    return apis.Request(str(environ["REQUEST_METHOD"]), host, path, query, form, headers)


def authorize_spec(request: apis.Request) -> Spec | None:
    """Return whose authorize page it is; Google's two clients share one."""
    path = re.sub(r"^(www\.facebook\.com)/v[\d.]+/", r"\1/", f"{request.host}{request.path}")
    here = [spec for spec in SPECS.values() if spec.authorize == path]
    if len(here) < 2:
        return here[0] if here else None
    found = of_client(request.query.get("client_id", ""))
    return found if found in here else here[0]


def endpoint(request: apis.Request) -> tuple[str, str, Any]:
    """Return platform, kind of call and handler; an unknown address is answered 404."""
    spec = apis.spec_of_token(request)
    if spec is not None:
        grant_type = {**request.query, **request.form}.get("grant_type", "")
        kind = {"refresh_token": "refresh", "fb_exchange_token": "exchange"}.get(grant_type, "token")
        return spec.key, kind, lambda world, asked: apis.token_endpoint(world, asked, spec)
    for pattern, platform, kind, handler in apis.ROUTES:
        if re.fullmatch(pattern, f"{request.host}{request.path}"):
            reads = kind == "revoke" and request.method == "GET"
            return platform, "permissions" if reads else kind, handler
    return "", "unknown", lambda _world, _request: (404, {"error": "not_found"})
