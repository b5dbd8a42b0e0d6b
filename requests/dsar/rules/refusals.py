"""Grounds for not doing, or not wholly doing, what somebody asks: versioned data, no database, no clock.

A ground serves the regimes and rights that its law names, and no others: `codes_for` is the only list that
pages and services use. Sources stand in each row; summaries of articles are to be confirmed with counsel.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dsar.enums import DecisionKind, Regime, Right
from dsar.rules.calendar import add_months

VERSION = "2026-11"
LEGAL, OFFICER = "legal", "officer"
"""Who approves: a legal reviewer, the DPO or the deputy; or the DPO or the deputy alone."""

EU, UK, CA, NONE = Regime.EU_GDPR, Regime.UK_GDPR, Regime.CCPA, Regime.NONE
_WHOLE, _PART, _FEE, _SAME = (
    DecisionKind.REFUSAL, DecisionKind.PART_REFUSAL, DecisionKind.FEE, DecisionKind.DUPLICATE,
)  # fmt: skip
_GDPR = frozenset({EU, UK})
_ALL = frozenset({EU, UK, CA, NONE})
_EVERY_RIGHT = frozenset(Right)
# Art. 12(5) speaks of Articles 15 to 22; 1798.145(h)(3) of verifiable requests. What needs no proof of
# identity (Art. 7(3), 11 CCR 7026 and 7027, complaint, child report) is not refused as unfounded.
_VERIFIABLE = frozenset(Right) - {
    Right.WITHDRAWAL, Right.OPT_OUT, Right.LIMIT, Right.COMPLAINT, Right.CHILD_REPORT,
}  # fmt: skip
_KNOW = frozenset({Right.ACCESS, Right.KNOW_CATEGORIES, Right.PORTABILITY})
_DELETE = frozenset({Right.DELETION, Right.PLATFORM_DELETION})
_ART_11 = _KNOW | _DELETE | {Right.RECTIFICATION, Right.RESTRICTION}


@dataclass(frozen=True, slots=True)
class Code:
    """One ground. `kinds`: the decisions that may name it; none: the portal records it itself.

    `article` names the source; `says` is the sentence of the letter; `evidence` is what the file must hold;
    `release` says when data kept under it goes, or is empty where nothing is kept; `approver` is LEGAL or
    OFFICER.
    """

    key: str
    regimes: frozenset[Regime]
    article: str
    rights: frozenset[Right]
    kinds: frozenset[DecisionKind]
    title: str | Promise
    says: str | Promise
    evidence: str | Promise
    release: str | Promise = ""
    approver: str = LEGAL
    needs_file: bool = False

    @property
    def partial(self) -> bool:
        """Whether the ground may cover a part of a request."""
        return DecisionKind.PART_REFUSAL in self.kinds

    def source(self, regime: str) -> str:
        """Return the article as a letter under one regime names it: sources of other laws are left out."""
        parts = self.article.split("; ")
        own = [part for part in parts if part.startswith(("Civ. Code", "11 CCR")) == (regime == CA)]
        return "; ".join(own if regime != NONE else []).replace("GDPR", "UK GDPR" if regime == UK else "GDPR")

    def serves(self, regime: str, right: str) -> bool:
        """Whether the law of a regime gives this ground against a right."""
        return regime in self.regimes and right in self.rights


def _code(
    key: str, regimes: Iterable[Regime], article: str, rights: Iterable[Right], kinds: Iterable[DecisionKind],
    *texts: str | Promise, approver: str = LEGAL, needs_file: bool = False,
) -> Code:  # fmt: skip
    """Return a row; `texts`: title, sentence of the letter, evidence and, where data stay, release rule."""
    title, says, evidence, *release = texts
    return Code(
        key, frozenset(regimes), article, frozenset(rights), frozenset(kinds), title, says, evidence,
        release[0] if release else "", approver, needs_file,
    )  # fmt: skip


_NOTE = _("A note of what was compared, and when.")
_GENERAL = (
    _code("NO_DATA", _ALL, "GDPR Art. 15(1); 11 CCR 7024(h)", _EVERY_RIGHT, (), _("No data found"),
          _("We hold nothing about you."), _("The searches of the plan.")),
    _code("DUPLICATE", _ALL, "GDPR Art. 12(5)", _EVERY_RIGHT, (_SAME,), _("Repeats an earlier request"),
          _("You asked the same before, and nothing has changed since our answer."),
          _("The earlier case and its answer."), approver=OFFICER),
    _code("WITHDRAWN", _ALL, "", _EVERY_RIGHT, (), _("Withdrawn"), _("You took the request back."),
          _("The message in which the person withdrew.")),
    _code("OUT_OF_SCOPE", _ALL, "GDPR Art. 2, 3; Civ. Code 1798.145", _EVERY_RIGHT, (_WHOLE, _PART),
          _("Not covered"), _("What you ask for is not covered by the law that applies, or not ours to do."),
          _("Why the law, or our responsibility, does not reach it.")),
    _code("UNFOUNDED", _ALL, "GDPR Art. 12(5); Civ. Code 1798.145(h)(3)", _VERIFIABLE, (_WHOLE, _FEE),
          _("Manifestly unfounded"), _("The request is manifestly unfounded."),
          _("Facts that show it plainly: the burden of proof is ours."), approver=OFFICER),
    _code("EXCESSIVE", _ALL, "GDPR Art. 12(5); Civ. Code 1798.145(h)(3)", _VERIFIABLE, (_WHOLE, _PART, _FEE),
          _("Manifestly excessive"), _("The request is manifestly excessive, in particular repeated."),
          _("The earlier requests with their dates: the burden of proof is ours."), approver=OFFICER),
)  # fmt: skip
_IDENTITY = (
    _code("NOT_IDENTIFIABLE", _GDPR, "GDPR Art. 11(2), 12(2)", _ART_11, (_WHOLE,), _("Not identifiable"),
          _("We cannot tell which data are yours, and you gave nothing that would let us find them."),
          _("Which searches were tried.")),
    _code("ID_NOT_PROVIDED", _GDPR, "GDPR Art. 12(6)", _VERIFIABLE, (_WHOLE,), _("Identity not confirmed"),
          _("We had reasonable doubt about who asked, and what we asked for to settle it did not come."),
          _("The recorded doubt, our question and the reminder.")),
    _code("OTHERS_RIGHTS", _GDPR, "GDPR Art. 15(4), 20(4)", {Right.ACCESS, Right.PORTABILITY}, (_PART,),
          _("Rights of others"), _("A part would disclose data of other people, who have the same rights."),
          _("Which values, and why they cannot be made unreadable alone.")),
)  # fmt: skip
_KEPT_BY_LAW = _("At the end of the period that the law sets.")
_E17 = (
    _code("E17_EXPRESSION", _GDPR, "GDPR Art. 17(3)(a)", _DELETE, (_WHOLE, _PART), _("Freedom of expression"),
          _("The data are needed for the freedom of expression and information."),
          _("The balancing of both interests."), _("When the interest in the publication ends.")),
    _code("E17_LEGAL_OBLIGATION", _GDPR, "GDPR Art. 17(3)(b)", _DELETE, (_WHOLE, _PART),
        _("Legal obligation"),
          _("A law obliges us to keep the data."), _("The provision that obliges us."), _KEPT_BY_LAW),
    _code("E17_PUBLIC_HEALTH", _GDPR, "GDPR Art. 17(3)(c)", _DELETE, (_WHOLE, _PART), _("Public health"),
          _("The data are needed for reasons of public interest in public health."),
          _("The provision and the duty of secrecy."), _KEPT_BY_LAW),
    _code("E17_ARCHIVE_RESEARCH", _GDPR, "GDPR Art. 17(3)(d)", _DELETE, (_WHOLE, _PART),
          _("Archives and research"),
          _("Deleting the data would seriously impair archives, research or statistics."),
          _("The project and the safeguards of Art. 89(1)."), _("When the project ends.")),
    _code("E17_LEGAL_CLAIMS", _GDPR, "GDPR Art. 17(3)(e)", _DELETE, (_WHOLE, _PART), _("Legal claims"),
          _("We need the data to establish, exercise or defend legal claims."),
          _("The claim, its file number or the facts that make it likely."),
          _("When the claim is settled or barred.")),
)  # fmt: skip
_OTHER_GDPR = (
    _code("P20_NOT_PROVIDED", _GDPR, "GDPR Art. 20(1)", {Right.PORTABILITY}, (_WHOLE, _PART),
          _("Not provided by the person"),
          _("You did not provide these data; we made or received them otherwise."),
          _("Where the data come from.")),
    _code("P20_BASIS", _GDPR, "GDPR Art. 20(1)(a)", {Right.PORTABILITY}, (_WHOLE, _PART),
          _("Neither consent nor contract"),
          _("We use these data neither by your consent nor for a contract with you."),
          _("The legal basis as our records name it.")),
    _code("P20_NOT_AUTOMATED", _GDPR, "GDPR Art. 20(1)(b)", {Right.PORTABILITY}, (_WHOLE, _PART),
          _("Not automated"), _("These data are kept on paper only."), _("Where they are kept.")),
    _code("O21_COMPELLING", _GDPR, "GDPR Art. 21(1)", {Right.OBJECTION}, (_WHOLE, _PART),
          _("Compelling grounds"),
          _("We have compelling legitimate grounds that override your interests here."),
          _("The balancing record."), approver=OFFICER),
    _code("O21_LEGAL_CLAIMS", _GDPR, "GDPR Art. 21(1)", {Right.OBJECTION}, (_WHOLE, _PART), _("Legal claims"),
          _("We need the use to establish, exercise or defend legal claims."),
          _("The claim, its file number or the facts that make it likely."),
          _("When the claim is settled or barred.")),
    _code("A22_CONTRACT", _GDPR, "GDPR Art. 22(2)(a)", {Right.OBJECTION}, (_PART,),
        _("Needed for a contract"),
          _("A contract with you needs the automated decision. You may ask a human to look at it."),
          _("Why no milder way exists.")),
    _code("A22_LAW", _GDPR, "GDPR Art. 22(2)(b)", {Right.OBJECTION}, (_PART,), _("Allowed by law"),
          _("A law allows the automated decision, with safeguards for you."), _("The provision.")),
    _code("A22_CONSENT", _GDPR, "GDPR Art. 22(2)(c)", {Right.OBJECTION}, (_PART,), _("Consent"),
          _("You consented to the automated decision; you can withdraw that at any time."),
          _("The record of the consent.")),
    _code("UK_EXEMPTION", (UK,), "DPA 2018, Schedules 2 to 4", _VERIFIABLE, (_WHOLE, _PART),
          _("Exemption of the Data Protection Act"),
          _("An exemption of the Data Protection Act 2018 applies."),
          _("Schedule and paragraph, for example legal professional privilege."), approver=OFFICER),
)  # fmt: skip
_CA_KNOW = {Right.ACCESS, Right.KNOW_CATEGORIES, Right.PORTABILITY, Right.DELETION, Right.RECTIFICATION}


def _d(key: str, article: str, title: str | Promise, says: str | Promise) -> Code:
    return _code(
        f"D_{key}", (CA,), f"Civ. Code 1798.105(d){article}", {Right.DELETION, Right.PLATFORM_DELETION},
        (_WHOLE, _PART), title, says, _("Why the purpose cannot be reached without the data."),
        _("When the purpose ends; until then used for nothing else."),
    )  # fmt: skip


_CCPA = (
    _code("UNVERIFIED", (CA,), "11 CCR 7060 to 7062", _CA_KNOW, (_WHOLE,), _("Not verified"),
          _("We could not verify that it was you who asked."), _NOTE),
    _code("UNVERIFIED_PIECES", (CA,), "11 CCR 7024(a)", {Right.ACCESS, Right.PORTABILITY}, (_PART,),
          _("Not verified for a copy"),
          _("We could not verify you well enough for a copy: we answer with the categories instead."),
          _NOTE),
    _d("TRANSACTION", "(1)", _("Open transaction"),
        _("We need the data to complete what you ordered from us.")),
    _d("SECURITY", "(2)", _("Security"), _("We need the data to find and prevent security incidents.")),
    _d("DEBUG", "(3)", _("Debugging"), _("We need the data to find and mend errors.")),
    _d("FREE_SPEECH", "(4)", _("Free speech"), _("The data are needed for somebody's free speech.")),
    _d("CALECPA", "(5)", _("Electronic Communications Privacy Act"),
       _("California's Electronic Communications Privacy Act obliges us to keep the data.")),
    _d("RESEARCH", "(6)", _("Research"),
        _("The data are used for research in the public interest that you agreed to.")),
    _d("INTERNAL_EXPECTED", "(7)", _("Expected internal use"),
       _("We use the data internally only, as you may expect from your relation with us.")),
    _d("LEGAL_OBLIGATION", "(8)", _("Legal obligation"), _("A law obliges us to keep the data.")),
    _code("C_ACCURATE", (CA,), "11 CCR 7023(b), (f)", {Right.RECTIFICATION}, (_WHOLE, _PART),
        _("Correct as it is"),
          _("All circumstances considered, what we hold is more likely correct than not."),
          _("What was considered: its nature, source and your documents.")),
    _code("K_TWICE_12M", (CA,), "Civ. Code 1798.130(b)", _KNOW, (_WHOLE,), _("Twice in 12 months"),
          _("You had two answers of this kind within the last twelve months."),
          _("The two answers with dates.")),
    _code("OPT_OUT_FRAUD", (CA,), "11 CCR 7026(e), 7027(f)", {Right.OPT_OUT, Right.LIMIT}, (_WHOLE,),
        _("Fraud"),
          _("We have a documented belief, in good faith, that the request is fraudulent."),
          _("The document that shows why."), approver=OFFICER, needs_file=True),
)  # fmt: skip
CODES: dict[str, Code] = {
    code.key: code for code in (*_GENERAL, *_IDENTITY, *_E17, *_OTHER_GDPR, *_CCPA)
}  # fmt: skip
FOR_UNVERIFIED = frozenset({"ID_NOT_PROVIDED", "NOT_IDENTIFIABLE", "UNVERIFIED", "UNVERIFIED_PIECES"})
"""Grounds that say that we do not know who asks: false once the identity is confirmed."""


def codes_for(regime: str, right: str, partial: bool) -> tuple[Code, ...]:
    """Return the grounds on which a right may be refused under a regime: in part, or as a whole."""
    return codes_of_kind(regime, right, _PART if partial else _WHOLE)


def codes_of_kind(regime: str, right: str, kind: str) -> tuple[Code, ...]:
    """Return the grounds that a decision of a kind may name for a right under a regime."""
    return tuple(code for code in CODES.values() if kind in code.kinds and code.serves(regime, right))


def faults(
    keys: Iterable[str], *, regime: str, right: str, kind: str, verified: bool, has_file: bool
) -> list[str]:
    """Return, in sentences, why these grounds cannot stand in a decision; empty when they can."""
    chosen, offered = list(dict.fromkeys(keys)), {c.key for c in codes_of_kind(regime, right, kind)}
    if not chosen:
        return [str(_("Choose at least one ground: nothing is refused or charged without one."))]
    found = [
        str(_("%(code)s does not serve this right under this law. Choose one of the list.") % {"code": key})
        for key in chosen
        if key not in offered
    ]
    if verified and FOR_UNVERIFIED.intersection(chosen):
        found.append(str(_("The identity is confirmed, so that it is no ground for refusing.")))
    if not has_file and any(key in CODES and CODES[key].needs_file for key in chosen):
        found.append(str(_("Attach the evidence: this ground must be documented.")))
    return found


def needs_officer(keys: Iterable[str]) -> bool:
    """Whether one of these grounds is for the DPO or the deputy alone to approve."""
    return any(CODES[key].approver == OFFICER for key in keys if key in CODES)


def refuse_by(regime: str, received_on: date, first_due_on: date | None) -> date | None:
    """Return the last day for a refusal, which no extension moves; None where no law sets one.

    `received_on`: local date of receipt, used where the first date is not known. Sources: GDPR Art. 12(4),
    one month; 11 CCR 7021(b), with the answer.
    """
    if regime in _GDPR:
        return first_due_on or add_months(received_on, 1)
    return first_due_on if regime == CA else None
