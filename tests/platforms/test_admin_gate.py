"""Findings, the gate's answers, legal reviews and the board of ages at the desk."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import Role
from accounts.models import AuditEvent
from platforms.models import Finding, LegalReview, StoredAge
from platforms.services import board
from tests import desk
from tests import factories as make
from tests.dsar.admin.test_admin_queue import own

FINDINGS, GATE = "/staff/platforms/finding/", "/staff/platforms/gatedecision/"
REVIEWS, BOARD = "/staff/platforms/legalreview/", "/staff/platforms/storedage/"


@pytest.fixture
def client(db):
    """The data protection officer's browser."""
    return desk.signed_in(desk.staff("Leonie Hartwig", Role.DPO))


def soon(days=20):
    return (timezone.localdate() + timedelta(days=days)).isoformat()


# --- findings -----------------------------------------------------------------------------------------------


def test_the_list_shows_what_waits_and_keeps_the_rest_in_views(client):
    officer = make.StaffFactory()
    make.FindingFactory()
    make.FindingFactory(platform="x", accepted_by=officer, accepted_why="Mended soon.",
                        accepted_until_on=timezone.localdate() + timedelta(days=3))  # fmt: skip
    make.FindingFactory(platform="pinterest", ended_at=make.NOW)
    html = client.get(FINDINGS).content.decode()
    assert "Google: YouTube" in html
    assert "12 items are older than 30 days." in html
    assert "Pinterest" not in html
    assert "Accepted until" in client.get(FINDINGS, {"view": "accepted"}).content.decode()
    assert "Pinterest" in client.get(FINDINGS, {"view": "ended"}).content.decode()


def test_the_list_says_what_it_is_about_in_words_with_the_key_below(client):
    make.FindingFactory(element="video_metadata")
    make.FindingFactory(kind="promise_looser", platform="x", element="user_disconnect")
    html = client.get(FINDINGS).content.decode()
    for words, key in (
        ("Titles and descriptions of videos", "video_metadata"),
        ("The person disconnected", "user_disconnect"),
    ):
        assert f'<small>{words}</small><small class="mono">{key}</small>' in html
    row = Finding.objects.get(platform="x")
    page = client.get(f"{FINDINGS}{row.pk}/change/").content.decode()
    assert 'The person disconnected <small class="mono">user_disconnect</small>' in page


def test_the_lists_take_the_same_few_statements_however_long_they_are(client):
    for address, factory in ((FINDINGS, make.FindingFactory), (GATE, make.GateDecisionFactory)):
        counts = []
        for _round in range(2):
            factory.create_batch(8)
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            counts.append(len(own(captured)))
        assert counts[0] == counts[1] <= 5, address


def test_a_finding_says_what_to_do_next(client):
    html = client.get(f"{FINDINGS}{make.FindingFactory().pk}/change/").content.decode()
    assert "What to do next" in html
    assert "fetch these items anew" in html


def test_accepting_needs_a_reason_and_takes_it_off_the_queue(client):
    finding = make.FindingFactory()
    at = f"{FINDINGS}{finding.pk}/accept/"
    assert client.post(at, {"why": "", "until_on": soon()}).status_code == 422
    assert client.post(at, {"why": "Later.", "until_on": soon(200)}).status_code == 409
    assert client.post(at, {"why": "The job is mended on Monday.", "until_on": soon()}).status_code == 302
    assert not Finding.objects.waiting(timezone.localdate()).exists()
    assert "Findings at platforms" not in client.get("/staff/").content.decode()


def test_the_work_queue_and_the_navigation_count_findings(client):
    make.FindingFactory.create_batch(3)
    html = client.get("/staff/").content.decode()
    assert "Findings at platforms" in html
    assert "to be mended" in html


def test_the_button_orders_a_sweep_on_record(client, monkeypatch):
    ordered = []
    monkeypatch.setattr("platforms.tasks.sweep_findings.delay", lambda: ordered.append(1))
    assert client.get(f"{FINDINGS}sweep/").status_code == 405
    assert client.post(f"{FINDINGS}sweep/").status_code == 302
    assert ordered == [1]
    assert AuditEvent.objects.filter(action="findings.sweep_ordered").count() == 1


