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
_MARKETING = re.compile(
    r"\b(marketing|advertis\w*|newsletters?|promotional|werb(ung|emails?|e-mails?|ezwecken?)|direktwerbung)\b",
    re.I,
)
_OBJECTING = re.compile(r"\b(object|objection)\b|widerspr", re.I)
_STOPPING = re.compile(
    r"\bobject\b|\bstop\b|\bno (more|longer)\b|unsubscribe|(\bnot|n.t) (send|want|use)|widerspr"
    r"|keine\b.{0,40}\bmehr\b|abmelden",
    re.I,
)
_MORE = re.compile(r"profil|analy[st]|statisti|automat|research|forschung|(all|any|every|jede\w*) (other )?"
                   r"(processing|use|verarbeitung)|other (processing|uses?)", re.I)  # fmt: skip
_WISH = re.compile(
    r"\bplease\b|\bi (hereby |also )*(request|demand|ask|want|would like|wish|withdraw|revoke|object)\b"
    r"|^(also |and )?(delete|erase|remove|send|do not sell|don.t sell|correct|limit|stop)\b"
    r"|\bbitte\b|\bhiermit\b|\bich (möchte|will|verlange|beantrage|widerrufe|widerspreche|fordere)\b",
    re.I,
)
_DOUBT = re.compile(
    r"\b(never|unless|if|whether|instead|before you|did not|didn.t|nicht|falls|wenn|kein\w*|statt)\b"
    r"|\bnot\b(?! (sell|share))|\b(asked|had asked|already)\b",
    re.I,
)
_SENTENCE = re.compile(r"[.!?;\n]+")
_PATTERNS = tuple((right, re.compile(pattern, re.I)) for right, pattern in _SPEAKS)
READ = 20_000


def rights_in(text: str) -> list[str]:
    """Return the rights that a text names, in the order of the table."""
    start = " ".join(text[:READ].split())
    found = [right for right, pattern in _PATTERNS if pattern.search(start)]
    if "platform_deletion" in found and "deletion" in found:
        found.remove("deletion")
    if objects_to_marketing_alone(text) and "objection" not in found:
        found.append("objection")
    return found


def certain_rights_in(text: str) -> list[str]:
    """Return the rights that a text asks for in sentences without doubt: a plain wish, no "not", no "if".

    The rest of `rights_in` stays a proposal. An answer that does more than was asked for cannot be undone.
    """
    said = [" ".join(one.split()) for one in _SENTENCE.split(text[:READ])]
    questions = {" ".join(one.split()) for one in re.findall(r"[^.!?;\n]+(?=\?)", text[:READ])}
    plain = [one for one in said if one not in questions and _WISH.search(one) and not _DOUBT.search(one)]
    return list(dict.fromkeys(right for right in rights_in(text) for one in plain if right in rights_in(one)))


def objects_to_marketing_alone(text: str) -> bool:
    """Whether a text objects to direct marketing and, as far as its sentences say, to nothing else."""
    said = [" ".join(one.split()) for one in _SENTENCE.split(text[:READ])]
    named = {one for one in said if _MARKETING.search(one)}
    stopping = [one for one in said if _OBJECTING.search(one) or (one in named and _STOPPING.search(one))]
    return bool(stopping) and all(one in named and not _MORE.search(one) for one in stopping)
