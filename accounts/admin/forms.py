"""What is asked before an act on a colleague's account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ActForm
from accounts.enums import ResetReason, Role

# Integration keys are not people: the role is given to keys only.
OFFERED = [(role.value, role.label) for role in Role if role is not Role.INTEGRATION]


class RolesForm(ActForm):
    """The roles a colleague shall have from now on."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=OFFERED, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.obj is not None:
            self.fields["roles"].initial = [role.value for role in self.obj.roles]


class ResetForm(ActForm):
    """Why the second step is removed."""

    reason = forms.ChoiceField(label=_("Why"), choices=ResetReason.choices, widget=forms.RadioSelect)


class NewStaffForm(RolesForm):
    """A new colleague."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, help_text=_("Of their work, used for nothing else here.")
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    field_order = ("name", "email", "roles")
