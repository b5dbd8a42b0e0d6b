"""What was decided, told, heard and done besides the work on data: by code, time and hash. No values."""

from typing import Any
from uuid import UUID

from correspondence.models import Attachment, Letter, Message
from dsar.models import Balancing, Case, Correction, Decision, Restriction, Transfer
from dsar.services.evidence.facts import Document
from dsar.services.evidence.minimal import Minimiser, committed, moment


def decisions(case: Case, clean: Minimiser) -> Document:
    """Return refusals, fees and duplicates: grounds, who proposed, who decided, and the hash of each text."""
    return [_decision(one, clean) for one in case.decisions.order_by("proposed_at", "pk")]


def _decision(one: Decision, clean: Minimiser) -> dict[str, Any]:
    return {
        "id": str(one.pk),
        "kind": one.kind,
        "status": one.status,
        "codes": one.codes,
        "codes_version": one.codes_version,
        "reasons_commitment": committed(one.reasons, "decision-reasons"),
        "late_reason_commitment": committed(one.late_reason, "decision-late"),
        "refused_part": clean.text(one.refused_part),
        "release_on": moment(one.release_on),
        "amount": str(one.amount) if one.amount is not None else None,
        "currency": one.currency,
        "computed": clean.text(one.computed),
        "repeats": str(one.repeats_id or ""),
        "proposed_by": one.proposed_by_id,
        "proposed_at": moment(one.proposed_at),
        "decided_by": one.decided_by_id,
        "decided_at": moment(one.decided_at),
        "sent_back_commitment": committed(one.return_reason, "decision-sent-back"),
        "letter": str(one.letter_id or ""),
        "paid_on": moment(one.paid_on),
        "file_sha256": one.proof_sha256,
    }


def recipients(case: Case, clean: Minimiser) -> Document:
    """Return who was told of what was done, or why not (GDPR Art. 19)."""
    return [
        {
            "id": str(one.pk),
            "recipient": one.key,
            "what": one.what,
            "means": one.means,
            "to_commitment": committed(one.to, "notice-address"),
            "letter": str(one.letter_id or ""),
            "made_at": moment(one.made_at),
            "sent_at": moment(one.sent_at),
            "told_by": one.told_by_id,
            "how": clean.text(one.how),
            "not_told_at": moment(one.not_told_at),
            "not_told_because": clean.text(one.not_told_reason),
            "answered_at": moment(one.answered_at),
            "answer_commitment": committed(one.answer, "notice-answer"),
        }
        for one in case.notices.order_by("made_at", "pk")
    ]


def messages(case: Case, clean: Minimiser) -> Document:
    """Return the messages about a case: when they reached us, by which clock, and the hash of their bytes."""
    del clean  # nothing of what a message says is here
    found = Message.objects.filter(thread__case_id=case.pk).select_related("raw", "thread")
    return [
        {
            "id": str(one.pk),
            "direction": one.direction,
            "kind": one.kind,
            "counterpart": one.thread.counterpart if one.thread else "",
            "received_at": moment(one.received_at),
            "received_by": one.received_by,
            "sha256": one.raw.sha256,
            "size": one.raw.size,
            "sender_commitment": committed(one.sender, "message-sender"),
            "subject_commitment": committed(one.subject, "message-subject"),
            "flags": one.flags,
            "files": [_file(file) for file in one.attachments.order_by("position")],
        }
        for one in found.order_by("received_at", "pk").prefetch_related("attachments")
    ]


def _file(file: Attachment) -> dict[str, Any]:
    return {"type": file.found_type, "size": file.size, "sha256": file.sha256}


def clock_events(case: Case, clean: Minimiser) -> Document:
    """Return what moved a date, with the letter or the message that proves its day, by number and hash."""
    events = list(case.clock_events.order_by("on", "recorded_at", "pk"))
    letters: dict[UUID | None, str] = dict(Letter.objects.filter(case_id=case.pk).values_list("pk", "sha256"))
    ids = [one.message_id for one in events if one.message_id]
    bytes_of: dict[UUID | None, str] = dict(
        Message.objects.filter(pk__in=ids).values_list("pk", "raw__sha256")
    )
    return [
        {
            "id": str(one.pk),
            "kind": one.kind,
            "on": moment(one.on),
            "letter": str(one.letter_id or ""),
            "letter_sha256": letters.get(one.letter_id, "") if one.letter_id else "",
            "message": str(one.message_id or ""),
            "message_sha256": bytes_of.get(one.message_id, "") if one.message_id else "",
            "note": clean.text(one.note),
            "recorded_by": one.recorded_by_id,
            "recorded_at": moment(one.recorded_at),
        }
        for one in events
    ]


