"""What a letter must say: clauses by template and regime, and the check that finds the ones that are missing.

Sources: GDPR and UK GDPR Articles 12(3) to 12(6), 15(1), 18(3), 19, 28, 34; UK Data Protection Act 2018,
section 164A; California Civil Code 1798.125, 1798.130, 1798.145(h); 11 CCR 7021 to 7024.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from correspondence.enums import Template

T = Template

EU, UK, CCPA, POLICY = "eu_gdpr", "uk_gdpr", "ccpa", "policy"
REGIMES = (EU, UK, CCPA, POLICY)


@dataclass(frozen=True)
class Clause:
    """One thing that a letter has to contain.

    `keys`: the facts of the letter's context whose words must stand in the text; the first one given counts.
    `words`: language -> patterns that must all be found, for clauses that no fact decides.
    """

    key: str
    says: str | Promise
    source: str
    keys: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Rule:
    """Which clauses a template has to contain: its own, and the ways out that each regime names."""

    own: tuple[Clause, ...] = ()
    remedies: Mapping[str, tuple[Clause, ...]] | None = None
    extra: Mapping[str, tuple[Clause, ...]] | None = None


REASON = Clause("reason", _("the reason"), "GDPR Art. 12(4); 11 CCR 7022(f)", ("reasons", "reason"))
WHY_LONGER = Clause(
    "reason", _("why it takes longer"), "GDPR Art. 12(3); 11 CCR 7021(b)", ("extension_reason",)
)
WHY_FEE = Clause("reason", _("why there is a fee"), "GDPR Art. 12(5)", ("reason",))
PROOF = Clause("proof", _("where to prove it"), "GDPR Art. 12(6)", ("proof_link",))
NEW_DATE = Clause("new_date", _("the new date"), "GDPR Art. 12(3); 11 CCR 7021(b)", ("longer_until",))
AMOUNT = Clause("amount", _("the amount"), "GDPR Art. 12(5)", ("amount",))
ASKED = Clause("asked", _("what we ask for"), "GDPR Art. 12(6)", ("asked",))
QUESTIONS = Clause("questions", _("the question"), "UK GDPR Art. 12A", ("questions",))
CLOSES = Clause("closes", _("the day on which the request is closed"), "GDPR Art. 12(4)", ("closes_on",))
LIFTS = Clause("lifts", _("the day on which the restriction ends"), "GDPR Art. 18(3)", ("lifts_on",))
ORIGINAL = Clause("original", _("the number of the first request"), "GDPR Art. 12(4)", ("original",))
FINDING = Clause("finding", _("what came out of it"), "UK DPA 2018, s. 164A", ("finding",))
WHAT = Clause("what", _("what happened to the data"), "GDPR Art. 19", ("what",))
INSTRUCTION = Clause("instruction", _("the instruction"), "GDPR Art. 28(3)(a)", ("instruction",))
STATEMENT = Clause("statement", _("the statement"), "GDPR Art. 31", ("statement",))
NATURE = Clause("nature", _("what happened"), "GDPR Art. 34(2)", ("nature",))
CONSEQUENCES = Clause("consequences", _("what may come of it"), "GDPR Art. 34(2)", ("consequences",))
MEASURES = Clause("measures", _("what we do about it"), "GDPR Art. 34(2)", ("measures",))
REFERENCE = Clause("reference", _("the reference"), "UK DPA 2018, s. 164A", ("reference",))
CONTACT = Clause("contact", _("whom to write to"), "GDPR Art. 12(2)", ("complaint_mailbox",))
AUTHORITY = Clause("authority", _("the supervisory authority by name"), "GDPR Art. 12(4), 77", ("authority",))
COURT = Clause(
    "court", _("that there is a court"), "GDPR Art. 12(4), 79",
    words={"en": (r"\bcourts?\b",), "de": (r"\b\w*gericht(e|en|s|lich\w*)?\b",)},
)  # fmt: skip
TO_US = Clause(
    "complaint_to_us", _("how to complain to us"), "UK DPA 2018, s. 164A", ("complaint_mailbox",),
    words={"en": (r"\bcomplain",), "de": (r"beschwer",)},
)  # fmt: skip
NO_RETALIATION = Clause(
    "no_retaliation", _("that nobody suffers for using a right"), "Cal. Civ. Code 1798.125",
    words={"en": (r"retaliat|1798\.125",), "de": (r"nachteil|benachteilig|1798\.125",)},
)  # fmt: skip
RIGHTS = Clause(
    "rights", _("the rights to correct, delete, restrict and object"), "GDPR Art. 15(1)(e)",
    words={
        "en": (r"\bcorrect|rectif", r"\bdelet|eras", r"restrict", r"\bobject"),
        "de": (r"berichtig", r"lösch", r"einschränk|einzuschränken", r"widersprech|widerspruch"),
    },
)  # fmt: skip

CONFIRMED = Clause(
    "confirmed", _("that we process data of the person"), "GDPR Art. 15(1)",
    words={"en": (r"\bwe process personal data about you\b",),
           "de": (r"\bwir verarbeiten personenbezogene daten zu ihrer person\b",)},
)  # fmt: skip
PURPOSES = Clause(
    "purposes", _("the purposes, or where they stand"), "GDPR Art. 15(1)(a)",
    words={"en": (r"\bpurposes?\b",), "de": (r"\bzwecke?\b",)},
)  # fmt: skip
KINDS = Clause(
    "kinds", _("the kinds of data, or where they stand"), "GDPR Art. 15(1)(b)",
    words={"en": (r"\bkinds? of data\b|\bcategor(y|ies) of",), "de": (r"\bart(en)? von daten\b|kategorie",)},
)  # fmt: skip
RECIPIENTS = Clause(
    "recipients", _("the recipients, or where they stand"), "GDPR Art. 15(1)(c)",
    words={"en": (r"\brecipients?\b",), "de": (r"\bempfänger",)},
)  # fmt: skip
PERIOD = Clause(
    "period", _("how long the data stay, or where that stands"), "GDPR Art. 15(1)(d)",
    words={"en": (r"\bhow long\b",), "de": (r"\bwie lange\b|speicherdauer",)},
)  # fmt: skip
SOURCE = Clause(
    "source", _("where the data come from, or where that stands"), "GDPR Art. 15(1)(g)",
    words={"en": (r"\bsources?\b|\bc[oa]me from\b",), "de": (r"\bherkunft\b|\bquellen?\b",)},
)  # fmt: skip
AUTOMATED = Clause("automated", _("what machines decide alone"), "GDPR Art. 15(1)(h)", ("automated",))
TRANSFERS = Clause(
    "transfers", _("transfers to third countries and their safeguards"), "GDPR Art. 15(2)", ("transfers",)
)
ARTICLE_15 = (CONFIRMED, PURPOSES, KINDS, RECIPIENTS, PERIOD, RIGHTS, SOURCE, AUTOMATED, TRANSFERS)
"""All of Art. 15(1) and (2); the complaint of (f) is among the ways out."""

WAYS_OUT: Mapping[str, tuple[Clause, ...]] = {
    EU: (AUTHORITY, COURT),
    UK: (TO_US, AUTHORITY, COURT),
    CCPA: (NO_RETALIATION, CONTACT),
    POLICY: (CONTACT,),
}
ROUTE: Mapping[str, tuple[Clause, ...]] = {UK: (TO_US,), CCPA: (NO_RETALIATION,)}
_ACCESS = {EU: ARTICLE_15, UK: ARTICLE_15}

RULES: Mapping[str, Rule] = {
    T.REFUSAL: Rule((REASON,), WAYS_OUT),
    T.PART_REFUSAL: Rule((REASON,), WAYS_OUT),
    T.RECTIFICATION_REFUSED: Rule((REASON,), WAYS_OUT),
    T.OBJECTION_REFUSED: Rule((REASON,), WAYS_OUT),
    T.DUPLICATE: Rule((ORIGINAL,), WAYS_OUT),
    T.UNVERIFIED: Rule((), WAYS_OUT),
    T.NOTHING_FOUND: Rule((), WAYS_OUT),
    T.ACCESS_CLOSED: Rule((), WAYS_OUT, _ACCESS),
    T.KNOW_CATEGORIES_ANSWER: Rule((), WAYS_OUT),
    T.DELETION_CLOSED: Rule((), WAYS_OUT),
    T.PLATFORM_DELETED: Rule((), WAYS_OUT),
    T.FEE_REQUEST: Rule((WHY_FEE, AMOUNT), WAYS_OUT),
    T.EXTENSION: Rule((WHY_LONGER, NEW_DATE), ROUTE),
    T.ASK_IDENTITY: Rule((PROOF,)),
    T.IDENTITY_REMINDER: Rule((PROOF, CLOSES)),
    T.IDENTITY_FAILED: Rule((PROOF,), WAYS_OUT),
    T.CLARIFICATION_REQUEST: Rule((QUESTIONS,)),
    T.REMINDER_UNANSWERED: Rule((ASKED, CLOSES)),
    T.RESTRICTION_LIFTING: Rule((LIFTS, REASON), ROUTE),
    T.PORTABILITY_ANSWER: Rule((), ROUTE),
    T.RECTIFICATION_DONE: Rule((), ROUTE),
    T.RESTRICTION_PLACED: Rule((), ROUTE),
    T.OBJECTION_UPHELD: Rule((), ROUTE),
    T.WITHDRAWAL_DONE: Rule((), ROUTE),
    T.OPT_OUT_DONE: Rule((), ROUTE),
    T.LIMIT_DONE: Rule((), ROUTE),
    T.ANSWERED: Rule((), ROUTE),
    T.CHILD_REPORT_DONE: Rule((), ROUTE),
    T.COMPLAINT_RECEIVED: Rule((REFERENCE,), WAYS_OUT),
    T.COMPLAINT_OUTCOME: Rule((FINDING,), WAYS_OUT),
    T.RECIPIENT_NOTICE: Rule((WHAT,)),
    T.PROCESSOR_INSTRUCTION: Rule((INSTRUCTION,)),
    T.AUTHORITY_ANSWER: Rule((STATEMENT,)),
    T.BREACH_NOTICE: Rule((NATURE, CONSEQUENCES, MEASURES, CONTACT)),
}

# A letter that staff write of these kinds needs a second person; letters that follow a decision of two have
# had theirs (law-and-dpo work, section 3, roles).
SECOND_PERSON = frozenset(
    {
        T.REFUSAL, T.PART_REFUSAL, T.RECTIFICATION_REFUSED, T.OBJECTION_REFUSED, T.DUPLICATE, T.EXTENSION,
        T.FEE_REQUEST, T.AUTHORITY_ANSWER, T.BREACH_NOTICE,
    }
)  # fmt: skip

# Letters about a person's case that go to somebody else: the person is not shown them.
TO_OTHERS = frozenset(
    {T.AGENT_MANDATE_REQUEST, T.RECIPIENT_NOTICE, T.PROCESSOR_INSTRUCTION, T.AUTHORITY_ANSWER}
)

REFUSALS = frozenset({T.REFUSAL, T.RECTIFICATION_REFUSED, T.OBJECTION_REFUSED})


def required(template: str, regime: str) -> tuple[Clause, ...]:
    """Return what a letter has to contain; an unknown regime counts as the GDPR, the strictest."""
    rule = RULES.get(template)
    if rule is None:
        return ()
    under = regime if regime in REGIMES else EU
    return rule.own + (rule.extra or {}).get(under, ()) + (rule.remedies or {}).get(under, ())


def facts_of(template: str, regime: str, context: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the passages that the text must contain: clause -> words taken from the letter's context."""
    found = {}
    for clause in required(template, regime):
        if clause.keys:
            values = (context.get(key) for key in clause.keys)
            found[clause.key] = list(_passages(next((value for value in values if value), "")))
    return found


