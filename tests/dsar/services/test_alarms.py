"""Why a case needs somebody is stored in English and said in the language of whoever reads it."""

import pytest
from django.utils import translation

from config import sentences
from config.sentences import say
from dsar.enums import CaseStatus
from dsar.services import story
from tests.factories import CaseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def german(monkeypatch):
    monkeypatch.setattr(
        sentences, "gettext", lambda text: text.replace("could not be sent", "ging nicht hinaus")
    )


def test_an_alarm_is_english_in_the_row_and_translated_on_the_page(german):
    case = CaseFactory()
    with translation.override("de"):
        story.alert(case, say("A letter could not be sent: %(title)s", title="Eingang"))
    case.refresh_from_db()
    assert case.attention == "A letter could not be sent: Eingang"
    assert case.alarm == "A letter ging nicht hinaus: Eingang"


def test_a_case_that_goes_on_loses_the_alarm_in_every_language():
    case = CaseFactory(status=CaseStatus.NEW)
    story.alert(case, say("A letter could not be sent: %(title)s", title="Eingang"))
    story.move(case, CaseStatus.VERIFYING)
    case.refresh_from_db()
    assert (case.attention, case.attention_said, case.alarm) == ("", {}, "")
