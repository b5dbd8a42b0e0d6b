"""The package of a case: made, reviewed, released, fetched, revoked, renewed.

Every attempt to fetch is logged.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import User
from accounts.services import audit
from accounts.services.audit import ANONYMOUS, SYSTEM, Actor
from config import crypto
from config.profile import active_profile
from config.sentences import say
from correspondence.enums import Template
from dsar.enums import CaseStatus, Operation, PackageStatus, RunKind
from dsar.models import Case, Download, ManualTask, Package, Plan, Redaction
from dsar.rules.transitions import NotAllowed, check_status
from dsar.services import addresses, letters, packaging, running, spool, story, uploads
from dsar.services.packaging import PackageDamaged
from dsar.services.rights import portability, transfer

REDACTIONS_AT_ONCE = 500
SENTENCES = {
    "unknown": _l("There is no such package. Open your request and follow the link there."),
    "not_yours": _l("There is no such package. Open your request and follow the link there."),
    "step_up": _l("Give your password once more before the download."),
    "not_ready": _l("This package is not released yet."),
    "revoked": _l("This package was withdrawn. Our privacy team can tell you why."),
    "expired": _l("This link has expired. Open it again on the page of your request."),
    "limit": _l("This package was fetched as often as it may be. Ask us for a new link."),
    "gone": _l("The file is gone. Ask us to make it again."),
}


class DownloadRefused(Exception):
    """A package was not given out. `reason` is a key of SENTENCES, `sentence` says what to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(str(SENTENCES[reason]))
        self.reason, self.sentence = reason, str(SENTENCES[reason])


def has_something(plan: Plan) -> bool:
    """Whether any step of a plan collected rows or a file."""
    files = ManualTask.objects.filter(step__plan=plan, step__operation=Operation.COLLECT).exclude(
        proof_file=""
    )
    return bool(plan.steps.filter(operation=Operation.COLLECT, rows_done__gt=0).exists() or files.exists())


Storing = Callable[[], None]
"""Called first in the transaction that stores a package: ends its run, or raises when it is not ours now."""


def build_package(*, case: Case, plan: Plan, now: datetime, storing: Storing) -> Package:
    """Make the package of a carried-out plan: other persons' values left out and listed for review."""
    building = {"case": case, "plan": plan, "status": PackageStatus.BUILDING}
    package, _ = Package.objects.get_or_create(**building, defaults={"made_at": now})
    return _make(package, now, storing, reviewed=False)


def rebuild_package(*, case: Case, plan: Plan, now: datetime, storing: Storing) -> Package:
    """Make a package anew with the decisions of its review, from the rows that were reviewed."""
    package = case.packages.get(plan=plan, status=PackageStatus.BUILDING)
    return _make(package, now, storing, reviewed=True)


def _make(package: Package, now: datetime, storing: Storing, *, reviewed: bool) -> Package:
    """Write the file outside a transaction (it may be long), then store it and what is to be reviewed.

    A worker that was overtaken meanwhile may have put its own file on the package: what this one wrote is
    stored again with the end of the run.
    """
    allowed = _released(package) if reviewed else frozenset()
    written = packaging.write_package(
        package=package,
        rows=_rows(package.plan),
        index=packaging.index_of(
            case=package.case, plan=package.plan, now=now, not_included=portability.omissions(package.case)
        ),
        released=lambda collection, row_key, field: (collection, row_key, field) in allowed,
        attachments=_attachments(package.plan),
    )
    with transaction.atomic():
        storing()
        if not reviewed:
            _list(package, written.held)
        package.status, package.made_at = PackageStatus.REVIEW, now
        package.save(update_fields=["status", "made_at", "path", "key", "sha256", "size", "contents"])
        details = {
            "package": str(package.pk), "sha256": written.sha256, "size": written.size,
            "rows": sum(written.contents.values()), "held": len(written.held),
        }  # fmt: skip
        story.record(case=package.case, actor=SYSTEM, action="package.made", details=details)
    return package


def _released(package: Package) -> frozenset[tuple[str, str, str]]:
    return frozenset((r.collection, r.row_key, r.field) for r in package.redactions.filter(release=True))


def _rows(plan: Plan) -> Iterator[spool.Entry]:
    for step in plan.steps.filter(operation=Operation.COLLECT).exclude(spool=""):
        yield from spool.read(step)


def _attachments(plan: Plan) -> Iterator[packaging.Attachment]:
    tasks = ManualTask.objects.filter(step__plan=plan, step__operation=Operation.COLLECT).exclude(
        proof_file=""
    )
    for task in tasks.select_related("step__system"):
        yield packaging.Attachment(task.proof_name, uploads.read(task), task.step.system.name)


def _list(package: Package, held: Iterable[packaging.Held]) -> None:
    """Store what waits for a reviewer, in batches."""
    batch: list[Redaction] = []
    for one in held:
        batch.append(
            Redaction(
                package=package, collection=one.collection[:200], field=one.field[:200], row_key=one.row_key,
                sample=one.sample, reason=one.reason[:200],
            )
        )  # fmt: skip
        if len(batch) == REDACTIONS_AT_ONCE:
            Redaction.objects.bulk_create(batch)
            batch = []
    Redaction.objects.bulk_create(batch)


