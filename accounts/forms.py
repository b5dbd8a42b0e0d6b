"""Forms of sign-in where allauth's own would let something through, or fall over nonsense."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rules.preferences import zones
from accounts.services import preferences
from config.profile import active_profile


class SoundAnswer(forms.Form):
    """A key's answer is read before allauth works with it: a damaged one is refused, not a server error."""

    def parsed(self, answer: Any) -> Any:
        """Return the parsed answer; raises ValidationError when it is none."""
        try:
            return auth.parse_authentication_response(answer)
        except (KeyError, AttributeError, IndexError):
            raise get_adapter().validation_error("incorrect_code") from None

    def clean_credential(self) -> Authenticator:
        """Return the factor that answered."""
        self.parsed(self.cleaned_data["credential"])
        factor: Authenticator = super().clean_credential()  # type: ignore[misc]
        return factor


class KeyStepForm(SoundAnswer, AuthenticateWebAuthnForm):
    """A key as the second step of signing in."""


class KeyProofForm(SoundAnswer, ReauthenticateWebAuthnForm):
    """A key as a fresh proof."""


class PasskeySignInForm(SoundAnswer, LoginWebAuthnForm):
    """Sign-in by passkey alone: only when the device has checked its owner (PIN, fingerprint, face).

    allauth asks the browser for that, but believes the session about what was asked: an answer to a question
    of the second step would pass without. So the answer itself is read.
    """

    def parsed(self, answer: Any) -> Any:
        """Return the parsed answer; raises ValidationError when the owner was not checked."""
        found = super().parsed(answer)
        if not found.response.authenticator_data.is_user_verified():
            raise ValidationError(_("Your device did not check that it is you. Use your password instead."))
        return found


class AddKeyForm(AddWebAuthnForm):
    """A passkey or a security key, with a name of one's own."""

    name = forms.CharField(required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].label = _("Also sign in with it, without a password")
        self.fields["passwordless"].help_text = _(
            "The key must then ask for a PIN, a fingerprint or your face."
        )

    def clean_credential(self) -> Any:
        """Return the answer unchanged; raises ValidationError when it is damaged."""
        answer = self.cleaned_data["credential"]
        try:
            auth.parse_registration_response(answer)
        except (KeyError, ValueError, AttributeError, IndexError):
            raise get_adapter().validation_error("incorrect_code") from None
        return answer


class PreferencesForm(forms.Form):
    """Language and time zone. Staff all work in the company's zone."""

    language = forms.ChoiceField(label=_("Language"))
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen, zone = self.fields["language"], self.fields["time_zone"]
        assert isinstance(chosen, forms.ChoiceField)
        assert isinstance(zone, forms.ChoiceField)
        chosen.choices = preferences.languages()
        self.initial.update(language=get_language(), time_zone=user.time_zone)
        own = active_profile().clocks.zone
        zone.choices = [("", _("The company's: %(zone)s") % {"zone": own}), *((z, z) for z in zones())]
        if user.is_staff:
            del self.fields["time_zone"]
