"""Decisions, mandates, recipients and complaints in Chromium: axe, widths, both modes, and pictures."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from dsar.enums import CaseStatus, Right
from dsar.models import Case, CaseLink, Inquiry, InquiryStep
from tests import desk
from tests import factories as make
from tests.browser.test_staff_case import team  # noqa: F401
from tests.browser.test_staff_desk import at_ten_thirty, dpo, enter  # noqa: F401


def _full(team, **fields):  # noqa: F811
    """Return a case with everything that this page may show."""
    status = fields.pop("status", CaseStatus.READY)
    one = desk.case(5, status=status, right=fields.pop("right", Right.DELETION), assignee=team[1], **fields)
    Case.objects.filter(pk=one.pk).update(extend_by_on=one.due_on)
    desk.story(one, team[1])
    make.RecipientNoticeFactory(case=one, recipient="Stripe, Inc.")
    make.RecipientNoticeFactory(case=one, recipient="Google Cloud", means="connector", sent_at=make.NOW,
                                how="Done there by the portal: Product database.")  # fmt: skip
    make.KeptItemFactory(case=one)
    make.RepresentativeFactory(case=one, name="Chloé Marchetti, Cabinet Marchetti et Associés")
    other = desk.case(6, subject=one.subject)
    CaseLink.objects.create(case=other, other=one, kind="split", made_at=make.NOW)
    return one


def _decision(team, **fields):  # noqa: F811
    one = _full(team)
    decision = make.DecisionFactory(
        case=one, proposed_by=team[1], proposed_at=timezone.now() - timedelta(hours=2),
        codes=["E17_LEGAL_CLAIMS", "EXCESSIVE"],
        **{"late_reason": "Your letter lay unread in another mailbox.", **fields},
    )  # fmt: skip
    return one, decision


def _case(team):  # noqa: F811
    return f"/staff/dsar/case/{_decision(team)[0].pk}/change/"


def _decide(team):  # noqa: F811
    return f"/staff/dsar/decision/{_decision(team)[1].pk}/approve/"


def _fee(team):  # noqa: F811
    fee = {"kind": "fee", "amount": "20.00", "currency": "EUR", "computed": "2 hours of search at 10 EUR"}
    return f"/staff/dsar/decision/{_decision(team, **fee)[1].pk}/approve/"


def _shown(team):  # noqa: F811
    made = {"status": "approved", "decided_by": team[0], "decided_at": make.NOW}
    return f"/staff/dsar/decision/{_decision(team, **made)[1].pk}/change/"


def _decisions(team):  # noqa: F811
    _decision(team)
    return "/staff/dsar/decision/"


def _propose(team):  # noqa: F811
    return f"/staff/dsar/case/{_full(team).pk}/refuse-part/"


def _mandate(team):  # noqa: F811
    return f"/staff/dsar/representative/{_full(team).representatives.get().pk}/change/"


def _mandates(team):  # noqa: F811
    _full(team)
    return "/staff/dsar/representative/"


def _represent(team):  # noqa: F811
    return f"/staff/dsar/case/{desk.case(9, status=CaseStatus.NEW).pk}/represent/"


def _tell(team):  # noqa: F811
    return f"/staff/dsar/case/{_full(team).pk}/tell/"


def _recipients(team):  # noqa: F811
    _full(team)
    return "/staff/dsar/recipientnotice/"


def _kept(team):  # noqa: F811
    _full(team)
    return "/staff/dsar/keptitem/?view=kept"


def _complaint(team):  # noqa: F811
    one = desk.case(5, status=CaseStatus.VERIFIED, right=Right.COMPLAINT, assignee=team[1])
    inquiry = Inquiry.objects.create(case=one, opened_at=make.NOW)
    InquiryStep.objects.create(
        inquiry=inquiry, at=make.NOW, by=team[1], what="Mail log of October read", note="Found on line 9."
    )
    return f"/staff/dsar/case/{one.pk}/change/"


def _override(team):  # noqa: F811
    row = make.ClockOverrideFactory(
        case=_full(team), proposed_by=team[1], received_at=make.NOW - timedelta(days=4),
        reason="The postmark on the envelope is of the fifth; the post lay in another department.",
    )  # fmt: skip
    return f"/staff/dsar/clockoverride/{row.pk}/approve/"


def _receipt(team):  # noqa: F811
    return f"/staff/dsar/case/{_full(team).pk}/correct-receipt/"


def _categories(team):  # noqa: F811
    subject = make.IdentityFactory(
        verified_at=None, subject__country="US", subject__region="CA", subject__name="Celeste Arbuckle"
    ).subject
    one = desk.case(11, status=CaseStatus.VERIFYING, right=Right.ACCESS, regime="ccpa", subject=subject)
    Case.objects.filter(pk=one.pk).update(channel="email")
    make.IdentityCheckFactory(case=one, method="knowledge", level=3, result="passed", decided_at=make.NOW)
    return f"/staff/dsar/case/{one.pk}/categories/"


PAGES: dict[str, Any] = {
    "case": _case, "decide": _decide, "fee": _fee, "shown": _shown, "decisions": _decisions,
    "propose": _propose, "mandate": _mandate, "mandates": _mandates, "represent": _represent, "tell": _tell,
    "override": _override, "receipt": _receipt, "categories": _categories,
    "recipients": _recipients, "kept": _kept, "complaint": _complaint,
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_pages_of_decisions(name, dark, at_ten_thirty, team, enter, new_page, axe, no_overflow, shot):  # noqa: F811
    page = new_page(dark=dark)
    enter(page, team[0])
    page.goto(PAGES[name](team))
    assert page.locator("h1").count() == 1
    shot(page, f"governance-{name}{'-dark' if dark else ''}")
    axe(page)
    no_overflow(page)
    if not dark:
        page.reload()
        page.set_viewport_size({"width": 360, "height": 740})
        shot(page, f"governance-{name}-360")


@pytest.mark.parametrize("dark", [False, True])
def test_asking_for_somebody_else(dark, transactional_db, watch, new_page, axe, no_overflow, shot):
    watch.allow("status of 422")
    page = new_page(dark=dark)
    page.goto("/ask/for-somebody/")
    shot(page, f"people-for-somebody{'-dark' if dark else ''}")
    axe(page)
    no_overflow(page)
    page.click("main button[type=submit]")
    assert page.locator("#errors").count() == 1
    shot(page, f"people-for-somebody-errors{'-dark' if dark else ''}")
