"""A grant that we do not take: withdrawn at the platform, its tokens destroyed, and the person told."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from platforms import tasks
from platforms.enums import ConnectionStatus, FindingKind, RevocationOutcome
from platforms.models import Connection, RefusedGrant, Token
from platforms.services import oauth
from platforms.services.finders import disconnections
from platforms.services.revoking import refused
from tests.platforms.oauth.conftest import NOW

Outcome = RevocationOutcome
TOKENS = ("x", "reddit")
WHOLE = ("meta_facebook", "meta_instagram", "google_youtube", "google_analytics", "tiktok")
REVOKED = (*TOKENS, *WHOLE)
LATER = NOW + timedelta(hours=1)


def turned_away(person, key):
    """Bring home an account that is not taken; returns the refusal."""
    started = person.begin(key)
    query = person.consent(started)
    with pytest.raises(oauth.OAuthRefused) as caught:
        person.finish(started, query)
    return caught.value


def leaving(person, key):
    """Link an account and begin to disconnect it: until that is over it is not taken again."""
    theirs = person.connect(key)
    Connection.objects.filter(pk=theirs.pk).update(status=ConnectionStatus.REVOKING)
    return theirs


def work(at=NOW):
    """Let a worker come by; returns the row."""
    refused.work(refused_id=RefusedGrant.objects.get().pk, now_fn=lambda: at)
    return RefusedGrant.objects.get()


def is_empty(row):
    return (row.kept, row.external_id) == ("", "") and row.ended_at is not None


@pytest.mark.parametrize("key", WHOLE)
def test_where_an_account_has_one_grant_for_everybody_the_person_it_is_linked_to_keeps_it(
    person, somebody, key
):
    person.connect(key)
    said = turned_away(somebody, key)
    assert said.code == "taken"
    assert "We have not stored anything of it." in str(said)
    assert not RefusedGrant.objects.exists()
    assert not person.world.called(key, "revoke")


@pytest.mark.parametrize("key", TOKENS)
def test_the_grant_of_an_account_of_somebody_else_is_withdrawn(person, somebody, key):
    theirs = person.connect(key)
    before = set(person.world.grants)
    assert turned_away(somebody, key).code == "taken"
    kept = json.loads(RefusedGrant.objects.get().kept)
    assert "access" in kept
    row = work()
    assert (row.outcome, row.status) == (Outcome.REVOKED, "done")
    assert is_empty(row)
    new = [grant for name, grant in person.world.grants.items() if name not in before]
    assert [grant.alive for grant in new] == [False]
    assert Connection.objects.get() == theirs
    assert not Token.objects.exclude(connection=theirs).exists()


@pytest.mark.parametrize("key", REVOKED)
def test_a_platform_that_answers_500_first_is_asked_again(person, key):
    leaving(person, key)
    turned_away(person, key)
    for one in (key, "meta_facebook" if key.startswith("meta") else key):
        person.world.fail(one, "revoke", "500", times=1)
    row = work()
    assert (row.outcome, row.ended_at, row.status) == (Outcome.FAILED_RETRYING, None, "ready")
    assert row.next_attempt_at > NOW
    assert row.kept
    assert not refused.work(refused_id=row.pk, now_fn=lambda: NOW)
    row = work(LATER)
    assert row.outcome in (Outcome.REVOKED, Outcome.ALREADY_GONE)
    assert (row.tries, is_empty(row)) == (2, True)


def test_after_three_days_the_tokens_are_destroyed_whatever_was_answered(person):
    leaving(person, "google_youtube")
    turned_away(person, "google_youtube")
    person.world.fail("google_youtube", "revoke", "500")
    work()
    row = work(NOW + timedelta(hours=72))
    assert (row.outcome, is_empty(row)) == (Outcome.MANUAL_REQUIRED, True)


def test_tokens_of_work_that_broke_are_swept_after_three_days(person, somebody):
    person.connect("x")
    turned_away(somebody, "x")
    RefusedGrant.objects.update(status="attention")
    assert refused.sweep(now=NOW + timedelta(hours=71)) == 0
    assert refused.sweep(now=NOW + timedelta(hours=72)) == 1
    assert is_empty(RefusedGrant.objects.get())
    assert refused.sweep(now=NOW + timedelta(hours=73)) == 0


def test_the_database_keeps_no_token_of_what_has_ended(person, somebody):
    person.connect("x")
    turned_away(somebody, "x")
    with pytest.raises(IntegrityError), transaction.atomic():
        RefusedGrant.objects.update(ended_at=NOW, outcome=Outcome.REVOKED)


@pytest.mark.parametrize("key", ["linkedin"])
def test_where_no_platform_can_be_asked_nothing_is_kept_and_the_person_is_told_where(person, somebody, key):
    person.connect(key)
    calls = len(person.world.called(key, "revoke"))
    said = turned_away(somebody, key)
    row = RefusedGrant.objects.get()
    assert (row.outcome, is_empty(row)) == (Outcome.MANUAL_REQUIRED, True)
    assert "lets only you withdraw the permission" in str(said)
    assert len(person.world.called(key, "revoke")) == calls
    assert not refused.work(refused_id=row.pk, now_fn=lambda: LATER)


def test_the_person_is_told_what_happened_and_where_to_look(person, somebody):
    person.connect("reddit")
    said = turned_away(somebody, "reddit")
    assert "is linked to another person here" in str(said)
    assert "We have not stored it, and we asked Reddit to withdraw the permission" in str(said)
    assert said.page == "https://www.reddit.com/prefs/apps"
    leaving(person, "tiktok")
    said = turned_away(person, "tiktok")
    assert str(said).endswith("in the settings of your account there, remove it.")
    assert said.page == ""


def test_an_account_that_is_being_disconnected_is_not_taken_either(person):
    theirs = person.connect("x")
    Connection.objects.filter(pk=theirs.pk).update(status=ConnectionStatus.REVOKING)
    said = turned_away(person, "x")
    assert said.code == "revoking"
    assert "asked X (Twitter) to withdraw" in str(said)
    assert work().outcome == Outcome.REVOKED


def test_who_was_taken_in_meanwhile_keeps_what_they_have(person, somebody):
    theirs = person.connect("x")
    turned_away(somebody, "x")
    Connection.objects.filter(pk=theirs.pk).update(subject=somebody.subject)
    row = work()
    assert (row.status, row.outcome, is_empty(row)) == ("cancelled", "", True)
    assert not person.world.called("x", "revoke")


def test_a_grant_that_another_account_of_the_same_person_rests_on_stays(person, somebody, monkeypatch):
    shared = ["google_youtube", "google_analytics"]
    monkeypatch.setattr("platforms.services.oauth.refusing.one_grant", lambda _entry: shared)
    person.connect("google_youtube")
    somebody.connect("google_analytics")
    said = turned_away(somebody, "google_youtube")
    assert "We have not stored anything of it." in str(said)
    assert not RefusedGrant.objects.exists()


def test_what_rests_on_the_same_account_is_looked_at_at_once(person, somebody):
    theirs = person.connect("x")
    turned_away(somebody, "x")
    work(LATER)
    theirs.refresh_from_db()
    assert theirs.probe_at == LATER


def test_refused_credentials_of_ours_and_broken_work_are_findings_until_it_is_over(person, somebody):
    person.connect("reddit")
    turned_away(somebody, "reddit")
    assert list(disconnections.find(now=NOW)) == []
    person.world.fail("reddit", "revoke", "invalid_client", times=1)
    work()
    found = list(disconnections.find(now=NOW))
    assert [one.kind for one in found] == [FindingKind.MANUAL_REVOCATION]
    assert "our own client id or secret" in found[0].detail
    work(LATER)
    assert list(disconnections.find(now=LATER)) == []


def test_an_error_of_ours_is_recorded_and_tried_again(person, somebody, monkeypatch):
    person.connect("x")
    turned_away(somebody, "x")

    def broken(_grant):
        raise RuntimeError("no")

    monkeypatch.setattr("platforms.services.revokers.revoke", broken)
    with pytest.raises(RuntimeError):
        work()
    row = RefusedGrant.objects.get()
    assert (row.status, row.ended_at) == ("ready", None)
    assert "RuntimeError" in row.last_error


def test_tokens_that_tiktok_renews_on_the_way_are_kept_at_once(person, clock):
    leaving(person, "tiktok")
    turned_away(person, "tiktok")
    old = RefusedGrant.objects.get().kept
    at = NOW + timedelta(hours=25)
    clock.move_to(at, tick=False)
    kept = []
    real = refused.copy_of

    def copied(grant):
        kept.append(real(grant))
        return kept[-1]

    refused.copy_of = copied
    try:
        row = work(at)
    finally:
        refused.copy_of = real
    assert kept[0] != old
    assert row.outcome == Outcome.REVOKED


def test_nothing_secret_stands_in_the_trail_or_the_answer(person, somebody):
    person.connect("x")
    turned_away(somebody, "x")
    secrets = json.loads(RefusedGrant.objects.get().kept).values()
    row = work()
    events = AuditEvent.objects.filter(action__startswith="refused_grant.")
    assert sorted(events.values_list("action", flat=True)) == ["refused_grant.begun", "refused_grant.ended"]
    said = str(list(AuditEvent.objects.values_list("details", flat=True))) + row.answer
    assert not [one for one in secrets if one in said]


def test_the_task_and_the_look_every_minute_do_it(person, somebody):
    person.connect("x")
    turned_away(somebody, "x")
    tasks.withdraw_refused(str(RefusedGrant.objects.get().pk))
    assert RefusedGrant.objects.get().outcome == Outcome.REVOKED
    tasks.look_after_connections()


def test_a_refusal_without_a_grant_withdraws_nothing(person):
    started = person.begin("x")
    with pytest.raises(oauth.OAuthRefused):
        person.finish(started, person.consent(started, deny=True))
    assert not RefusedGrant.objects.exists()
