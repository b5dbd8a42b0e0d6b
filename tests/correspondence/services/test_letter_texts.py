"""A company's own texts: two people, no text without its clauses, every version kept."""

import pytest
from django.db import IntegrityError, transaction

from accounts.services.audit import Actor
from correspondence.enums import Template, TextStatus
from correspondence.models import LetterTemplate
from correspondence.services import letters, samples, templates, texts
from correspondence.services.letters import LetterFault
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SHIPPED = templates.shipped(Template.REFUSAL, "en")
BETTER = SHIPPED.text.replace("have decided not to do it.", "have decided against it.")


@pytest.fixture
def one():
    return Actor.of(make.StaffFactory())


@pytest.fixture
def other():
    return Actor.of(make.StaffFactory())


def propose(actor, text=BETTER, **more):
    given = {"template": Template.REFUSAL, "language": "en", "why": "Plainer words."}
    return texts.propose(text=text, actor=actor, now=NOW, **given | more)


def written():
    return letters.render(Template.REFUSAL, samples.context_for(Template.REFUSAL, "eu_gdpr"))


def test_a_text_is_used_once_somebody_else_published_it(one, other):
    row = propose(one)
    assert written()[2] == SHIPPED.version
    with pytest.raises(LetterFault, match="somebody else"):
        texts.publish(row=row, actor=one, now=NOW)
    texts.publish(row=row, actor=other, now=NOW)
    _title, body, version = written()
    assert (version, "have decided against it." in body) == ("own-1", True)


def test_the_language_beside_it_stays_as_it_was(one, other):
    texts.publish(row=propose(one), actor=other, now=NOW)
    assert templates.source_of(Template.REFUSAL, "de").own is False


def test_an_older_version_stays_and_can_be_read(one, other):
    texts.publish(row=propose(one), actor=other, now=NOW)
    second = propose(one, BETTER.replace("WHY", "OUR REASON"))
    texts.publish(row=second, actor=other, now=NOW)
    assert written()[2] == "own-2"
    assert templates.source_of(Template.REFUSAL, "en", "own-1").text == BETTER.strip() + "\n"
    assert templates.source_of(Template.REFUSAL, "en", SHIPPED.version).text == SHIPPED.text


def test_a_retired_text_gives_way_to_the_shipped_one(one, other):
    row = texts.publish(row=propose(one), actor=other, now=NOW)
    texts.retire(row=row, actor=other)
    assert written()[2] == SHIPPED.version


def test_a_returned_text_cannot_be_published(one, other):
    row = texts.send_back(row=propose(one), actor=other)
    with pytest.raises(LetterFault, match="Draft"):
        texts.publish(row=row, actor=other, now=NOW)


@pytest.mark.parametrize(
    ("taken", "says"),
    [
        ("{{ remedies }}", "Under eu_gdpr the letter would not say: the supervisory authority"),
        ("{% for one in reasons %}- {{ one.text }}", "cannot be read as a template"),
        ("{{ one.text }}", "the reason"),
    ],
)
def test_a_text_without_its_clauses_is_not_even_proposed(one, taken, says):
    assert taken in SHIPPED.text
    with pytest.raises(LetterFault, match=says):
        propose(one, BETTER.replace(taken, ""))
    assert not LetterTemplate.objects.exists()


@pytest.mark.parametrize(
    ("text", "more", "says"),
    [
        (BETTER + "{{ password }}", {}, "password"),
        (BETTER + "{% load static %}", {}, "if and for alone"),
        (SHIPPED.text, {}, "in use already"),
        (BETTER, {"why": " "}, "why"),
        (BETTER, {"template": Template.FREE}, "texts of the list"),
    ],
)
def test_what_else_is_refused(one, text, more, says):
    with pytest.raises(LetterFault, match=says):
        propose(one, text, **more)


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"approved_by": "writer", "published_at": NOW}, "lettertemplate_proposer_never_approves"),
        ({"status": TextStatus.PUBLISHED}, "lettertemplate_published_by_two"),
    ],
)
def test_the_database_itself_demands_two(one, values, rule):
    row = propose(one)
    values = {key: one.user if value == "writer" else value for key, value in values.items()}
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        LetterTemplate.objects.filter(pk=row.pk).update(**values)
