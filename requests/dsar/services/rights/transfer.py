"""Handing a package to another controller by HTTPS (GDPR Art. 20(2)), where staff confirmed the address.

The file goes as it stands in the person's own package: one ZIP of JSON and CSV. The request carries its
length, its SHA-256 (Content-Digest, RFC 9530) and an idempotency key, so that a repeated one does no harm.
"""

import base64
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import httpx
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import SYSTEM, Actor
from config import http, jobs
from config.jobs import JobStatus
from config.sentences import say
from dsar.enums import CaseStatus, PackageStatus
from dsar.models import Case, Package, Transfer
from dsar.rules.transitions import NotAllowed
from dsar.services import packaging, story

ACCEPTED = (200, 201, 202, 204)
LATER = (408, 425, 429, 500, 502, 503, 504)
OPEN = (JobStatus.READY, JobStatus.RUNNING, JobStatus.WAITING, JobStatus.ATTENTION)
RECEIPT_LENGTH = 2_000
ClientFactory = Callable[[], httpx.Client]


class Refused(Exception):
    """The endpoint did not take the file. `final`: asking again cannot help."""

    def __init__(self, sentence: str, *, final: bool, status: int | None = None) -> None:
        super().__init__(sentence)
        self.final, self.status = final, status


def pending(case: Case) -> bool:
    """Whether a transfer of the case is neither done nor given up."""
    return bool(case.transfers.filter(status__in=OPEN).exists())


def _locked(transfer: Transfer) -> Transfer:
    story.lock(transfer.case)
    case = transfer.case
    transfer.refresh_from_db()
    transfer.case = case
    return transfer


@transaction.atomic
def confirm(*, transfer: Transfer, actor: Actor, now: datetime) -> None:
    """Confirm that the address belongs to who the person means; the file leaves once it is released.

    Raises NotAllowed for one that was decided already.
    """
    transfer = _locked(transfer)
    if transfer.status != JobStatus.WAITING or transfer.confirmed_by_id:
        raise NotAllowed(_("This address was decided on already."))
    if actor.user is None:
        raise NotAllowed(_("Addresses are confirmed by people."))
    transfer.confirmed_by, transfer.confirmed_at = actor.user, now
    transfer.save(update_fields=["confirmed_by", "confirmed_at"])
    story.tell(
        case=transfer.case, kind="transfer", what=say("Transfer to %(host)s confirmed", host=transfer.host),
        plain=say("We checked the service that your data is to go to"), actor=actor, now=now,
    )  # fmt: skip
    _record(transfer, actor, "transfer.confirmed")
    package = transfer.case.packages.filter(status=PackageStatus.RELEASED).first()
    if package:
        _make_due(transfer, package)


@transaction.atomic
def decline(*, transfer: Transfer, reason: str, actor: Actor, now: datetime) -> None:
    """Give a transfer up: the address cannot be confirmed, or it refuses the file. The person has the copy.

    Raises NotAllowed without a reason, and for a transfer that is done or at work.
    """
    transfer = _locked(transfer)
    if transfer.status not in (JobStatus.WAITING, JobStatus.ATTENTION):
        raise NotAllowed(_("Only a transfer that waits or failed can be given up."))
    if not reason.strip() or actor.user is None:
        raise NotAllowed(_("Say why we do not hand the data over: it stands in the letter."))
    transfer.status, transfer.declined_by, transfer.finished_at = JobStatus.CANCELLED, actor.user, now
    transfer.declined_why = reason.strip()
    transfer.save(update_fields=["status", "declined_by", "declined_why", "finished_at"])
    story.tell(
        case=transfer.case, kind="transfer", what=say("Transfer to %(host)s given up", host=transfer.host),
        plain=say("We could not hand your data over; you can take the copy yourself"), actor=actor, now=now,
    )  # fmt: skip
    _record(transfer, actor, "transfer.declined")
    _come_to_rest(transfer.case)


def released(*, package: Package) -> None:
    """Send the confirmed transfers of a case whose package was just released; the case is locked."""
    confirmed = package.case.transfers.filter(status=JobStatus.WAITING, confirmed_by__isnull=False)
    for transfer in confirmed:
        _make_due(transfer, package)


def _make_due(transfer: Transfer, package: Package) -> None:
    transfer.package, transfer.status, transfer.attempts = package, JobStatus.READY, 0
    transfer.size, transfer.sha256, transfer.next_attempt_at = package.size, package.sha256, None
    transfer.last_error = ""
    transfer.save(
        update_fields=["package", "status", "attempts", "size", "sha256", "next_attempt_at", "last_error"]
    )
    jobs.enqueue(transfer)


@transaction.atomic
def retry(*, transfer: Transfer, actor: Actor, now: datetime) -> None:
    """Try a failed transfer again. Raises NotAllowed for others."""
    transfer = _locked(transfer)
    if transfer.status != JobStatus.ATTENTION or transfer.package is None:
        raise NotAllowed(_("Only a transfer that failed can be tried again."))
    _make_due(transfer, transfer.package)
    _record(transfer, actor, "transfer.retried")
    story.tell(
        case=transfer.case, kind="transfer", what=say("Transfer to %(host)s tried again", host=transfer.host),
        actor=actor, now=now,
    )  # fmt: skip
    _come_to_rest(transfer.case)


