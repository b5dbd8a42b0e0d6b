"""Where HTTP systems answer: signed, with the token of the step, in JSON, small; else a problem document."""

import hashlib
import json

import pytest

from config.jobs import JobStatus
from dsar.enums import CaseStatus
from dsar.services import sources
from platforms.connectors.http import signature
from tests import factories as make

pytestmark = pytest.mark.django_db
SECRET = "a shared key of some length"
REPLY = {"counts": {"tickets": 3}, "rows": {"tickets": [{"id": 1}, {"id": 2}, {"id": 3}]}}


@pytest.fixture
def step(time_machine):
    time_machine.move_to(make.NOW, tick=False)
    case = make.CaseFactory(verified=True, status=CaseStatus.WAITING)
    step = make.StepFactory(
        plan=make.PlanFactory(case=case),
        system=make.SystemFactory(connector="http", secret=SECRET, options={"url": "https://crm.example"}),
        operation="erase",
        status=JobStatus.WAITING,
    )
    step.callback_hash = hashlib.sha256(sources.callback_token(step).encode()).hexdigest()
    step.save()
    return step


def answer(client, step, body=None, *, token=None, secret=SECRET, content_type="application/json", **headers):
    """Post an answer as the system would."""
    raw = body if isinstance(body, bytes) else json.dumps(body or {"counts": {"tickets": 3}}).encode()
    stamp = str(int(make.NOW.timestamp()))
    sent = {
        "Authorization": f"Bearer {token or sources.callback_token(step)}",
        "Portal-Timestamp": stamp,
        "Portal-Signature": signature(secret, stamp, raw),
    } | headers
    return client.post(f"/callbacks/steps/{step.pk}/", raw, content_type=content_type, headers=sent)


def test_a_signed_answer_is_taken_once(client, step):
    taken = answer(client, step)
    assert (taken.status_code, taken.json()) == (200, {"received": True})
    step.refresh_from_db()
    assert (step.status, step.rows_done) == (JobStatus.DONE, 3)
    assert answer(client, step).status_code == 401


def test_no_csrf_token_is_needed_and_no_cookie_is_set(step):
    from django.test import Client

    taken = answer(Client(enforce_csrf_checks=True), step)
    assert taken.status_code == 200
    assert not taken.cookies


@pytest.mark.parametrize(
    "fault",
    [
        {"token": "wrong"},
        {"secret": "another shared key of some length"},
        {"Authorization": "Basic abc"},
        {"Portal-Signature": ""},
        {"Portal-Timestamp": "1"},
        {"Portal-Timestamp": "soon"},
    ],
)
def test_a_stranger_is_refused_and_changes_nothing(client, step, fault):
    refused = answer(client, step, **fault)
    assert refused.status_code == 401
    assert refused["Content-Type"] == "application/problem+json"
    assert refused["WWW-Authenticate"] == "Bearer"
    step.refresh_from_db()
    assert step.status == JobStatus.WAITING


def test_an_unknown_step_looks_like_a_wrong_token(client, step):
    wrong = answer(client, step, token="wrong").json()
    step.pk = "00000000-0000-4000-8000-000000000000"
    assert answer(client, step, token="wrong").json() == wrong


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b'{"counts": NaN}', b"[" * 100_000])
def test_what_is_no_json_object_is_told(client, step, body):
    refused = answer(client, step, body)
    assert refused.status_code == 400
    assert "JSON" in refused.json()["title"]


def test_a_payload_that_cannot_be_read_says_which_part(client, step):
    refused = answer(client, step, {"counts": {"tickets": "three"}})
    assert refused.status_code == 422
    assert "counts" in refused.json()["title"]
    step.refresh_from_db()
    assert step.status == JobStatus.WAITING


def test_other_methods_types_and_sizes_are_refused(client, step, settings):
    assert client.get(f"/callbacks/steps/{step.pk}/").status_code == 405
    assert answer(client, step, content_type="text/plain").status_code == 415
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert answer(client, step).status_code == 413


def test_a_step_that_no_longer_waits_is_a_conflict(client, step):
    step.status = JobStatus.DONE
    step.save()
    assert answer(client, step).status_code == 409
