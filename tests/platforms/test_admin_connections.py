"""Linked accounts at the desk: permissions against need, dates of tokens, never a token."""

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import AuditEvent
from platforms import fakes
from platforms.enums import ConnectionStatus
from platforms.models import Finding
from tests import desk
from tests import factories as make
from tests.dsar.admin.test_admin_queue import own
from tests.people import text_of

LIST = "/staff/platforms/connection/"


@pytest.fixture
def client(db):
    return desk.signed_in(desk.staff("Katrin Vogelsang", Role.DPO))


def test_the_list_shows_account_person_and_state(client):
    make.ConnectionFactory(subject=make.SubjectFactory(name="Ana Beispiel"), handle="studio.nord")
    make.ConnectionFactory(handle="gone.account", status=ConnectionStatus.ENDED, ended_at=make.NOW)
    make.ConnectionFactory(handle="too.old", status=ConnectionStatus.EXPIRED)
    text = text_of(client.get(LIST))
    assert "studio.nord" in text
    assert "Ana Beispiel" in text
    assert "gone.account" not in text
    assert "gone.account" in text_of(client.get(LIST, {"view": "ended"}))
    attention = text_of(client.get(LIST, {"view": "attention"}))
    assert "too.old" in attention
    assert "studio.nord" not in attention


def test_the_list_costs_the_same_however_long_it_is(client):
    counts = []
    for _round in range(2):
        make.ConnectionFactory.create_batch(10)
        with CaptureQueriesContext(database) as captured:
            client.get(LIST)
        counts.append(len(own(captured)))
    assert counts[0] == counts[1] <= 4


@pytest.mark.parametrize("word", ["1001", "c-17"])
def test_an_account_is_found_by_its_exact_id_or_the_products_key(client, word):
    make.ConnectionFactory(external_id="1001", product_reference="c-17", handle="found.me")
    make.ConnectionFactory(external_id="10012", handle="not.me")
    text = text_of(client.get(LIST, {"q": word}))
    assert "found.me" in text
    assert "not.me" not in text


def test_the_page_compares_permissions_with_need_and_shows_no_token(client):
    row = make.ConnectionFactory(features=["connect", "publish"])
    for scope in ("identity", "history"):
        make.ScopeGrantFactory(connection=row, scope=scope)
    token = make.TokenFactory(connection=row, expires_at=make.NOW)
    Finding.objects.create(
        kind="scope_surplus", platform="reddit", element="history", connection=row, found_at=make.NOW,
        seen_at=make.NOW, detail={"m": "%(scope)s is granted, and no feature that this person uses needs it.",
                                  "v": {"scope": "history"}},
    )  # fmt: skip
    answer = client.get(f"{LIST}{row.pk}/change/")
    text = text_of(answer)
    for words in (
        "More than needed",
        "Needed",
        "Not granted",
        "12 Oct 2026",
        "history is granted",
        "Refresh token",
    ):
        assert words in text
    assert token.value not in answer.content.decode()


def test_a_probe_is_asked_for_by_post_and_recorded(client, settings):
    with fakes.running() as url:
        settings.PLATFORM_FAKES_URL, settings.PLATFORM_SECRETS = url, dict(fakes.SECRETS)
        settings.HTTP_ALLOW_PRIVATE = True
        given = fakes.world(url).connect("reddit", "1001", ["identity"])
        row = make.ConnectionFactory(external_id="1001")
        make.TokenFactory(connection=row, kind="refresh", value=given["refresh_token"])
        text = text_of(client.post(f"{LIST}{row.pk}/probe/", follow=True))
        assert "The grant still works" in text
        fakes.world(url).revoke("reddit", "1001")
        row.tokens.filter(kind="access").update(expires_at=make.NOW)
        assert "The grant is dead" in text_of(client.post(f"{LIST}{row.pk}/probe/", follow=True))
    row.refresh_from_db()
    assert row.status == ConnectionStatus.REVOKING  # a dead grant starts the end of the account
    ending = row.disconnections.get()
    assert (ending.trigger, ending.revoke_first) == ("platform_revocation_seen", False)
    results = [e.details["result"] for e in AuditEvent.objects.about(row).filter(action="connection.probed")]
    assert results == ["alive", "dead"]


def test_a_hold_is_released_with_what_was_found(client):
    row = make.ConnectionFactory(
        status=ConnectionStatus.HELD, hold_reason="minor_signal", minor_signal="tiktok:3"
    )
    assert "May be too young" in text_of(client.get(f"{LIST}{row.pk}/change/"))
    assert client.post(f"{LIST}{row.pk}/release/", {"why": ""}).status_code == 422
    assert client.post(f"{LIST}{row.pk}/release/", {"why": "Born 1990, seen."}).status_code == 302
    row.refresh_from_db()
    assert row.status == ConnectionStatus.ACTIVE
    assert client.post(f"{LIST}{row.pk}/release/", {"why": "Again."}).status_code == 409


@pytest.mark.parametrize(("role", "reads", "probes", "releases"), [
    (Role.CLERK, False, False, False), (Role.HANDLER, True, True, False), (Role.DPO, True, True, True),
    (Role.AUDITOR, True, False, False), (Role.TECHNICAL_ADMIN, False, False, False),
])  # fmt: skip
def test_who_may_what(db, role, reads, probes, releases):
    row = make.ConnectionFactory(status=ConnectionStatus.HELD)
    browser = desk.signed_in(desk.staff("Somebody", role))
    assert (browser.get(f"{LIST}{row.pk}/change/").status_code == 200) == reads
    assert (browser.get(f"{LIST}{row.pk}/probe/").status_code == 200) == probes
    assert (browser.get(f"{LIST}{row.pk}/release/").status_code == 200) == releases