def _passages(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _passages(value.get("text") or value.get("name") or "")
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for one in value:
            yield from _passages(one)
    elif value:
        yield str(getattr(value, "name", value)).strip()


def missing(
    template: str, regime: str, language: str, text: str, facts: Mapping[str, Sequence[str]]
) -> list[Clause]:
    """Return the mandatory clauses that a text lacks, in the order of the table."""
    plain = _plain(text)
    return [clause for clause in required(template, regime) if not _holds(clause, language, plain, facts)]


def _holds(clause: Clause, language: str, plain: str, facts: Mapping[str, Sequence[str]]) -> bool:
    if clause.keys:
        passages = [_plain(one) for one in facts.get(clause.key, ()) if one.strip()]
        if not passages or any(one not in plain for one in passages):
            return False
    patterns = (clause.words or {}).get(language) or (clause.words or {}).get("en", ())
    return all(re.search(pattern, plain) for pattern in patterns)


def _plain(text: str) -> str:
    """Return text as it is compared: line breaks, spacing and case make no difference."""
    return " ".join(text.split()).casefold()


def may_close(template: str, outcome: str) -> bool:
    """Whether a letter may end a case with an outcome: a refusal needs the letter of a refusal.

    A letter in free words never closes a refusal, whole or in part.
    """
    if outcome == "refused":
        return template in REFUSALS
    if outcome == "duplicate":
        return template in (T.DUPLICATE, T.REFUSAL)
    return not (outcome == "partly" and template == T.FREE)
