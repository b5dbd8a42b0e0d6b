"""Where HTTP systems answer later: `POST /callbacks/steps/<id>/` with JSON (docs/connector-http.md)."""

import json
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from dsar.models import Step
from dsar.rules.transitions import NotAllowed
from dsar.services import fulfilment
from dsar.views.people import now_and_today
from platforms.connectors.http import verify

UNKNOWN = "Token or signature do not belong to an open step: see docs/connector-http.md."


class Problem(Exception):
    """A request that is answered with a problem document (RFC 9457)."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status, self.title = status, title


@csrf_exempt
@never_cache
def step(request: HttpRequest, pk: uuid.UUID) -> JsonResponse:
    """Take a system's answer to one step. A wrong token and an unknown step look alike."""
    try:
        _must_post_json(request)
        _receive(request, pk, token=_token_of(request))
    except Problem as problem:
        return _answer(problem)
    return JsonResponse({"received": True})


def _receive(request: HttpRequest, pk: uuid.UUID, *, token: str) -> None:
    """Check who sends, then the answer; a sender that is not known learns nothing about the body."""
    now, _today = now_and_today()
    found = Step.objects.select_related("case", "system").filter(pk=pk).first()
    if found is None or not _is_signed(request, found, now):
        raise Problem(401, UNKNOWN)
    payload = _payload_of(request)
    try:
        fulfilment.receive_callback(step=found, token=token, payload=payload, now=now)
    except PermissionError:
        raise Problem(401, UNKNOWN) from None
    except NotAllowed as refusal:
        raise Problem(409, str(refusal)) from None
    except ValueError as fault:
        raise Problem(422, str(fault)) from None


def _is_signed(request: HttpRequest, step: Step, now: datetime) -> bool:
    """Whether the body carries the signature of the system that the step is for, at most minutes old."""
    stamp, given = request.headers.get("Portal-Timestamp", ""), request.headers.get("Portal-Signature", "")
    secret = step.system.secret
    return bool(secret) and verify(secret, stamp, request.body, given, now=now.timestamp())


def _must_post_json(request: HttpRequest) -> None:
    if request.method != "POST":
        raise Problem(405, "Send the answer with POST.")
    if request.content_type != "application/json":
        raise Problem(415, "Send the answer as application/json.")
    length = request.headers.get("Content-Length", "")
    if not length.isdigit():
        raise Problem(411, "Say how long the answer is (Content-Length).")
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if int(length) > most:
        raise Problem(413, f"The answer may have at most {most} bytes: send counts, or less at a time.")


def _token_of(request: HttpRequest) -> str:
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem(401, "Send the step's token: Authorization: Bearer TOKEN.")
    return token.strip()


def _payload_of(request: HttpRequest) -> dict[str, Any]:
    try:
        payload = json.loads(request.body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Problem(400, "The body is not valid JSON.") from None
    if not isinstance(payload, dict):
        raise Problem(400, "The body must be one JSON object.")
    return payload


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON value")


def _answer(problem: Problem) -> JsonResponse:
    document = {"type": "about:blank", "title": problem.title, "status": problem.status}
    response = JsonResponse(document, status=problem.status, content_type="application/problem+json")
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if problem.status == 405:
        response["Allow"] = "POST"
    return response
