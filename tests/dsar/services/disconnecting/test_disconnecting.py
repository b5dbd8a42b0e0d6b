"""Who asks twice gets the same case; whom we do not know gets none; the clock is the strictest."""

from datetime import timedelta

import pytest

from accounts.services.audit import SYSTEM, Actor
from dsar.enums import Channel, Right
from dsar.models import Case
from dsar.rules.transitions import NotAllowed
from dsar.services import disconnecting, intake
from dsar.services.platform_effects import mark_revoked_and_start_clock, open_deletion_case
from platforms.callbacks.messages import Message
from platforms.models import Disconnection
from platforms.services.effects import NOTHING_HELD
from tests.dsar.social import end_accounts
from tests.platforms.revoking.conftest import NOW, link

pytestmark = pytest.mark.django_db


def message(platform="x", user="1001", endpoint="x_webhooks"):
    return Message(endpoint, platform, "oauth.revoke", user, NOW, "1")


def test_a_callback_about_somebody_unknown_leads_to_no_case(world, clock, social, receipt):
    for effect in (open_deletion_case, mark_revoked_and_start_clock):
        got = receipt("x_webhooks", "x", number=effect.__name__)
        assert effect(message=message(user="4040"), receipt=got, now=NOW) == NOTHING_HELD
        assert effect(message=message(user=""), receipt=got, now=NOW) == NOTHING_HELD
    assert not Case.objects.exists()


def test_many_messages_about_one_account_are_one_case_and_each_receipt_leads_to_it(
    world, clock, social, ann, receipt
):
    link(world, "x", subject=ann)
    said = [
        mark_revoked_and_start_clock(message=message(), receipt=receipt("x_webhooks", "x", number=n), now=NOW)
        for n in range(20)
    ]
    case = Case.objects.get()
    assert case.platform_deletions.exclude(receipt=None).count() == 20
    assert Disconnection.objects.count() == 1
    assert len({one.pattern for one in said}) == 2


def test_a_platform_is_told_when_we_learned_of_it_not_when_it_answered(world, clock, social, ann, receipt):
    link(world, "meta_facebook", subject=ann)
    early = NOW - timedelta(hours=5)
    open_deletion_case(
        message=message("meta_facebook", endpoint="meta_data_deletion"), receipt=receipt(at=early), now=NOW
    )
    row = Case.objects.get().platform_deletions.get()
    assert (row.clock_from, row.disconnection.clock_from) == (early, early)


def test_a_stricter_trigger_brings_the_date_forward_and_a_looser_one_never_back(
    world, clock, social, ann, person
):
    connection = link(world, "x", subject=ann)
    by = {"connection": connection, "received_at": NOW, "actor": Actor.of(person), "now": NOW}
    first = disconnecting.disconnect(trigger="user_disconnect", channel=Channel.DASHBOARD, **by)
    assert first.new
    again = disconnecting.disconnect(trigger="user_delete_request", channel=Channel.DASHBOARD, **by)
    assert (again.case, again.code, again.new) == (first.case, first.code, False)
    job = Disconnection.objects.get()
    assert job.due_at == NOW + timedelta(hours=24)
    disconnecting.disconnect(trigger="user_disconnect", channel=Channel.DASHBOARD, **by)
    job.refresh_from_db()
    assert job.due_at == NOW + timedelta(hours=24)


def test_a_whole_deletion_ends_every_linked_account(world, clock, social, ann, person):
    made = [link(world, key, subject=ann) for key in ("x", "google_youtube")]
    case = intake.open_case(
        subject=ann, right=Right.DELETION, channel=Channel.DASHBOARD, received_at=NOW, actor=Actor.of(person),
        now=NOW,
    )  # fmt: skip
    assert {row.connection for row in case.platform_deletions.all()} == set(made)
    assert {row.trigger for row in case.platform_deletions.all()} == {"account_deleted"}
    case.refresh_from_db()
    assert case.platform_due_on == NOW.date() + timedelta(days=1)
    end_accounts(clock)
    assert not world.alive("x", "1001")
    assert not world.alive("google_youtube", "1001")


def test_what_is_not_linked_any_more_cannot_be_disconnected(world, clock, social, ann):
    connection = link(world, "x", subject=ann)
    connection.status, connection.ended_at = "ended", NOW
    connection.save()
    with pytest.raises(NotAllowed, match="not linked any more"):
        disconnecting.disconnect(
            connection=connection, trigger="user_disconnect", channel=Channel.API, received_at=NOW,
            actor=SYSTEM, now=NOW,
        )  # fmt: skip


def test_a_dead_grant_that_a_probe_found_starts_the_clock(world, clock, social, ann):
    connection = link(world, "reddit", subject=ann)
    disconnecting.lost(connection, NOW)
    row = Case.objects.get().platform_deletions.get()
    assert (row.trigger, row.disconnection.revoke_first) == ("platform_revocation_seen", False)
