"""Held rows of the demo company: every decision that is offered, carried out, touches nobody else's rows."""

import shutil

import pytest

from accounts.enums import Role
from accounts.services.audit import SYSTEM, Actor
from config import jobs
from correspondence.models import Letter
from dsar.engine import choices
from dsar.enums import CaseStatus, Right
from dsar.models import Run, Transfer
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, holding, planning
from dsar.services.holding import Decision
from platforms.demo import DATASET, create_company
from platforms.services import create_system, import_dataset
from tests.dsar.shop import open_case, planned, work
from tests.factories import NOW, IdentityFactory, StaffFactory, SubjectFactory, UserFactory
from tests.notices import tell_everybody
from tests.platforms.demo.conftest import TODAY
from tests.platforms.demo.test_requests import PERSONS, content, owned

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('held')}/company.sqlite3"
    create_company(url, people=50, today=TODAY)
    return url


@pytest.fixture
def company(small, tmp_path, settings, monkeypatch):
    """The company's system in the portal, with a copy of its data and no broker; returns its address."""
    settings.MEDIA_ROOT = tmp_path / "media"
    for model in (Letter, Run, Transfer):
        monkeypatch.setitem(jobs._kinds, model, lambda _: None)
    url = f"sqlite:///{tmp_path}/copy.sqlite3"
    shutil.copy(small.removeprefix("sqlite:///"), tmp_path / "copy.sqlite3")
    system = create_system(key="product", name="Product", connector="sql", secret=url, actor=SYSTEM, now=NOW)
    import_dataset(system=system, source=DATASET.read_text("utf-8"), actor=SYSTEM, now=NOW)
    return url


def deletion_of(person):
    user = UserFactory(email=person.email)
    IdentityFactory(subject=SubjectFactory(user=user), value=person.email)
    return open_case(user, Right.DELETION)


def held_lines(plan):
    return [one for system in plan.summary["systems"] for one in system.get("held", ())]


def decision(line, action):
    """The same action for every kind of rows that knows it; the others are kept."""
    if action in choices.ACTIONS[line["kind"]] and action != "keep":
        return Decision(line["collection"], line["kind"], action, note="Looked at")
    return Decision(line["collection"], line["kind"], "keep", "E17_LEGAL_CLAIMS")


def kept_instead(plan, lines, staff):
    """Follow what a blocked plan says: it cannot be approved, and keeping is always possible."""
    (block, *_) = planning.undecided(plan)
    assert "keep" in block["reason"]
    with pytest.raises(NotAllowed, match="Decide first"):
        planning.propose(plan=plan, actor=staff, now=NOW)
    keep = [decision(line, "keep") for line in lines]
    holding.decide(plan=plan, plan_hash=plan.hash, decisions=keep, actor=staff, now=NOW)
    work()
    return plan.case.plans.first()


@pytest.mark.parametrize(
    ("action", "person"),
    [("keep", PERSONS[1]), ("detach", PERSONS[0]), ("mask", PERSONS[0]), ("mask", PERSONS[2])],
    ids=lambda value: str(getattr(value, "user_id", value)),
)
def test_a_decision_about_held_rows_touches_nothing_else(company, action, person):
    staff, second = (Actor.of(StaffFactory(role=role)) for role in (Role.HANDLER, Role.DPO))
    mine, before = owned(company, person), content(company)
    case = deletion_of(person)
    first = planned(case, staff)
    lines = held_lines(first)
    assert lines
    decisions = [decision(line, action) for line in lines]
    holding.decide(plan=first, plan_hash=first.hash, decisions=decisions, actor=staff, now=NOW)
    work()
    plan = case.plans.first()
    assert {(one["collection"], one["action"]) for one in held_lines(plan)} == {
        (one.collection, one.action) for one in decisions
    }
    if planning.undecided(plan):
        plan = kept_instead(plan, lines, staff)
        assert content(company) == before
    planning.propose(plan=plan, actor=staff, now=NOW)
    planning.decide(plan=plan, plan_hash=plan.hash, approve=True, reason="", actor=second, now=NOW)
    work()
    case.refresh_from_db()
    assert case.status == CaseStatus.READY, case.attention
    after = content(company)
    held = {line["collection"].partition(".")[2] for line in lines}
    for table, rows in before.items():
        touched = {key for key, row in rows.items() if after[table].get(key) != row}
        assert table in held or touched <= mine.get(table, set()), table
        if action == "keep" and table in held:
            assert touched <= mine.get(table, set()), table
        assert set(after[table]) <= set(rows), table
    tell_everybody(case, staff, NOW)
    cases.close(case=case, outcome=cases.allowed_outcomes(case)[0], actor=staff, now=NOW)
    assert Letter.objects.filter(case_id=case.pk, template="deletion_closed").count() == 1
