"""What a person has to do by hand is read in their language: the order, its limits, the system's words."""

import pytest
from django.utils import translation

from config.profile import load_profile
from dsar.services import manual_words
from platforms.connectors import connector_for
from platforms.connectors.base import Order
from tests import factories as make

pytestmark = pytest.mark.django_db
OWN = {"instructions": "Look into the folder.", "other_languages": {"de": "Sehen Sie in den Ordner."}}


def task(verb="erase", options=OWN, **more):
    system = make.SystemFactory(connector="manual", options=options, purpose="Paper files.")
    order = Order(case="MX-1", identities={}, categories=(), idempotency_key="1", **more)
    with connector_for("manual", {"instructions": "Paper files."} | options).session() as session:
        told = getattr(session, verb)(order).instructions
    return make.ManualTaskFactory(step=make.StepFactory(system=system), instructions=told)


def test_in_english_it_stands_as_it_was_given():
    one = task()
    assert manual_words.instructions_of(one) == one.instructions


def test_in_german_every_part_is_german():
    with translation.override("de"):
        assert manual_words.instructions_of(task()) == (
            "Löschen Sie die Daten der Person im System. Sehen Sie in den Ordner."
        )


def test_the_limits_of_an_order_are_told_as_well():
    one = task("suppress", purposes=("",))
    with translation.override("de"):
        said = manual_words.instructions_of(one)
    assert said.endswith("Zwecke: jede Verarbeitung. Sehen Sie in den Ordner.")


def test_without_a_translation_the_own_words_stay():
    one = task(options={"instructions": "Look into the folder."})
    with translation.override("de"):
        assert manual_words.instructions_of(one) == (
            "Löschen Sie die Daten der Person im System. Look into the folder."
        )


def test_instructions_that_were_changed_since_leave_the_task_as_it_was_given():
    one = task()
    one.step.system.options = {"instructions": "Ask the archive."}
    with translation.override("de"):
        assert manual_words.instructions_of(one).endswith("Look into the folder.")


@pytest.mark.parametrize(
    "verb", ["locate", "collect", "erase", "rectify", "probe", "count", "restrict", "lift"]
)
def test_every_order_is_told_in_german(verb):
    one = task(verb)
    with translation.override("de"):
        said = manual_words.instructions_of(one)
    assert said.endswith(" Sehen Sie in den Ordner.")
    assert said.split(".")[0] not in one.instructions


@pytest.mark.parametrize("key", ["mediux_ai", "mixora"])
def test_both_profiles_say_it_in_german(key):
    manual = [one for one in load_profile(key).systems if one.kind == "manual"]
    assert [text.language for one in manual for text in one.other_languages] == ["de"] * len(manual)
