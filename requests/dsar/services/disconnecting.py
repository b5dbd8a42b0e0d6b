"""The one way out for a linked account: from the dashboard, staff, the product, a platform or a letter.

It opens the case that deletes the account's data, and ends the grant. Who asks twice gets the same case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import DataSubject
from accounts.services.audit import SYSTEM, Actor
from config.sentences import say
from dsar.enums import CaseStatus, Channel, Method, Right
from dsar.models import Case, PlatformDeletion
from dsar.rules.transitions import NotAllowed
from dsar.rules.verification import LEVELS, METHODS
from dsar.services import clocks, codes, opening, planning, proofs, story, uploads
from dsar.services.rights import Asked, platform_data
from dsar.services.rights.platform_data import About
from platforms.enums import Trigger
from platforms.models import CallbackReceipt, Connection, Disconnection
from platforms.services import revoking

_BY_SIGNATURE = gettext_noop("signature of the platform")
_BY_PRODUCT = gettext_noop("signed in to the product")
_BY_STAFF = gettext_noop("staff who disconnected the account")
_PROOFS = {
    Channel.PLATFORM: (Method.PLATFORM, _BY_SIGNATURE),
    Channel.DASHBOARD: (Method.LOGIN, METHODS[2]),
    Channel.API: (Method.LOGIN, _BY_PRODUCT),
}
"""How a channel itself shows who asks."""


@dataclass(frozen=True, slots=True)
class Started:
    """The case, the code with which its state is seen, and whether the case is new."""

    case: Case
    code: str
    new: bool


@transaction.atomic
def disconnect(
    *,
    trigger: str,
    channel: str,
    received_at: datetime,
    actor: Actor,
    now: datetime,
    connection: Connection | None = None,
    subject: DataSubject | None = None,
    platform: str = "",
    receipt: CallbackReceipt | None = None,
    told: bool = False,
    words: str = "",
) -> Started:
    """End a linked account, or all of a person at a platform (every platform where none is named).

    Opens the case `platform_deletion`, whose clock runs from `received_at` (when we learned of it). `told`:
    the platform said that the grant is gone, so that nobody tells it. Who asks by e-mail proves the address
    first; every other channel proves itself. Raises NotAllowed where nothing is linked any more.
    """
    owner = connection.subject if connection else subject
    assert owner is not None, "Say which account, or whose."
    DataSubject.objects.select_for_update().get(pk=owner.pk)
    wanted = _wanted(owner, connection, platform, trigger, received_at, receipt, told)
    going = _going(owner, wanted)
    if going:
        return _join(going, wanted, channel, actor, now)
    case = opening.create(
        subject=owner, right=Right.PLATFORM_DELETION, channel=channel, received_at=received_at, actor=actor,
        now=now, words=words, language=owner.language or "en", asked=Asked(deletions=tuple(wanted)),
    )  # fmt: skip
    opening.acknowledge(case=case, now=now)
    story.lock(case)
    _prove(case, channel, actor, now)
    return Started(case, codes.code_of(case), True)


def _wanted(
    owner: DataSubject,
    connection: Connection | None,
    platform: str,
    trigger: str,
    received_at: datetime,
    receipt: CallbackReceipt | None,
    told: bool,
) -> list[About]:
    mine = Connection.objects.of(owner).open()
    if connection:
        mine = mine.filter(pk=connection.pk)
    elif platform:
        mine = mine.filter(platform=platform)
    index = receipt.code_index if receipt else ""
    found = [About(one.platform, trigger, received_at, one, receipt, told, index) for one in mine]
    if found or (connection is None and platform):
        return found or [About(platform, trigger, received_at, None, receipt, told, index)]
    raise NotAllowed(_("This account is not linked any more. There is nothing to disconnect."))


def _going(owner: DataSubject, wanted: Iterable[About]) -> Case | None:
    """Return the open case that is about all of this already."""
    case: Case | None = None
    for about in wanted:
        rows = PlatformDeletion.objects.filter(case__subject=owner, platform=about.platform)
        rows = rows.filter(connection=about.connection).exclude(case__status=CaseStatus.CLOSED)
        row = rows.select_related("case").order_by("made_at").first()
        if row is None:
            return None
        case = row.case
    return case


def _join(case: Case, wanted: list[About], channel: str, actor: Actor, now: datetime) -> Started:
    """Add what came again to the case that is open: its receipt, and an earlier date where it brings one."""
    story.lock(case)
    known = set(case.platform_deletions.values_list("receipt", "trigger", "connection"))
    for about in wanted:
        place = (about.receipt.pk if about.receipt else None, about.trigger)
        if (*place, about.connection.pk if about.connection else None) not in known:
            platform_data.add(case, about, now)
    clocks.recompute(case=case, now=now, reason="platform_terms")
    what = say("The same was asked again: %(how)s", how=Channel(channel).label)
    story.tell(case=case, kind="repeated", what=what, actor=actor, now=now)
    story.lock(case)
    if case.status in (CaseStatus.NEW, CaseStatus.VERIFYING):
        _prove(case, channel, actor, now)
    elif case.verified_at:
        platform_data.begin(case=case, actor=actor, now=now)
    return Started(case, codes.code_of(case), False)


def _prove(case: Case, channel: str, actor: Actor, now: datetime) -> None:
    """Take the channel's own proof; by e-mail the address is proved first."""
    proof = _PROOFS.get(Channel(channel))
    if proof is None and actor.user and actor.user.is_staff:
        proof = (Method.JUDGEMENT, _BY_STAFF)
    if proof is None:
        proofs.ask_for_proof(case=case, actor=actor, now=now)
        return
    need = opening.need_of(case)
    level = max(need.enough, min(LEVELS[proof[0]], need.ceiling))
    opening.mark_verified(case=case, level=level, method=proof[1], actor=actor, now=now, how=proof[0])


