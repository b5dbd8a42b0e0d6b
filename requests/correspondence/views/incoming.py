"""Raw messages posted by a mail gateway: stored first, read later. The same message twice is stored once."""

import hmac
from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from correspondence.services import mailboxes, storing

MOST_BYTES = 50 * 1024 * 1024
PIECE = 64 * 1024


class _TooLarge(Exception):
    pass


class _Empty(Exception):
    pass


@csrf_exempt
@require_POST
def raw_message(request: HttpRequest, key: str) -> HttpResponse:
    """Take one message (RFC 5322 bytes as the body) for a mailbox.

    202 stored or known, 401 without the mailbox's secret, 404 for a mailbox that takes none, 413 over 50 MB,
    400 for an empty body.
    """
    secret = mailboxes.secret_of(key) if key in mailboxes.known_keys() else ""
    if not secret:
        raise Http404("This mailbox takes no posted mail.")
    if not hmac.compare_digest(_given(request).encode(), secret.encode()):
        return _answer(
            401, "Send the mailbox's secret: Authorization: Bearer ….", {"WWW-Authenticate": "Bearer"}
        )
    try:
        storing.store_raw(mailbox=key, chunks=_pieces(request), now=timezone.now())
    except _TooLarge:
        return _answer(413, "The message is larger than 50 MB.")
    except _Empty:
        return _answer(400, "The body is empty. Send the message as it came.")
    return _answer(202, "The message is stored.")


def _given(request: HttpRequest) -> str:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else ""


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    """Yield the body in pieces; raises _TooLarge or _Empty."""
    announced = request.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > MOST_BYTES:
        raise _TooLarge
    size = 0
    while piece := request.read(PIECE):
        size += len(piece)
        if size > MOST_BYTES:
            raise _TooLarge
        yield piece
    if not size:
        raise _Empty


def _answer(status: int, said: str, headers: dict[str, str] | None = None) -> JsonResponse:
    return JsonResponse({"detail": said}, status=status, headers=headers)
