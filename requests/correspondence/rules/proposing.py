"""Which rights a text seems to speak of: a proposal for whoever sorts the mail, never a decision."""

import re

# One pattern a right; English and German, the languages of the profiles.
_SPEAKS: tuple[tuple[str, str], ...] = (
    ("opt_out", r"do not sell|don.t sell|opt[ -]?out|not share my (data|information)"),
    ("limit", r"limit the use of my sensitive"),
    ("withdrawal", r"withdraw my consent|revoke my consent|widerrufe? (ich )?meine einwilligung"),
    ("complaint", r"\bformal complaint|make a complaint|complain about|beschwerde"),
    ("child_report", r"(my|a) (child|son|daughter).{0,60}(account|uses|signed up)|under (13|16) years"),
    ("portability", r"portab|transfer my data to|datenübertrag"),
    ("rectification", r"correct my|rectif|is wrong and must be|berichtig"),
    ("restriction", r"restrict(ion)? (of )?(the )?processing|einschränkung der verarbeitung"),
    ("objection", r"\bi object\b|object to (the )?(processing|use)|widerspreche ich|lege ich widerspruch"),
    ("platform_deletion", r"data deletion request|delete .{0,40}(facebook|instagram|meta|tiktok|linkedin)"),
    (
        "deletion",
        r"(delete|erase|remove) (all )?(of )?my|right to (be forgotten|erasure)|lösch\w* .{0,40}daten",
    ),
    ("know_categories", r"categories of (personal )?(data|information)"),
    (
        "access",
        r"copy of my|access request|all (the )?data (that )?you (have|hold)|auskunft|article 15|art\. ?15",
    ),
)
_PATTERNS = tuple((right, re.compile(pattern, re.I)) for right, pattern in _SPEAKS)
READ = 20_000


def rights_in(text: str) -> list[str]:
    """Return the rights that a text names, in the order of the table."""
    start = " ".join(text[:READ].split())
    found = [right for right, pattern in _PATTERNS if pattern.search(start)]
    if "platform_deletion" in found and "deletion" in found:
        found.remove("deletion")
    return found