def make_plan(case: Case, actor: Actor, now: datetime) -> None:
    """Have the plan of a case made at once; where that cannot be, the case says why."""
    try:
        with transaction.atomic():
            planning.request_plan(case=case, actor=actor, now=now)
    except NotAllowed as refused:
        story.lock(case)
        story.alert(case, str(refused))


def lost(connection: Connection, now: datetime) -> None:
    """Take up that a platform knows a grant no more: the clock of its data starts, because now we know."""
    disconnect(
        connection=connection, trigger=Trigger.REVOCATION_SEEN, channel=Channel.PLATFORM, received_at=now,
        actor=SYSTEM, now=now, told=True,
    )  # fmt: skip


@transaction.atomic
def attest_by_hand(
    *, job: Disconnection, how: str, file: uploads.Upload | None, actor: Actor, now: datetime
) -> None:
    """Record that somebody saw our access ended at the platform, with a file as proof. Raises NotAllowed."""
    proof: dict[str, str] = {}
    if file:
        stored = uploads.keep_for(owner=uploads.owner_of(job), file=file)
        proof = {"proof_file": stored.path, "proof_name": stored.name}
        proof |= {"proof_key": stored.key, "proof_sha256": stored.sha256}
    try:
        revoking.attest(job=job, how=how, proof=proof, actor=actor, now=now)
    except revoking.NotOpen as refused:
        raise NotAllowed(_("Nothing waits for a person here, or the words are too few.")) from refused
    for row in PlatformDeletion.objects.filter(disconnection=job).select_related("case")[:1]:
        what = say("Our access was revoked by hand")
        story.tell(case=row.case, kind="revoked", what=what, actor=actor, now=now)


def try_again(*, job: Disconnection, actor: Actor, now: datetime) -> None:
    """Have the platform asked once more. Raises NotAllowed where nothing failed."""
    try:
        revoking.try_again(job=job, actor=actor, now=now)
    except revoking.NotOpen as refused:
        raise NotAllowed(_("Nothing failed that could be tried again.")) from refused
