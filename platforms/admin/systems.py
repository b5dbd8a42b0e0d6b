"""Systems: which there are, how they are reached, whether they answered, and what describes them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, ActsMixin, ListAdmin, Tab
from accounts.models import User
from accounts.services.audit import Actor
from accounts.templatetags.portal_ui import badge, told
from config.sentences import recognised
from platforms.admin import forms
from platforms.datasets import DatasetError
from platforms.models import Dataset, System
from platforms.services import checking, datasets, systems


def by(request: HttpRequest) -> dict[str, Any]:
    """Return who acts and when, as services take it."""
    assert isinstance(request.user, User)
    return {"actor": Actor.of(request.user), "now": timezone.now()}


def state_of(system: System) -> tuple[str, str]:
    """Return the stored word and its label for how a system is."""
    if not system.enabled:
        return "off", _("Switched off")
    if system.check_error:
        return "failed", _("Check failed")
    return ("connected", _("Connected")) if system.checked_at else ("not checked", _("Not checked"))


def _check(request: HttpRequest, system: System, _form: Any) -> HttpResponse | None:
    problem = checking.check_system(system=system, **by(request))
    if problem:
        messages.error(request, _("%(system)s: %(why)s") % {"system": system, "why": recognised(problem)})
    else:
        messages.success(request, _("%(system)s answers, and its datasets fit.") % {"system": system})
    return None


def _change(request: HttpRequest, system: System, form: Any) -> str:
    systems.update_system(system=system, **form.cleaned_data, **by(request))
    return _("Saved.")


def _secret(request: HttpRequest, system: System, form: Any) -> str:
    systems.set_secret(system=system, secret=form.cleaned_data["secret"], **by(request))
    return _("The new secret is stored. Test the connection.")


def _import(request: HttpRequest, system: System, form: Any) -> str:
    data = form.cleaned_data
    made = datasets.import_dataset(system=system, source=data["source"], origin=data["origin"], **by(request))
    if made.warnings:
        text = _("%(key)s is imported, version %(n)s, with %(w)s warnings. They stand below.")
    else:
        text = _("%(key)s is imported, version %(n)s.")
    return text % {"key": made.key, "n": made.version, "w": len(made.warnings)}


@admin.register(System)
class SystemAdmin(ActsMixin, ListAdmin):
    """All systems, in the order of plans."""

    list_title = _l("Systems")
    list_display = ("name_", "connector_", "role_", "owner_", "collections_", "state_", "checked_")
    list_display_links = ("name_",)
    list_filter = ("connector", "role")
    list_select_related = ("owner",)
    ordering = ("position", "name")
    add_label = _l("Add a system")
    refusals = (systems.SystemRefused, DatasetError)
    acts = (
        Act("test", _l("Test the connection"), _check, "platforms.test_system", icon="refresh",
            question=_l("Test the connection?"),
            explain=_l("The portal reaches the system and compares its tables with the datasets.")),
        Act("edit", _l("Change the settings"), _change, "platforms.change_system", icon="check",
            form=forms.ChangeForm),
        Act("secret", _l("Replace the secret"), _secret, "platforms.use_key", icon="key",
            form=forms.SecretForm, step_up=True, question=_l("Replace the secret?"),
            explain=_l("The portal uses the new one from now on. The old one is gone and never shown.")),
        Act("import", _l("Import a dataset"), _import, "platforms.add_dataset", icon="plus",
            form=forms.ImportForm, question=_l("Import a dataset"),
            explain=_l("It says which fields are personal data. The same dataset again: its next version.")),
    )  # fmt: skip

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        on = ("position", "name")
        return [
            Tab("used", _l("In use"), lambda rows: rows.filter(enabled=True), on),
            Tab(
                "failing",
                _l("Check failed"),
                lambda rows: rows.filter(enabled=True).exclude(check_error=""),
                on,
            ),
            Tab("off", _l("Switched off"), lambda rows: rows.filter(enabled=False), on),
        ]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the systems with the number of their collections."""
        own = Dataset.objects.filter(system=OuterRef("pk")).order_by().values("system")
        rows: Any = super().get_queryset(request).defer("secret")
        return rows.annotate(described=Subquery(own.annotate(n=Sum("collections")).values("n")))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one system."""
        system = self.get_object(request, object_id)
        if not self.has_view_permission(request, system):
            raise PermissionDenied
        if system is None:
            raise Http404
        keys = [act.key for act in self.acts if self.may(request, act.key)]
        context = {
            **self.admin_site.each_context(request),
            "system": system, "title": system.name, "opts": self.opts, "state": state_of(system),
            "way": forms.WORDS.get(system.connector, system.connector),
            "datasets": system.datasets.defer("source") if self._sees_datasets(request) else [],
            "urls": {key: self.act_url(system, key) for key in keys},
            "has_secret": System.objects.filter(pk=system.pk).exclude(secret="").exists(),
        }  # fmt: skip
        return TemplateResponse(request, "admin/platforms/system/page.html", context)

    def _sees_datasets(self, request: HttpRequest) -> bool:
        return request.user.has_perm("platforms.view_dataset")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Add a system; what was typed stays when it cannot work."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        assert isinstance(request.user, User)
        form = forms.NewForm(request.POST or None, obj=None, user=request.user)
        if request.method == "POST" and form.is_valid():
            if form.cleaned_data["secret"] and not request.user.has_perm("platforms.use_key"):
                form.add_error("secret", _("Your role may not set secrets."))
            else:
                made = self._made(request, form)
                if made:
                    return HttpResponseRedirect(self.page_url(made))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Add a system"), "form": form, "opts": self.opts,
        }  # fmt: skip
        return TemplateResponse(
            request, "admin/platforms/system/add.html", context, status=422 if form.errors else 200
        )

    def _made(self, request: HttpRequest, form: Any) -> System | None:
        try:
            made = systems.create_system(**form.cleaned_data, **by(request))
        except systems.SystemRefused as refused:
            form.add_error(None, str(refused))
            return None
        messages.success(request, _("%(system)s is there. Test the connection.") % {"system": made})
        return made

    @admin.display(description=_l("System"))
    def name_(self, system: System) -> SafeString:
        """Return the name and what it holds."""
        return format_html("<span>{}<small>{}</small></span>", told(system.name), told(system.purpose)[:90])

    @admin.display(description=_l("Way in"))
    def connector_(self, system: System) -> str:
        """Return how it is reached."""
        return str(forms.WORDS.get(system.connector, system.connector))

    @admin.display(description=_l("In whose hands"))
    def role_(self, system: System) -> str:
        """Return whose it is."""
        return str(system.get_role_display())

    @admin.display(description=_l("Owner"))
    def owner_(self, system: System) -> SafeString | str:
        """Return who answers for it."""
        return (
            str(system.owner)
            if system.owner
            else format_html('<span class="muted">{}</span>', _("Nobody yet"))
        )

    @admin.display(description=_l("Collections"))
    def collections_(self, system: Any) -> SafeString:
        """Return how many collections its datasets describe."""
        n = system.described or 0
        return format_html('<span class="{}">{}</span>', "" if n else "zero", n)

    @admin.display(description=_l("State"))
    def state_(self, system: System) -> SafeString:
        """Return the state as a badge."""
        kind, label = state_of(system)
        return badge(label, "", kind)

    @admin.display(description=_l("Last check"))
    def checked_(self, system: System) -> str:
        """Return when it was last reached for."""
        at = system.checked_at
        return date_format(timezone.localtime(at), "j M Y, H:i") if at else _("Never")
