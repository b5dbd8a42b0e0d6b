"""Texts of letters in the staff desk: what is in use, what each must say, a company's own versions."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, ActsMixin, ReadOnlyAdmin
from config.profile import active_profile
from correspondence.admin.acts import actor_of
from correspondence.admin.areas import areas_of
from correspondence.enums import Template, TextStatus
from correspondence.forms import TextForm
from correspondence.models import Letter, LetterTemplate
from correspondence.rules import clauses
from correspondence.services import templates, texts
from correspondence.services.letters import LetterFault

ADD, PUBLISH = "correspondence.add_lettertemplate", "correspondence.publish_lettertemplate"
REGIME_NAMES = {"eu_gdpr": "GDPR", "uk_gdpr": "UK GDPR", "ccpa": "CCPA", "policy": _l("Our policy alone")}


def _publish(request: HttpRequest, row: LetterTemplate, _form: Any) -> str:
    texts.publish(row=row, actor=actor_of(request), now=timezone.now())
    return _("In use from now on. Letters written before keep their version.")


def _return(request: HttpRequest, row: LetterTemplate, _form: Any) -> str:
    texts.send_back(row=row, actor=actor_of(request))
    return _("Not taken. The text stays to be read.")


def _retire(request: HttpRequest, row: LetterTemplate, _form: Any) -> str:
    texts.retire(row=row, actor=actor_of(request))
    return _("The shipped text is written again from now on.")


def _why_not(status: TextStatus, sentence: Any) -> Any:
    return lambda _request, row: "" if row.status == status else str(sentence)


def _why_not_publish(request: HttpRequest, row: LetterTemplate) -> str:
    if row.status != TextStatus.PROPOSED:
        return _("This text does not wait for approval.")
    if row.made_by_id == request.user.pk:
        return _("You wrote this text: somebody else has to publish it.")
    return ""


@admin.register(LetterTemplate)
class LetterTemplateAdmin(ActsMixin, ReadOnlyAdmin):
    """All texts of letters, in every language offered."""

    list_title = _l("Texts of letters")
    refusals = (LetterFault,)
    acts = (
        Act("publish", _l("Publish the text"), _publish, PUBLISH, icon="check", step_up=True,
            why_not=_why_not_publish, question=_l("Write letters with this text from now on?")),
        Act("return", _l("Do not take it"), _return, PUBLISH, icon="prev",
            why_not=_why_not(TextStatus.PROPOSED, _l("This text does not wait for approval.")),
            question=_l("Leave this text out?")),
        Act("retire", _l("Go back to the shipped text"), _retire, PUBLISH, icon="refresh",
            why_not=_why_not(TextStatus.PUBLISHED, _l("This text is not in use.")),
            question=_l("Write letters with the shipped text again?")),
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        """Add the page of one text in one language."""
        view = self.admin_site.admin_view(self.text_view)
        name = "correspondence_lettertemplate_text"
        return [path("text/<slug:template>/<slug:language>/", view, name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show every letter with the versions in use, and how many wait to be published."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        languages = active_profile().languages.offered
        own = {(row.template, row.language): row.version for row in LetterTemplate.objects.in_use()}
        waiting = LetterTemplate.objects.filter(status=TextStatus.PROPOSED)
        context = {
            **self.admin_site.each_context(request), "title": _("Texts of letters"), "opts": self.opts,
            "areas": lambda: areas_of(request, "lettertemplate"),
            "languages": languages, "waiting": waiting.select_related("made_by"),
            "rows": [_row(one, languages, own) for one in Template if one != Template.FREE],
        }  # fmt: skip
        return TemplateResponse(request, "admin/correspondence/lettertemplate/list.html", context)

    def text_view(self, request: HttpRequest, template: str, language: str) -> HttpResponse:
        """Show a text, its versions and what it must say; take a new version."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if template not in Template.values or template == Template.FREE:
            raise Http404
        if language not in active_profile().languages.offered:
            raise Http404
        used = templates.source_of(template, language)
        form = TextForm(request.POST or None, initial={"text": used.text})
        if request.method == "POST" and (answer := self._propose(request, form, template, language)):
            return answer
        return TemplateResponse(
            request, "admin/correspondence/lettertemplate/text.html",
            {**self._page(request, used), "form": form, "may_write": request.user.has_perm(ADD)},
            status=422 if form.errors else 200,
        )  # fmt: skip

    def _propose(
        self, request: HttpRequest, form: TextForm, template: str, language: str
    ) -> HttpResponse | None:
        if not request.user.has_perm(ADD):
            raise PermissionDenied
        if not form.is_valid():
            return None
        try:
            row = texts.propose(
                template=template, language=language, text=form.cleaned_data["text"],
                why=form.cleaned_data["why"], actor=actor_of(request), now=timezone.now(),
            )  # fmt: skip
        except LetterFault as fault:
            form.add_error("text", str(fault))
            return None
        return HttpResponseRedirect(self.page_url(row))

    def _page(self, request: HttpRequest, source: templates.Source) -> dict[str, Any]:
        """Return what the page of a text shows: previews, versions, clauses."""
        label = Template(source.template).label
        counts = Letter.objects.filter(template=source.template, language=source.language)
        used = counts.aggregate(n=Count("pk", filter=Q(template_version=source.version)))["n"]
        regime = request.GET.get("regime", "")
        regime = regime if regime in clauses.REGIMES else "eu_gdpr"
        return {
            **self.admin_site.each_context(request), "title": label, "opts": self.opts, "source": source,
            "label": label, "written": texts.preview(source, regime), "regime": regime,
            "regimes": REGIME_NAMES, "clauses": _clause_table(source.template), "n_letters": used,
            "own": LetterTemplate.objects.of(source.template, source.language).select_related(
                "made_by", "approved_by"
            ),
            "shipped": templates.shipped_versions(source.template, source.language),
            "second": source.template in clauses.SECOND_PERSON,
        }  # fmt: skip

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one version of a company's own text, and what differs from the text in use."""
        row = self.get_object(request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if not isinstance(row, LetterTemplate):
            raise Http404
        source = templates.source_of(row.template, row.language, row.version)
        doable = [act for act in self.acts if self.may(request, act.key) and not act.why_not(request, row)]
        context = {
            **self._page(request, source), "row": row, "diff": texts.difference(row),
            "doable": [(act, self.act_url(row, act.key)) for act in doable],
            "own_decision": row.status == TextStatus.PROPOSED and row.made_by_id == request.user.pk,
        }  # fmt: skip
        return TemplateResponse(request, "admin/correspondence/lettertemplate/version.html", context)


def _row(template: Template, languages: Any, own: dict[tuple[str, str], str]) -> dict[str, Any]:
    links = [
        {
            "language": language,
            "version": own.get((template, language)) or templates.shipped(template, language).version,
            "own": (template, language) in own,
            "url": reverse("admin:correspondence_lettertemplate_text", args=[template, language]),
        }
        for language in languages
    ]
    demanded = {one.key: one.says for regime in clauses.REGIMES for one in clauses.required(template, regime)}
    return {
        "label": template.label, "links": links, "clauses": list(demanded.values()),
        "second": template in clauses.SECOND_PERSON,
    }  # fmt: skip


def _clause_table(template: str) -> list[dict[str, Any]]:
    """Return the clauses of a letter, a line each, with the regimes that demand them."""
    lines: dict[str, dict[str, Any]] = {}
    for regime in clauses.REGIMES:
        for one in clauses.required(template, regime):
            lines.setdefault(one.key, {"clause": one, "regimes": set()})["regimes"].add(regime)
    return [
        {"clause": line["clause"], "marks": [regime in line["regimes"] for regime in clauses.REGIMES]}
        for line in lines.values()
    ]
