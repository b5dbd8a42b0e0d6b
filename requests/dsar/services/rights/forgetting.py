"""What the rows of these rights hold about a person, forgotten with the person; what was done stays known."""

from accounts.models import DataSubject
from dsar.models import Balancing, Correction, Restriction, Transfer
from dsar.services import uploads


def forget(subject: DataSubject) -> None:
    """Empty values, reasons, addresses and evidence of all cases of a person.

    That a use was stopped stays findable by the marks of its opt-out, which name nobody.
    """
    for correction in Correction.objects.filter(case__subject=subject):
        _forget_correction(correction)
    for balancing in Balancing.objects.filter(case__subject=subject):
        balancing.their_grounds = ""
        balancing.save(update_fields=["their_grounds"])
    for restriction in Restriction.objects.filter(case__subject=subject):
        restriction.reason = ""
        restriction.save(update_fields=["reason"])
    for transfer in Transfer.objects.filter(case__subject=subject):
        transfer.endpoint, transfer.receipt = "", {}
        transfer.save(update_fields=["endpoint", "receipt"])


def _forget_correction(correction: Correction) -> None:
    path = correction.evidence_file
    correction.what = correction.old_value = correction.new_value = correction.replaced = ""
    correction.evidence_file = correction.evidence_key = correction.evidence_name = ""
    correction.save(
        update_fields=[
            "what", "old_value", "new_value", "replaced", "evidence_file", "evidence_key", "evidence_name",
        ]
    )  # fmt: skip
    if path:
        uploads.forget(path)
