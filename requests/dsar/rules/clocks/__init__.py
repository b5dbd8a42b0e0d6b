"""When something is due, and why. Pure: everything that decides stands in the arguments.

Order of computing: receipt becomes a day in the reckoning zone; the beginning (receipt, or in the UK the
latest of receipt, proof of identity and fee); the period; days that do not count; one roll over free days;
the end of that day. An extension is counted from the beginning. The earliest of statute, promise and
platform binds. What the law leaves open is a switch; the conservative date is the earliest over all readings.
"""

from dsar.rules.clocks.answering import evaluate_answer
from dsar.rules.clocks.facts import (
    ANSWERED,
    ASKED,
    ENGINE,
    EVENTS,
    Alternative,
    Calendars,
    Evaluation,
    Event,
    Inputs,
    NoSuchClock,
    Pause,
    Promise,
    Refused,
    Switches,
)
from dsar.rules.clocks.keeping import KEEPING, evaluate_keeping
from dsar.rules.clocks.pack import DEFAULTS, PACK, law_for, regimes_of

ANSWERING = (
    "answer", "confirm", "complaint_acknowledgement", "art14_information", "breach_72h",
    "promise_rights_response",
)  # fmt: skip
OBLIGATIONS = (*ANSWERING, *KEEPING)
__all__ = [
    "ANSWERED",
    "ASKED",
    "DEFAULTS",
    "ENGINE",
    "EVENTS",
    "KEEPING",
    "OBLIGATIONS",
    "PACK",
    "Alternative",
    "Calendars",
    "Evaluation",
    "Event",
    "Inputs",
    "NoSuchClock",
    "Pause",
    "Promise",
    "Refused",
    "Switches",
    "evaluate",
    "law_for",
    "regimes_of",
]


def evaluate(obligation: str, inputs: Inputs, switches: Switches, calendars: Calendars) -> Evaluation:
    """Return when `obligation` is due.

    `switches` are readings of unsettled law by name (`DEFAULTS`, or a profile's); `calendars` hold what
    `inputs` and the switches name: a missing one means weekends only, which is never later. Raises
    NoSuchClock for an obligation or an event that nobody knows, ValueError for a moment without offset.
    """
    unknown = sorted({event.kind for event in inputs.events} - {*EVENTS})
    if unknown:
        raise NoSuchClock(f"The clocks do not know the event {unknown[0]!r}.")
    if obligation in KEEPING:
        return evaluate_keeping(obligation, inputs, switches)
    if obligation not in ANSWERING:
        raise NoSuchClock(f"There is no obligation {obligation!r}.")
    return evaluate_answer(obligation, inputs, switches, calendars)