def test_who_only_reads_has_no_button_and_no_sweep(db):
    auditor = desk.signed_in(desk.staff("Ingrid Solheim-Dahl", Role.AUDITOR))
    make.FindingFactory()
    assert "Sweep now" not in auditor.get(FINDINGS).content.decode()
    assert auditor.post(f"{FINDINGS}sweep/").status_code == 403


def test_the_task_sweeps(db, monkeypatch):
    from platforms import tasks
    from platforms.rules.found import Found
    from platforms.services import findings

    one = Found("secret_missing", "x", "X_CLIENT_SECRET", detail="It is not set.")
    monkeypatch.setattr(findings, "_finders", lambda: {"test": (lambda *, now: [one], frozenset())})
    assert tasks.sweep_findings() == 1
    assert tasks.sweep_findings() == 0


# --- the gate -----------------------------------------------------------------------------------------------


def test_every_answer_is_listed_with_its_purpose_and_outcome(client):
    make.GateDecisionFactory()
    make.GateDecisionFactory(outcome="needs_review", platform="reddit", rule="review")
    html = client.get(GATE).content.decode()
    for words in ("Meta: Facebook", "Processing by an AI processor", "Refused", "Needs a legal review"):
        assert words in html
    assert "Reddit" not in client.get(GATE, {"view": "refused"}).content.decode().split("changelist-form")[1]


def test_an_answer_shows_rule_reason_and_what_must_be_taken_out(client):
    one = make.GateDecisionFactory(outcome="allowed", strip=["handles", "third_party_names"])
    html = client.get(f"{GATE}{one.pk}/change/").content.decode()
    assert "names of accounts, names of other people" in html
    assert "abababababab" in html


def test_an_answer_that_waits_for_a_review_leads_to_the_filled_form(client):
    one = make.GateDecisionFactory(outcome="needs_review", platform="reddit", element="own_posts")
    html = client.get(f"{GATE}{one.pk}/change/").content.decode()
    way = f"{REVIEWS}add/?platform=reddit&amp;element=own_posts&amp;purpose=ai_processor"
    assert way in html
    form = client.get(way.replace("&amp;", "&")).content.decode()
    assert 'value="own_posts"' in form
    assert '<option value="reddit" selected>' in form


def test_an_answer_names_element_and_processor_in_words(client):
    row = make.GateDecisionFactory(element="comments", processor="anthropic")
    listed = client.get(GATE).content.decode()
    assert '<small>Comments of others</small><small class="mono">comments</small>' in listed
    page = client.get(f"{GATE}{row.pk}/change/").content.decode()
    assert 'Comments of others <small class="mono">comments</small>' in page
    assert '<small class="mono">anthropic</small>' in page


def test_nobody_changes_or_deletes_an_answer(client):
    one = make.GateDecisionFactory()
    assert client.post(f"{GATE}{one.pk}/change/", {"outcome": "allowed"}).status_code in (200, 403)
    assert client.post(f"{GATE}{one.pk}/delete/", {"post": "yes"}).status_code == 403
    one.refresh_from_db()
    assert one.outcome == "refused"


# --- legal reviews ------------------------------------------------------------------------------------------


def test_a_lawyer_records_and_withdraws_a_review(db):
    lawyer = desk.signed_in(desk.staff("Marcus Tillery", Role.LEGAL_REVIEWER))
    form = {"platform": "reddit", "purpose": "ai_processor", "outcome": "allowed", "until_on": soon(90),
            "reason": "Reddit agreed in writing."}  # fmt: skip
    assert lawyer.post(f"{REVIEWS}add/", form).status_code == 302
    made = LegalReview.objects.get()
    assert "Reddit agreed in writing." in lawyer.get(f"{REVIEWS}{made.pk}/change/").content.decode()
    assert lawyer.post(f"{REVIEWS}{made.pk}/withdraw/").status_code == 302
    made.refresh_from_db()
    assert made.ended_at is not None
    assert lawyer.post(f"{REVIEWS}{made.pk}/withdraw/").status_code == 409


def test_what_was_typed_stays_when_a_review_is_refused(client):
    form = {"platform": "x", "purpose": "ai_training", "outcome": "allowed", "until_on": soon(),
            "reason": "We would like to."}  # fmt: skip
    answer = client.post(f"{REVIEWS}add/", form)
    assert answer.status_code == 422
    assert "No review can allow it" in answer.content.decode()
    assert "We would like to." in answer.content.decode()
    assert not LegalReview.objects.exists()


