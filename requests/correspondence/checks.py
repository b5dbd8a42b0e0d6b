"""What must be true of letters before the portal starts."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from correspondence.enums import Template
from correspondence.services import letters


@register()
def every_letter_has_its_template(**_: Any) -> list[CheckMessage]:
    """Each template of the list has a file whose first line names its version."""
    found: list[CheckMessage] = []
    for template in Template:
        try:
            if template != Template.FREE:
                letters.source_of(template)
        except (OSError, letters.LetterFault) as fault:
            found.append(Error(f"The letter {template} cannot be written: {fault}", id="correspondence.E001"))
    return found
