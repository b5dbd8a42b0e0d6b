"""May these platform data go there? The registry's word for a purpose, and what else must be true. Pure.

Every answer that is not a clear yes is a no. The words are those of the registry (`restrictions`); a word
that this table does not know refuses, a purpose of which the registry says nothing waits for a legal review.
Advertising profiles and sale are refused whatever the registry says.
"""

from dataclasses import dataclass

from config.sentences import Sentence, say
from platforms.enums import GatePurpose

AI = frozenset({GatePurpose.AI_PROCESSOR, GatePurpose.AI_TRAINING})
NEVER = frozenset({GatePurpose.AD_PROFILING, GatePurpose.SELL})

ALLOWED, REFUSED, NEEDS_REVIEW = "allowed", "refused", "needs_review"
THIRD_PARTIES = frozenset({"third_party", "all"})
AGGREGATE, SECRET, ONLY_INSIDE_POST = "aggregate", "secret", "only_inside_post"
# What the registry calls minimising, in the words of an answer.
MINIMISE = {"strip_handles": "handles", "strip_third_party_names": "third_party_names"}

# Word → what it demands. "no" is never lifted; the others are met one by one.
WORDS: dict[str, tuple[str, ...]] = {
    "allowed": (),
    "contract": ("contract",),
    "consent": ("consent",),
    "forbidden": ("no",),
    "forbidden_without_consent": ("consent",),
    "review": ("review",),
    "blocked": ("review",),
    "opt_in": ("opt_in",),
    "inference_only": ("inference", "contract"),
    "support_only": ("support",),
    "consent_or_security_or_law": ("consent_or_ground",),
    "source_visible": (),
    "no_derived_metrics": ("no_metric",),
}
CONDITIONS = {
    "source_visible": say("Allowed while people see from which platform each item comes."),
    "no_derived_metrics": say(
        "Allowed for showing side by side. No metric may be derived from it; our own are labelled."
    ),
}


@dataclass(frozen=True)
class Element:
    """What the registry says of a data element."""

    key: str
    subject: str = ""
    sensitivity: str = ""
    storage: str = ""


@dataclass(frozen=True)
class Question:
    """One question with everything that decides it.

    `word`: the registry's restriction for the purpose, None when it has none. `source`: the word of the
    processor's own entry for data of this platform (`blocked`, `review`, `consent`), or empty; `minimise`:
    what that entry has taken out. `review`: the outcome of a recorded legal review that still holds
    (`allowed`, `refused`), or empty. `contract`: whether the named processor has one that holds; None when no
    processor is named. `consent`: at the level of the account. `opted_in`: agreed that the account is linked
    to the customer. `ground`: why people read (`support`, `security`, `law`), or empty.
    """

    purpose: str
    word: str | None
    element: Element
    source: str = ""
    minimise: tuple[str, ...] = ()
    review: str = ""
    contract: bool | None = None
    consent: bool = False
    opted_in: bool = False
    ground: str = ""


@dataclass(frozen=True)
class Answer:
    """`outcome`: allowed, refused or needs_review; `rule` decided; `strip` must be taken out before."""

    outcome: str
    rule: str
    reason: Sentence
    strip: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """Return whether the data may go."""
        return self.outcome == ALLOWED


def answer(question: Question) -> Answer:
    """Return the answer for every purpose but messages (those: `answer_message`). Never raises."""
    refusal = _outright(question)
    if refusal is not None:
        return refusal
    word = question.word or "review"
    for demand in _demands(question, word):
        unmet = _CHECKS[demand](question)
        if unmet is not None:
            return unmet
    reason = CONDITIONS.get(word) or say("Allowed: everything that the platform's terms demand is there.")
    return Answer(ALLOWED, word, reason, strip_of(question))


def _outright(question: Question) -> Answer | None:
    """Return the refusals that nothing can lift, and the review that a missing rule needs."""
    element = question.element
    if element.sensitivity == SECRET:
        return Answer(REFUSED, "secret", say("Tokens and other secrets never leave."))
    if element.storage == ONLY_INSIDE_POST:
        return Answer(REFUSED, "only_inside_post", say("This may only travel inside the item it belongs to."))
    if question.purpose in NEVER:
        return Answer(REFUSED, "never", say("Advertising profiles and sale are never allowed."))
    if question.review == REFUSED:
        return Answer(REFUSED, "legal_review", say("A recorded legal review refuses this."))
    if question.word is None:
        return _unruled() if question.review != ALLOWED else None
    if question.word not in WORDS or question.source not in (*WORDS, ""):
        return Answer(REFUSED, "unknown_word", say("The registry uses a word that the portal does not know."))
    return None


def _unruled() -> Answer:
    text = say("The registry says nothing of this purpose: a legal review must be recorded first.")
    return Answer(NEEDS_REVIEW, "no_rule", text)


