"""The derivation of a date in the reader's language: the stored sentences, said again from their parts."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dsar.rules.clocks.wording import DAYS, EVENT_NAMES, TEMPLATES, WORDS


def said(steps: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the steps of an evaluation as {text, on, source, total}, in the language that is active.

    A step that older rules made has no parts: it is given as it was stored.
    """
    return [
        {
            "text": sentence(step),
            "on": date.fromisoformat(step["date"]) if step.get("date") else None,
            "source": step.get("source", ""),
            "total": bool(step.get("total")),
        }
        for step in steps
    ]


def sentence(step: Mapping[str, Any]) -> str:
    """Return one step in the language that is active."""
    template = TEMPLATES.get(step.get("code", ""))
    if template is None:
        return str(step["text"])
    return _(template) % {name: _value(name, value) for name, value in step.get("params", {}).items()}


def _value(name: str, value: Any) -> Any:
    if name in WORDS:
        return _(EVENT_NAMES[value])
    return day(date.fromisoformat(value)) if name in DAYS else value


def day(on: date) -> str:
    """Return a day as the language writes it: Thursday 12 November 2026."""
    return date_format(on, "l j F Y")


def waits(result: Mapping[str, Any]) -> list[str]:
    """Return why a clock waits, for its owner: a sentence for each question of ours that is open."""
    sentences = {
        "identity": _(
            "We asked you on %(day)s to show us who you are. We go on as soon as we have your answer."
        ),
        "clarification": _("We asked you on %(day)s what you mean. We go on as soon as we have your answer."),
        "fee": _("We asked you on %(day)s for a fee. We go on as soon as it is paid."),
    }
    found = result.get("open_pauses") or []
    return [sentences[one["topic"]] % {"day": day(date.fromisoformat(one["asked"]))} for one in found]


def stopped(result: Mapping[str, Any]) -> str:
    """Return how many days did not count, for the owner; empty for none."""
    days = result.get("excluded_days") or 0
    if not days:
        return ""
    return _("While we waited for your answer, %(n)s days did not count.") % {"n": days}
