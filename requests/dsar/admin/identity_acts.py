"""Who asks? One page: what is known, what is enough, what may be asked, what must not and why; its acts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act
from accounts.models import User
from accounts.services.audit import Actor
from config.profile import active_profile
from config.profile.ceilings import PACK
from dsar.admin import identity_forms as forms
from dsar.enums import CaseStatus, Method
from dsar.models import Case
from dsar.rules import transitions, verification
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, identity
from dsar.services.identity import asking, documents, reopening, unproved

SHOWN = (
    Method.EMAIL, Method.LOGIN, Method.PLATFORM, Method.MANDATE, Method.KNOWLEDGE, Method.SWORN,
    Method.DECLARATION, Method.DOCUMENT,
)  # fmt: skip
HELP = {
    Method.EMAIL: _l("A link to the address. It shows that the person reads this mailbox."),
    Method.LOGIN: _l("The person signs in and gives the password again. Nothing new is collected."),
    Method.PLATFORM: _l("The platform signed its message. Nothing is asked of the person."),
    Method.MANDATE: _l("Who acts for the person hands in the signed permission or another paper."),
    Method.KNOWLEDGE: _l("Two answers, compared inside the systems. You see neither answers nor data."),
    Method.SWORN: _l("Three answers, compared inside the systems, and a declaration signed on our page."),
    Method.DECLARATION: _l("The declaration alone, to support what you compared yourself."),
    Method.DOCUMENT: _l("The last resort, masked by the person. You see it once, then it is destroyed."),
}
KINDS = {"passed": "done", "failed": "refused", "expired": "closed", "abandoned": "cancelled"}
"""How a result looks: the badge of a word that has one."""
ICONS = {
    Method.EMAIL: "mail", Method.LOGIN: "key", Method.PLATFORM: "link", Method.MANDATE: "hand",
    Method.KNOWLEDGE: "check", Method.SWORN: "check", Method.DECLARATION: "flag", Method.DOCUMENT: "eye",
}  # fmt: skip


def by(request: HttpRequest) -> dict[str, Any]:
    """Return who acts and when, as services take it."""
    assert isinstance(request.user, User)
    return {"actor": Actor.of(request.user), "now": timezone.now()}


def _verify(request: HttpRequest, case: Case, form: Any) -> str:
    data = form.cleaned_data
    cases.verify(case=case, level=data["level"], method=data["method"], **by(request))
    return _("Your judgement is kept.") if case.verified_at is None else _("The identity is confirmed.")


def _ask(request: HttpRequest, case: Case, form: Any) -> str:
    data = form.cleaned_data
    asking.ask(case=case, method=data["method"], doubt=data["doubt"], avoid=form.categories(), **by(request))
    return _("Asked. The letter with the link goes out now.")


def _see(request: HttpRequest, case: Case, form: Any) -> HttpResponse:
    del case
    check = form.cleaned_data["proof"]
    kind = check.file_name.rpartition(".")[2].lower()
    content = b"".join(documents.view(check=check, **by(request)))
    return HttpResponse(
        content,
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="proof-{str(check.pk)[:8]}.{kind}"',
            "Cache-Control": "no-store",
        },
    )


def _decide(request: HttpRequest, case: Case, form: Any) -> str:
    del case
    data = form.cleaned_data
    documents.decide(
        check=data["proof"], passed=data["passed"], reason=data["reason"],
        child_is_safe=data.get("child_is_safe", False), **by(request),
    )  # fmt: skip
    return _("Decided. An identity document is destroyed with that.")


def _reopen(request: HttpRequest, case: Case, _form: Any) -> str:
    reopening.reopen(case=case, **by(request))
    return _("Open again, with its first day of receipt.")


def settled(_request: HttpRequest, case: Case) -> str:
    """Return why nobody may be asked any more, or nothing."""
    if case.status in (CaseStatus.NEW, CaseStatus.VERIFYING):
        return ""
    return _("Who asks is settled in this case.") if case.is_open else _("This case is closed.")


def _arrived(_request: HttpRequest, case: Case) -> str:
    waiting = case.identity_checks.open().exclude(arrived_at=None)
    return "" if waiting.exists() else _("No proof waits for you.")


def page_of(case: Case) -> str:
    """Return the address of the page that says who asks."""
    return reverse("admin:dsar_case_verify", args=[case.pk])


def context(_request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return what is known, what is enough and why, what may be asked, what not and why not, the attempts."""
    asker = identity.asker_of(case)
    try:
        need = identity.need_of(case)
    except NotAllowed as refused:
        return {"no_row": str(refused), "case": case, "attempts": list(attempts(case))}
    row = active_profile().verification_for(case.right, case.regime)
    return {
        "case": case, "asker": asker, "need": need, "pack": PACK, "note": row.note if row else "",
        "relationship": identity.relationship_of(case).label, "free": need.ceiling == 0,
        "shown": identity.shown_level(case), "levels": _levels(need),
        "open_case": not settled(_request, case),
        "identities": list(case.subject.identities.order_by("key", "created_at")),
        **_sorted_ways(case, need), "attempts": list(attempts(case)),
        "may_deny": unproved.may_deny(case, timezone.now()), "instead": unproved.falls_back_to(case),
        "waits": reopening.waits_for(case), "title": _("Who asks? %(ref)s") % {"ref": case.reference},
    }  # fmt: skip


