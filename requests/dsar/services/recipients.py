"""Telling those who got data that they were erased, corrected, restricted or no longer sold.

Source: GDPR Art. 19 and 17(2); Civ. Code 1798.105(c), 1798.106, 1798.120 (service providers, contractors,
third parties). A case does not close until each is told, or a reason says why not.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.services import audit
from accounts.services.audit import Actor
from config.jobs import JobStatus
from config.profile import Profile, active_profile, speaking, written_profile
from config.profile.holdings import Category
from config.profile.partners import Platform, Processor
from config.sentences import say, say_n
from correspondence.enums import Template
from correspondence.services import words
from correspondence.services.letters import LetterFault
from dsar.enums import Done, Means, Operation, PlanStatus, Right, Verdict
from dsar.models import Case, Plan, RecipientNotice
from dsar.rules.transitions import NotAllowed
from dsar.services import letters, recipient_contacts, story, subjects
from platforms.models import System
from platforms.services import processors

_DONE_THERE = _l("Done there by the portal: %(system)s.")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who got data; `connector`: the portal itself did it there, through this system."""

    key: str
    name: str
    connector: str = ""


@transaction.atomic
def notify(*, case: Case, what: str, actor: Actor, now: datetime) -> list[RecipientNotice]:
    """Write down everybody who must be told that data of this case were erased, corrected or restricted.

    Recipients come from the systems of the plan and from the profile. Those in whose own system the portal
    erased are told by that. May be called again: nobody stands twice. Returns the new ones.
    """
    what = Done(what)
    story.hold(case)
    known = set(case.notices.filter(what=what).values_list("key", flat=True))
    found = [
        RecipientNotice(
            case=case, key=one.key, recipient=one.name[:200], what=what, made_at=now,
            means=Means.CONNECTOR if one.connector else Means.TASK, sent_at=now if one.connector else None,
            how=_DONE_THERE % {"system": one.connector} if one.connector else "",
        )
        for one in recipients_of(case, what)
        if one.key not in known
    ]  # fmt: skip
    RecipientNotice.objects.bulk_create(found)
    waiting = sum(1 for one in found if one.is_open)
    if found:
        words = say_n("%(n)s recipient to be told", "%(n)s recipients to be told", waiting)
        story.tell(case=case, kind="notice_listed", what=words, actor=actor, now=now)
        details = {"what": what, "recipients": sorted(one.key for one in found), "waiting": waiting}
        story.record(case=case, actor=actor, action="notices.listed", details=details)
    return found


def recipients_of(case: Case, what: str) -> list[Recipient]:
    """Return who got data of this case, each once: by the plan that was carried out, else by category."""
    plan = case.plans.filter(status=PlanStatus.APPROVED).order_by("-number").first()
    profile = written_profile()
    found: dict[str, Recipient] = {}
    by_portal = dict(_by_connector(plan, profile)) if plan and what == Done.ERASED else {}
    names = processors.legal_names()
    for partner in _partners(case, plan, profile):
        name = names.get(partner.key) or _name(partner)
        found.setdefault(partner.key, Recipient(partner.key, name, by_portal.get(partner.key, "")))
    return list(found.values())


def _name(partner: Processor | Platform) -> str:
    legal = getattr(partner, "legal_name", None)
    return str(legal or partner.label)


def _by_connector(plan: Plan, profile: Profile) -> Iterator[tuple[str, str]]:
    """Yield (processor, system) where erasing in a processor's own system was carried out by the portal."""
    done = plan.steps.filter(operation=Operation.ERASE, status=JobStatus.DONE, skipped_reason="")
    for step in done.select_related("system__processor"):
        system = next((one for one in profile.systems if one.key == step.system.key), None)
        registered = step.system.processor.key if step.system.processor else ""
        processor = registered or (system.processor if system else "")
        if processor and step.system.connector != "manual":
            yield processor, step.system.name