def _under_review(package: Package, doing: str) -> Package:
    """Lock the case of a package and return the package read anew. Raises NotAllowed."""
    story.lock(package.case)
    package.refresh_from_db()
    if package.status == PackageStatus.BUILDING:
        raise NotAllowed(_("The package is being made with your decisions. Try again in a minute."))
    if package.status != PackageStatus.REVIEW:
        raise NotAllowed(
            _("%(doing)s needs a package under review. This one is “%(status)s”.")
            % {"doing": doing, "status": package.get_status_display()}
        )
    return package


@transaction.atomic
def decide_redaction(
    *, redaction: Redaction, release: bool, reason: str, actor: Actor, now: datetime
) -> None:
    """Decide on one value about another person: disclose it with a reason, or leave it out.

    Raises NotAllowed.
    """
    _decide(redaction.package, [redaction.pk], release, reason, actor, now)
    redaction.refresh_from_db()


@transaction.atomic
def decide_redactions(
    *, package: Package, collection: str, field: str, release: bool, reason: str, actor: Actor, now: datetime
) -> int:
    """Decide on all undecided values of one place at once; returns how many.

    An empty `field` means all of the collection, both empty everything.
    """
    waiting = package.redactions.filter(release=None)
    waiting = waiting.filter(collection=collection) if collection else waiting
    waiting = waiting.filter(field=field) if field else waiting
    return _decide(package, list(waiting.values_list("pk", flat=True)), release, reason, actor, now)


def _decide(
    package: Package, keys: list[uuid.UUID], release: bool, reason: str, actor: Actor, now: datetime
) -> int:
    _under_review(package, _("Deciding on a value"))
    if package.reviewed_at:
        raise NotAllowed(_("The review is finished. Its decisions stand."))
    if release and not reason.strip():
        raise NotAllowed(_("Say why this value about another person may be disclosed."))
    changed = 0
    for start in range(0, len(keys), REDACTIONS_AT_ONCE):
        part = package.redactions.filter(pk__in=keys[start : start + REDACTIONS_AT_ONCE])
        changed += part.update(
            release=release, decision_reason=reason.strip()[:300], decided_by=actor.user, decided_at=now
        )
    details = {"package": str(package.pk), "values": changed, "release": release}
    story.record(case=package.case, actor=actor, action="redaction.decided", details=details)
    return changed


@transaction.atomic
def complete_review(*, package: Package, actor: Actor, now: datetime) -> None:
    """Finish the review; values that nobody decided on stay out. Released values have the package made again.

    Raises NotAllowed when it is finished already.
    """
    package = _under_review(package, _("Finishing a review"))
    if package.reviewed_at:
        raise NotAllowed(_("The review is finished already."))
    open_values = package.redactions.filter(release=None)
    left_out = open_values.update(release=False, decided_by=actor.user, decided_at=now)
    package.reviewed_by, package.reviewed_at = actor.user, now
    disclosed = package.redactions.filter(release=True).count()
    if disclosed:
        package.status = PackageStatus.BUILDING
    package.save(update_fields=["reviewed_by", "reviewed_at", "status"])
    if disclosed:
        running.start(case=package.case, kind=RunKind.PACKAGE, plan=package.plan, asked_by=actor.user)
    story.tell(case=package.case, kind="reviewed", what=say("Package reviewed"), actor=actor, now=now)
    details = {"package": str(package.pk), "disclosed": disclosed, "left_out_undecided": left_out}
    story.record(case=package.case, actor=actor, action="package.reviewed", details=details)


@transaction.atomic
def release(*, package: Package, actor: Actor, now: datetime) -> None:
    """Give the package to the person: the link works for the profile's days. Raises NotAllowed.

    The review must be finished; where the profile wants four eyes, by somebody else.
    """
    package = _under_review(package, _("Releasing"))
    profile = active_profile()
    check_status(package.case.status, {CaseStatus.REVIEW}, _("Releasing the package"))
    if not package.reviewed_at:
        raise NotAllowed(_("Finish the review first."))
    own = actor.user is not None and package.reviewed_by_id == actor.user.pk
    if profile.cases.four_eyes.package_release and (own or actor.user is None):
        raise NotAllowed(_("You reviewed this package. Somebody else has to release it."))
    package.status, package.released_at, package.released_by = PackageStatus.RELEASED, now, actor.user
    package.expires_at = now + timedelta(days=profile.cases.package_link_days)
    package.save(update_fields=["status", "released_at", "released_by", "expires_at"])
    story.move(package.case, CaseStatus.DELIVERED, delivered_at=now)
    transfer.released(package=package)
    _tell_ready(package, now)
    story.tell(
        case=package.case,
        kind="released",
        what=say("Package released"),
        plain=say("Your copy is ready"),
        actor=actor,
        now=now,
    )
    details = {
        "package": str(package.pk),
        "sha256": package.sha256,
        "expires_at": package.expires_at.isoformat(),
    }
    story.record(case=package.case, actor=actor, action="package.released", details=details)


