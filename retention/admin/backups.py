"""Backup sets in the staff desk: which there are, until when, and that they are gone."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, Tab
from accounts.templatetags.portal_ui import badge
from platforms.admin.rows import Fact, RowAdmin, on_day, when
from platforms.admin.systems import by
from platforms.models import System
from retention.models import BackupSet
from retention.services import backups


class BackupSetForm(forms.Form):
    """One backup that was taken."""

    system = forms.ModelChoiceField(label=_l("System"), queryset=System.objects.none())
    label = forms.CharField(
        label=_l("Name"), max_length=120, help_text=_l("As the backup software calls it.")
    )
    taken_at = forms.DateTimeField(
        label=_l("Taken"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    keep_days = forms.IntegerField(
        label=_l("Kept for days"), min_value=1, max_value=backups.LONGEST_KEPT_DAYS,
        help_text=_l("After so many days the rotation overwrites it."),
    )  # fmt: skip
    where = forms.CharField(label=_l("Where it is kept"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["system"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = System.objects.filter(enabled=True)


def _gone(request: HttpRequest, row: BackupSet, _form: Any) -> str:
    backups.set_gone(backup=row, **by(request))
    return _("Recorded. What was erased is no longer pending in this backup set.")


def _why_not_gone(_request: HttpRequest, row: BackupSet) -> str:
    return _("This backup set is recorded as gone already.") if row.gone_at else ""


@admin.register(BackupSet)
class BackupSetAdmin(RowAdmin):
    """All backup sets, the newest first."""

    list_title = _l("Backup sets")
    add_label = _l("Record a backup set")
    list_display = ("label_", "taken_", "gone_on_", "state_")
    list_display_links = ("label_",)
    list_select_related = ("system",)
    list_filter = ("system",)
    ordering = ("-taken_at",)
    tie_breaker = "id"
    refusals = (backups.BackupRefused,)
    acts = (
        Act("gone", _l("It is gone"), _gone, "retention.add_backupset", icon="trash", danger=True,
            why_not=_why_not_gone, question=_l("Is this backup set gone?"),
            explain=_l("Say so only when somebody saw that it was overwritten or destroyed: people are told "
                       "that nothing of what they had erased is left in it.")),
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether this user may record backup sets."""
        return bool(request.user.has_perm("retention.add_backupset"))

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        today = timezone.localdate()
        return [
            Tab("there", _l("There"), lambda rows: rows.filter(gone_at=None)),
            Tab("overdue", _l("Should be gone"), lambda rows: rows.overdue(today)),
            Tab("all", _l("All"), lambda rows: rows),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list; an empty one says what it is for."""
        told = {
            "empty_icon": "clock", "empty_title": _("No backup set is recorded"),
            "empty_text": _("Recorded backup sets say until when what was erased is in backups."),
        }  # fmt: skip
        return super().changelist_view(request, {**told, **(extra_context or {})})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Record a backup set; what was typed stays when it is refused."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = BackupSetForm(request.POST or None)
        made = self._made(request, form) if request.method == "POST" and form.is_valid() else None
        if made:
            messages.success(request, _("The backup set is recorded."))
            return HttpResponseRedirect(self.page_url(made))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Record a backup set"), "form": form, "opts": self.opts,
        }  # fmt: skip
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/retention/backupset/add.html", context, status=status)

    def _made(self, request: HttpRequest, form: BackupSetForm) -> BackupSet | None:
        try:
            return backups.record_set(**form.cleaned_data, **by(request))
        except backups.BackupRefused as refused:
            form.add_error(None, str(refused))
            return None

    def more(self, request: HttpRequest, row: BackupSet) -> dict[str, Any]:
        """Return how it stands."""
        return {"heading": str(row), "state": _state(row)}

    def facts(self, row: BackupSet) -> list[Fact]:
        """Return what is known about it."""
        return [
            (_("System"), row.system), (_("Taken"), when(row.taken_at)),
            (_("Kept for days"), row.keep_days), (_("Overwritten on"), on_day(row.gone_on)),
            (_("Where it is kept"), row.where), (_("Seen to be gone"), when(row.gone_at)),
            (_("Recorded by"), row.recorded_by or _("A script")), (_("Recorded"), when(row.recorded_at)),
        ]  # fmt: skip

    @admin.display(description=_l("Backup set"))
    def label_(self, row: BackupSet) -> SafeString:
        """Return its name, its system and where it is."""
        return format_html("<span>{}<small>{}, {}</small></span>", row.label, row.system, row.where)

    @admin.display(description=_l("Taken"))
    def taken_(self, row: BackupSet) -> str:
        """Return when it was taken."""
        return when(row.taken_at)

    @admin.display(description=_l("Overwritten on"))
    def gone_on_(self, row: BackupSet) -> str:
        """Return its last day."""
        return on_day(row.gone_on)

    @admin.display(description=_l("State"))
    def state_(self, row: BackupSet) -> SafeString:
        """Return how it stands as a badge."""
        return _state(row)


def _state(row: BackupSet) -> SafeString:
    if row.gone_at:
        return badge(_("Gone"), "", "done")
    overdue = row.gone_on < timezone.localdate()
    return badge(_("Should be gone"), "", "overdue") if overdue else badge(_("There"), "", "ready")
