"""Who may do what: roles are groups, their permissions come from rules.ROLE_PERMISSIONS alone."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from accounts.rules import ROLE_PERMISSIONS
from accounts.services import audit


class RoleRefused(Exception):
    """The role cannot be granted or revoked; the message may be shown."""


def sync_roles() -> None:
    """Make the groups say exactly what the table says; runs after every migration and may be repeated."""
    known = {
        f"{app}.{code}": pk
        for pk, code, app in Permission.objects.values_list("pk", "codename", "content_type__app_label")
    }
    for role, permissions in ROLE_PERMISSIONS.items():
        group, _ = Group.objects.get_or_create(name=role.value)
        group.permissions.set(known[code] for code in permissions if code in known)


def _change(*, user: User, role: Role, actor: audit.Actor, add: bool) -> bool:
    if actor.user is not None and actor.user.pk == user.pk:
        raise RoleRefused(_("Nobody changes their own roles. Ask a colleague who may grant roles."))
    group = Group.objects.get(name=role.value)
    if user.groups.filter(pk=group.pk).exists() == add:
        return False
    (user.groups.add if add else user.groups.remove)(group)
    action = "role.granted" if add else "role.revoked"
    audit.record(actor=actor, action=action, obj=user, details={"role": role.value})
    return True


@transaction.atomic
def grant(*, user: User, role: Role, actor: audit.Actor) -> bool:
    """Give a staff role; returns whether it was new. Raises RoleRefused for oneself and for people."""
    if not user.is_staff:
        raise RoleRefused(
            _("%(email)s is not a staff account. Make a staff account for this person first.")
            % {"email": user.email}
        )
    return _change(user=user, role=role, actor=actor, add=True)


@transaction.atomic
def revoke(*, user: User, role: Role, actor: audit.Actor) -> bool:
    """Take a staff role away; returns whether it was held. Raises RoleRefused for oneself."""
    return _change(user=user, role=role, actor=actor, add=False)
