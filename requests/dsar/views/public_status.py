"""A request by secret link, for people without an account. A package needs a fresh code by e-mail too."""

import logging
import uuid
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from functools import wraps
from smtplib import SMTPException
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.services.audit import ANONYMOUS
from config.profile import active_profile
from correspondence.models import Letter
from dsar.forms.people import CodeForm
from dsar.models import Case
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, delivery, links, mailbox_codes
from dsar.views.cards import card_of, released_package
from dsar.views.cases import why_not_withdraw
from dsar.views.packages import as_file
from dsar.views.people import address_of, now_and_today, private
from dsar.views.story import on_paper, sent_letters, story_of

CHALLENGE = "mailbox_challenge"
PROVED = "mailbox_proved"
logger = logging.getLogger(__name__)
Rest = ParamSpec("Rest")


def by_link(
    view: Callable[Concatenate[HttpRequest, Case, str, Rest], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Find the case of a link. A wrong link and one that ended get the same page, with the way on."""

    @wraps(view)
    def inner(
        request: HttpRequest, pk: uuid.UUID, key: str, *args: Rest.args, **kwargs: Rest.kwargs
    ) -> HttpResponseBase:
        now, _today = now_and_today()
        case = links.case_for(pk=pk, key=key)
        if case is None or links.has_ended(case, now=now):
            return private(render(request, "public/link_ended.html", status=404))
        return view(request, case, key, *args, **kwargs)

    return inner


@require_safe
@by_link
def status(request: HttpRequest, case: Case, key: str) -> HttpResponseBase:
    """Show one request without a name or an address on the page."""
    now, today = now_and_today()
    story = story_of(case, now=now, today=today, by_link=True)
    page = {"key": key, "proved": _is_proved(request, case), **story}
    return private(render(request, "public/status.html", page))


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def withdraw(request: HttpRequest, case: Case, key: str) -> HttpResponseBase:
    """Ask once more, then take the request back."""
    now, today = now_and_today()
    card = card_of(case, now=now, today=today)
    if request.method == "POST":
        try:
            cases.withdraw(case=case, actor=ANONYMOUS, now=now)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        return redirect("public_status", case.pk, key)
    page = {"card": card, "case": case, "key": key, "why_not": why_not_withdraw(case)}
    return private(render(request, "public/withdraw.html", page))


@require_safe
@by_link
def letter(request: HttpRequest, case: Case, key: str, letter: uuid.UUID) -> HttpResponseBase:
    """Show a letter; it holds a name and more, so it needs a fresh code as the package does."""
    found = sent_letters(case).filter(pk=letter).first()
    if found is None:
        raise Http404("No such letter.")
    if elsewhere := _proof_of_reader(request, case, key, found):
        return elsewhere
    page = {"letter": found, "back": reverse("public_status", args=[case.pk, key]),
            "pdf": reverse("public_letter_pdf", args=[case.pk, key, found.pk])}  # fmt: skip
    return private(render(request, "dashboard/letter.html", page))


def _proof_of_reader(request: HttpRequest, case: Case, key: str, letter: Letter) -> HttpResponseBase | None:
    """Send to sign-in people with an account, and to the code those who have not given it lately."""
    if case.subject.user_id:
        return redirect("request_letter", case.pk, letter.pk)
    return None if _is_proved(request, case) else redirect("public_code", case.pk, key)


@require_safe
@by_link
def letter_pdf(request: HttpRequest, case: Case, key: str, letter: uuid.UUID) -> HttpResponseBase:
    """Hand out a letter as PDF, under the same proof as the letter itself."""
    found = sent_letters(case).filter(pk=letter).first()
    if found is None:
        raise Http404("No such letter.")
    return _proof_of_reader(request, case, key, found) or private(on_paper(found))


@require_http_methods(["GET", "HEAD", "POST"])
@by_link
def code(request: HttpRequest, case: Case, key: str) -> HttpResponseBase:
    """Send a code (`send`), or take the one that was typed."""
    form = CodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST" and "send" in request.POST:
        return _send(request, case, key)
    if request.method == "POST" and form.is_valid() and _accept(request, case, form):
        return redirect("public_status", case.pk, key)
    page = {"case": case, "key": key, "form": form, "asked": CHALLENGE in request.session}
    return private(render(request, "public/code.html", page))


def _send(request: HttpRequest, case: Case, key: str) -> HttpResponseBase:
    now, _today = now_and_today()
    try:
        request.session[CHALLENGE] = asdict(mailbox_codes.send_code(case=case, now=now))
    except mailbox_codes.CodeRefused as refusal:
        messages.error(request, str(refusal))
    except (OSError, SMTPException):
        logger.exception("A code could not be sent.")
        messages.error(request, _("Our mail server did not take the e-mail. Try again in a few minutes."))
    return redirect("public_code", case.pk, key)


def _accept(request: HttpRequest, case: Case, form: CodeForm) -> bool:
    """Check a code; a wrong one is told at the field and counted in the session."""
    stored = request.session.get(CHALLENGE)
    if not stored:
        form.add_error("code", _("Ask for a code first: it works only in the window that asked for it."))
        return False
    challenge = mailbox_codes.Challenge(**stored)
    now, _today = now_and_today()
    try:
        mailbox_codes.check_code(case=case, challenge=challenge, code=form.cleaned_data["code"], now=now)
    except mailbox_codes.CodeRefused as refusal:
        request.session[CHALLENGE] = asdict(replace(challenge, tries=challenge.tries + 1))
        form.add_error("code", str(refusal))
        return False
    del request.session[CHALLENGE]
    request.session.cycle_key()
    request.session[PROVED] = {"case": str(case.pk), "at": now.isoformat()}
    return True


def _is_proved(request: HttpRequest, case: Case) -> bool:
    """Whether this session gave a code for this case within the step-up time of the profile."""
    proved: dict[str, Any] = request.session.get(PROVED, {})
    if proved.get("case") != str(case.pk):
        return False
    now, _today = now_and_today()
    return now < datetime.fromisoformat(proved["at"]) + timedelta(
        minutes=active_profile().cases.step_up_minutes
    )


@require_POST
@by_link
def download(request: HttpRequest, case: Case, key: str) -> HttpResponseBase:
    """Stream the package of the case after a fresh code; every attempt is logged by the service."""
    package = released_package(case)
    if package is None:
        return redirect("public_status", case.pk, key)
    now, _today = now_and_today()
    try:
        stream = delivery.open_download(
            package_id=package.pk,
            user=None,
            stepped_up=_is_proved(request, case),
            now=now,
            address=address_of(request),
        )
    except delivery.DownloadRefused as refusal:
        if refusal.reason == "step_up":
            return redirect("public_code", case.pk, key)
        messages.error(request, refusal.sentence)
        return redirect("public_status", case.pk, key)
    return as_file(stream, package)
