"""What must be true of letters before the portal starts."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register

from config.profile import active_profile
from correspondence.enums import Template
from correspondence.services import authorities, templates, words


@register()
def every_letter_has_its_template(**_: Any) -> list[CheckMessage]:
    """Each letter has a text in each language offered; its first line names the version."""
    return list(_faults())


def _faults() -> Iterator[CheckMessage]:
    for language in active_profile().languages.offered:
        for template in (*(one for one in Template if one != Template.FREE), templates.REMEDIES):
            try:
                templates.check_syntax(templates.shipped(template, language).text)
            except (OSError, templates.LetterFault) as fault:
                yield Error(f"The letter {template} cannot be written: {fault}", id="correspondence.E001")


@register()
def every_language_has_the_same_words(**_: Any) -> list[CheckMessage]:
    """The words outside the templates are there in each language, none is forgotten."""
    return [
        Error(f"templates/letters/{language}/words.toml lacks {name}.", id="correspondence.E002")
        for language in active_profile().languages.offered
        for name in sorted(_names(words.FALLBACK) - _names(language))
    ]


def _names(language: str) -> set[str]:
    if not (words.FOLDER / language / "words.toml").is_file():
        return set()
    return {f"{section}.{name}" for section, found in words.words_of(language).items() for name in found}


@register()
def the_register_of_authorities_can_be_read(**_: Any) -> list[CheckMessage]:
    """Every entry of the data file is whole and valid."""
    try:
        authorities.register()
    except ValueError as fault:
        return [Error(f"authorities.toml: {fault}", id="correspondence.E003")]
    return []
