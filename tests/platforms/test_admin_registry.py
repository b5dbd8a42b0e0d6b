"""Platforms at the desk: every fact with how well it is known, deadlines with their derivation, decisions."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.services.audit import SYSTEM
from platforms.models import Finding, RegistryEntry, RegistryOverride, TermAcceptance, TermReview
from platforms.registry import shipped_entries
from platforms.services import registry
from tests import desk
from tests.dsar.admin.test_admin_queue import own
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LIST = "/staff/platforms/registryentry/"


@pytest.fixture(autouse=True)
def loaded(settings):
    """The shipped files, loaded."""
    settings.PROFILE = "mediux_ai"
    registry.sync(actor=SYSTEM, now=NOW)


@pytest.fixture
def dpo(db):
    return desk.staff("Katrin Vogelsang", Role.DPO)


@pytest.fixture
def client(dpo):
    return desk.signed_in(dpo)


def at(key, page="change"):
    row = RegistryEntry.objects.get(key=key, replaced_at=None)
    return f"{LIST}{row.pk}/{page}/"


def page(client, address, status=200, **posted):
    answer = client.post(address, posted) if posted else client.get(address)
    assert answer.status_code == status, answer.content.decode()[-2000:]
    return " ".join(answer.content.decode().split())


# The list and the table ------------------------------------------------------------------------------------


def test_the_list_shows_every_entry_with_deadlines_review_and_findings(client):
    Finding.objects.create(kind="over_age", platform="google_youtube", detail={}, found_at=NOW, seen_at=NOW)
    html = page(client, LIST)
    for entry in shipped_entries().values():
        assert entry.name.replace("&", "&amp;") in html
    for words in ("7 days", "1 open", "27 Apr 2026", "not in use", "Platforms", "Processors", "never"):
        assert words in html, words


def test_the_list_takes_four_statements_however_much_is_recorded(client, dpo):
    for key in shipped_entries():
        TermReview.objects.create(key=key, reviewed_on=date(2026, 10, 1), note="x", made_at=NOW, made_by=dpo)
    with CaptureQueriesContext(connection) as captured:
        page(client, LIST)
    assert len(own(captured)) <= 6


def test_a_portal_without_loaded_files_says_what_to_do(client):
    RegistryEntry.objects.all().delete()
    assert "sync_platforms" in page(client, LIST)


def test_the_table_of_deadlines_obeys_the_stricter_values(client, officer):
    assert "X (Twitter)" in page(client, f"{LIST}deadlines/")
    assert "9 days" not in page(client, f"{LIST}deadlines/")
    registry.override(
        key="x", path="deletion.user_disconnect", value="P9D", reason="Quicker.", actor=officer, now=NOW
    )
    html = page(client, f"{LIST}deadlines/")
    assert "9 days" in html
    assert "The account was deleted at Reddit" in html
    for key in ("user_disconnect", "reddit_account_deleted", "meta_facebook"):
        assert f'<small class="mono">{key}</small>' in html


# The page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", sorted(shipped_entries()))
def test_every_entry_has_its_page_in_both_languages(client, dpo, key):
    assert "How well facts are known" in page(client, at(key))
    client.cookies["django_language"] = "de"
    assert "Wie gut Angaben bekannt sind" in page(client, at(key))


def test_every_fact_shows_how_well_it_is_known(client):
    html = page(client, at("tiktok"))
    terms = html[html.index('id="h-terms"') :]
    assert terms.index("TikTok Developer Terms of Service") < terms.index("not established")
    assert "unverified" in html[html.index('id="h-scopes"') :].split("</header>")[0]
    assert "read" in html[html.index('id="h-callbacks"') :].split("</header>")[0]


def test_the_deadlines_stand_with_their_derivation(client):
    html = page(client, at("google_youtube"))
    assert "Google: YouTube wants data to go within 7 days (YouTube API Services - Developer Policies" in html
    assert "We promise 30 days (Policy, section 3.2)." in html


def test_data_callbacks_revocation_and_restrictions_are_told_in_words(client, settings):
    settings.PLATFORM_SECRETS = {"META_APP_SECRET": "one"}
    html = page(client, at("meta_facebook"))
    for words in (
        "13 months", "other people", "without other people", "/callbacks/meta/data-deletion/",
        "META_APP_SECRET, META_APP_SECRET_PREVIOUS (not set)", "only with a contract", "human_agent",
        "by a call to the platform", "only for support",
    ):  # fmt: skip
        assert words in html, words
    assert 'Figures of posts<small class="mono">engagement_metrics</small>' in html
    assert 'Publish posts <small class="mono">publish</small>' in html


def test_no_secret_is_ever_shown(client, settings):
    settings.PLATFORM_SECRETS = {"META_APP_SECRET": "9e107d9d372bb6826bd81d3542a419d6"}
    assert "9e107d9d" not in page(client, at("meta_facebook"))


def test_an_old_version_shows_its_text_and_who_replaced_it(client):
    row = RegistryEntry.objects.get(key="x")
    RegistryEntry.objects.filter(pk=row.pk).update(replaced_at=NOW + timedelta(days=1))
    html = page(client, f"{LIST}{row.pk}/change/")
    assert "As it was from 12 Oct 2026" in html
    assert "display_name: &quot;X (Twitter)&quot;" in html


def test_an_entry_whose_file_is_gone_still_has_a_page(client):
    RegistryEntry.objects.create(
        key="myspace", kind="social_platform", name="MySpace", sha256="0" * 64, source="key: myspace",
        loaded_at=NOW,
    )  # fmt: skip
    assert "Its file no longer comes with the portal." in page(client, at("myspace"))
    assert "MySpace" not in page(client, LIST)


# Acts ------------------------------------------------------------------------------------------------------


def test_a_review_is_recorded_and_stands_on_the_page(client):
    page(client, at("tiktok", "review"), 302, reviewed_on="2026-10-01", note="Read all; nothing new.")
    html = page(client, at("tiktok"))
    assert "Last on 1 Oct 2026, which counts until 30 Mar 2027." in html
    assert "Read all; nothing new." in html


def test_a_review_in_the_future_is_refused_and_what_was_typed_stays(client):
    html = page(client, at("tiktok", "review"), 409, reviewed_on="2099-01-01", note="Read all of it.")
    assert "That day is in the future." in html
    assert "Read all of it." in html
    assert not TermReview.objects.exists()


def stricter(client, status, **more):
    given = {"path": "deletion.user_disconnect", "value": "P14D", "reason": "The board wants it."}
    return page(client, at("x", "stricter"), status, **given | more)


def test_a_stricter_value_is_shown_with_the_clocks_that_move_before_it_is_stored(client, disconnection):
    disconnection()
    html = stricter(client, 409)
    assert "Nothing is stored yet." in html
    assert "no limit → <b>14 days</b>" in html
    assert "1 clock that runs ends earlier:" in html
    assert "11 Nov 2026, 01:30 → <b>26 Oct 2026, 02:30</b>" in html
    assert not RegistryOverride.objects.exists()
    stricter(client, 302, confirmed="on")
    html = page(client, at("x"))
    assert "Deadline: The person disconnected" in html
    assert "The board wants it." in html
    assert "We made this stricter ourselves; before it was: no limit." in html


def test_a_looser_value_is_refused_with_what_binds(client):
    html = stricter(client, 409, path="deletion.user_delete_request", value="P2D", confirmed="on")
    assert "Only a stricter value is possible here; it is: 24 hours." in html
    assert not RegistryOverride.objects.exists()


def test_a_path_of_somebody_elses_making_is_refused_by_the_form(client):
    stricter(client, 422, path="restrictions.sell")
    assert not RegistryOverride.objects.exists()


def test_a_stricter_value_is_ended_with_a_reason_and_a_fresh_proof(client, officer, dpo):
    made = registry.override(
        key="x", path="liveness.every", value="PT12H", reason="Look often.", actor=officer, now=NOW
    )
    stale = desk.signed_in(dpo, stepped_up=False)
    assert stale.post(at("x", "loosen"), {"override": made.pk, "reason": "Enough."}).status_code == 302
    made.refresh_from_db()
    assert made.ended_at is None
    page(client, at("x", "loosen"), 302, override=str(made.pk), reason="Once a day is enough.")
    made.refresh_from_db()
    assert made.ended_why == "Once a day is enough."
    assert "Once a day is enough." in page(client, at("x"))


def test_nothing_can_be_ended_where_nothing_was_made_stricter(client):
    assert "Nothing was made stricter here." in page(client, at("x", "loosen"))


def test_a_looser_promise_is_accepted_with_a_reason(client):
    html = page(client, at("google_youtube", "accept"))
    assert "The person disconnected: we promise 30 days, the term is 7 days" in html
    page(client, at("google_youtube", "accept"), 302, trigger="user_disconnect", reason="Older policy.")
    assert TermAcceptance.objects.get().reason == "Older policy."
    assert "Older policy." in page(client, at("google_youtube"))
    page(client, at("google_youtube", "accept"), 422, trigger="user_disconnect", reason="Again.")


def test_where_no_promise_is_looser_there_is_nothing_to_accept(client):
    assert "No promise here is looser than the term" in page(client, at("tiktok", "accept"))


@pytest.mark.parametrize("act", ["review", "stricter", "loosen", "accept"])
def test_who_only_reads_decides_nothing(act):
    reader = desk.signed_in(desk.staff("Amara Osei", Role.AUDITOR))
    html = page(reader, at("x"))
    assert f"/{act}/" not in html
    assert reader.get(at("x", act)).status_code == 403
    assert reader.post(at("x", act), {}).status_code == 403


def test_who_may_not_see_platforms_sees_none():
    clerk = desk.signed_in(desk.staff("Nobody Much", Role.CLERK))
    for address in (LIST, f"{LIST}deadlines/", at("x")):
        assert clerk.get(address).status_code == 403
