"""“Why is this still here?”: one record, every period over it, what keeps it, or the proof that it went."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from config.sentences import recognised
from platforms.connectors import ConnectorError
from platforms.models import System
from retention.admin import words
from retention.admin.hold_forms import place_choices, place_key
from retention.services import explaining
from retention.services.explaining import Answer, NotExplained, Period

PERMISSION = "retention.view_sweep"


class LookUpForm(forms.Form):
    """Which record."""

    where = forms.ChoiceField(label=_l("Collection"))
    record = forms.CharField(
        label=_l("Primary key"), max_length=200,
        help_text=_l("Of one record. Parts of a key are separated by commas."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["where"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = place_choices()

    def look(self, request: HttpRequest) -> Answer:
        """Look the record up. Raises NotExplained, ConnectorError."""
        key, _sep, collection = self.cleaned_data["where"].partition("/")
        system = System.objects.get(key=key, enabled=True)
        return explaining.explain(
            system=system, collection=collection, record=self.cleaned_data["record"], **words.by(request)
        )


def urls(site: AdminSite) -> list[URLPattern]:
    """Return the addresses of the look-up."""
    return [
        path("retention/why/", site.admin_view(lambda request: view(request, site)), name="retention_why"),
        path("retention/why/proof/", site.admin_view(proof_view), name="retention_why_proof"),
    ]


def view(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Ask for a record (GET), or explain it (POST): a key stands in no address and in no log."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    form = LookUpForm(request.POST or None, initial=request.GET.dict())
    answer = _look(request, form) if request.method == "POST" and form.is_valid() else None
    context = {
        **site.each_context(request), "title": _("Why is this still here?"), "form": form,
        **(told_of(answer, request) if answer else {}),
    }  # fmt: skip
    response = TemplateResponse(
        request, "admin/retention/why.html", context, status=422 if form.errors else 200
    )
    response["Cache-Control"] = "no-store"
    return response


def _look(request: HttpRequest, form: LookUpForm) -> Answer | None:
    try:
        return form.look(request)
    except NotExplained as refused:
        form.add_error(None, str(refused))
    except ConnectorError as fault:
        why = recognised(str(fault))
        form.add_error(None, _("The system could not be read. %(why)s") % {"why": why})
    return None


def proof_view(request: HttpRequest) -> HttpResponse:
    """Send the proofs that a record was removed, as a file that a stand-alone script checks. POST alone."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = LookUpForm(request.POST)
    answer = _look(request, form) if form.is_valid() else None
    if answer is None or not answer.proofs:
        return HttpResponse(status=404)
    text = json.dumps([one.document for one in answer.proofs], indent=1)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="removal-proof.json"'
    response["Cache-Control"] = "no-store"
    return response


def told_of(answer: Answer, request: HttpRequest) -> dict[str, Any]:
    """Return what the page shows of an answer."""
    return {
        "answer": answer, "verdict": verdict(answer),
        "lines": [_line(one, answer.today) for one in answer.periods],
        "sees_holds": request.user.has_perm("retention.view_hold"), "where": place_key(answer.place),
        "proofs": [_proof(one) for one in answer.proofs],
        "sees_sweeps": request.user.has_perm("retention.view_sweep"),
    }  # fmt: skip


def verdict(answer: Answer) -> tuple[str, str, str]:
    """Return (tone, symbol, one sentence): the answer to the question of the page."""
    if not answer.here:
        if answer.proofs:
            at = words.when(answer.proofs[0].batch.done_at)
            return "ok", "check", _("It is not there: a sweep removed it on %(at)s.") % {"at": at}
        return "info", "question", _("It is not there, and no sweep of this portal removed it.")
    if answer.holds:
        return "warn", "lock", _("It stays: somebody holds it.")
    keeping = answer.keeping
    if keeping:
        return "warn", "keep", _kept(keeping)
    over = answer.over
    if over and answer.pointing:
        return (
            "warn",
            "link",
            _("Its period is over, but rows that stay point at it. It goes when they have gone."),
        )
    if over:
        return "danger", "clock", _("Its period is over: the next sweep removes it.")
    return _running(answer)


def _kept(keeping: list[Period]) -> str:
    until = max((one.kept_through for one in keeping if one.kept_through), default=None)
    if until is None or any(one.kept_through is None for one in keeping):
        return _("It stays: it must be kept, and no date says until when.")
    return _("It stays: it must be kept through %(day)s.") % {"day": words.on_day(until)}


def _running(answer: Answer) -> tuple[str, str, str]:
    ends = [one.gone_by for one in answer.periods if one.gone_by]
    if ends:
        return "ok", "clock", _("It is in time: it goes by %(day)s.") % {"day": words.on_day(min(ends))}
    if any(one.with_person for one in answer.periods):
        return "info", "person", _("It goes with the person whom it belongs to.")
    if any(one.schedule.max_period for one in answer.periods):
        return "warn", "question", _("Its period has not begun, or no date says when it began.")
    return "danger", "alert", _("No schedule says when it has to go: this is a gap.")


def _line(one: Period, today: date) -> dict[str, Any]:
    least = one.schedule.min_period
    return {
        "period": one, "least": words.period_words(least) if least else "",
        "longest": words.period_words(one.schedule.max_period),
        "says": list(_says(one, today)),
        "keeps": one.keeps(today), "over": one.over(today),
    }  # fmt: skip


def _says(one: Period, today: date) -> Iterator[str]:
    """Yield what one schedule says about the record."""
    if one.with_person:
        yield _("The row goes with the person whom it belongs to.")
        return
    if not one.way:
        yield _("No column says when its period began.")
    elif one.began_on is None:
        yield _("There is no date in %(column)s.") % {"column": one.way}
    else:
        yield _("Began on %(day)s.") % {"day": words.on_day(one.began_on)}
    if one.schedule.action == "keep" and one.schedule.min_period and one.kept_through:
        yield _("Kept through %(day)s.") % {"day": words.on_day(one.kept_through)}
    if one.gone_by is None:
        return
    days = (one.gone_by - today).days
    if days > 0:
        left = ngettext("%(n)s day left", "%(n)s days left", days) % {"n": f"{days:,}"}
        yield _("Has to be gone by %(day)s: %(left)s.") % {"day": words.on_day(one.gone_by), "left": left}
    else:
        yield _("Had to be gone by %(day)s.") % {"day": words.on_day(one.gone_by)}


def _proof(one: Any) -> dict[str, Any]:
    step = one.batch.step
    return {
        "step": step, "sweep": step.sweep, "at": one.batch.done_at, "root": one.batch.root,
        "sealed": one.sealed, "schedule": words.schedule_label(step.schedule),
    }  # fmt: skip
