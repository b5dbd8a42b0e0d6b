"""Who got data is told that they are gone, and no case ends before (GDPR Art. 19)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.services.audit import SYSTEM
from correspondence.models import Letter
from dsar.enums import Means, Outcome, Right
from dsar.models import KeptItem, RecipientNotice
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, kept, recipients
from tests.dsar.shop import approved, open_case, work
from tests.factories import NOW, CaseFactory, IdentityFactory, PlanFactory, StepFactory, SystemFactory
from tests.notices import tell_everybody

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseFactory(
        verified=True, right=Right.RECTIFICATION, scope=["payment"], subject=IdentityFactory().subject
    )


def listed(case, what="rectified"):
    return recipients.notify(case=case, what=what, actor=SYSTEM, now=NOW)


def test_recipients_come_from_the_kinds_of_data_and_stand_once(case):
    found = listed(case)
    assert found
    assert all(one.is_open for one in found)
    assert listed(case) == []
    assert listed(case, "restricted")  # another thing to tell
    assert case.events.filter(kind="notice_listed").count() == 2


def test_erasing_in_a_processors_own_system_tells_that_processor(case):
    system = SystemFactory(key="product_database", name="Product database", connector="sql")
    summary = {"systems": [{"key": "product_database", "delete": 3, "mask": 0, "collections": {}}]}
    plan = PlanFactory(case=case, status="approved", summary=summary)
    StepFactory(plan=plan, system=system, operation="erase", status="done")
    (notice,) = listed(case, "erased")
    assert (notice.key, notice.means, notice.is_open) == ("gcp", Means.CONNECTOR, False)
    assert "Product database" in notice.how


def test_where_nothing_was_changed_nobody_is_told(case):
    summary = {"systems": [{"key": "product_database", "delete": 0, "mask": 0, "collections": {}}]}
    PlanFactory(case=case, status="approved", summary=summary)
    assert listed(case, "erased") == []


def test_no_deletion_closes_before_its_recipients_are_told(shop, person, handler, dpo, deputy):
    case = open_case(person, Right.DELETION)
    approved(case, dpo, deputy)
    work()
    with pytest.raises(NotAllowed, match="recipients are not told yet"):
        cases.close(case=case, outcome="fulfilled", actor=handler, now=NOW)
    assert tell_everybody(case, handler, NOW) > 1
    cases.close(case=case, outcome="fulfilled", actor=handler, now=NOW)
    assert case.outcome == Outcome.FULFILLED


def test_a_recipient_gets_a_letter_and_its_answer_is_kept(case, handler):
    notice = listed(case)[0]
    recipients.write_to(notice=notice, to="dpo@partner.example", actor=handler, now=NOW)
    letter = Letter.objects.get(template="recipient_notice")
    assert letter.to == "dpo@partner.example"
    assert case.subject.identities.get().value in letter.body
    notice.refresh_from_db()
    assert (notice.means, notice.letter_id, notice.is_open) == (Means.LETTER, letter.pk, False)
    recipients.answered(notice=notice, answer="Done on Monday", actor=handler, now=NOW)
    assert RecipientNotice.objects.get(pk=notice.pk).answer == "Done on Monday"
    with pytest.raises(NotAllowed, match="settled already"):
        recipients.told(notice=notice, how="Again", actor=handler, now=NOW)


def test_a_recipient_is_left_out_for_a_reason_only(case, handler):
    notice = listed(case)[0]
    with pytest.raises(NotAllowed, match="disproportionate"):
        recipients.leave_out(notice=notice, reason=" ", actor=handler, now=NOW)
    recipients.leave_out(notice=notice, reason="The company is dissolved", actor=handler, now=NOW)
    assert f"{notice.recipient} (not told: The company is dissolved)" in recipients.list_for(case)
    with pytest.raises(IntegrityError, match="notice_told_or_reasoned"), transaction.atomic():
        RecipientNotice.objects.filter(pk=notice.pk).update(sent_at=NOW)


@pytest.mark.parametrize(
    ("act", "more", "sentence"),
    [
        (recipients.told, {"how": ""}, "how they were told"),
        (recipients.write_to, {"to": "nobody"}, "exactly one e-mail address"),
        (recipients.answered, {"answer": "x"}, "not told yet"),
    ],
)
def test_half_an_act_changes_nothing(case, handler, act, more, sentence):
    notice = listed(case)[0]
    with pytest.raises(NotAllowed, match=sentence):
        act(notice=notice, actor=handler, now=NOW, **more)
    notice.refresh_from_db()
    assert notice.is_open


def test_kept_data_are_deleted_at_their_date_and_the_case_is_told(case, handler):
    item = KeptItem.objects.create(
        case=case, code="E17_LEGAL_OBLIGATION", what="Invoices", rows=3, made_at=NOW,
        release_on=date(2026, 12, 31),
    )  # fmt: skip
    assert not item.is_due(date(2026, 12, 30))
    with pytest.raises(NotAllowed, match="has not come"):
        kept.release(item=item, how="Deleted by hand", actor=handler, now=NOW)
    then = NOW + timedelta(days=90)
    assert item.is_due(then.date())
    with pytest.raises(NotAllowed, match="how it was deleted"):
        kept.release(item=item, how="", actor=handler, now=then)
    kept.release(item=item, how="Deleted in the archive", actor=handler, now=then)
    assert case.events.filter(kind="erase_kept").exclude(plain="").exists()
    with pytest.raises(NotAllowed, match="already"):
        kept.release(item=item, how="Twice", actor=handler, now=then)


def test_what_a_deletion_keeps_stands_in_the_register(case):
    system = SystemFactory()
    plan = PlanFactory(case=case, summary={"systems": [{
        "system": str(system.pk), "exceptions": [
            {"code": "E17_LEGAL_OBLIGATION", "rows": 18, "reason": "Invoices", "release_on": "2033-12-31"},
            {"code": "THIRD_PERSON", "rows": 2, "reason": "Other people"},
        ]}]})  # fmt: skip
    (item,) = kept.register(case=case, plan=plan, now=NOW)
    assert (item.rows, item.release_on, item.system) == (18, date(2033, 12, 31), system)


def test_the_person_hears_who_got_the_data_when_they_ask(case, handler):
    with pytest.raises(NotAllowed, match="no recipient"):
        recipients.tell_person(case=case, actor=handler, now=NOW)
    notice = listed(case)[0]
    recipients.tell_person(case=case, actor=handler, now=NOW)
    assert notice.recipient in Letter.objects.get(title="Who got your data").body
