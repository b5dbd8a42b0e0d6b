"""Colleagues: who may do what, who has no second step, and what to do when one is lost."""

from collections.abc import Sequence
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin import forms
from accounts.admin_base import Act, ActsMixin, ListAdmin, Tab
from accounts.enums import ResetReason, Role
from accounts.models import MfaDevice, User
from accounts.services import factors, roles, signin, staff
from accounts.services.audit import Actor
from accounts.services.stepup import step_up_required
from accounts.templatetags.portal_ui import badge

LINES = 20


def _actor(request: HttpRequest) -> Actor:
    assert isinstance(request.user, User)
    return Actor.of(request.user)


def _set_roles(request: HttpRequest, user: User, form: Any) -> str:
    wanted = {Role(value) for value in form.cleaned_data["roles"]}
    held = set(user.roles)
    for role in sorted(wanted - held):
        roles.grant(user=user, role=role, actor=_actor(request))
    for role in sorted(held - wanted):
        roles.revoke(user=user, role=role, actor=_actor(request))
    return _("The roles are changed.") if wanted != held else _("Nothing was changed.")


def _reset(request: HttpRequest, user: User, form: Any) -> str:
    factors.reset(user=user, actor=_actor(request), reason=ResetReason(form.cleaned_data["reason"]))
    get_adapter(request).send_notification_mail("account/email/factors_reset", user)
    return _("The second step is removed, every browser is signed out, and we wrote to %(user)s.") % {
        "user": user
    }


def _close(request: HttpRequest, user: User, _form: Any) -> str:
    staff.set_active(user=user, active=False, actor=_actor(request))
    return _("The account is closed.")


def _open(request: HttpRequest, user: User, _form: Any) -> str:
    staff.set_active(user=user, active=True, actor=_actor(request))
    return _("The account is open again.")


def _not_oneself(request: HttpRequest, user: User) -> str:
    return _("This is your own account. Ask a colleague.") if user.pk == request.user.pk else ""


def _no_factor(request: HttpRequest, user: User) -> str:
    if not factors.has_primary(user):
        return _("This account has no second step. There is nothing to reset.")
    return _not_oneself(request, user)


@admin.register(User)
class StaffAdmin(ActsMixin, ListAdmin):
    """Staff accounts. People who only have their own data here are not listed."""

    list_title = _l("Staff")
    list_display = ("name_", "roles_", "factor_", "last_", "state_")
    list_display_links = ("name_",)
    ordering = ("name", "email")
    tie_breaker = "pk"
    add_label = _l("Add a colleague")
    refusals = (roles.RoleRefused, factors.FactorRefused, staff.StaffRefused)
    acts = (
        Act("roles", _l("Change the roles"), _set_roles, "accounts.manage_roles", icon="people",
            form=forms.RolesForm, step_up=True, why_not=_not_oneself,
            explain=_l("Each role is a list of permissions. The change counts from the next click.")),
        Act("reset", _l("Remove the second step"), _reset, "accounts.reset_factors", icon="unlink",
            form=forms.ResetForm, step_up=True, danger=True, why_not=_no_factor,
            question=_l("Remove the second step of this account?"),
            explain=_l("Speak with the person first, on a number you know. Their app, keys and recovery codes"
                       " stop working, every browser is signed out, and we write to them. They set up a new"
                       " second step when they sign in next.")),
        Act("close", _l("Close the account"), _close, "accounts.change_user", icon="lock", step_up=True,
            danger=True, why_not=_not_oneself, question=_l("Close this account?"),
            explain=_l("The person is signed out and cannot sign in. What they did stays on record.")),
        Act("open", _l("Open the account again"), _open, "accounts.change_user", icon="check", step_up=True,
            why_not=_not_oneself, question=_l("Open this account again?"),
            explain=_l("The person can sign in again, with the roles shown on the page.")),
    )  # fmt: skip

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        return [
            Tab("open", _l("Open"), lambda rows: rows.filter(is_active=True)),
            Tab("bare", _l("Without second step"), lambda rows: rows.filter(is_active=True, secured=False)),
            Tab("closed", _l("Closed"), lambda rows: rows.filter(is_active=False)),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return staff accounts, with whether they have a second step."""
        rows: QuerySet[Any] = super().get_queryset(request).filter(is_staff=True)
        rows = rows.annotate(secured=Exists(MfaDevice.objects.filter(user=OuterRef("pk"))))
        return rows.prefetch_related("groups")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one colleague's account."""
        user = self.get_object(request, object_id)
        if not self.has_view_permission(request, user):
            raise PermissionDenied
        if user is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "colleague": user,
            "title": str(user),
            "opts": self.opts,
            "factors": user.authenticator_set.order_by("created_at"),
            "lines": signin.lines(user, most=LINES),
            "urls": {act.key: self.act_url(user, act.key) for act in self.acts if self.may(request, act.key)},
        }
        return TemplateResponse(request, "admin/accounts/user/page.html", context)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Make a staff account and send the link to set its password."""
        if not (self.has_add_permission(request) and request.user.has_perm("accounts.manage_roles")):
            raise PermissionDenied
        answer: HttpResponse = step_up_required(self._add)(request)
        return answer

    def _add(self, request: HttpRequest) -> HttpResponse:
        assert isinstance(request.user, User)
        form = forms.NewStaffForm(request.POST or None, obj=None, user=request.user)
        if request.method == "POST" and form.is_valid() and (made := self._made(request, form)):
            return HttpResponseRedirect(self.page_url(made))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Add a colleague"),
            "form": form,
            "opts": self.opts,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/accounts/user/add.html", context, status=status)

    def _made(self, request: HttpRequest, form: forms.NewStaffForm) -> User | None:
        data = form.cleaned_data
        wanted = [Role(value) for value in data["roles"]]
        try:
            made = staff.add_staff(
                email=data["email"], name=data["name"], wanted=wanted, actor=_actor(request)
            )
        except staff.StaffRefused as refused:
            form.add_error("email", str(refused))
            return None
        letter = ResetPasswordForm({"email": made.email})
        if letter.is_valid():
            letter.save(request)
        messages.success(
            request, _("The account is made. We sent %(user)s a link to set a password.") % {"user": made}
        )
        return made

    @admin.display(description=_l("Name"))
    def name_(self, user: User) -> SafeString:
        """Return name and address."""
        return format_html("<span>{}<small>{}</small></span>", user.name or user.email, user.email)

    @admin.display(description=_l("Roles"))
    def roles_(self, user: User) -> str:
        """Return the roles in words."""
        held = {group.name for group in user.groups.all()}
        names = [str(role.label) for role in Role if role.value in held]
        return ", ".join([*names, *([_("Superuser")] if user.is_superuser else [])]) or _("None")

    @admin.display(description=_l("Second step"))
    def factor_(self, user: Any) -> SafeString:
        """Return whether there is a second step."""
        return badge(_("Set up"), "", "active") if user.secured else badge(_("None yet"), "", "off")

    @admin.display(description=_l("Last sign-in"))
    def last_(self, user: User) -> str:
        """Return when the account last signed in."""
        return (
            date_format(timezone.localtime(user.last_login), "j M Y, H:i") if user.last_login else _("Never")
        )

    @admin.display(description=_l("State"))
    def state_(self, user: User) -> SafeString:
        """Return whether the account is open."""
        return badge(_("Open"), "plain", "active") if user.is_active else badge(_("Closed"), "", "closed")
