"""Forms of sign-in where allauth's own would let something through."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class PasskeySignInForm(LoginWebAuthnForm):  # type: ignore[misc]
    """Sign-in by passkey alone: only when the device has checked its owner (PIN, fingerprint, face).

    allauth asks the browser for that, but believes the session about what was asked: an answer to a question
    of the second step would pass without. So the answer itself is read.
    """

    def clean_credential(self) -> Authenticator:
        """Return the factor; raises ValidationError when the owner was not checked."""
        answer = auth.parse_authentication_response(self.cleaned_data["credential"])
        if not answer.response.authenticator_data.is_user_verified():
            raise ValidationError(_("Your device did not check that it is you. Use your password instead."))
        factor: Authenticator = super().clean_credential()
        return factor


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey or a security key, with a name of one's own."""

    name = forms.CharField(
        label=_("Name of the key"),
        required=False,
        max_length=60,
        help_text=_("So that you can tell your keys apart."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].label = _("Also sign in with it, without a password")
        self.fields["passwordless"].help_text = _(
            "The key must then ask for a PIN, a fingerprint or your face."
        )