def rights(case: Case, clean: Minimiser) -> Document:
    """Return what was corrected, restricted, stopped, weighed and handed over; values are commitments."""
    return {
        "corrections": [_correction(one) for one in case.corrections.select_related("system")],
        "restrictions": [_restriction(one) for one in case.restrictions.order_by("asked_at", "pk")],
        "opt_outs": [
            {
                "kind": one.kind, "purpose": one.purpose, "asked_at": moment(one.asked_at),
                "effective_at": moment(one.effective_at), "reask_from": moment(one.reask_from),
                "ended_at": moment(one.ended_at),
            }
            for one in case.opt_outs.order_by("asked_at", "pk")
        ],
        "weighings": [_weighing(one) for one in case.balancings.order_by("opened_at", "pk")],
        "transfers": [_transfer(one, clean) for one in case.transfers.order_by("asked_at", "pk")],
    }  # fmt: skip


def _correction(one: Correction) -> dict[str, Any]:
    return {
        "number": one.number,
        "asked_at": moment(one.asked_at),
        "what_commitment": committed(one.what, "correction-what"),
        "old_commitment": committed(one.old_value, "correction-old"),
        "new_commitment": committed(one.new_value, "correction-new"),
        "replaced_commitment": committed(one.replaced, "correction-replaced"),
        "system": one.system.key if one.system else "",
        "collection": one.collection,
        "field": one.field,
        "contested": one.contested,
        "verdict": one.verdict,
        "reason_commitment": committed(one.reason, "correction-reason"),
        "decided_by": one.decided_by_id,
        "decided_at": moment(one.decided_at),
        "file_sha256": one.evidence_sha256,
    }


def _restriction(one: Restriction) -> dict[str, Any]:
    return {
        "ground": one.ground,
        "purpose": one.purpose,
        "state": one.state,
        "asked_at": moment(one.asked_at),
        "starts_at": moment(one.starts_at),
        "review_on": moment(one.review_on),
        "notice_letter": str(one.notice_letter or ""),
        "lifts_on": moment(one.lifts_on),
        "noticed_at": moment(one.noticed_at),
        "ended_at": moment(one.ended_at),
        "decided_by": one.decided_by_id,
    }


def _weighing(one: Balancing) -> dict[str, Any]:
    return {
        "purpose": one.purpose,
        "opened_at": moment(one.opened_at),
        "their_grounds_commitment": committed(one.their_grounds, "weighing-theirs"),
        "our_grounds_commitment": committed(one.our_grounds, "weighing-ours"),
        "prepared_by": one.prepared_by_id,
        "prepared_at": moment(one.prepared_at),
        "outcome": one.outcome,
        "reason_commitment": committed(one.reason, "weighing-reason"),
        "decided_by": one.decided_by_id,
        "decided_at": moment(one.decided_at),
    }


def _transfer(one: Transfer, clean: Minimiser) -> dict[str, Any]:
    return {
        "host": clean.text(one.host),
        "endpoint_commitment": committed(one.endpoint, "transfer-endpoint"),
        "status": one.status,
        "asked_at": moment(one.asked_at),
        "confirmed_by": one.confirmed_by_id,
        "confirmed_at": moment(one.confirmed_at),
        "declined_by": one.declined_by_id,
        "declined_commitment": committed(one.declined_why, "transfer-declined"),
        "size": one.size,
        "sha256": one.sha256,
        "http_status": one.http_status,
        "delivered_at": moment(one.delivered_at),
    }


def representatives(case: Case, clean: Minimiser) -> Document:
    """Return who acted for the person: as what, on which proof, and who believed it. No names."""
    del clean
    return [
        {
            "id": str(one.pk),
            "acts_as": one.acts_as,
            "status": one.status,
            "registered_at": moment(one.registered_at),
            "registered_by": one.registered_by_id,
            "valid_until": moment(one.valid_until),
            "gets_letters": one.gets_letters,
            "gets_package": one.gets_package,
            "decided_by": one.decided_by_id,
            "decided_at": moment(one.decided_at),
            "reason_commitment": committed(one.reason, "mandate-reason"),
            "file_sha256": one.proof_sha256,
        }
        for one in case.representatives.order_by("registered_at", "pk")
    ]