def _levels(need: verification.Need) -> list[dict[str, Any]]:
    """Return the scale of levels: which is enough, which are allowed, which are not."""
    return [
        {
            "n": n, "text": text, "enough": n == need.enough, "over": n > need.ceiling,
            "doubt": need.enough < n <= need.ceiling,
        }
        for n, text in verification.METHODS.items()
    ]  # fmt: skip


def _sorted_ways(case: Case, need: verification.Need) -> dict[str, Any]:
    """Return the ways that may be asked and those that may not, and which one to take: the first enough."""
    ways = list(_ways(case, need))
    allowed = [way for way in ways if not way["why_not"]]
    waits = reopening.waits_for(case)
    first = next((way for way in allowed if way["by_letter"] and way["level"] >= need.enough), None)
    best = first["key"] if first and waits is None else ""
    return {"ways": allowed, "refusals": [way for way in ways if way["why_not"]], "best": best}


def ask_context(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return what the chosen way means, and why it may not be asked, before anything is typed."""
    method = request.POST.get("method") or request.GET.get("method", "")
    if method not in HELP or settled(request, case):
        return {}
    try:
        need = identity.need_of(case)
    except NotAllowed as refused:
        return {"refused": str(refused)}
    return {
        "refused": identity.may_ask(case, method), "help": HELP[Method(method)], "need": need,
        "doubt": verification.needs_doubt(method, need), "least": verification.MIN_DOUBT,
    }  # fmt: skip


def _ways(case: Case, need: verification.Need) -> Any:
    """Yield every way, the least intrusive first; what may not be asked says why."""
    for method in SHOWN:
        why_not = identity.may_ask(case, method)
        yield {
            "key": method.value, "label": method.label, "help": HELP[method], "why_not": why_not,
            "icon": ICONS[method], "level": verification.LEVELS[method],
            "authority": method == Method.MANDATE, "by_letter": method != Method.PLATFORM,
            "doubt": not why_not and verification.needs_doubt(method, need),
        }  # fmt: skip


def attempts(case: Case) -> Any:
    """Yield the attempts of a case, newest first, with what can be done about each."""
    rows = case.identity_checks.select_related("asked_by", "decided_by", "viewed_by")
    for check in rows.defer("file_key")[:30]:
        waits = check.is_open and check.arrived_at is not None
        once = check.method == Method.DOCUMENT and check.viewed_at
        yield {
            "check": check, "decide": waits, "see": waits and bool(check.file) and not once,
            "kind": KINDS.get(check.result, ""),
        }  # fmt: skip


ACTS = (
    Act("verify", _l("Who asks?"), _verify, "dsar.verify_case", icon="key", form=forms.VerifyForm,
        why_not=settled, template="admin/dsar/case/verify.html", context=context),
    Act("prove", _l("Ask for proof"), _ask, "dsar.verify_case", icon="send", form=forms.AskForm,
        why_not=settled, back=page_of, template="admin/dsar/case/prove.html", context=ask_context,
        question=_l("Ask the person to show who they are?"),
        explain=_l("The person gets a letter with a link that works once. The portal refuses what the law"
                   " does not allow.")),
    Act("seeproof", _l("See the proof"), _see, "dsar.verify_case", icon="eye", form=forms.CheckForm,
        step_up=True, why_not=_arrived, back=page_of, question=_l("See what was handed in?"),
        explain=_l("An identity document can be seen once. That you saw it is recorded.")),
    Act("decideproof", _l("Decide on the proof"), _decide, "dsar.verify_case", icon="check",
        form=forms.DecideProofForm, why_not=_arrived, back=page_of,
        question=_l("Does the proof show who asks?"),
        explain=_l("With your decision an identity document is destroyed. Its fingerprint stays.")),
    Act("reopen", _l("Open again"), _reopen, "dsar.verify_case", icon="refresh",
        why_not=lambda _request, case: transitions.may_reopen(case.status, case.outcome),
        question=_l("Open this request again?"),
        explain=_l("It keeps its first day of receipt. The person gets a letter.")),
)  # fmt: skip
