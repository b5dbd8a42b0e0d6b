"""Whichever way the same person deletes, it is the same case, clock, page and end."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.services.audit import Actor
from correspondence.models import Letter
from dsar.enums import Channel, Right
from dsar.models import Case
from dsar.services import deletion_states, disconnecting, intake, mail_intake
from dsar.services.codes import code_of
from dsar.services.platform_effects import mark_revoked_and_start_clock, open_deletion_case
from dsar.services.rights import Asked
from dsar.services.rights.platform_data import About
from platforms import fakes
from platforms.callbacks.messages import Message
from platforms.enums import ConnectionStatus, DeletionStage, RevocationOutcome
from platforms.services import terms
from tests.correspondence import factories as post
from tests.dsar.services.test_intake import link_of
from tests.dsar.social import end_accounts, finished
from tests.factories import StaffFactory
from tests.platforms.revoking.conftest import NOW, link

pytestmark = pytest.mark.django_db
PLATFORMS = tuple(fakes.SPECS)
CALLING = (*(key for key in PLATFORMS if key.startswith(("meta_", "google_"))), "tiktok", "x")
"""Platforms that tell us when a person leaves; the others are looked at by probes alone."""
ENDPOINT = {"meta_facebook": "meta_data_deletion", "meta_instagram": "instagram_data_deletion",
            "meta_threads": "threads_data_deletion"}  # fmt: skip


def by_callback(connection, person, receipt, world, now):
    """The person removed us at the platform, and the platform says so."""
    platform = connection.platform
    world.revoke(platform, connection.external_id)
    endpoint = ENDPOINT.get(platform, "webhooks")
    got = receipt(endpoint, platform, at=now)
    message = Message(endpoint, platform, "removed", connection.external_id, now, "1")
    effect = open_deletion_case if platform in ENDPOINT else mark_revoked_and_start_clock
    effect(message=message, receipt=got, now=now)


def by_mail(connection, person, receipt, world, now):
    message = post.MessageFactory(
        sender="ann@example.com", sender_name="Ann", subject="Data Deletion Request", received_at=now,
        rule="data_deletion",
    )  # fmt: skip
    ref = mail_intake.open_request(mail_intake.Request(message, Right.PLATFORM_DELETION, now, country="DE"))
    case = Case.objects.get(pk=ref.case_id)
    intake.confirm_email(token=link_of(case), now=now)


def by_dashboard(connection, person, receipt, world, now):
    intake.open_case(
        subject=connection.subject, right=Right.PLATFORM_DELETION, channel=Channel.DASHBOARD, received_at=now,
        actor=Actor.of(person), now=now,
        asked=Asked(deletions=(About(connection.platform, "user_delete_request", now),)),
    )  # fmt: skip


def by_disconnecting(connection, person, receipt, world, now):
    disconnecting.disconnect(
        connection=connection, trigger="user_disconnect", channel=Channel.DASHBOARD, received_at=now,
        actor=Actor.of(person), now=now,
    )  # fmt: skip


def by_staff(connection, person, receipt, world, now):
    disconnecting.disconnect(
        connection=connection, trigger="user_delete_request", channel=Channel.PHONE, received_at=now,
        actor=Actor.of(StaffFactory(role=Role.HANDLER)), now=now,
    )  # fmt: skip


WAYS = {
    "callback": (by_callback, None),
    "mail": (by_mail, "user_delete_request"),
    "dashboard": (by_dashboard, "user_delete_request"),
    "disconnect": (by_disconnecting, "user_disconnect"),
    "admin": (by_staff, "user_delete_request"),
}
TABLE = [(key, way) for key in PLATFORMS for way in WAYS if way != "callback" or key in CALLING]


@pytest.mark.slow
@pytest.mark.parametrize(("platform", "way"), TABLE)
def test_every_way_ends_in_the_same_case(
    platform, way, social, world, clock, ann, person, receipt, handler, dpo, client
):
    connection = link(world, platform, subject=ann)
    start, trigger = WAYS[way]
    trigger = trigger or ("platform_callback" if platform in ENDPOINT else "platform_revocation_seen")
    received_at = NOW
    start(connection, person, receipt, world, received_at)

    case = Case.objects.get(subject=ann, right=Right.PLATFORM_DELETION)
    row = case.platform_deletions.exclude(disconnection=None).get()
    assert (row.platform, row.connection, row.trigger) == (platform, connection, trigger)
    assert case.verified_at is not None

    # the clock
    due, _why = terms.due_at(platform=platform, trigger=trigger, clock_from=received_at)
    assert (row.due_at, row.disconnection.due_at, row.clock_from) == (due, due, received_at)
    found = terms.days_of_case([(platform, trigger, received_at)], received_at=received_at)
    if found and way != "mail":
        assert case.platform_due_on == received_at.date() + timedelta(days=found[0])
    assert case.due_on <= received_at.date() + timedelta(days=31)

    # the page
    code = f"{platform}-1" if way == "callback" else code_of(case)
    page = client.get(reverse("deletion_status", args=[code]))
    assert page.status_code == 200
    assert b"ann@example.com" not in page.content
    assert b"Leonie" not in page.content

    # the end of the grant, then of the data
    end_accounts(clock)
    finished(case, handler, dpo, NOW)
    clock.move(hours=1)
    end_accounts(clock)
    connection.refresh_from_db()
    row.refresh_from_db()
    assert connection.status == ConnectionStatus.ENDED
    assert row.disconnection.stage == "proved"
    assert row.disconnection.outcome in (
        RevocationOutcome.REVOKED, RevocationOutcome.ALREADY_GONE, RevocationOutcome.MANUAL_REQUIRED,
    )  # fmt: skip
    assert not connection.tokens.filter(destroyed_at=None).exists()
    left = social.accounts(platform)
    assert "1001" not in left
    assert "1003" in left
    assert len(social.rows("SELECT * FROM users")) == 2
    if way not in ("mail", "dashboard"):
        assert left == ["1002", "1003"]
    case.refresh_from_db()
    row.case = case
    assert deletion_states.state_of(row).stage in (DeletionStage.DONE, DeletionStage.PART_REFUSED)
    assert client.get(reverse("deletion_status", args=[code])).status_code == 200
    sent = set(Letter.objects.filter(case_id=case.pk).values_list("template", flat=True))
    assert {"acknowledgement", "disconnected", "platform_deleted"} <= sent
