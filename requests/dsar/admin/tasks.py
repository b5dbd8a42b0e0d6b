"""Manual tasks: what a person has to do by hand in a system, and attests."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, ActsMixin, ReadOnlyAdmin, Tab
from accounts.models import User
from accounts.templatetags.portal_ui import avatar, badge, clock
from dsar.admin import case_acts, forms, rights, words
from dsar.models import ManualTask
from dsar.rules.transitions import NotAllowed
from dsar.services import fulfilment, manual_words


def _attest(request: HttpRequest, task: ManualTask, form: Any) -> str:
    data = form.cleaned_data
    fulfilment.attest(
        task=task,
        text=data["text"],
        rows=data["rows"],
        nothing_found=data["nothing_found"],
        file=data.get("file"),
        **case_acts.by(request),
    )
    return _("Thank you. What you did is recorded with the case.")


def _done(request: HttpRequest, task: ManualTask) -> str:
    del request
    return _("This task is done.") if task.done_at else ""


def _back(task: ManualTask) -> str:
    del task
    return reverse("admin:dsar_manualtask_changelist")


@admin.register(ManualTask)
class ManualTaskAdmin(ActsMixin, ReadOnlyAdmin):
    """Tasks by hand, oldest first. The page of a task is the form that attests it."""

    list_display = ("task_", "case_", "assignee_", "state_", "due_")
    list_display_links = ("task_",)
    list_select_related = ("step__system", "step__case", "assignee", "done_by")
    ordering = ("created_at", "pk")
    list_title = _l("Tasks")
    refusals = (NotAllowed,)
    acts = (
        Act(
            "attest", _l("Attest"), _attest, "dsar.attest_manualtask", icon="check", form=forms.AttestForm,
            why_not=_done, template="admin/dsar/manualtask/attest.html", back=_back,
            context=lambda _request, task: {
                "corrections": rights.corrections_of(task),
                "instructions": manual_words.instructions_of(task),
            },
        ),
    )  # fmt: skip

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        assert isinstance(request.user, User)
        user = request.user
        mine = Q(assignee=user) | Q(assignee=None, step__system__owner=user)
        return [
            Tab("open", _l("To do"), lambda rows: rows.filter(done_at=None)),
            Tab("mine", _l("Mine"), lambda rows: rows.filter(mine, done_at=None)),
            Tab("done", _l("Done"), lambda rows: rows.exclude(done_at=None), ("-done_at", "-pk")),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the tasks; a system owner sees those of their systems and those given to them."""
        rows: QuerySet[Any] = super().get_queryset(request)
        user = request.user
        if user.has_perm("dsar.view_case"):
            return rows
        return rows.filter(Q(assignee_id=user.pk) | Q(step__system__owner_id=user.pk))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Go to the form that attests the task."""
        return HttpResponseRedirect(reverse("admin:dsar_manualtask_attest", args=[object_id]))

    @admin.display(description=_l("Task"))
    def task_(self, task: ManualTask) -> SafeString:
        """Return the system and what is to be done."""
        words_ = manual_words.instructions_of(task).strip().split("\n")[0][:90]
        return format_html("<span>{}<small>{}</small></span>", task.step.system, words_)

    @admin.display(description=_l("Case"))
    def case_(self, task: ManualTask) -> SafeString:
        """Return the reference and the right; no name: the owner of a system may not see cases."""
        case = task.step.case
        return format_html('<span class="mono">{}</span> {}', case.reference, case.get_right_display())

    @admin.display(description=_l("Whose"))
    def assignee_(self, task: ManualTask) -> SafeString:
        """Return who has to do it."""
        who = task.done_by or task.assignee
        if who is None:
            return format_html('<span class="muted">{}</span>', _("Nobody yet"))
        return format_html('<span class="who">{}<span>{}</span></span>', avatar(who), who)

    @admin.display(description=_l("State"))
    def state_(self, task: ManualTask) -> SafeString:
        """Return whether it is done."""
        return badge(_("Done"), "", "done") if task.done_at else badge(_("To do"), "", "approval")

    @admin.display(description=_l("Answer due"))
    def due_(self, task: ManualTask) -> SafeString:
        """Return the date of the case that waits for this task."""
        due = words.due_of(task.step.case, timezone.localdate())
        return clock(due.left, due.short, due.rule)
