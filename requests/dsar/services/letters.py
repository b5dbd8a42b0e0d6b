"""What letters about a case say: facts gathered here, words in templates/letters/."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from accounts.models import Identity
from accounts.services import audit
from accounts.services.audit import Actor
from config.profile import Profile, active_profile
from correspondence.models import Letter
from correspondence.services.letters import queue_letter
from dsar.enums import Right
from dsar.models import Case
from dsar.rules.calendar import spoken
from dsar.services import addresses, links

RIGHT_WORDS = {
    Right.ACCESS: "a copy of your data",
    Right.DELETION: "the deletion of your data",
    Right.RECTIFICATION: "the correction of your data",
    Right.PORTABILITY: "your data in a form for other services",
    Right.OBJECTION: "an end to a use of your data (objection)",
    Right.RESTRICTION: "a restriction of the use of your data",
    Right.WITHDRAWAL: "the withdrawal of your consent",
    Right.KNOW_CATEGORIES: "the kinds of data that we hold about you",
    Right.PLATFORM_DELETION: "the deletion of what we received from a platform",
    Right.OPT_OUT: "an end to selling or sharing your data",
    Right.LIMIT: "a limit on the use of your sensitive data",
    Right.COMPLAINT: "your complaint",
    Right.CHILD_REPORT: "your report of a child's account",
}


def day(moment: datetime | date, profile: Profile) -> str:
    """Return a date in words, in the company's zone: 12 October 2026."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(ZoneInfo(profile.clocks.zone)).date()
    return f"{moment.day} {moment:%B %Y}"


def minute(moment: datetime, profile: Profile) -> str:
    """Return a moment in words: 12 October 2026, 14:05 (Europe/Berlin)."""
    local = moment.astimezone(ZoneInfo(profile.clocks.zone))
    return f"{local.day} {local:%B %Y, %H:%M} ({profile.clocks.zone})"


def absolute(path: str) -> str:
    """Return the whole address of a page."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def status_link(case: Case) -> str:
    """Return the page of a case: behind sign-in for people with an account, by secret link for others."""
    user = case.subject.user
    signed_in = user and user.is_active and not addresses.acting(case)
    return absolute(reverse("request_status", args=[case.pk]) if signed_in else links.path_for(case))


def facts(case: Case) -> dict[str, Any]:
    """Return what every letter about a case may say."""
    profile, subject = active_profile(), case.subject
    return {
        "name": subject.name,
        "reference": case.reference,
        "right": RIGHT_WORDS[Right(case.right)],
        "received_on": day(case.received_at, profile),
        "due_on": spoken(case.due_on),
        "link": status_link(case),
        "site": absolute(reverse("public_request")),
        "authority": profile.authority_for(subject.country or None, subject.region or None),
        "mailbox": profile.mailbox(profile.letters.reply_mailbox).address,
    }


def write(
    *,
    case: Case,
    template: str,
    now: datetime,
    actor: Actor = audit.SYSTEM,
    to: str = "",
    title: str = "",
    body: str = "",
    **more: Any,
) -> Letter | None:
    """Queue a letter about a case. Returns None when we know no address: then somebody has to write by post.

    `more` are further facts for the template; `to` overrides the address of the person, or of who acts for
    them (`addresses.address_for`).
    """
    address = to or addresses.address_for(case, template)
    if not address:
        return None
    context: Mapping[str, Any] = {**facts(case), **more}
    return queue_letter(
        template=template, to=address, context=context, title=title, body=body, language=case.language,
        case_id=case.pk, reference=case.reference, subject_person=case.subject, actor=actor, now=now,
    )  # fmt: skip


def searched_for(case: Case) -> str:
    """Return what we looked for, by kind and never by value: "an e-mail address and a user id"."""
    words = {"email": "your e-mail address", "phone_number": "your phone number", "user_id": "your user id"}
    keys = Identity.objects.filter(subject=case.subject).verified().values_list("key", flat=True).distinct()
    return " and ".join(words.get(key, key.replace("_", " ")) for key in sorted(keys)) or "nothing"
