"""`manage.py clock`: questions about dates on stdin, answers on stdout; no settings, no database."""

import json
import sys
from typing import Any, Protocol, TextIO

from dsar.services.reckoning.answering import answer
from dsar.services.reckoning.asking import BadQuestion

HELP = """usage: manage.py clock [--json]

Reads one JSON object, or a list of them, on stdin and answers each with its date and the derivation.
Keys: regime, obligation, right, received_at, reckoning_tz, holiday_calendar, roll_to_working_day, profile,
events [{type, date}], today. A question that cannot be read is answered with {"error": {key, problem,
remedy}} and exit code 2; the others are answered all the same. On a terminal the answer is text; --json, or a
pipe, gives JSON. Documentation: docs/clocks.md.
"""
FAULT = 2


class Writer(Protocol):
    """What takes the answers: a stream of the shell, or that of a Django command."""

    def write(self, text: str, /) -> object:
        """Write a text."""
        ...


def run(source: TextIO, out: Writer, err: Writer, *, as_json: bool) -> int:
    """Answer what `source` holds; returns the exit code: 0, or 2 when something could not be read."""
    try:
        given = json.loads(source.read())
    except (ValueError, RecursionError) as fault:
        err.write(f"clock: this is no JSON: {fault}. Write one object or a list of objects.\n")
        return FAULT
    many = isinstance(given, list)
    answers = [
        _answered(one, number if many else None, err) for number, one in enumerate(given if many else [given])
    ]
    if as_json:
        out.write(json.dumps(answers if many else answers[0], ensure_ascii=False) + "\n")
    else:
        out.write("\n".join(_text(one) for one in answers))
    return FAULT if any("error" in one for one in answers) else 0


def _answered(given: Any, number: int | None, err: Writer) -> dict[str, Any]:
    try:
        return answer(given)
    except BadQuestion as fault:
        where = "" if number is None else f"[{number}] "
        err.write(f"clock: {where}{fault}\n")
        error: dict[str, Any] = {"key": fault.key, "problem": fault.problem, "remedy": fault.remedy}
        return {"error": error if number is None else {"index": number, **error}}


def _text(found: dict[str, Any]) -> str:
    if "error" in found:
        return f"{found['error']['key']}: {found['error']['problem']} {found['error']['remedy']}\n"
    dates = [f"{key}: {value}" for key, value in found.items() if isinstance(value, str | bool | int)]
    return "\n".join([*dates, *(f"  {line}" for line in found["derivation"])]) + "\n"


def main(arguments: list[str]) -> int:
    """Run the command for the shell; returns the exit code."""
    if any(one in ("-h", "--help") for one in arguments):
        sys.stdout.write(HELP)
        return 0
    if unknown := [one for one in arguments if one != "--json"]:
        sys.stderr.write(f"clock: {unknown[0]} is not known. The only option is --json.\n")
        return FAULT
    return run(sys.stdin, sys.stdout, sys.stderr, as_json="--json" in arguments or not sys.stdout.isatty())
