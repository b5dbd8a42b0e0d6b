"""Personal data breaches: opened, described, assessed, decided by two people, notified, closed."""

from dsar.services.incidents.authority import authority_clock
from dsar.services.incidents.deciding import decide, propose
from dsar.services.incidents.files import attach, content
from dsar.services.incidents.opening import assign, correct_awareness, describe, open_incident
from dsar.services.incidents.telling import assess, close, closing_gaps, notify, open_deadlines

__all__ = [
    "assess",
    "assign",
    "attach",
    "authority_clock",
    "close",
    "closing_gaps",
    "content",
    "correct_awareness",
    "decide",
    "describe",
    "notify",
    "open_deadlines",
    "open_incident",
    "propose",
]
