"""What the door said, and what it kept."""

from typing import Any

from config.jobs import JobStatus
from platforms.callbacks.endpoints import endpoint
from platforms.models import CallbackReceipt

REFUSED = b'{"error": "refused"}'


def kept() -> CallbackReceipt:
    """Return the one receipt that there is."""
    return CallbackReceipt.objects.get()


def refused(answer: Any, name: str, reason: str) -> bool:
    """Whether a call was refused as its endpoint refuses, for this reason, and only its hash was kept."""
    assert answer.status_code == endpoint(name).refuses
    if name != "google_risc":
        assert answer.content == REFUSED
    receipt = kept()
    assert (receipt.verdict, receipt.reason, receipt.answered) == ("rejected", reason, answer.status_code)
    assert (receipt.status, receipt.body, receipt.idempotency_index) == (JobStatus.DONE, "", "")
    return True
