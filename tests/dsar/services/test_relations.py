"""Split, merged, related, taken up again: the first receipt stays, and both timelines tell it."""

from datetime import timedelta

import pytest

from correspondence.models import Letter
from dsar.enums import CaseStatus, Outcome, Right
from dsar.models import Case, CaseLink
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, intake, relations
from tests.factories import NOW, CaseFactory, IdentityFactory, SubjectFactory
from tests.waiting import waited_for

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=2)


@pytest.fixture
def somebody():
    return IdentityFactory().subject


def open_by_mail(subject, right=Right.ACCESS, received_at=NOW, handler=None, now=LATER):
    return intake.open_case(
        subject=subject, right=right, channel="email", received_at=received_at, actor=handler, now=now,
        words="Send me everything, then delete it.",
    )  # fmt: skip


def test_one_message_becomes_several_rights_with_its_receipt(somebody, handler):
    case = open_by_mail(somebody, handler=handler)
    cases.verify(case=case, level=2, method="signed in", actor=handler, now=LATER)
    deletion, objection = relations.split(
        case=case, rights=[Right.DELETION, Right.OBJECTION], actor=handler, now=LATER
    )
    assert deletion.received_at == objection.received_at == NOW
    assert deletion.words == case.words
    assert (deletion.status, deletion.verification_level) == (CaseStatus.VERIFIED, 2)
    assert (objection.status, objection.verification_level) == (CaseStatus.VERIFIED, 1)  # its ceiling
    assert Letter.objects.filter(case_id=deletion.pk, template="acknowledgement").exists()
    assert case.events.filter(kind="link_split").count() == 2
    assert deletion.events.filter(kind="link_split").exists()
    with pytest.raises(NotAllowed, match="already"):
        relations.split(case=case, rights=[Right.DELETION], actor=handler, now=LATER)


def test_what_is_not_proved_yet_is_not_proved_by_splitting(somebody, handler):
    case = open_by_mail(somebody, handler=handler)
    deletion, opt_out = relations.split(
        case=case, rights=[Right.DELETION, Right.OPT_OUT], actor=handler, now=LATER
    )
    assert deletion.status == CaseStatus.NEW
    assert (opt_out.status, opt_out.verification_level) == (CaseStatus.READY, 0)


@pytest.mark.parametrize(("rights", "sentence"), [([], "Choose"), ([Right.ACCESS], "already")])
def test_a_split_needs_another_right(somebody, handler, rights, sentence):
    with pytest.raises(NotAllowed, match=sentence):
        relations.split(case=open_by_mail(somebody, handler=handler), rights=rights, actor=handler, now=LATER)


def test_the_same_request_twice_goes_on_with_the_first_receipt(somebody, handler):
    first = open_by_mail(somebody, handler=handler)
    second = open_by_mail(somebody, received_at=NOW + timedelta(days=1), handler=handler)
    kept = relations.merge(case=second, other=first, actor=handler, now=LATER)
    second.refresh_from_db()
    assert kept.pk == first.pk
    assert (second.status, second.outcome) == (CaseStatus.CLOSED, Outcome.DUPLICATE)
    assert first.reference in Letter.objects.get(case_id=second.pk, template="duplicate").body
    assert Case.objects.get(pk=first.pk).received_at == NOW
    assert CaseLink.objects.get().other_id == first.pk


def test_whichever_case_is_open_in_front_the_later_one_closes(somebody, handler):
    first = open_by_mail(somebody, handler=handler)
    second = open_by_mail(somebody, received_at=NOW + timedelta(days=1), handler=handler)
    assert relations.merge(case=first, other=second, actor=handler, now=LATER).pk == first.pk
    assert Case.objects.get(pk=first.pk).is_open


def test_requests_of_different_people_are_never_merged(somebody, handler):
    mine, theirs = open_by_mail(somebody, handler=handler), CaseFactory(subject=SubjectFactory())
    with pytest.raises(NotAllowed, match="different people"):
        relations.merge(case=mine, other=theirs, actor=handler, now=LATER)
    assert not CaseLink.objects.exists()
    relations.relate(case=mine, other=theirs, note="One household", actor=handler, now=LATER)
    assert theirs.events.filter(kind="link_related").exists()


def test_requests_for_different_rights_or_closed_ones_are_not_merged(somebody, handler):
    one = open_by_mail(somebody, handler=handler)
    with pytest.raises(NotAllowed, match="different things"):
        other = open_by_mail(somebody, Right.DELETION, handler=handler)
        relations.merge(case=one, other=other, actor=handler, now=LATER)
    two = open_by_mail(somebody, handler=handler)
    waited_for(two, LATER)
    cases.close(case=two, outcome="unverified", actor=handler, now=LATER)
    with pytest.raises(NotAllowed, match="closed"):
        relations.merge(case=one, other=two, actor=handler, now=LATER)


def test_two_cases_are_related_once_and_never_to_themselves(somebody, handler):
    one, two = open_by_mail(somebody, handler=handler), CaseFactory()
    relations.relate(case=one, other=two, note="", actor=handler, now=LATER)
    for a, b in ((one, two), (two, one)):
        with pytest.raises(NotAllowed, match="already"):
            relations.relate(case=a, other=b, note="", actor=handler, now=LATER)
    with pytest.raises(NotAllowed, match="itself"):
        relations.relate(case=one, other=one, note="", actor=handler, now=LATER)


def test_a_request_that_we_failed_keeps_its_first_receipt(somebody, handler):
    case = open_by_mail(somebody, handler=handler)
    waited_for(case, LATER)
    cases.close(case=case, outcome="unverified", actor=handler, now=LATER)
    with pytest.raises(NotAllowed, match="what went wrong"):
        relations.refile(case=case, reason="", actor=handler, now=LATER)
    again = relations.refile(
        case=case, reason="The link never left", actor=handler, now=NOW + timedelta(days=50)
    )
    assert again.received_at == NOW
    assert again.due_on == case.due_on
    with pytest.raises(NotAllowed, match="again already"):
        relations.refile(case=case, reason="Again", actor=handler, now=LATER)


def test_what_was_taken_back_is_asked_anew(somebody, handler):
    case = open_by_mail(somebody, handler=handler)
    with pytest.raises(NotAllowed, match="is open"):
        relations.refile(case=case, reason="x", actor=handler, now=LATER)
    cases.withdraw(case=case, actor=handler, now=LATER)
    with pytest.raises(NotAllowed, match="taken back"):
        relations.refile(case=case, reason="x", actor=handler, now=LATER)
