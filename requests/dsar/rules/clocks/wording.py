"""The sentences behind a date: one template a code, with placeholders, so that each can be translated.

A step of a derivation is {code, params, text, date, source, total?}: `text` is the English sentence as it was
said, byte for byte; `code` and `params` let the same sentence be said in the reader's language later.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dsar.rules.calendar import spoken


def gettext_noop(text: str) -> str:
    """Mark a sentence for translators, under the name that their tools look for; it stays as it is."""
    return text


TEMPLATES: Mapping[str, str] = {
    # Where the count begins.
    "received": gettext_noop("We received your request on %(day)s (%(zone)s)."),
    "triggered": gettext_noop("The period begins on %(day)s (%(zone)s)."),
    "aware": gettext_noop("We became aware on %(moment)s (%(zone)s)."),
    "restart_identity": gettext_noop(
        "We could not tell who you are. Your proof came on %(day)s: the time begins then."
    ),
    "restart_fee": gettext_noop("The law starts the time when the fee is paid. It was paid on %(day)s."),
    # What the law gives.
    "law_month": gettext_noop("The law gives one calendar month."),
    "law_months_longer": gettext_noop(
        "With the longer time, the law gives %(n)s calendar months from the beginning."
    ),
    "law_days": gettext_noop("The law gives %(n)s days."),
    "law_days_longer": gettext_noop("With the longer time, the law gives %(n)s days in all."),
    "law_business": gettext_noop(
        "The law wants it as soon as we can, and at the latest after %(n)s business days."
    ),
    "law_confirm": gettext_noop("We must confirm within %(n)s business days that we have your request."),
    "law_complaint": gettext_noop("We must confirm within %(n)s days that we have your complaint."),
    "law_art14": gettext_noop("People whose data came from somebody else must be told within one month."),
    "law_breach": gettext_noop("The law gives %(n)s hours. They run through nights, weekends and holidays."),
    "law_breach_next_hour": gettext_noop("The hour in which we became aware does not count."),
    "law_breach_two_days": gettext_noop("The period must hold two working days: it ends with %(day)s."),
    "sooner_first_contact": gettext_noop("We wrote to the person on %(day)s: they must know by then."),
    "sooner_first_disclosure": gettext_noop(
        "The data went to somebody else on %(day)s: the person must know by then."
    ),
    "clipped": gettext_noop("That month has no day %(n)s: its last day ends the period."),
    # What stops it.
    "paused_identity": gettext_noop(
        "We asked you on %(asked)s to show who you are; your proof came on %(answered)s."
    ),
    "paused_clarification": gettext_noop(
        "We asked you on %(asked)s what you mean; your answer came on %(answered)s."
    ),
    "paused_fee": gettext_noop("We asked you on %(asked)s for a fee; it was paid on %(answered)s."),
    "paused_days": gettext_noop("%(n)s days of waiting do not count."),
    "open_identity": gettext_noop(
        "We asked you on %(asked)s to show who you are. Until your proof is here, this date stays."
    ),
    "open_clarification": gettext_noop(
        "We asked you on %(asked)s what you mean. Until you answer, this date stays."
    ),
    "open_fee": gettext_noop("We asked you on %(asked)s for a fee. Until it is paid, this date stays."),
    # What does not.
    "refused_no_pause": gettext_noop("%(what)s (%(day)s): this law does not stop the time for that."),
    "refused_access_only": gettext_noop("%(what)s (%(day)s): only a request for access stops for that."),
    "refused_late_question": gettext_noop(
        "%(what)s (%(day)s): it was asked too long after the request, so it does not stop the time."
    ),
    "refused_after_due": gettext_noop(
        "%(what)s (%(day)s): the time was over by then, and nothing stops it afterwards."
    ),
    "refused_before_receipt": gettext_noop("%(what)s (%(day)s): that was before we had the request."),
    "refused_not_asked": gettext_noop("%(what)s (%(day)s): nothing was open that it could answer."),
    "refused_reminder": gettext_noop("%(what)s (%(day)s): a reminder; the first question counts."),
    "refused_extension_late": gettext_noop(
        "Our notice of %(day)s came too late: it does not give us longer."
    ),
    "refused_extension_unknown": gettext_noop(
        "Our notice of %(day)s changes nothing: this law knows no longer time here."
    ),
    "refused_extension_twice": gettext_noop(
        "Our notice of %(day)s changes nothing: the time is made longer once."
    ),
    "refused_processor": gettext_noop(
        "A company that works for us knew it on %(day)s. The time runs from when we knew it ourselves."
    ),
    "refused_other_clock": gettext_noop("%(what)s (%(day)s): that has no part in this period."),
    # How it ends.
    "excluded": gettext_noop("With the days that do not count, the period ends on %(day)s."),
    "extended": gettext_noop("We told you on %(day)s that we need longer, and why."),
    "free_weekend": gettext_noop("%(day)s is no working day."),
    "free_holiday": gettext_noop("%(day)s is a holiday (%(name)s)."),
    "rolled": gettext_noop("The next working day counts: %(day)s."),
    "calendar_short": gettext_noop(
        "Our list of holidays (%(calendar)s) ends on %(day)s. After that, weekends alone count."
    ),
    # What we promise.
    "promise_days": gettext_noop("We promise an answer within %(n)s days."),
    "promise_ended": gettext_noop("The longer time of the law stands in place of our promise."),
    "promise_paused": gettext_noop("Our promise waits as the law does: the days of waiting do not count."),
    "promised_delete_days": gettext_noop("We promise to delete it within %(n)s days."),
    "promised_delete_months": gettext_noop("We promise to delete it within %(n)s months."),
    "promised_keep": gettext_noop("We keep it for %(n)s months, through %(day)s."),
    "delete_from": gettext_noop("It is deleted from %(day)s."),
    "promised_notice": gettext_noop(
        "We promise to tell you %(n)s days before a change: it begins on %(day)s at the earliest."
    ),
    "record_keep": gettext_noop("The record of a request is kept for %(n)s months, through %(day)s."),
    "reask": gettext_noop("For %(n)s months nobody asks you again. Asking is allowed from %(day)s."),
    "platform_term": gettext_noop("By the platform's terms, days from the receipt: %(n)s."),
    "target": gettext_noop(
        "Neither a law nor our policy sets a date. We aim for %(day)s: our own aim, no duty."
    ),
    "nothing": gettext_noop("Neither a law nor our policy sets a date here."),
    # What binds.
    "binds_law": gettext_noop("We promise no shorter time: the law's date binds us."),
    "binds_promise": gettext_noop("No law sets a date here: our promise binds us."),
    "binds_platform": gettext_noop("The platform's terms bind us."),
    "binds_earliest": gettext_noop("The earlier date binds us."),
}  # fmt: skip
EVENT_NAMES: Mapping[str, str] = {
    "identity_requested": gettext_noop("Question who you are"),
    "identity_received": gettext_noop("Proof of who you are"),
    "fee_requested": gettext_noop("Question for a fee"),
    "fee_paid": gettext_noop("Payment of a fee"),
    "clarification_requested": gettext_noop("Question what you mean"),
    "clarification_received": gettext_noop("Answer what you mean"),
    "extension_notice": gettext_noop("Notice that we need longer"),
    "processor_aware": gettext_noop("Knowledge of a company that works for us"),
    "first_contact": gettext_noop("First message to the person"),
    "first_disclosure": gettext_noop("First disclosure to somebody else"),
}
# Parameters whose values are themselves translatable, and those that are days.
WORDS, DAYS = ("what",), ("day", "asked", "answered")


def step(
    code: str, on: date | None = None, source: str = "", *, total: bool = False, **params: Any
) -> dict[str, Any]:
    """Return one step of a derivation; `params` are days, numbers and words for the template of `code`."""
    made = {
        "code": code,
        "params": {name: _stored(value) for name, value in params.items()},
        "text": TEMPLATES[code] % {name: _english(name, value) for name, value in params.items()},
        "date": on.isoformat() if on else "",
        "source": source,
    }
    return {**made, "total": True} if total else made


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _english(name: str, value: Any) -> Any:
    if name in WORDS:
        return EVENT_NAMES[value]
    return spoken(value) if isinstance(value, date) else value
