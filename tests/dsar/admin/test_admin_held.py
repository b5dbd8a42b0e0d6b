"""The page for rows that others share: shows what is held, decides on the plan that was looked at."""

import re

import pytest

from accounts.enums import Role
from accounts.models import AuditEvent
from accounts.services.audit import Actor
from dsar.enums import Right
from dsar.models import Run
from tests import desk
from tests.dsar.services.test_holding import NO_EMPTY_LINK
from tests.dsar.shop import Shop, open_case, planned, work
from tests.factories import IdentityFactory, SubjectFactory, UserFactory

pytestmark = pytest.mark.django_db


def at(case, page="held"):
    return f"/staff/dsar/case/{case.pk}/{page}/"


@pytest.fixture
def shop(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return Shop(tmp_path / "shop.sqlite3")


@pytest.fixture
def case(shop, handler):
    user = UserFactory(email="leonie@example.org", name="Leonie Hartwig")
    IdentityFactory(subject=SubjectFactory(user=user, name=user.name), value=user.email)
    one = open_case(user, Right.DELETION)
    planned(one, Actor.of(handler))
    return one


def filled(client, case, **values):
    """Return what the page's form holds, with some values chosen."""
    html = client.get(at(case)).content.decode()
    names = re.findall(r'name="((?:action|code|note)\d+)"', html)
    plan_hash = re.search(r'name="plan_hash" value="(\w{64})"', html).group(1)
    return dict.fromkeys(names, "") | {"plan_hash": plan_hash} | values


def test_the_case_page_leads_to_the_decision(client, case):
    html = client.get(at(case, "change")).content.decode()
    assert "Decide about 2 rows that others share" in html
    assert at(case) in html


def test_the_page_names_collections_kinds_and_counts_and_shows_no_row_unasked(client, case):
    html = client.get(at(case)).content.decode()
    assert "shop.employees" in html
    assert "1 row in Shop: Rows about another person." in html
    assert "Rita Rep" not in html
    assert not AuditEvent.objects.filter(action="plan.held_seen").exists()


def test_rows_are_shown_to_those_who_may_see_them_and_that_is_recorded(client, case):
    html = client.get(at(case) + "?sample=shop.employees:third").content.decode()
    assert "Rita Rep" in html
    assert AuditEvent.objects.filter(action="plan.held_seen").count() == 1


def test_without_the_permission_for_values_there_are_counts_and_no_rows(case):
    from django.contrib.auth.models import Permission

    planner = desk.staff("Counts Only")
    codes = ("view_case", "plan_case", "view_plan")
    planner.user_permissions.set(Permission.objects.filter(codename__in=codes))
    html = desk.signed_in(planner).get(at(case) + "?sample=shop.employees:third").content.decode()
    assert "shop.employees" in html
    assert "Rita Rep" not in html
    assert "Show three of them" not in html


@pytest.mark.parametrize("role", [Role.CLERK, Role.AUDITOR, Role.TECHNICAL_ADMIN])
def test_without_the_permission_to_plan_nothing_is_decided(case, role):
    client = desk.signed_in(desk.staff("Somebody Else", role))
    assert client.get(at(case)).status_code == 403
    assert client.post(at(case), {"action0": "keep"}).status_code == 403


def test_a_decision_makes_the_plan_again(client, case):
    data = filled(client, case, action0="detach", note0="Not needed for the support of others")
    answer = client.post(at(case), data, follow=True)
    assert "The plan is being made again with it." in answer.content.decode()
    assert Run.objects.filter(case=case, kind="plan", status="ready").count() == 1
    work()
    assert case.plans.first().number == 2
    assert "See what was decided" not in client.get(at(case, "change")).content.decode()
    page = client.get(at(case)).content.decode()
    assert "1 row: Keep them, cut the link to this person." in page


def test_a_plan_made_again_meanwhile_is_not_decided_and_nothing_typed_is_lost(client, case, handler):
    data = filled(client, case, action0="detach", note0="Typed with care")
    planned(case, Actor.of(handler))
    answer = client.post(at(case), data)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "not the plan you looked at" in html
    assert "Typed with care" in html
    assert case.plans.count() == 2


def test_a_reason_that_is_missing_is_asked_for(client, case):
    answer = client.post(at(case), filled(client, case, action0="keep"))
    assert answer.status_code == 409
    assert "Say for which reason they are kept." in answer.content.decode()


def test_a_plan_that_waits_for_approval_is_closed_for_decisions(client, case, handler):
    from dsar.services import planning
    from tests.factories import NOW

    planning.propose(plan=case.plans.first(), actor=Actor.of(handler), now=NOW)
    html = client.get(at(case)).content.decode()
    assert "no longer open for decisions" in html
    assert "Make the plan again with this" not in html
    assert "Decide about 2 rows" not in client.get(at(case, "change")).content.decode()


def test_a_cut_that_is_impossible_is_said_at_its_line_with_the_record(client, case, shop):
    shop.run(NO_EMPTY_LINK)
    client.post(at(case), filled(client, case, action0="detach", note0="Not needed by others"))
    work()
    for page in (client.get(at(case)), client.get(at(case, "change"))):
        said = page.content.decode()
        assert "Held in shop.employees: 1 of 1 rows. The link cannot be cut: " in said
        assert "Decide again about the held rows: keep them." in said
    html = client.get(at(case) + "?sample=shop.employees:third").content.decode()
    assert "<b>Record 1</b>" in html
    assert "Its link cannot be cut" in html