def _partners(case: Case, plan: Plan | None, profile: Profile) -> Iterator[Processor | Platform]:
    """Yield processors and platforms that got what was touched: of its systems, and of its categories."""
    by_key: dict[str, Processor | Platform] = {one.key: one for one in profile.platforms if one.enabled}
    by_key |= {one.key: one for one in profile.processors}
    for key in [*_of_systems(plan, profile), *_of_categories(case, plan, profile)]:
        if key == "platforms" and case.right == Right.PLATFORM_DELETION:
            continue  # where the data came from: its platform is told by the revocation
        if key == "platforms":
            yield from (one for one in profile.platforms if one.enabled)
        elif key in by_key:
            yield by_key[key]


def _touched(plan: Plan) -> list[str]:
    """Return the keys of the systems in which something was changed."""
    by_hand = plan.steps.filter(operation=Operation.ERASE, rows_done__gt=0, skipped_reason="")
    keys = set(by_hand.values_list("system__key", flat=True))
    keys |= {one["key"] for one in plan.summary["systems"] if one["delete"] or one["mask"]}
    return sorted(keys)


def _of_systems(plan: Plan | None, profile: Profile) -> Iterable[str]:
    keys = set(_touched(plan)) if plan else set()
    registered = System.objects.filter(key__in=keys).exclude(processor=None)
    named = [one.processor for one in profile.systems if one.key in keys and one.processor]
    return [*named, *registered.order_by("position").values_list("processor__key", flat=True)]


def _of_categories(case: Case, plan: Plan | None, profile: Profile) -> Iterable[str]:
    """Return the recipients of the kinds of data that were touched; without a plan those of the scope."""
    if plan is None:
        asked = {one for one in case.scope if "." not in one}  # elements of platforms narrow no category
        wanted = [one for one in profile.categories if not asked or one.key in asked]
        return [key for one in wanted for key in one.recipients]
    changed = {
        name.rpartition(".")[2]
        for system in plan.summary["systems"]
        for name, counts in system.get("collections", {}).items()
        if counts["to_change"]
    }
    touched = [one for one in profile.categories if any(one.names(name) for name in changed)]
    touched += _corrected(case, profile)
    return [key for one in touched for key in one.recipients]


def _corrected(case: Case, profile: Profile) -> list[Category]:
    """Return the kinds of data in which something was corrected."""
    places = case.corrections.filter(verdict=Verdict.ACCEPTED).values_list("collection", flat=True)
    found = (profile.category_for("user", place.rpartition(".")[2]) for place in places)
    return [one for one in found if one is not None]


def _open(notice: RecipientNotice, actor: Actor) -> RecipientNotice:
    """Lock the case and return the notice read anew. Raises NotAllowed when settled, or for a machine."""
    if actor.user is None:
        raise NotAllowed(_("A person tells the recipient."))
    story.hold(notice.case)
    notice = RecipientNotice.objects.select_related("case__subject").get(pk=notice.pk)
    if not notice.is_open:
        raise NotAllowed(_("This recipient is settled already."))
    return notice


@transaction.atomic
def told(*, notice: RecipientNotice, how: str, actor: Actor, now: datetime) -> None:
    """Record that a recipient was told by hand. `how`: which way, without personal values."""
    notice = _open(notice, actor)
    if not how.strip():
        raise NotAllowed(_("Say how they were told: in their portal, by phone, by contract mail."))
    notice.means, notice.how = Means.TASK, how.strip()[:300]
    _sent(notice, actor, now)


@transaction.atomic
def write_to(*, notice: RecipientNotice, to: str, actor: Actor, now: datetime) -> None:
    """Send the letter to a recipient.

    Raises NotAllowed without an address, and for one that is none, our own or the person's.
    """
    notice = _open(notice, actor)
    to = to.strip()
    recipient_contacts.check_address(notice, to)
    identifiers = sorted(
        value for values in subjects.identities_of(notice.case.subject).values() for value in values
    )
    with letters.writing(notice.case):
        what = words.say(f"told.{notice.what}")
    try:
        letter = letters.write(
            case=notice.case, template=Template.RECIPIENT_NOTICE, to=to, now=now, actor=actor,
            addressee=notice.recipient, what=what, identifiers=identifiers, answer_by="",
        )  # fmt: skip
    except LetterFault as fault:
        raise NotAllowed(str(fault)) from fault
    assert letter is not None
    notice.means, notice.to, notice.letter_id = Means.LETTER, letter.to, letter.pk
    notice.how = str(_("Letter of the portal"))
    _sent(notice, actor, now)


