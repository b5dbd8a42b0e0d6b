"""A deletion runs over the processors too: by their interfaces, with what stays in letter and register."""

from datetime import date, timedelta

import pytest
import time_machine

from accounts.services.audit import SYSTEM
from config.jobs import JobStatus
from config.profile import active_profile
from correspondence.models import Letter
from dsar.enums import CaseStatus, Operation, Outcome, Right
from dsar.models import KeptItem, Step
from dsar.services import cases, intake, kept
from platforms.connectors import Stays
from platforms.models import System
from platforms.services import processors
from tests.dsar.shop import Clock, approved, open_case, work
from tests.factories import NOW, IdentityFactory
from tests.notices import tell_everybody
from tests.platforms.processors.conftest import books, keys, world  # noqa: F401

pytestmark = pytest.mark.django_db
PAID = int((NOW - timedelta(days=300)).timestamp())


@pytest.fixture
def connected(shop, person, books, keys):  # noqa: F811
    """Every processor connected; the person is a customer of Stripe and gets mail."""
    processors.sync(profile=active_profile(), actor=SYSTEM, now=NOW)
    processors.install_processor_systems(actor=SYSTEM, now=NOW)
    books.customer("cus_1", person.email, created=PAID)
    books.contacts[person.email] = 3
    # Google takes 72 hours; its own test waits for them.
    System.objects.filter(key="analytics-api").update(enabled=False)
    return books


@pytest.fixture
def ran(connected, person, handler, dpo):
    """The deletion as it stands when the workers are done."""
    case = open_case(person, Right.DELETION)
    approved(case, handler, dpo)
    work()
    case.refresh_from_db()
    return case


def step_of(case, key, operation=Operation.ERASE):
    return Step.objects.get(case=case, system__key=key, operation=operation)


def test_each_processor_has_a_step_that_says_what_it_did(ran, connected):
    assert ran.status == CaseStatus.READY
    stripe = step_of(ran, "stripe-api")
    assert stripe.status == JobStatus.DONE
    outcomes = {(one["collection"], one["outcome"]) for one in stripe.result["fields"]}
    assert ("invoices", "kept") in outcomes
    assert ("subscriptions", "erased") in outcomes
    assert all(one["reason"] for one in stripe.result["fields"] if one["outcome"] == "kept")
    assert step_of(ran, "stripe-api", Operation.PROBE).proof["subscriptions"]["remaining"] == 0
    assert connected.subscriptions["sub_cus_1"]["status"] == "canceled"
    assert connected.contacts == {}


def test_what_stays_there_is_told_and_registered_with_its_day(ran, dpo):
    stripe = ran.notices.get(key="stripe")
    assert (stripe.means, stripe.recipient) == ("connector", "Stripe, Inc.")
    tell_everybody(ran, dpo, NOW)
    cases.close(case=ran, outcome=Outcome.FULFILLED, actor=dpo, now=NOW + timedelta(hours=1))
    items = {item.system.key: item for item in KeptItem.objects.filter(case=ran) if item.system}
    paid = (NOW - timedelta(days=300)).date()
    assert items["stripe-api"].release_on == date(paid.year + 7, paid.month, paid.day)
    assert items["stripe-api"].code == "E17_LEGAL_OBLIGATION"
    assert items["email_provider-api"].release_on is None
    letter = Letter.objects.filter(case_id=ran.pk).latest("created_at")
    assert "tax law wants the payment records" in letter.body
    assert "What we deleted, and what stays" in letter.title


def test_california_names_its_own_ground():
    one = Stays(2, "E17_LEGAL_OBLIGATION", "the law", date(2033, 1, 2))
    assert kept.exception(one, "ccpa")["code"] == "D_LEGAL_OBLIGATION"
    assert kept.exception(one, "gdpr") == {
        "code": "E17_LEGAL_OBLIGATION", "rows": 2, "reason": "the law", "first_on": "2033-01-02",
        "last_on": "2033-01-02", "undated": 0,
    }  # fmt: skip


def test_a_processor_that_is_down_is_tried_again_and_the_rest_goes_on(
    connected, person, handler, dpo, world  # noqa: F811
):  # fmt: skip
    case = open_case(person, Right.DELETION)
    approved(case, handler, dpo)
    world.fail("stripe", "customers", "429")
    work()
    stripe = step_of(case, "stripe-api")
    assert stripe.status == JobStatus.READY
    assert "try again in 30 seconds" in stripe.error
    assert step_of(case, "email_provider-api").status == JobStatus.DONE
    world.heal()
    clock = Clock()
    clock.now += timedelta(hours=2)
    work(clock)
    assert step_of(case, "stripe-api").status == JobStatus.DONE


def test_google_is_done_when_reports_hide_the_person(connected, person, handler, dpo):
    System.objects.filter(key="analytics-api").update(enabled=True)
    with time_machine.travel(NOW, tick=False) as time:
        subject = intake.subject_for(person)
        IdentityFactory(subject=subject, kind="custom", key="ga_client_id", value="GA1.2.3")
        case = open_case(person, Right.DELETION)
        approved(case, handler, dpo)
        work()
        step = step_of(case, "analytics-api")
        assert step.status == JobStatus.WAITING
        assert step.next_attempt_at == NOW + timedelta(hours=72)
        time.shift(timedelta(hours=73))
        clock = Clock()
        clock.now += timedelta(hours=73)
        work(clock)
    step.refresh_from_db()
    assert step.status == JobStatus.DONE
    assert step.result["stays"][0]["last_on"] == (NOW + timedelta(days=62)).date().isoformat()
    assert step.result["stays"][0]["code"] == "PROCESSOR_PERIOD"
