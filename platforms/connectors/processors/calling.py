"""One call to a processor: what its answer means for us, in words without personal values."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

from platforms import outgoing
from platforms.connectors.base import Order, SourceFailed, SourceUnreachable, WrongSettings

MAX_ANSWER_BYTES = 20_000_000
MAX_PAGES = 1_000
# 408, 425, 429 and 5xx: the same call may succeed later.
SOON = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
ClientFactory = Callable[[], httpx.Client]


class Remote:
    """A processor's interface for one conversation. `who`: its name in messages."""

    def __init__(self, who: str, client: httpx.Client, base: str, headers: Mapping[str, str]) -> None:
        self.who = who
        self._client = client
        self._base = base
        self._headers = dict(headers)

    def call(self, method: str, path: str, *, gone: Sequence[int] = (), **parts: Any) -> Any:
        """Return the JSON of an answer, or None for a status in `gone`: what was asked for is not there.

        `parts` are httpx's params, data, json and headers. Raises SourceUnreachable (try again later) and
        SourceFailed (refused, or not understood).
        """
        headers = self._headers | dict(parts.pop("headers", {}))
        try:
            answer = self._client.request(method, outgoing.url(self._base + path), headers=headers, **parts)
        except httpx.TransportError as fault:
            raise SourceUnreachable(f"{self.who} does not answer ({type(fault).__name__}).") from fault
        if answer.status_code in gone:
            return None
        return self._read(answer)

    def _read(self, answer: httpx.Response) -> Any:
        code = answer.status_code
        if code in SOON:
            wait = answer.headers.get("Retry-After", "")
            when = f"in {wait} seconds" if wait.isdigit() else "later"
            raise SourceUnreachable(f"{self.who} answered {code}: try again {when}.")
        if code in (401, 403):
            raise SourceFailed(f"{self.who} refuses our key with {code}{_reason(answer)}. Check the secret.")
        if code == 204:
            return {}
        if not 200 <= code < 300:
            raise SourceFailed(f"{self.who} refused with {code}{_reason(answer)}.")
        if len(answer.content) > MAX_ANSWER_BYTES:
            raise SourceFailed(f"{self.who} sent more than {MAX_ANSWER_BYTES // 1_000_000} MB.")
        data = _json(answer)
        if not isinstance(data, dict):
            raise SourceFailed(f"{self.who} answered something that is no JSON object.")
        if data.get("error"):
            raise SourceFailed(f"{self.who} answered 200 with an error{_reason(answer)}.")
        return data


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _reason(answer: httpx.Response) -> str:
    """Return the code of an error body: never its message, which may quote what we sent."""
    data = _json(answer)
    error = data.get("error") if isinstance(data, dict) else None
    if isinstance(error, str):
        return f" ({error[:60]})"
    if isinstance(error, dict):
        words = [error.get(name) for name in ("type", "code", "status")]
        found = [str(word)[:60] for word in words if word]
        return f" ({', '.join(found)})" if found else ""
    return ""


def need(secret: str | None, who: str, what: str) -> str:
    """Return the secret. Raises WrongSettings saying which one is missing."""
    if not secret:
        raise WrongSettings(f"{who} is not connected: its secret is missing. It is {what}.")
    return secret


def segment(value: str) -> str:
    """Return a value as one part of an address."""
    return quote(value, safe="")


def values_of(order: Order, *keys: str) -> list[str]:
    """Return the person's values under these identity keys, each once."""
    found = (value.strip() for key in keys for value in order.identities.get(key, ()))
    return list(dict.fromkeys(value for value in found if value))


def pages(fetch: Callable[[str], tuple[list[dict[str, Any]], str]], who: str) -> Iterator[dict[str, Any]]:
    """Yield the items of a paged list; `fetch(after)` returns a page and where the next begins ("": none).

    Raises SourceFailed for a list that never ends.
    """
    after = ""
    for _page in range(MAX_PAGES):
        items, after = fetch(after)
        yield from items
        if not after:
            return
    raise SourceFailed(f"{who} sent more than {MAX_PAGES} pages.")
