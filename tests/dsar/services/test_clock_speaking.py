"""The derivation in the reader's language: said again from its parts; old steps as they were stored."""

from datetime import date

from django.utils import translation

from dsar.rules.clocks.wording import EVENT_NAMES, TEMPLATES, step
from dsar.services.clocks import speaking


def test_a_step_is_said_again_from_its_parts():
    made = step("paused_identity", None, "Art. 12(6)", asked=date(2026, 8, 5), answered=date(2026, 8, 20))
    assert speaking.sentence(made) == made["text"]
    assert made["params"] == {"asked": "2026-08-05", "answered": "2026-08-20"}


def test_days_follow_the_language():
    made = step("rolled", date(2027, 3, 1), day=date(2027, 3, 1))
    with translation.override("de"):
        assert "Montag, 1. März 2027" in speaking.sentence(made)


def test_the_name_of_an_event_is_a_part_too():
    made = step("refused_no_pause", None, day=date(2026, 8, 5), what="fee_paid")
    assert made["params"]["what"] == "fee_paid"
    assert EVENT_NAMES["fee_paid"] in made["text"] == speaking.sentence(made)


def test_a_step_of_older_rules_is_given_as_it_was_stored():
    old = {"text": "We had until Monday.", "date": "2026-10-12", "source": "Art. 12(3)", "total": True}
    assert speaking.said([old]) == [
        {"text": "We had until Monday.", "on": date(2026, 10, 12), "source": "Art. 12(3)", "total": True}
    ]


def test_every_sentence_ends_and_names_no_article():
    for text in TEMPLATES.values():
        assert text.endswith(".")
        assert "Art" not in text
