"""A case told to its owner: what goes on, what happened, when the answer comes and why then, the letters."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.profile import active_profile
from correspondence.enums import Counterpart, Direction, MailKind, Template
from correspondence.models import Letter, Message
from correspondence.rules.clauses import TO_OTHERS
from correspondence.services import printing
from correspondence.services.letters import LetterFault
from dsar.enums import CaseStatus, Method, Outcome
from dsar.models import Case
from dsar.services import backup_days, identity, links
from dsar.services.clocks import speaking
from dsar.services.identity import asking, reopening
from dsar.services.letters import authority_of
from dsar.views import rights, standing
from dsar.views.cards import card_of

MESSAGES = 30


@dataclass(frozen=True)
class SentLetter:
    """A letter in a list."""

    title: str
    sent_at: datetime
    url: str


def story_of(case: Case, *, now: datetime, today: date, by_link: bool = False) -> dict[str, Any]:
    """Return what the status page shows of a case; `by_link`: for somebody without an account."""
    card = card_of(case, now=now, today=today)
    evaluation = case.evaluations.filter(obligation="answer").first()
    way = [case.pk, links.key_of(case.pk)] if by_link else [case.pk]
    names = ("public_letter", "public_withdraw") if by_link else ("request_letter", "request_withdraw")
    return {
        "card": card,
        "case": case,
        "package": card.package,
        "package_open": card.can_download,
        "right_lines": rights.lines_of(case),
        "events": timeline(case, late=card.late),
        "aim": evaluation is not None and evaluation.result.get("binds") is False,
        "waits": speaking.waits(evaluation.result) if evaluation and case.is_open else [],
        "stopped": speaking.stopped(evaluation.result) if evaluation and case.is_open else "",
        "why": speaking.said(evaluation.steps) if evaluation else [],
        "letters": [
            SentLetter(letter.title, letter.sent_at, reverse(names[0], args=[*way, letter.pk]))
            for letter in sent_letters(case).order_by("-sent_at")
            if letter.sent_at
        ],
        "messages_by_mail": messages_of(case),
        "withdraw_url": reverse(names[1], args=way),
        **standing.of(case, by_link=by_link),
        "proof": proof_of(case, way=way, by_link=by_link),
        "authority": authority_of(case),
        "in_backups": backup_days.last_day(case, today),
        "backups_cleaned": active_profile().backups.replay_erasures,
    }


def proof_of(case: Case, *, way: list[Any], by_link: bool) -> dict[str, Any] | None:
    """Return what we wait for so that we know who asks, why, and what the person can do; None: nothing."""
    if case.outcome == Outcome.UNVERIFIED:
        name = "public_reopen" if by_link else "request_reopen"
        return {"ended": True, "reopen_url": reverse(name, args=way)}
    if case.status != CaseStatus.VERIFYING:
        return None
    check = reopening.waits_for(case)
    last = check or case.identity_checks.first()
    login = not identity.may_ask(case, Method.LOGIN)
    return {
        "method": last.method if last else "", "arrived": bool(check and check.arrived_at),
        "failed": bool(last and last.result == "failed"), "pauses": asking.is_paused(case),
        "again_url": reverse("public_proof_again", args=way) if by_link else "",
        "login_url": reverse("request_identity", args=[case.pk]) if login else "",
    }  # fmt: skip


def sent_letters(case: Case) -> QuerySet[Letter]:
    """Return the letters that left for the person; proof links are not shown again, nor what others got."""
    sent = Letter.objects.filter(case_id=case.pk, direction=Direction.OUT, sent_at__isnull=False)
    return sent.exclude(template__in=[Template.PROVE_EMAIL, Template.AGENT_CONFIRMATION, *TO_OTHERS])


def on_paper(letter: Letter) -> HttpResponse:
    """Return a sent letter as PDF, as it was printed or as it would be; in words when it cannot."""
    try:
        made = printing.pdf_of(letter, now=timezone.now())
    except LetterFault as fault:
        return HttpResponse(str(fault), status=409, content_type="text/plain; charset=utf-8")
    name = f"letter-{letter.reference or letter.pk}.pdf"
    return HttpResponse(
        made, content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


def messages_of(case: Case) -> list[dict[str, Any]]:
    """Return what the person wrote by mail after the request itself: the words, without what they quote."""
    came = Message.objects.filter(
        thread__case_id=case.pk,
        thread__counterpart=Counterpart.PERSON,
        direction=Direction.IN,
        kind=MailKind.REPLY,
    )
    return [
        {"at": one.received_at, "title": one.subject, "text": one.text[: one.quote_at].rstrip(), "files":
         one.attachments.count()}
        for one in came.order_by("-received_at")[:MESSAGES]
    ]  # fmt: skip


def timeline(case: Case, *, late: bool) -> list[dict[str, Any]]:
    """Return what the person may read of a timeline, newest first, the promised end on top."""
    happened = [
        {"what": event.shown("plain"), "when": event.at, "icon": "check", "tone": "ok"}
        for event in case.events.exclude(plain="")
    ]
    if case.is_open and case.status != CaseStatus.DELIVERED and not late:
        promised = {"what": _("You hear from us"), "by": case.due_on, "icon": "minus", "future": True}
        return [promised, *happened]
    return happened
