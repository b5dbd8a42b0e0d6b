"""The dates of a case: computed from facts, stored with their derivation, moved only by recorded events."""

from dsar.services.clocks.evaluating import Answer, answer_date, platform_terms
from dsar.services.clocks.events import preview, recheck_notices, recompute, record_event
from dsar.services.clocks.extending import extend, offer

__all__ = [
    "Answer",
    "answer_date",
    "extend",
    "offer",
    "platform_terms",
    "preview",
    "recheck_notices",
    "recompute",
    "record_event",
]