def _tell_ready(package: Package, now: datetime) -> None:
    case, user = package.case, package.case.subject.user
    assert package.expires_at is not None
    user = None if addresses.package_address(case) else user
    link = letters.absolute(reverse("package", args=[package.pk])) if user else letters.status_link(case)
    expires = letters.minute(package.expires_at, active_profile())
    letters.write(
        case=case,
        template=Template.PACKAGE_READY,
        now=now,
        link=link,
        expires=expires,
        has_account=user is not None,
    )


@transaction.atomic
def revoke(*, package: Package, actor: Actor, now: datetime) -> None:
    """Withdraw a released package for good: its key is destroyed. The case goes back to review."""
    story.lock(package.case)
    package.refresh_from_db()
    if package.status not in (PackageStatus.RELEASED, PackageStatus.EXPIRED):
        raise NotAllowed(_("Only a released package can be revoked."))
    package.status = PackageStatus.REVOKED
    package.save(update_fields=["status"])
    packaging.destroy(package=package)
    if package.case.status == CaseStatus.DELIVERED:
        story.move(
            package.case, CaseStatus.ATTENTION, attention=say("The package was revoked. Make a new plan.")
        )
    story.tell(
        case=package.case,
        kind="revoked",
        what=say("Package revoked"),
        plain=say("We withdrew your copy"),
        actor=actor,
        now=now,
    )
    story.record(
        case=package.case, actor=actor, action="package.revoked", details={"package": str(package.pk)}
    )


@transaction.atomic
def renew(*, package: Package, actor: Actor, now: datetime) -> None:
    """Open the link of a released package again, by its owner or by staff.

    Raises NotAllowed when the file is gone.
    """
    story.lock(package.case)
    package.refresh_from_db()
    if package.status not in (PackageStatus.RELEASED, PackageStatus.EXPIRED):
        raise NotAllowed(_("Only the link of a released package can be renewed."))
    if not package.key:
        raise NotAllowed(_("The file is gone. Ask for a new copy."))
    package.status = PackageStatus.RELEASED
    package.expires_at = now + timedelta(days=active_profile().cases.package_link_days)
    package.save(update_fields=["status", "expires_at"])
    _tell_ready(package, now)
    story.tell(
        case=package.case,
        kind="renewed",
        what=say("Link renewed"),
        plain=say("You can fetch your copy again"),
        actor=actor,
        now=now,
    )
    details = {"package": str(package.pk), "expires_at": package.expires_at.isoformat()}
    story.record(case=package.case, actor=actor, action="package.renewed", details=details)


def open_download(
    *, package_id: uuid.UUID | str, user: User | None, stepped_up: bool, now: datetime, address: str
) -> Iterator[bytes]:
    """Return the ZIP file of a package, streamed. Raises DownloadRefused; each attempt is logged.

    `user`: the signed-in owner; None for a person without an account whose link and code the caller has
    checked. `stepped_up`: the password or a code was given within the profile's minutes. `address`: kept as a
    commitment.
    """
    package = Package.objects.select_related("case__subject").filter(pk=package_id).first()
    reason = _refusal(package, user, stepped_up, now)
    stream: Iterator[bytes] = iter(())
    if package and not reason:
        try:
            stream = packaging.read_package(package=package)
        except PackageDamaged:
            reason = "gone"
    _log(package, user, reason, now, address)
    if reason:
        raise DownloadRefused(reason)
    return stream


def _refusal(package: Package | None, user: User | None, stepped_up: bool, now: datetime) -> str:
    """Return why a package is not given out, or nothing. What a stranger may not know comes first."""
    if package is None:
        return "unknown"
    owner = package.case.subject.user_id
    acts = user is None and addresses.package_address(package.case)
    if owner != (user.pk if user else None) and not acts:
        return "not_yours"
    if package.status == PackageStatus.REVOKED:
        return "revoked"
    if package.status not in (PackageStatus.RELEASED, PackageStatus.EXPIRED) or package.expires_at is None:
        return "not_ready"
    if package.status == PackageStatus.EXPIRED or package.expires_at <= now:
        return "expired"
    if package.downloads.filter(served=True).count() >= active_profile().cases.package_downloads:
        return "limit"
    return "" if stepped_up else "step_up"


@transaction.atomic
def _log(package: Package | None, user: User | None, reason: str, now: datetime, address: str) -> None:
    actor = Actor.of(user) if user else ANONYMOUS
    details = {"served": not reason, "reason": reason}
    if package is None:
        if user:
            audit.record(actor=actor, action="package.refused", obj=user, details=details)
        return
    mark = crypto.commitment(address, purpose="download-address") if address else ""
    Download.objects.create(
        package=package, at=now, user=user, served=not reason, reason=reason, address_commitment=mark
    )
    action = "package.refused" if reason else "package.downloaded"
    details["package"] = str(package.pk)
    story.record(case=package.case, actor=actor, action=action, details=details)
    if not reason:
        story.tell(
            case=package.case,
            kind="downloaded",
            what=say("Package fetched"),
            plain=say("You fetched your copy"),
            actor=actor,
            now=now,
        )
