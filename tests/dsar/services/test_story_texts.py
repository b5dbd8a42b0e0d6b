"""Lines of the timeline in the reader's language."""

import pytest

from accounts.services.audit import SYSTEM
from config.sentences import say
from dsar.services import story
from tests.factories import NOW, CaseFactory

pytestmark = pytest.mark.django_db


def test_a_line_keeps_what_it_was_made_of_and_is_shown_in_the_readers_language(monkeypatch):
    case = CaseFactory()
    event = story.tell(
        case=case, kind="x", what=say("Plan %(n)s made", n=3), plain="Finished text", actor=SYSTEM, now=NOW
    )
    event.refresh_from_db()
    assert (event.what, event.plain) == ("Plan 3 made", "Finished text")
    assert event.said == {"what": {"m": "Plan %(n)s made", "v": {"n": "3"}}}
    monkeypatch.setattr("config.sentences.gettext", lambda text: text.replace("made", "fertig"))
    assert event.shown("what") == "Plan 3 fertig"
    assert event.shown("plain") == "Finished text"
