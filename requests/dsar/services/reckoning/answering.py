"""Writing an answer: the date of a question with everything that explains it, as a plain object."""

from typing import Any

from dsar.rules.clocks import Calendars, Evaluation, NoSuchClock, evaluate
from dsar.services.reckoning import asking
from dsar.services.reckoning.asking import BadQuestion, Question
from dsar.services.reckoning.shipped import Shipped

SHIPPED = Shipped()


def answer(given: Any) -> dict[str, Any]:
    """Return the answer to an object, by the calendars that come with the portal. Raises BadQuestion."""
    question = asking.read(given)
    return written(evaluated(question, SHIPPED), question)


def evaluated(question: Question, calendars: Calendars) -> Evaluation:
    """Return what the rules say to a question. Raises BadQuestion."""
    try:
        return evaluate(question.obligation, question.inputs, question.switches, calendars)
    except NoSuchClock as fault:
        raise BadQuestion("obligation", str(fault), "Choose an obligation of this regime.") from fault
    except OverflowError as fault:
        raise BadQuestion("received_at", "The date lies too far away.", "Write an earlier moment.") from fault


def written(made: Evaluation, question: Question) -> dict[str, Any]:
    """Return what applies, under the names of the question; what does not apply is left out."""
    plain = made.as_json()
    names = {
        "due_date": "due_on", "due_at": "due_at", "statutory_due": "statutory_on",
        "policy_due": "promised_on", "platform_due": "platform_on", "conservative_due": "conservative_on",
        "extension_notice_by": "last_day_to_extend", "extension_valid": "extension_valid",
        "refusal_by": "refusal_by_on", "pause_valid": "pause_valid", "received_local_date": "local_date",
        "start_date": "start_on", "if_answered_today": "if_answered_today_on",
        "keep_through": "keep_through", "delete_from": "delete_from", "not_before": "not_before",
        "earliest_effective_date": "effective_on", "rule": "rule", "ambiguity": "ambiguity",
    }  # fmt: skip
    out = {key: plain[name] for key, name in names.items() if plain[name] is not None}
    if made.excluded_days:
        out["excluded_days"] = made.excluded_days
    out["alternatives"] = [
        {"reading": one.reading, "level": one.level, "date": one.on.isoformat()} for one in made.alternatives
    ]
    refused = [step["text"] for step in made.steps if step["code"].startswith("refused_")]
    if refused:
        out["refused_events"] = refused
    out["derivation"] = [sentence(step) for step in made.steps]
    warnings = [f"The calendar {code} ends before this date: weekends only." for code in made.warnings]
    warnings += [f"The key “{key[:60]}” is not known and was not used." for key in question.unknown]
    return {**out, "warnings": warnings} if warnings else out


def sentence(step: Any) -> str:
    """Return a step of a derivation as one line: sentence, date, source."""
    tail = [part for part in (step["date"], step["source"]) if part]
    return f"{step['text']} ({'; '.join(tail)})" if tail else str(step["text"])