def send(
    *, transfer_id: uuid.UUID | str, now_fn: Callable[[], datetime], client: ClientFactory = http.client
) -> bool:
    """Send one due transfer; returns whether the endpoint took it now.

    A refusal is recorded; what may pass is tried again with back-off, the rest needs attention. A worker that
    dies after the endpoint took the file sends it once more under the same idempotency key.
    """
    token = jobs.claim(Transfer, transfer_id, now=now_fn())
    if token is None:
        return False
    transfer = Transfer.objects.select_related("case", "package").get(pk=transfer_id)
    try:
        status, receipt = _post(transfer, client)
    except Refused as fault:
        _failed(transfer, token, fault, now_fn())
        return False
    _done(transfer, token, status, receipt, now_fn())
    return True


def headers_of(transfer: Transfer) -> dict[str, str]:
    """Return the headers that say what comes, how long it is and how to recognise it again."""
    digest = base64.b64encode(bytes.fromhex(transfer.sha256)).decode()
    return {
        "Content-Type": "application/zip",
        "Content-Length": str(transfer.size),
        "Content-Digest": f"sha-256=:{digest}:",
        "Idempotency-Key": str(transfer.pk),
    }


def _content(transfer: Transfer) -> Iterator[bytes]:
    package = transfer.package
    if package is None or package.status not in (PackageStatus.RELEASED, PackageStatus.EXPIRED):
        raise Refused("The package is not released any more.", final=True)
    try:
        return packaging.read_package(package=package)
    except packaging.PackageDamaged as fault:
        raise Refused(say("The file is gone: make the package again."), final=True) from fault


def _post(transfer: Transfer, client: ClientFactory) -> tuple[int, dict[str, Any]]:
    content = _content(transfer)
    try:
        with client() as session:
            answer = session.post(transfer.endpoint, content=content, headers=headers_of(transfer))
    except http.BlockedAddress as fault:
        raise Refused(
            say("%(host)s leads to an address that we may not call.", host=transfer.host), final=True
        ) from fault
    except httpx.TransportError as fault:
        sentence = say("%(host)s does not answer (%(type)s).", host=transfer.host, type=type(fault).__name__)
        raise Refused(sentence, final=False) from fault
    if answer.status_code in ACCEPTED:
        return answer.status_code, _receipt(answer)
    final = answer.status_code not in LATER
    values = {"host": transfer.host, "code": str(answer.status_code)}
    sentence = (
        say("%(host)s refused the file (%(code)s).", **values)
        if final
        else say("%(host)s cannot take the file now (%(code)s).", **values)
    )
    raise Refused(sentence, final=final, status=answer.status_code)


def _receipt(answer: httpx.Response) -> dict[str, Any]:
    """Return what the endpoint said, cut to a length; kept encrypted, for it may name the person."""
    kept = {"location": answer.headers.get("Location", "")[:500], "text": answer.text[:RECEIPT_LENGTH]}
    return {name: value for name, value in kept.items() if value}


def _done(transfer: Transfer, token: uuid.UUID, status: int, receipt: dict[str, Any], now: datetime) -> None:
    with transaction.atomic():
        story.lock(transfer.case)
        transfer.http_status, transfer.receipt, transfer.delivered_at = status, receipt, now
        transfer.save(update_fields=["http_status", "receipt", "delivered_at"])
        jobs.finish(transfer, token, now=now)
        story.tell(
            case=transfer.case, kind="transfer", what=say("Handed over to %(host)s", host=transfer.host),
            plain=say("We handed your data to %(host)s", host=transfer.host), actor=SYSTEM, now=now,
        )  # fmt: skip
        _record(transfer, SYSTEM, "transfer.done")


def _failed(transfer: Transfer, token: uuid.UUID, fault: Refused, now: datetime) -> None:
    with transaction.atomic():
        story.lock(transfer.case)
        transfer.http_status = fault.status
        transfer.save(update_fields=["http_status"])
        status = jobs.fail(transfer, token, error=str(fault), now=now, final=fault.final)
        if status == JobStatus.ATTENTION:
            _need_somebody(transfer, fault.args[0], now)


def given_up(transfer: Transfer, now: datetime) -> None:
    """Tell the case that the workers of its transfer died; called inside the transaction that gives it up."""
    story.lock(transfer.case)
    _need_somebody(transfer, transfer.last_error, now)


def _need_somebody(transfer: Transfer, why: str, now: datetime) -> None:
    case = transfer.case
    if case.status in (CaseStatus.DELIVERED, CaseStatus.ATTENTION):
        sentence = say(
            "%(fault)s The person can still take the copy. Try again, or give the transfer up.", fault=why
        )
        story.move(case, CaseStatus.ATTENTION, attention=sentence)
    what = say("Transfer to %(host)s failed", host=transfer.host)
    story.tell(case=case, kind="attention", what=what, note=why, actor=SYSTEM, now=now)
    _record(transfer, SYSTEM, "transfer.failed")


def _come_to_rest(case: Case) -> None:
    """Let a case that needed attention for its transfer go on, when nothing else is wrong."""
    failed = case.transfers.filter(status=JobStatus.ATTENTION).exists()
    if case.status == CaseStatus.ATTENTION and case.delivered_at and not failed:
        story.move(case, CaseStatus.READY)


def _record(transfer: Transfer, actor: Actor, action: str) -> None:
    details = {
        "transfer": str(transfer.pk), "host": transfer.host, "size": transfer.size, "sha256": transfer.sha256,
        "http_status": transfer.http_status, "attempts": transfer.attempts,
    }  # fmt: skip
    story.record(case=transfer.case, actor=actor, action=action, details=details)


def not_sent(case: Case) -> list[str]:
    """Return which services did not get the file, and why, a sentence each."""
    words = say("We did not hand the file to %(host)s: %(why)s")
    given_up = case.transfers.filter(status=JobStatus.CANCELLED)
    return [words % {"host": one.host, "why": one.declined_why} for one in given_up]