def _demands(question: Question, word: str) -> tuple[str, ...]:
    """Return what must be true, the hardest first: what no consent can heal is said before it."""
    demands = [*WORDS[word], *WORDS.get(question.source, ())]
    if question.purpose in AI and question.element.subject in THIRD_PARTIES:
        demands.append("third_party_review")
    if question.purpose == GatePurpose.AI_PROCESSOR or question.contract is not None:
        demands.append("contract")
    if question.purpose in AI:
        demands.append("consent")
    return tuple(sorted(set(demands), key=list(_CHECKS).index))


def _no(_question: Question) -> Answer | None:
    return Answer(REFUSED, "forbidden", say("The platform's terms forbid it."))


def _inference(question: Question) -> Answer | None:
    if question.purpose == GatePurpose.AI_PROCESSOR:
        return None
    return Answer(
        REFUSED, "inference_only", say("The platform allows answers of a model, never its training.")
    )


def _no_metric(question: Question) -> Answer | None:
    if question.element.subject != AGGREGATE:
        return None
    text = say("Combining statistics derives a metric, which the platform's terms forbid (III.E.4.h).")
    return Answer(REFUSED, "no_derived_metrics", text)


def _review(question: Question) -> Answer | None:
    if question.review == ALLOWED:
        return None
    return Answer(NEEDS_REVIEW, "review", say("Blocked until a legal review is recorded that allows it."))


def _third_party_review(question: Question) -> Answer | None:
    if question.review == ALLOWED:
        return None
    text = say("These are other people's data: no AI without a recorded reason (a legal review).")
    return Answer(NEEDS_REVIEW, "third_party", text)


def _contract(question: Question) -> Answer | None:
    if question.contract is None:
        return Answer(REFUSED, "no_processor", say("No processor is named."))
    if question.contract:
        return None
    text = say("The processor has no data-processing contract that holds (GDPR Art. 28(3)).")
    return Answer(REFUSED, "contract", text)


def _consent(question: Question) -> Answer | None:
    if question.consent:
        return None
    return Answer(REFUSED, "consent", say("The account holder has not consented to this."))


def _opt_in(question: Question) -> Answer | None:
    if question.opted_in:
        return None
    text = say("Linking the account to our customer needs an express opt-in, which is not recorded.")
    return Answer(REFUSED, "opt_in", text)


def _support(question: Question) -> Answer | None:
    if question.ground == "support":
        return None
    return Answer(REFUSED, "support_only", say("People may read this for support alone."))


def _consent_or_ground(question: Question) -> Answer | None:
    if question.consent or question.ground in ("security", "law"):
        return None
    text = say("People may read this with consent, for security or because a law demands it.")
    return Answer(REFUSED, "consent_or_security_or_law", text)


_CHECKS = {
    "no": _no,
    "inference": _inference,
    "no_metric": _no_metric,
    "support": _support,
    "review": _review,
    "third_party_review": _third_party_review,
    "contract": _contract,
    "consent_or_ground": _consent_or_ground,
    "consent": _consent,
    "opt_in": _opt_in,
}


def strip_of(question: Question) -> tuple[str, ...]:
    """Return what must be taken out before data go to a processor or a model."""
    if question.purpose not in AI and question.contract is None:
        return ()
    found = ["handles"]
    if question.element.subject in THIRD_PARTIES:
        found += ["third_party_names", "third_party_ids", "third_party_pictures"]
    found += [MINIMISE.get(one, one) for one in question.minimise]
    return tuple(dict.fromkeys(found))


def answer_message(
    *, offered: bool, window_known: bool, spoke_first: bool, open_now: bool, review: str = ""
) -> Answer:
    """Return the answer for a message.

    `offered`: the platform has messages at all; `window_known`: the registry gives its windows;
    `spoke_first`: the other person wrote; `open_now`: the window is open.
    """
    if not offered:
        return Answer(REFUSED, "no_messages", say("Messages are not among the features of this platform."))
    if review == REFUSED:
        return Answer(REFUSED, "legal_review", say("A recorded legal review refuses this."))
    if not spoke_first:
        return Answer(
            REFUSED, "unsolicited", say("The person did not write first: this would be unsolicited.")
        )
    if not window_known:
        return _unknown_window(review)
    if not open_now:
        return Answer(REFUSED, "window_closed", say("The time for an answer is over."))
    return Answer(ALLOWED, "window_open", say("Allowed: the person wrote within the permitted time."))


def _unknown_window(review: str) -> Answer:
    if review == ALLOWED:
        return Answer(ALLOWED, "legal_review", say("A recorded legal review allows it."))
    text = say("No window for answers is known for this platform: a legal review must be recorded first.")
    return Answer(NEEDS_REVIEW, "window_unknown", text)
