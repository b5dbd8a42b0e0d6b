"""The pages of one case: workspace, its live part, the plan as CSV, the review, and registering a request."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from accounts.admin_base import Act, ActsMixin
from accounts.models import User
from correspondence.services.letters import LetterFault
from dsar.admin import case_acts, forms, held, identity_forms, plan_table, review, rights, workspace
from dsar.admin.governance import acts as governance_acts
from dsar.admin.governance import panels
from dsar.admin.registering import RegisterForm
from dsar.models import Case
from dsar.rules.transitions import NotAllowed
from dsar.services import intake

ACTION_ICONS = {
    "verify": "key", "plan": "eye", "propose": "send", "decide": "hand", "attest": "hand", "mend": "refresh",
    "review": "eye", "release": "send", "close": "check", "ruling": "hand", "mandate": "people",
    "tell": "send",
    "inquire": "eye", "conclude": "check", "judge": "person", "letter": "mail",
    "stop": "minus", "restrict": "pause",
    "prepare": "flag", "weigh": "hand", "lift": "play", "correction": "plus", "correct": "check",
    "endpoint": "send", "transfer": "refresh",
}  # fmt: skip


class CasePages(ActsMixin):
    """What CaseAdmin adds to the stock pages."""

    acts = (*case_acts.ACTS, *rights.ACTS, held.ACT)
    refusals = (NotAllowed, LetterFault)

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of a case before the stock catch-all."""
        pages = {
            "live": self.live_view, "plan.csv": self.csv_view, "review": self.review_view,
            "mend": self.mend_view, "attest": self.attest_view, "ruling": self.ruling_view,
            "mandate": self.mandate_view,
        }  # fmt: skip
        wrap = self.admin_site.admin_view
        own = [
            path(f"<path:object_id>/{name}/", wrap(view), name=f"dsar_case_{name.rpartition('.')[2]}")
            for name, view in pages.items()
        ]
        return [*own, *super().get_urls()]

    def _seen(self, request: HttpRequest, object_id: str, permission: str = "dsar.view_case") -> Case:
        """Return the case; 404 when there is none, 403 when this user may not see it."""
        if not (request.user.has_perm("dsar.view_case") and request.user.has_perm(permission)):
            raise PermissionDenied
        found = self.get_object(request, unquote(object_id))
        if not isinstance(found, Case):
            raise Http404
        return found

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the case as a workspace."""
        case = self._seen(request, object_id)
        assert isinstance(request.user, User)
        # Several parts of the page ask these.
        prefetch_related_objects([case], "overrides", "clock_events", "packages")
        context = workspace.context(case, request.user)
        return TemplateResponse(
            request,
            "admin/dsar/case/workspace.html",
            {
                **self.admin_site.each_context(request),
                **context,
                **self._rights(request),
                **self._links(request, case, context["action"]),
                **panels.context(request, case, self.act_url),
                "right": rights.panel(case, request.user, lambda key: self._link(request, case, key)),
                "title": case.reference,
                "ceiling": identity_forms.ceiling_of(case),
                "opts": self.opts,
            },
        )

    def _rights(self, request: HttpRequest) -> dict[str, bool]:
        user = request.user
        return {
            "may_plan": user.has_perm("dsar.plan_case"),
            "may_mend": user.has_perm("dsar.change_step"),
            "may_attest": user.has_perm("dsar.attest_manualtask"),
            "may_review": user.has_perm("dsar.view_redaction"),
        }

    def _links(self, request: HttpRequest, case: Case, action: Any) -> dict[str, Any]:
        """Return the addresses of what this user may do; a thing of another role is left out."""

        def url(key: str) -> str:
            return self.act_url(case, key) if self.may(request, key) else ""

        audit = workspace.url_or_nothing("admin:accounts_auditevent_changelist")
        may_audit = request.user.has_perm("accounts.view_auditevent")
        person = workspace.url_or_nothing("admin:accounts_datasubject_change", case.subject_id)
        return {
            "letter_url": url("letter"),
            "note_url": url("note"),
            "assign_url": url("assign") if case.is_open else "",
            "language_url": url("language") if case.is_open else "",
            "action_url": reverse(action.url_name, args=[case.pk]) if action.url_name else "",
            "action_icon": ACTION_ICONS.get(action.key, "next"),
            "action_note": self._note_of(case, action.key),
            "audit_url": f"{audit}?q={case.pk}" if audit and may_audit else "",
            "person_url": person if request.user.has_perm("accounts.view_datasubject") else "",
            "more": list(self._more(request, case)),
        }

    def _link(self, request: HttpRequest, case: Case, key: str) -> str:
        """Return the address of an act, or nothing for a role that does not include it."""
        return self.act_url(case, key) if self.may(request, key) else ""

    def _note_of(self, case: Case, key: str) -> str:
        plan = forms.waiting_plan(case) if key == "decide" else None
        if plan is None:
            return ""
        return _("Proposed by %(who)s, so you may decide.") % {"who": plan.approval.proposed_by}

    def _more(self, request: HttpRequest, case: Case) -> list[dict[str, str]]:
        """Return what else can be done; what cannot be done now says why."""
        acts: list[Act] = [
            act for act in self.acts if act.key in case_acts.MORE and self.may(request, act.key)
        ]
        return [
            {"label": str(a.label), "url": self.act_url(case, a.key), "why_not": a.why_not(request, case)}
            for a in acts
        ]

    def live_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Return the plan panel alone; without `data-live` when the work has come to rest."""
        case = self._seen(request, object_id)
        part = workspace.plan_part(case, workspace.current_table(case))
        context = {**part, **self._rights(request), "came_to_rest": not part["moving"]}
        response = TemplateResponse(request, "admin/dsar/case/plan.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def csv_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Return the plan for a spreadsheet."""
        case = self._seen(request, object_id, "dsar.view_plan")
        table = workspace.current_table(case)
        if table is None:
            raise Http404
        name = f"plan-{case.reference}-{table.plan.number}.csv"
        return HttpResponse(
            "\ufeff" + plan_table.as_csv(table),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def review_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the package with the values about other people (GET), or decide about some (POST)."""
        case = self._seen(request, object_id, "dsar.view_redaction")
        package = review.package_of(case)
        if request.method == "POST":
            if package is None:
                messages.error(request, _("There is no package to decide about."))
                return HttpResponseRedirect(request.path)
            return review.decide(request, case, package)
        context = {
            **self.admin_site.each_context(request),
            **review.context(package, request),
            "case": case, "title": _("Package review"), "opts": self.opts, "back_url": self.page_url(case),
            "may_redact": request.user.has_perm("dsar.change_redaction"),
            "may_review": request.user.has_perm("dsar.review_package"),
            "may_release": request.user.has_perm("dsar.release_package"),
        }  # fmt: skip
        return TemplateResponse(request, "admin/dsar/case/review.html", context)

    def mend_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go to the trouble where it is: the plan of the case."""
        return HttpResponseRedirect(f"{self.page_url(self._seen(request, object_id))}#plan")

    def attest_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go to the only open task of the case; when there are several, to its plan."""
        case = self._seen(request, object_id)
        tasks = workspace.open_tasks(case)
        if len(tasks) == 1:
            return HttpResponseRedirect(reverse("admin:dsar_manualtask_attest", args=[tasks[0].pk]))
        return HttpResponseRedirect(f"{self.page_url(case)}#plan")

    def ruling_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go to the decision that waits for a second person."""
        return HttpResponseRedirect(governance_acts.first_of(self._seen(request, object_id), "ruling"))

    def mandate_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Go to the claim to act for the person that is to be checked."""
        return HttpResponseRedirect(governance_acts.first_of(self._seen(request, object_id), "mandate"))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Register a request that came by letter, telephone or e-mail."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = RegisterForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                case = intake.register_by_staff(**form.answers(), **case_acts.by(request))
            except NotAllowed as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("%(ref)s is registered.") % {"ref": case.reference})
                return HttpResponseRedirect(self.page_url(case))
        status = 422 if form.errors else 200
        context = {
            **self.admin_site.each_context(request),
            "title": _("Register a request"), "form": form, "opts": self.opts,
        }  # fmt: skip
        return TemplateResponse(request, "admin/dsar/case/register.html", context, status=status)
