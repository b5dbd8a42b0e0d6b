"""Words by which a letter asks somebody to show who they are. Pure; English and German.

For rights that need no proof (GDPR Art. 7(3), 12(6), 21(2); 11 CCR 7026(d), 7027(e)) no letter may hold them.
"""

import re

_PAPER = (
    r"passports?|(?:identity|id|identification)[ -]?(?:cards?|documents?|papers?|numbers?)"
    r"|driv\w+'?s? licen[cs]e|birth certificates?|social security (?:card|number)s?|selfies?"
    r"|proof of (?:your )?identity|utility bills?"
    r"|reisep[aä]ss\w*|(?:personal)?ausweis\w*|führerschein\w*|geburtsurkunde\w*|identitätsnachweis\w*"
    r"|nachweis (?:ihrer|über ihre) identität|meldebescheinigung\w*"
)
_ASKS = (
    r"please|send|provide|upload|attach|enclose|submit|needs?|require[sd]?|show|present|bring|cop(?:y|ies)|scan"
    r"|photos?|pictures?|without|bitte|\w*(?:send|schick|reich)en|legen|fügen|brauchen|benötigen|zeigen|kopien?"
    r"|fotos?|bild(?:er)?|hochladen|laden|ohne"
)
_SELF = (
    r"(?:prove|verify|confirm|establish|show)\w* (?:us )?(?:who you are|your identity)"
    r"|(?:prove|verify|confirm|show)\w* (?:us )?that it is (?:really )?you|identify yourself"
    r"|(?:ihre identität|sich)\b[^.!?]{0,60}\b(?:nach(?:zu)?weis|ausweis|auszuweis|bestätig|beleg)\w*"
    r"|(?:nachweis|beleg|bestätig|weis)\w*\b[^.!?]{0,60}\b(?:ihre identität|wer sie sind)"
)
_BETWEEN = r"\b[^.!?]{0,120}\b"
_ASKING = re.compile(
    rf"\b(?:{_ASKS}){_BETWEEN}(?:{_PAPER})\b|\b(?:{_PAPER}){_BETWEEN}(?:{_ASKS})\b|\b(?:{_SELF})\b"
)


def asks_who(text: str) -> str:
    """Return the passage that asks the reader to show who they are, or the empty string."""
    found = _ASKING.search(" ".join(text.split()).casefold())
    return found.group(0) if found else ""
