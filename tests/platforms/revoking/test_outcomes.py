"""A disconnection against the stand-ins of all ten platforms: outcome, tokens, probe, end."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from platforms import outgoing, registry
from platforms.enums import ConnectionStatus, DisconnectStage, ProbeResult, RevocationOutcome
from platforms.models import Disconnection, Token
from platforms.services import revoking
from platforms.services.oauth import refreshing, tokens
from platforms.services.revokers import ways
from tests.platforms.revoking.conftest import end, link, work

pytestmark = pytest.mark.django_db(transaction=True)
Outcome = RevocationOutcome
REVOKED = ("meta_facebook", "google_youtube", "google_analytics", "x", "tiktok", "reddit")
MANUAL = ("meta_threads", "linkedin")
ASKED = (*REVOKED, "pinterest", "meta_instagram")


def alive(connection):
    return Token.objects.filter(connection=connection, destroyed_at=None).count()


@pytest.mark.parametrize("platform", REVOKED)
def test_a_grant_is_revoked_its_tokens_destroyed_and_its_end_probed(world, clock, cases, platform):
    connection = link(world, platform)
    job = work(end(connection, clock), clock)
    assert (job.outcome, job.probe_result) == (Outcome.REVOKED, ProbeResult.DEAD)
    assert not world.alive(platform, "1001")
    assert alive(connection) == 0
    assert (job.kept, job.stage) == ("", DisconnectStage.PROVED)
    assert job.connection.status == ConnectionStatus.ENDED
    assert job.completed_at == job.connection.ended_at == clock()


@pytest.mark.parametrize("platform", ["meta_facebook", "google_youtube", "x", "tiktok", "meta_instagram"])
def test_what_was_removed_at_the_platform_before_is_already_gone(world, clock, cases, platform):
    connection = link(world, platform)
    world.revoke(platform, "1001")
    job = work(end(connection, clock), clock)
    assert job.outcome == Outcome.ALREADY_GONE
    assert job.connection.status == ConnectionStatus.ENDED


@pytest.mark.parametrize("platform", MANUAL)
def test_without_an_endpoint_nothing_is_called_and_a_person_is_needed(world, clock, cases, platform):
    connection = link(world, platform)
    job = work(end(connection, clock), clock)
    assert (job.outcome, job.probe_result) == (Outcome.MANUAL_REQUIRED, ProbeResult.IMPOSSIBLE)
    assert world.called(platform) == []
    assert alive(connection) == 0


def test_a_kind_of_token_that_the_platform_refuses_needs_a_person(world, clock, cases):
    connection = link(world, "pinterest")
    job = work(end(connection, clock), clock)
    assert (job.outcome, job.status_code) == (Outcome.MANUAL_REQUIRED, 403)
    assert job.probe_result == ProbeResult.ALIVE
    assert alive(connection) == 0


def test_what_is_not_documented_is_tried_once_and_then_a_persons_work(world, clock, cases):
    world.fail("meta_instagram", "revoke", "unsupported")
    world.fail("meta_facebook", "revoke", "unsupported")
    job = work(end(link(world, "meta_instagram"), clock), clock)
    assert job.outcome == Outcome.MANUAL_REQUIRED


def test_the_platform_that_told_us_is_not_called(world, clock, cases):
    connection = link(world, "x")
    world.revoke("x", "1001")
    job = work(end(connection, clock, revoke_first=False), clock)
    assert job.outcome == Outcome.ALREADY_GONE
    assert world.called("x", "revoke") == []
    assert job.probe_result == ProbeResult.DEAD


@pytest.mark.parametrize("mode", ["500", "429", "redirect", "error_body"])
@pytest.mark.parametrize("platform", ["meta_facebook", "google_youtube", "x", "tiktok", "reddit"])
def test_a_failure_is_tried_again_and_the_tokens_are_destroyed_meanwhile(world, clock, cases, platform, mode):
    connection = link(world, platform)
    world.fail(platform, "revoke", mode, times=2 if platform == "x" else 1)
    job = work(end(connection, clock), clock)
    assert job.outcome == Outcome.FAILED_RETRYING
    assert alive(connection) == 0
    assert job.stage == DisconnectStage.DESTROYED
    assert job.kept != ""
    clock.move(hours=1)
    job = work(job, clock)
    assert (job.outcome, job.kept) == (Outcome.REVOKED, "")


def test_a_platform_that_hangs_is_left_after_the_time_out(world, clock, cases, monkeypatch):
    real = outgoing.client
    monkeypatch.setattr(outgoing, "client", lambda **more: real(**({"timeout": 0.3} | more)))
    world.fail("google_youtube", "revoke", "hang", times=1)
    job = work(end(link(world, "google_youtube"), clock), clock)
    assert (job.outcome, job.status_code) == (Outcome.FAILED_RETRYING, None)
    assert "in time" in job.answer


def test_a_private_address_is_never_called(world, clock, cases, settings):
    settings.HTTP_ALLOW_PRIVATE = False
    job = work(end(link(world, "x"), clock), clock)
    assert job.outcome == Outcome.FAILED_RETRYING
    assert "private network" in job.answer
    assert world.called("x") == []


def test_three_days_of_500_end_with_a_person_and_an_alarm(world, clock, cases):
    connection = link(world, "google_youtube")
    world.fail("google_youtube", "revoke", "500")
    job = end(connection, clock)
    tries = 0
    while job.outcome in ("", Outcome.FAILED_RETRYING):
        job = work(job, clock)
        tries += 1
        assert tries < 60
        assert job.outcome == Outcome.MANUAL_REQUIRED or clock() < job.made_at + timedelta(hours=76)
        clock.move(hours=4)
    assert job.outcome == Outcome.MANUAL_REQUIRED
    assert "three days" in job.alarm["m"]
    assert job.kept == ""
    assert job.made_at + timedelta(hours=72) <= job.outcome_at


def test_refused_credentials_of_ours_alarm_at_once_and_are_not_gone(world, clock, cases):
    connection = link(world, "reddit")
    world.fail("reddit", "revoke", "invalid_client", times=1)
    job = work(end(connection, clock), clock)
    assert job.outcome == Outcome.FAILED_RETRYING
    assert "our own client" in job.alarm["m"]
    assert world.alive("reddit", "1001")
    clock.move(hours=1)
    job = work(job, clock)
    assert (job.outcome, job.alarm) == (Outcome.REVOKED, {})


def test_a_token_that_still_works_reopens_the_revocation(world, clock, cases, monkeypatch):
    connection = link(world, "reddit")
    grant = next(one for one in world.grants.values() if one.platform == "reddit")
    job = end(connection, clock)
    real = ways.WAYS["reddit"]

    def lying(asked, send):
        answers = real(asked, send)
        grant.alive = True
        return answers

    monkeypatch.setattr("platforms.services.revokers.WAYS", {**ways.WAYS, "reddit": lying})
    job = work(job, clock)
    assert (job.outcome, job.probe_result) == (Outcome.FAILED_RETRYING, ProbeResult.ALIVE)
    assert "still takes the token" in job.alarm["m"]
    monkeypatch.setattr("platforms.services.revokers.WAYS", ways.WAYS)
    clock.move(hours=1)
    job = work(job, clock)
    assert (job.outcome, job.probe_result) == (Outcome.REVOKED, ProbeResult.DEAD)


def test_a_token_that_was_rotated_under_us_is_revoked_too(world, clock, cases, monkeypatch):
    connection = link(world, "x")
    real, turns = ways.WAYS["x"], []

    def overtaken(asked, send):
        """Another worker renews at the platform just before we ask, and stores what it got just after."""
        if turns:
            turns.append(asked.refresh)
            return real(asked, send)
        turns.append(asked.refresh)
        with refreshing.clients.calling(registry.current("x")) as caller:
            new = caller.renew(asked.refresh)
        answers = real(asked, send)
        clock.move(seconds=1)
        refreshing._save(connection, registry.current("x"), new, clock())
        return answers

    monkeypatch.setattr("platforms.services.revokers.WAYS", {**ways.WAYS, "x": overtaken})
    job = work(end(connection, clock), clock)
    assert len(set(turns)) == 2
    assert not world.alive("x", "1001")
    assert alive(connection) == 0
    assert job.outcome == Outcome.REVOKED


def test_a_dead_access_token_is_renewed_for_the_one_call_that_wants_it_alive(world, clock, cases):
    connection = link(world, "tiktok")
    clock.move(hours=3)
    job = work(end(connection, clock), clock)
    assert job.outcome == Outcome.REVOKED
    assert [call.kind for call in world.called("tiktok")][:3] == ["revoke", "refresh", "revoke"]


def test_tokens_that_tiktok_renewed_are_not_lost_when_the_call_fails(world, clock, cases):
    connection = link(world, "tiktok")
    clock.move(hours=3)
    job = end(connection, clock)
    real = world.ordered

    def once(platform, kind):
        """The first call is refused for the dead token; the second one, with the new token, fails."""
        second = kind == "revoke" and len(world.called("tiktok", "refresh")) == 1 and clock().minute == 0
        return "500" if second else real(platform, kind)

    world.ordered = once
    try:
        job = work(job, clock)
        assert job.outcome == Outcome.FAILED_RETRYING
        clock.move(minutes=5)
        job = work(job, clock)
    finally:
        del world.ordered
    assert job.outcome == Outcome.REVOKED
    assert not world.alive("tiktok", "1001")


def test_two_disconnects_at_once_are_one(world, clock, cases):
    connection = link(world, "x")
    first = end(connection, clock)
    assert end(connection, clock, due_at=clock() + timedelta(days=30)).pk == first.pk
    sooner = clock() + timedelta(hours=24)
    assert end(connection, clock, due_at=sooner).due_at == sooner
    with pytest.raises(IntegrityError), transaction.atomic():
        Disconnection.objects.create(
            connection=connection, trigger="user_disconnect", clock_from=clock(), due_at=clock(),
            retry_until=clock(), made_at=clock(),
        )  # fmt: skip


def test_jobs_stop_with_the_first_write(world, clock, cases):
    connection = link(world, "x")
    end(connection, clock)
    connection.refresh_from_db()
    assert (connection.status, connection.refresh_at, connection.probe_at) == ("revoking", None, None)


def test_what_has_ended_cannot_be_ended(world, clock, cases):
    connection = link(world, "x")
    work(end(connection, clock), clock)
    with pytest.raises(revoking.Ended):
        end(connection, clock)


def test_it_waits_for_the_case_and_ends_when_the_case_has_proved_the_deletion(world, clock, cases):
    cases["state"] = "open"
    job = work(end(link(world, "x"), clock), clock)
    assert (job.stage, job.completed_at) == (DisconnectStage.PROBED, None)
    cases["state"] = "deleted"
    clock.move(hours=1)
    job = work(job, clock)
    assert (job.stage, job.connection.status) == (DisconnectStage.DELETED, "revoking")
    cases["state"] = "proved"
    revoking.wake(job_id=job.pk, now=clock())
    assert work(job, clock).stage == DisconnectStage.PROVED


def test_one_google_client_is_one_grant_and_two_are_two(world, clock, cases, settings):
    subject = link(world, "google_youtube").subject
    tube = subject.connections.get()
    other = link(world, "google_analytics", subject=subject)
    assert revoking.same_grant(tube) == []
    settings.PLATFORM_SECRETS |= {"GOOGLE_CLIENT_IDS": "one", "GOOGLE_CLIENT_SECRET": "key"}
    assert revoking.same_grant(tube) == [other]


def test_nothing_secret_stands_in_the_trail_or_the_answer(world, clock, cases):
    connection = link(world, "x")
    secrets = [token.value for token in Token.objects.filter(connection=connection)]
    job = work(end(connection, clock), clock)
    said = str(list(AuditEvent.objects.values_list("details", flat=True))) + job.answer + str(job.alarm)
    assert not [one for one in secrets if one in said]
    actions = AuditEvent.objects.filter(action__startswith="disconnection.").values_list("action", flat=True)
    assert sorted(actions) == sorted(
        f"disconnection.{one}"
        for one in ("begun", "answered", "tokens_destroyed", "probed", "proved", "completed")
    )


def test_page_tokens_go_as_well(world, clock, cases):
    connection = link(world, "meta_facebook")
    tokens.store(connection=connection, kind="page", value="page-token", expires_at=None, now=clock())
    work(end(connection, clock), clock)
    assert alive(connection) == 0
