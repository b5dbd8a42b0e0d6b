"""Stricter values of the company: only stricter, with a reason, and open clocks only ever end earlier."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from accounts.services.audit import SYSTEM
from config.sentences import shown
from platforms.models import RegistryOverride
from platforms.registry import current, entries, shipped
from platforms.services import registry, terms
from platforms.services.registry import RegistryRefused
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def stricter(officer):
    """Return a function that makes a value stricter."""

    def make(key="x", path="deletion.user_disconnect", value="P14D", reason="Our board wants it.", **more):
        given = {"key": key, "path": path, "value": value, "reason": reason, "actor": officer, "now": NOW}
        return registry.override(**given | more)

    return make


@pytest.mark.parametrize(
    ("key", "path", "value"),
    [
        ("x", "deletion.user_disconnect", "P14D"),
        ("meta_facebook", "data_elements.comments.ship", "P30D"),
        ("linkedin", "data_elements.org_page.platform_max", "P6M"),
        ("google_youtube", "liveness.every", "P1D"),
        ("tiktok", "legal.review_every", "P90D"),
    ],
)
def test_a_stricter_value_binds_and_the_file_stays_as_it_is(stricter, key, path, value):
    from platforms.registry.paths import value_at

    before = value_at(shipped(key), path)
    stricter(key=key, path=path, value=value)
    assert value_at(current(key), path) == value
    assert value_at(shipped(key), path) == before
    assert current(key).overridden == {path: before or ""}
    assert current(key).sha256 == shipped(key).sha256
    assert next(entry for entry in entries() if entry.key == key).overridden == current(key).overridden


@pytest.mark.parametrize(
    ("key", "path", "value", "says"),
    [
        ("google_youtube", "deletion.user_disconnect", "P8D", "is possible here; it is: 7 days."),
        ("google_youtube", "deletion.user_disconnect", "P7D", "Only a stricter value"),
        ("google_youtube", "deletion.user_disconnect", "a week", "“a week” is no period."),
        ("linkedin", "deletion.user_disconnect", "asap", "it is: immediately"),
        ("x", "data_elements.geo.ship", "P1D", "it is: never on its own"),
        ("x", "liveness.every", "PT0H", "Only a stricter value"),
    ],
)  # fmt: skip
def test_anything_else_is_refused_and_nothing_is_stored(stricter, key, path, value, says):
    with pytest.raises(RegistryRefused, match=r"stricter|no period") as refused:
        stricter(key=key, path=path, value=value)
    assert says in str(refused.value)
    assert not RegistryOverride.objects.exists()


@pytest.mark.parametrize(
    "path", ["restrictions.sell", "deletion.never", "data_elements.token.dsar", "key", ""]
)
def test_a_path_that_cannot_be_overridden_is_a_key_error(stricter, path):
    with pytest.raises(KeyError):
        stricter(path=path)


def test_a_reason_and_a_person_are_needed(stricter):
    with pytest.raises(RegistryRefused, match="Give the reason"):
        stricter(reason="  ")
    with pytest.raises(RegistryRefused, match="Give the reason"):
        stricter(actor=SYSTEM)


def test_the_next_one_must_be_stricter_than_what_binds_and_ends_the_one_before(stricter):
    first = stricter(value="P14D")
    with pytest.raises(RegistryRefused, match="it is: 14 days"):
        stricter(value="P20D")
    stricter(value="P10D", now=LATER)
    first.refresh_from_db()
    assert first.ended_at == LATER
    assert current("x").deletion["user_disconnect"].platform == "P10D"
    assert RegistryOverride.objects.filter(ended_at=None).count() == 1


def test_open_clocks_of_the_trigger_end_earlier_and_say_why(stricter, disconnection):
    hit = disconnection()
    other_trigger, other_platform = disconnection(trigger="account_deleted"), disconnection("tiktok")
    done = disconnection(completed_at=NOW)
    stricter(value="P14D")
    for row in (hit, other_trigger, other_platform, done):
        row.refresh_from_db()
    assert hit.due_at == NOW + timedelta(days=14)
    assert any("We made this stricter ourselves" in shown("", kept) for kept in hit.due_why)
    assert {row.due_at for row in (other_trigger, other_platform, done)} == {NOW + timedelta(days=30)}
    event = AuditEvent.objects.get(action="disconnection.tightened")
    assert event.object_id == str(hit.pk)


def test_a_trigger_without_a_term_of_its_own_follows_the_one_of_a_disconnection(stricter, disconnection):
    hit = disconnection(trigger="platform_revocation_seen")
    stricter(value="P14D")
    hit.refresh_from_db()
    assert hit.due_at == NOW + timedelta(days=14)


def test_no_clock_ever_ends_later(stricter, disconnection, officer):
    early = disconnection(days=3)
    made = stricter(value="P14D")
    early.refresh_from_db()
    assert early.due_at == NOW + timedelta(days=3)
    hit = disconnection(days=14)
    registry.end_override(override=made, reason="Too hard to keep.", actor=officer, now=LATER)
    hit.refresh_from_db()
    assert hit.due_at == NOW + timedelta(days=14)


def test_the_preview_names_before_after_and_the_clocks_that_move(disconnection):
    hit = disconnection()
    found = registry.preview(key="x", path="deletion.user_disconnect", value="P14D")
    assert (found.before, found.after) == (None, "P14D")
    assert found.moved == ((hit, NOW + timedelta(days=14)),)
    hit.refresh_from_db()
    assert hit.due_at == NOW + timedelta(days=30)


def test_an_override_is_recorded_without_its_reason_in_the_trail(stricter):
    made = stricter()
    event = AuditEvent.objects.get(action="registry.overridden")
    assert event.object_id == str(made.pk)
    assert event.details == {
        "key": "x", "path": "deletion.user_disconnect", "before": "", "after": "P14D", "clocks": 0,
    }  # fmt: skip


def test_an_ended_override_lets_the_file_bind_again(stricter, officer):
    made = stricter()
    with pytest.raises(RegistryRefused, match="Give the reason"):
        registry.end_override(override=made, reason="", actor=officer, now=LATER)
    ended = registry.end_override(
        override=made, reason="The board changed its mind.", actor=officer, now=LATER
    )
    assert current("x").deletion["user_disconnect"].platform is None
    assert (ended.ended_by, ended.ended_why) == (officer.user, "The board changed its mind.")
    assert AuditEvent.objects.filter(action="registry.override_ended").count() == 1
    with pytest.raises(RegistryRefused, match="ended already"):
        registry.end_override(override=made, reason="Again.", actor=officer, now=LATER)


def test_the_database_refuses_two_at_once_and_an_end_without_a_reason(stricter):
    made = stricter()
    with pytest.raises(IntegrityError), transaction.atomic():
        RegistryOverride.objects.create(
            key="x", path=made.path, value="P1D", shipped="", reason="x", made_at=NOW, made_by=made.made_by
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        RegistryOverride.objects.filter(pk=made.pk).update(ended_at=NOW)


def test_an_override_of_an_element_that_the_file_no_longer_has_is_left_out(officer):
    RegistryOverride.objects.create(
        key="x", path="data_elements.fleets.ship", value="P1D", shipped="", reason="x", made_at=NOW,
        made_by=officer.user,
    )  # fmt: skip
    assert current("x").overridden == {}
    assert current("x").data_elements == shipped("x").data_elements


# The dates as the rest of the portal asks for them ---------------------------------------------------------


def test_the_date_counts_from_when_we_learned_and_obeys_the_override(stricter):
    due_at, why = terms.due_at(platform="x", trigger="user_disconnect", clock_from=NOW)
    assert due_at == NOW + timedelta(days=30, hours=1)  # the clocks change in California meanwhile
    assert shown("", why[-1]).startswith("The strictest of these is our promise")
    stricter(value="P14D")
    assert terms.due_at(platform="x", trigger="user_disconnect", clock_from=NOW)[0] == NOW + timedelta(
        days=14
    )


def test_the_term_of_a_case_is_the_strictest_of_its_platforms_in_days():
    deletions = [("google_youtube", "user_disconnect", NOW), ("x", "user_delete_request", NOW)]
    assert terms.days_of_case(deletions, received_at=NOW) == (
        1,
        "X (Twitter): X Developer Agreement, IV.B Removals; VII.I Termination; III.G Security",
    )
    assert terms.days_of_case(deletions[:1], received_at=NOW - timedelta(days=2))[0] == 9


def test_a_case_whose_platforms_set_no_term_has_none():
    assert terms.days_of_case([("tiktok", "user_disconnect", NOW)], received_at=NOW) is None
    assert terms.days_of_case([], received_at=NOW) is None


def test_a_platform_without_a_file_is_a_key_error():
    with pytest.raises(KeyError):
        terms.due_at(platform="myspace", trigger="user_disconnect", clock_from=NOW)
