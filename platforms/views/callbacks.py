"""Where platforms and processors call us: raw bytes in, a receipt kept, an answer out (docs/callbacks.md)."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from accounts.views.visitors import address_of
from config import clock
from platforms.callbacks.endpoints import MOST_BYTES, Endpoint, endpoint
from platforms.rules.signatures import Refused
from platforms.services import handshakes, receiving
from platforms.services.verifying import Call


@csrf_exempt
@never_cache
def callback(request: HttpRequest, name: str) -> HttpResponse:
    """Take a callback (POST), or answer a platform's question whether the address is ours (GET)."""
    found = endpoint(name)
    if request.method == "POST":
        return _receive(request, found)
    if request.method == "GET" and found.handshake:
        return _handshake(request, found)
    return HttpResponseNotAllowed(["GET", "POST"] if found.handshake else ["POST"])


def _receive(request: HttpRequest, found: Endpoint) -> HttpResponse:
    call = _call(request)
    answer = receiving.receive(endpoint=found, call=call, address=address_of(request), now=clock.now())
    if answer.document is None:
        return HttpResponse(status=answer.status, content_type="text/plain")
    return JsonResponse(answer.document, status=answer.status)


def _call(request: HttpRequest) -> Call:
    """Read the body before anything else, and of one that is too long no more than shows that."""
    announced = request.META.get("CONTENT_LENGTH") or ""
    body = request.read(MOST_BYTES + 1)
    size = max(int(announced) if announced.isdecimal() else 0, len(body))
    return Call(body, size, request.content_type or "", request.headers)


def _handshake(request: HttpRequest, found: Endpoint) -> HttpResponse:
    try:
        said = handshakes.answer(found, request.GET)
    except Refused:
        return JsonResponse({"error": "refused"}, status=found.refuses)
    return JsonResponse(said) if isinstance(said, dict) else HttpResponse(said, content_type="text/plain")
