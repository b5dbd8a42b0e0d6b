"""The longer time of the law: by the DPO, with a reason, by letter, once, inside the first period."""

from datetime import UTC, date, datetime, timedelta

import pytest

from correspondence.models import Letter
from dsar.models import ClockEvent
from dsar.rules.transitions import NotAllowed
from dsar.services import clocks
from tests.factories import NOW, CaseFactory, IdentityFactory

pytestmark = pytest.mark.django_db
LAST = datetime(2026, 11, 12, 20, 0, tzinfo=UTC)


@pytest.fixture
def case(settings):
    """A request from Germany to a company that promises nothing: the law's month ends on 12 November."""
    settings.PROFILE = "mixora"
    case = CaseFactory(promised_due_on=None, due_on=date(2026, 11, 12))
    IdentityFactory(subject=case.subject, value="leonie@example.org")
    return case


def extend(case, dpo, now=LAST, **more):
    return clocks.extend(case=case, actor=dpo, now=now, **{"reason": "complexity"} | more)


def test_the_letter_gives_the_reason_and_the_law_counts_from_the_beginning(case, dpo):
    letter = extend(case, dpo, details="Four systems and two archives.")
    case.refresh_from_db()
    assert case.due_on == date(2027, 1, 12)
    assert "Your request is complex" in letter.body
    assert "Four systems and two archives." in letter.body
    assert "Tuesday 12 January 2027" in letter.body
    event = ClockEvent.objects.get()
    assert (event.kind, event.letter_id, event.on) == ("extension_notice", letter.pk, date(2026, 11, 12))


def test_a_day_late_is_refused_and_says_since_when_the_answer_is_due(case, dpo):
    with pytest.raises(NotAllowed, match="Too late: the last day to say so was Thursday 12 November 2026"):
        extend(case, dpo, now=LAST + timedelta(days=1))
    assert not Letter.objects.exists()
    assert not ClockEvent.objects.exists()


def test_without_a_reason_there_is_no_longer_time(case, dpo):
    with pytest.raises(NotAllowed, match="Give the reason"):
        extend(case, dpo, reason="holidays")


def test_the_law_allows_it_once(case, dpo):
    extend(case, dpo, now=NOW)
    with pytest.raises(NotAllowed, match="longer already"):
        extend(case, dpo, now=NOW + timedelta(days=1))


def test_a_handler_may_not(case, handler):
    with pytest.raises(NotAllowed, match="Only the data protection officer"):
        extend(case, handler)


def test_an_opt_out_knows_no_longer_time(case, dpo):
    case.right, case.regime = "opt_out", "ccpa"
    case.save()
    with pytest.raises(NotAllowed, match="No law gives a longer time"):
        extend(case, dpo, now=NOW)


def test_without_an_address_nothing_is_recorded(case, dpo):
    case.subject.identities.all().delete()
    with pytest.raises(NotAllowed, match="by post"):
        extend(case, dpo)
    assert not ClockEvent.objects.exists()


def test_a_letter_that_left_too_late_gives_no_longer_time(case, dpo):
    letter = extend(case, dpo)
    Letter.objects.filter(pk=letter.pk).update(sent_at=LAST + timedelta(days=1), sha256="0" * 64)
    assert clocks.recheck_notices(now=LAST + timedelta(days=2)) == 1
    case.refresh_from_db()
    assert case.due_on == date(2026, 11, 12)
    kept = case.evaluations.filter(obligation="answer").first()
    assert kept.result["extension_valid"] is False


def test_a_promise_binds_all_the_same_and_the_letter_says_so(case, dpo, settings):
    settings.PROFILE = "mediux_ai"
    letter = extend(case, dpo, now=NOW)
    case.refresh_from_db()
    assert (case.due_on, case.statutory_due_on) == (date(2026, 11, 11), date(2027, 1, 12))
    assert "You hear from us by Wednesday 11 November 2026" in letter.body


def test_a_letter_that_never_left_gives_no_longer_time_either(case, dpo):
    extend(case, dpo)
    assert clocks.recheck_notices(now=LAST) == 0
    assert clocks.recheck_notices(now=LAST + timedelta(days=1)) == 1
    case.refresh_from_db()
    assert case.due_on == date(2026, 11, 12)
    assert clocks.recheck_notices(now=LAST + timedelta(days=2)) in (0, 1)
    case.refresh_from_db()
    assert case.due_on == date(2026, 11, 12)
