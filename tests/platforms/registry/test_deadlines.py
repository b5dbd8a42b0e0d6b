"""The document of all deadlines cannot drift from the files that it is made of."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from config.settings.base import BASE_DIR
from platforms.services import deadlines


def test_the_document_in_docs_is_what_the_files_say():
    call_command("platform_deadlines", "--check")


def test_it_is_english_whatever_language_is_spoken():
    with translation.override("de"):
        call_command("platform_deadlines", "--check")


@pytest.mark.parametrize("there", [True, False])
def test_a_document_that_differs_or_is_missing_fails_the_check(settings, tmp_path, there):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    if there:
        text = (BASE_DIR / "docs" / "platform-deadlines.md").read_text()
        (tmp_path / "docs" / "platform-deadlines.md").write_text(text.replace("7 days", "8 days"))
    with pytest.raises(CommandError, match="is not up to date"):
        call_command("platform_deadlines", "--check")
    call_command("platform_deadlines")
    call_command("platform_deadlines", "--check")


def test_a_term_that_is_not_read_in_the_official_text_is_marked():
    text = deadlines.document()
    assert "| Reddit | The account was deleted at Reddit | 48 hours (second-hand) |" in text
    assert "| X (Twitter) | Our access to the platform ended | 14 days |" in text
    assert "from memory" in text.lower()
