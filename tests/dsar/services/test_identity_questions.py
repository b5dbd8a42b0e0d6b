"""Questions about held data: not delicate, not contested, the same for strangers, compared in the source."""

import pytest

from dsar.enums import Method
from dsar.rules.transitions import NotAllowed
from dsar.services.identity import asking, comparing, lookup, questions
from platforms.connectors.sql.session import SqlSession
from platforms.datasets import DatasetError, parse
from tests.dsar.crm import RIGHT, YAML, case_of
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(crm):
    return case_of()


def fields(found):
    return {question.field for question in found}


def test_only_what_people_know_and_nobody_minds_is_asked_for(case):
    (place,) = lookup.places(case, ())
    assert fields(place.questions) == {"nick", "phone", "city", "company", "job"}


def test_secrets_and_special_data_are_not_asked_for_even_when_a_dataset_says_so(case):
    (place,) = lookup.places(case, ())
    assert not fields(place.questions) & {"password", "illness", "card"}


def test_a_dataset_may_add_a_harmless_field_and_leave_one_out(crm, case):
    more = YAML.replace(
        "data_categories: [user.demographic.date_of_birth]",
        "data_categories: [user.demographic.date_of_birth], fides_meta: {verification: true}",
    ).replace("{name: nick, data", "{name: nick, fides_meta: {verification: false}, data")
    dataset = crm.system.datasets.get()
    dataset.source = more
    dataset.save()
    (place,) = lookup.places(case, ())
    assert fields(place.questions) == {"birthday", "phone", "city", "company", "job"}


def test_a_dataset_cannot_say_maybe():
    with pytest.raises(DatasetError, match="verification is true or false, not 'maybe'"):
        parse(YAML.replace("verification: true", "verification: maybe"))


def test_verification_is_a_known_key():
    assert not parse(YAML).warnings


def test_fields_that_are_empty_for_this_person_are_not_chosen(case):
    assert fields(questions.choose(case, 4)) == {"nick", "phone", "city", "company"}
    assert len(questions.choose(case, 2)) == 2


def test_asking_twice_asks_the_same(case):
    again = case_of()
    assert questions.choose(case, 2) == questions.choose(again, 2)


def test_somebody_unknown_is_asked_the_same_kind_of_questions(crm):
    stranger = case_of("nobody@example.org")
    found = questions.choose(stranger, 3)
    assert len(found) == 3
    assert fields(found) <= {"nick", "phone", "city", "company", "job"}
    assert found == questions.choose(case_of("nobody@example.org"), 3)


def test_the_contested_datum_is_never_asked_for(crm):
    case = case_of(right="rectification")
    found = questions.choose(case, 3, ["user.contact.address"])
    assert "city" not in fields(found)
    with pytest.raises(NotAllowed, match="No system holds enough"):
        questions.choose(case, 5, ["user.contact"])


def test_a_correction_without_a_contested_datum_asks_nothing(crm):
    with pytest.raises(NotAllowed, match="which data the person contests"):
        questions.choose(case_of(right="rectification"), 2)


def test_without_a_system_that_can_be_queried_staff_judge(case, crm):
    crm.system.connector, crm.system.secret = "manual", ""
    crm.system.save()
    with pytest.raises(NotAllowed, match="your own judgement"):
        asking.ask(case=case, method=Method.SWORN, actor=None, now=NOW)


def test_a_system_that_is_away_is_named_and_nothing_is_asked(case, crm):
    crm.path.unlink()
    with pytest.raises(NotAllowed, match="cannot look there now"):
        questions.choose(case, 2)
    assert not case.identity_checks.exists()


@pytest.mark.parametrize("field", ["nick", "phone", "city", "company"])
def test_one_wrong_answer_is_enough_to_fail(case, field):
    asked = questions.choose(case, 4)
    right = [RIGHT[one.category] for one in asked]
    assert comparing.all_fit(case, asked, right)
    wrong = ["Bonn" if one.field == field else RIGHT[one.category] for one in asked]
    assert not comparing.all_fit(case, asked, wrong)


@pytest.mark.parametrize("answer", ["", " ", "%", "' OR 1=1 --", "x" * 5000, "\x00"])
def test_strange_answers_do_not_fit(case, answer):
    asked = [one for one in questions.choose(case, 4) if one.field == "city"]
    assert not comparing.all_fit(case, asked, [answer])


def test_the_data_of_somebody_else_do_not_fit(case):
    asked = [one for one in questions.choose(case, 4) if one.field == "city"]
    assert not comparing.all_fit(case, asked, ["Rome"])


def test_known_unknown_right_and_wrong_cost_the_same_statements(case, monkeypatch):
    sessions = []
    original = SqlSession.__init__
    monkeypatch.setattr(
        SqlSession, "__init__", lambda self, *given: (original(self, *given), sessions.append(self))[0]
    )

    def cost(one, answers):
        sessions.clear()
        asked = questions.choose(case, 3)
        sessions.clear()
        fits = comparing.all_fit(one, asked, answers(asked))
        return fits, [session.statements for session in sessions]

    right = cost(case, lambda asked: [RIGHT[one.category] for one in asked])
    wrong = cost(case, lambda asked: ["no"] * len(asked))
    stranger = cost(case_of("nobody@example.org"), lambda asked: [RIGHT[one.category] for one in asked])
    assert [right[0], wrong[0], stranger[0]] == [True, False, False]
    assert right[1] == wrong[1] == stranger[1]