def test_who_only_reads_cannot_record_a_review(db):
    auditor = desk.signed_in(desk.staff("Ingrid Solheim-Dahl", Role.AUDITOR))
    assert auditor.get(REVIEWS).status_code == 200
    assert auditor.get(f"{REVIEWS}add/").status_code == 403


# --- the board ----------------------------------------------------------------------------------------------

NOW = make.NOW


def stored(platform, element, days, *, items=4, over=0, **fields):
    fields.setdefault("system", make.SystemFactory(name="=Product"))
    return StoredAge.objects.create(
        platform=platform, element=element, collection="shop.items", items=items, over=over,
        oldest_at=NOW - timedelta(days=days), **{"measured_at": NOW} | fields,
    )  # fmt: skip


def lines():
    return {(one.platform, one.element, one.measure): one for one in board.board(NOW)}


@pytest.mark.parametrize(
    ("platform", "element", "days", "over", "state", "share"),
    [
        ("google_youtube", "comments", 15, 0, "fine", 0.5),
        ("google_youtube", "comments", 24, 0, "near", 0.8),
        ("google_youtube", "comments", 60, 4, "over", 2.0),
        ("pinterest", "pins", 1, 4, "over", 1.0),
        ("meta_facebook", "posts", 900, 0, "unlimited", None),
        ("linkedin", "member_social_activity", 1, 0, "fine", 0.5),
    ],
)
def test_the_oldest_item_against_its_limit(db, platform, element, days, over, state, share):
    stored(platform, element, days, over=over)
    line = lines()[platform, element, "fetched"]
    assert (line.state, line.share) == (state, pytest.approx(share) if share else share)


def test_an_element_in_two_systems_is_one_line_with_the_older_of_both(db):
    stored("google_youtube", "comments", 3)
    stored("google_youtube", "comments", 9, items=6, over=1)
    line = lines()["google_youtube", "comments", "fetched"]
    assert (line.items, line.over, line.oldest_at) == (10, 1, NOW - timedelta(days=9))


def test_what_no_dataset_describes_is_said_to_be_unknown_and_not_fine(db):
    assert lines()["google_youtube", "comments", "fetched"].state == "unmarked"


def test_what_could_not_be_measured_is_said_to_be_so(db):
    stored("google_youtube", "comments", 3, error="No connection.")
    assert lines()["google_youtube", "comments", "fetched"].state == "failed"


def test_platforms_out_of_use_have_a_line_with_their_limit_only_while_something_is_held(db):
    assert not [place for place in lines() if place[0] == "meta_threads"]
    stored("meta_threads", "replies", 91, over=1)
    line = lines()["meta_threads", "replies", "fetched"]
    assert (line.state, line.schedule.period) == ("over", "P90D")


def test_the_page_shows_a_bar_and_what_to_do(client):
    stored("google_youtube", "comments", 60, over=4)
    html = client.get(BOARD).content.decode()
    assert 'aria-label="Part of the limit used: Comments of others"' in html
    assert "4 over" in html
    assert "fetch these items anew" in html


def test_the_board_speaks_words_with_the_keys_beside(client):
    stored("google_youtube", "comments", 3)
    html = client.get(BOARD).content.decode()
    assert 'Comments of others <small class="mono">comments</small>' in html
    assert 'Playlists <span class="muted small">(<span class="mono">playlists</span>' in html


def test_the_board_takes_the_same_few_statements_however_many_figures(client):
    counts = []
    for _round in range(2):
        for _n in range(5):
            stored("google_youtube", "comments", 3)
        with CaptureQueriesContext(connection) as captured:
            client.get(BOARD)
        counts.append(len(own(captured)))
    assert counts[0] == counts[1]


def test_the_file_has_every_line_and_starts_no_formula(client):
    stored("google_youtube", "comments", 60, over=4)
    answer = client.get(f"{BOARD}board.csv/")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    (row,) = [one for one in rows if (one["Platform"], one["Data element"]) == ("google_youtube", "comments")]
    assert (row["Limit"], row["Over the limit"], row["State"]) == ("P30D", "4", "over")
    assert row["Where"] == "'=Product: shop.items"
    assert len(rows) == len(lines())
