"""Showing who one is: by a single-use link, or signed in. Every page says the same to known and unknown."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.services import stepup
from accounts.services.audit import ANONYMOUS
from config.profile import active_profile
from dsar.enums import Method, Outcome
from dsar.forms.identity import AnswersForm, DeclarationForm, ProofFileForm
from dsar.models import Case, IdentityCheck
from dsar.rules.transitions import NotAllowed
from dsar.services import identity, links
from dsar.services.identity import answering, asking, reopening, tokens
from dsar.services.limits import TooManyAttempts
from dsar.views.people import (
    PersonRequest,
    View,
    actor_of,
    address_of,
    now_and_today,
    own_case,
    person_required,
    private,
)
from dsar.views.public_status import by_link

QUESTIONS = (Method.KNOWLEDGE, Method.SWORN)
FILES = (Method.DOCUMENT, Method.MANDATE, Method.DECLARATION)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show what is asked for by this link, or take it. Looking burns nothing; only an answer does."""
    now, _today = now_and_today()
    try:
        old = tokens.check_of(token)
        if old and old.case.outcome == Outcome.UNVERIFIED:  # its page opens it again
            return redirect(links.path_for(old.case))
        check = tokens.open_check(token, now=now)
        why_not = identity.may_ask(check.case, check.method)
        if why_not:
            raise tokens.LinkEnded("used", why_not)
        return _page(request, check, token)
    except tokens.LinkEnded as ended:
        page = {"reason": ended.reason, "token": token}
        return private(render(request, "public/identity_ended.html", page, status=410))


def _page(request: HttpRequest, check: IdentityCheck, token: str) -> HttpResponseBase:
    if check.method in QUESTIONS:
        return _questions(request, check, token)
    if check.method == Method.DECLARATION and "file" not in request.FILES:
        return _declaration(request, check, token)
    return _file(request, check, token)


def _questions(request: HttpRequest, check: IdentityCheck, token: str) -> HttpResponseBase:
    labels = [question.label for question in answering.questions_of(check)]
    sworn = check.method == Method.SWORN
    form = AnswersForm(request.POST if request.method == "POST" else None, questions=labels, sworn=sworn)
    said = ""
    if form.is_bound and form.is_valid():
        try:
            if _compare(request, token, form):
                return _thanks(request, "answered")
            # Nothing that was typed comes back, and one sentence stands for whatever was wrong.
            form, said = AnswersForm(questions=labels, sworn=sworn), _did_not_fit(check)
        except NotAllowed as refused:
            form.add_error(None, str(refused))
    return _form(request, check, form, token, "public/identity_questions.html", said=said)


def _compare(request: HttpRequest, token: str, form: AnswersForm) -> bool:
    now, _today = now_and_today()
    data = form.cleaned_data
    signature = answering.Signature(data.get("name", ""), bool(data.get("agreed")))
    return answering.answer(
        token=token, answers=form.answers, now=now, address=address_of(request), signature=signature
    )


def _did_not_fit(check: IdentityCheck) -> str:
    """Return the sentence that is the same whatever was wrong; raises LinkEnded after the last try."""
    check.refresh_from_db()
    if check.result:
        raise tokens.LinkEnded("failed", "")
    left = active_profile().cases.verification_attempts - check.attempts
    return ngettext(
        "Not everything fits what we hold. You have %(left)d more try.",
        "Not everything fits what we hold. You have %(left)d more tries.",
        left,
    ) % {"left": left}


def _declaration(request: HttpRequest, check: IdentityCheck, token: str) -> HttpResponseBase:
    form = DeclarationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        now, _today = now_and_today()
        signature = answering.Signature(form.cleaned_data["name"], form.cleaned_data["agreed"])
        try:
            answering.declare(token=token, signature=signature, now=now, address=address_of(request))
            return _thanks(request, "arrived")
        except NotAllowed as refused:
            form.add_error(None, str(refused))
    return _form(request, check, form, token, "public/identity_declaration.html")


def _file(request: HttpRequest, check: IdentityCheck, token: str) -> HttpResponseBase:
    form = ProofFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = ProofFileForm(request.POST, request.FILES)
        if form.is_valid() and _hand_in(request, token, form):
            return _thanks(request, "arrived")
    return _form(request, check, form, token, "public/identity_file.html")


def _hand_in(request: HttpRequest, token: str, form: ProofFileForm) -> bool:
    now, _today = now_and_today()
    try:
        answering.hand_in(token=token, file=form.cleaned_data["file"], now=now, address=address_of(request))
    except NotAllowed as refused:
        form.add_error("file", str(refused))
        return False
    return True


def _form(
    request: HttpRequest, check: IdentityCheck, form: Any, token: str, template: str, said: str = ""
) -> HttpResponseBase:
    page = {
        "said": said,
        "form": form, "token": token, "method": check.method, "check": check,
        "declaration": answering.declaration_text(), "days": active_profile().cases.identity_document_days,
    }  # fmt: skip
    return private(render(request, template, page, status=422 if form.errors or said else 200))


def _thanks(request: HttpRequest, what: str) -> HttpResponseBase:
    return private(render(request, "public/identity_thanks.html", {"what": what}))


@require_POST
def again(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send a fresh link to where the old one went. Says the same whatever the old link was."""
    check = tokens.check_of(token)
    if check is not None:
        _again(request, check.case)
    return redirect("identity_sent")


def _again(request: HttpRequest, case: Case) -> None:
    now, _today = now_and_today()
    try:
        asking.again(case=case, now=now, address=address_of(request))
    except TooManyAttempts as refused:
        messages.error(request, str(refused))


@require_http_methods(["GET", "HEAD"])
def sent(request: HttpRequest) -> HttpResponseBase:
    """Say the same to everybody: look into your mailbox."""
    return private(render(request, "public/identity_sent.html"))


@require_POST
@by_link
def again_by_case(request: HttpRequest, case: Case, key: str) -> HttpResponseBase:
    """Send a fresh link for a request whose page is open."""
    del key
    _again(request, case)
    return redirect("identity_sent")


@require_POST
@by_link
def reopen(request: HttpRequest, case: Case, key: str) -> HttpResponseBase:
    """Open a request again that ended because nobody showed who they are."""
    now, _today = now_and_today()
    try:
        reopening.reopen(case=case, actor=ANONYMOUS, now=now)
    except NotAllowed as refused:
        messages.error(request, str(refused))
    return redirect("public_status", case.pk, key)


@person_required
@require_POST
def own_reopen(request: PersonRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Open one's own request again."""
    now, _today = now_and_today()
    case = own_case(request, pk)
    try:
        reopening.reopen(case=case, actor=actor_of(request), now=now)
    except NotAllowed as refused:
        messages.error(request, str(refused))
    return redirect("request_status", case.pk)


def _sign_in(request: PersonRequest, case: Case) -> HttpResponseBase:
    now, _today = now_and_today()
    try:
        answering.sign_in(case=case, actor=actor_of(request), now=now)
    except NotAllowed as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Thank you. We know that it is you, and go on."))
    return redirect("request_status", case.pk)


_sign_in_confirmed: View = stepup.step_up_required(_sign_in)


@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_own(request: PersonRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Confirm one's own request by the sign-in and the password again; nothing else is asked."""
    case = own_case(request, pk)
    if request.method != "POST":
        why_not = identity.may_ask(case, Method.LOGIN)
        page = {"nav": "requests", "case": case, "why_not": why_not}
        return private(render(request, "dashboard/identity.html", page))
    return _sign_in_confirmed(request, case)