def _sent(notice: RecipientNotice, actor: Actor, now: datetime) -> None:
    notice.sent_at, notice.told_by = now, actor.user
    notice.save(update_fields=["means", "how", "to", "letter_id", "sent_at", "told_by"])
    _tell(notice, "notice.sent", say("Told %(who)s", who=notice.recipient), notice.how, actor, now)


@transaction.atomic
def leave_out(*, notice: RecipientNotice, reason: str, actor: Actor, now: datetime) -> None:
    """Record why a recipient is not told: impossible, or a disproportionate effort (GDPR Art. 19)."""
    notice = _open(notice, actor)
    if not reason.strip():
        raise NotAllowed(_("Say why telling them is impossible or a disproportionate effort."))
    notice.not_told_reason, notice.not_told_at = reason.strip()[:300], now
    notice.told_by = actor.user
    notice.save(update_fields=["not_told_reason", "not_told_at", "told_by"])
    what = say("%(who)s is not told", who=notice.recipient)
    _tell(notice, "notice.left_out", what, notice.not_told_reason, actor, now)


@transaction.atomic
def answered(*, notice: RecipientNotice, answer: str, actor: Actor, now: datetime) -> None:
    """Keep what a recipient answered. Raises NotAllowed before it was told, and without an answer."""
    story.hold(notice.case)
    notice.refresh_from_db()
    if notice.sent_at is None:
        raise NotAllowed(_("This recipient was not told yet."))
    if not answer.strip():
        raise NotAllowed(_("Write what they answered."))
    notice.answer, notice.answered_at = answer.strip(), now
    notice.save(update_fields=["answer", "answered_at"])
    _tell(notice, "notice.answered", say("%(who)s answered", who=notice.recipient), "", actor, now)


def _tell(notice: RecipientNotice, action: str, what: str, note: str, actor: Actor, now: datetime) -> None:
    story.tell(case=notice.case, kind="notice", what=what, note=note, actor=actor, now=now)
    details = {
        "case": str(notice.case_id),
        "recipient": notice.key,
        "what": notice.what,
        "means": notice.means,
    }
    audit.record(actor=actor, action=action, obj=notice, details=details)


@transaction.atomic
def tell_person(*, case: Case, actor: Actor, now: datetime) -> None:
    """Name the recipients to the person who asks for them (GDPR Art. 19, second sentence); also afterwards.

    Raises NotAllowed where nobody got anything, or no letter can be sent.
    """
    story.lock(case)
    names = list_for(case)
    if not names:
        raise NotAllowed(_("There is no recipient to name."))
    body = _("You asked who got your data. We told these about your request %(ref)s:") % {
        "ref": case.reference
    }
    lines = "\n".join(f"- {name}" for name in names)
    letter = letters.write(
        case=case, template=Template.FREE, now=now, actor=actor, title=_("Who got your data"),
        body=f"{body}\n\n{lines}\n",
    )  # fmt: skip
    if letter is None:
        raise NotAllowed(_("We know no e-mail address of this person. Write by post, and add a note."))
    story.tell(
        case=case, kind="letter", what=say("Recipients named to the person"),
        plain=say("We told you who got your data"),
        actor=actor, now=now,
    )  # fmt: skip
    story.record(case=case, actor=actor, action="notices.told_person", details={"letter": str(letter.pk)})


def list_for(case: Case) -> list[str]:
    """Return the recipients as a letter names them to the person who asks (GDPR Art. 19, second sentence)."""
    key = active_profile().key
    return [
        _("%(who)s (not told: %(why)s)")
        % {"who": speaking.told(one.recipient, key), "why": one.not_told_reason}
        if one.not_told_reason
        else speaking.told(one.recipient, key)
        for one in case.notices.order_by("recipient")
    ]
