"""What letters about a case say: facts gathered here, words in templates/letters/."""

from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import Identity
from accounts.services import audit
from accounts.services.audit import Actor
from config.profile import Profile, active_profile
from correspondence.models import Letter
from correspondence.services import authorities, words
from correspondence.services.letters import compose, queue_letter
from dsar.models import Case
from dsar.services import addresses, links
from dsar.services.rights import platforms


def day(moment: datetime | date, profile: Profile | None = None) -> str:
    """Return a date in words, in the company's zone and the language of its letter: 12 October 2026."""
    del profile
    return words.day(moment)


def minute(moment: datetime, profile: Profile | None = None) -> str:
    """Return a moment in words: 12 October 2026, 14:05 (Europe/Berlin)."""
    del profile
    return words.minute(moment)


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
        "right": platforms.right_in_words(case),
        "right_key": case.right,
        "regime": case.regime,
        "received_on": day(case.received_at),
        "due_on": words.weekday(case.due_on),
        "link": status_link(case),
        "site": absolute(reverse("public_request")),
        "authority": authority_of(case),
        "mailbox": profile.mailbox(profile.letters.reply_mailbox).address,
        "complaint_mailbox": authorities.contact(profile),
    }


def authority_of(case: Case) -> dict[str, str] | None:
    """Return name and website of the authority that answers for the person, in the letter's language."""
    subject = case.subject
    found = authorities.authority_for(subject.country, subject.region, regime=case.regime)
    return {"name": found.called(words.current()), "website": found.website} if found else None


def writing(case: Case) -> AbstractContextManager[str]:
    """Gather the facts of a letter in the language in which its person reads."""
    return words.writing_in(case.language)


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

    `more` are further facts for the template; dates among them are put into words of the letter's language,
    so give them as dates. `to` overrides the address of the person, or of who acts for them
    (`addresses.address_for`). Raises LetterFault.
    """
    address = to or addresses.address_for(case, template)
    if not address:
        return None
    with writing(case) as language:
        return queue_letter(
            template=template, to=address, context={**facts(case), **more}, title=title, body=body,
            language=language, regime=case.regime, case_id=case.pk, reference=case.reference,
            subject_person=case.subject, actor=actor, now=now,
        )  # fmt: skip


def preview(*, case: Case, template: str, **more: Any) -> Letter:
    """Return the unsaved letter that `write` would queue, in the person's language, for a page that shows it.

    What it lacks stands in it as ⟦name⟧; `correspondence.services.letters.missing_in` names missing clauses.
    """
    with writing(case) as language:
        return compose(
            template=template, context={**facts(case), **more}, title="", body="", language=language,
            regime=case.regime, whole=False,
        )  # fmt: skip


def searched_for(case: Case) -> str:
    """Return what we looked for, by kind and never by value: "an e-mail address and a user id"."""
    keys = Identity.objects.filter(subject=case.subject).verified().values_list("key", flat=True).distinct()
    known = words.words_of(words.current())["identities"]
    found = [known.get(key, key.replace("_", " ")) for key in sorted(keys)]
    return f" {known['and']} ".join(found) or known["nothing"]
