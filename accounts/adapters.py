"""The one place where allauth is extended."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context as allauth_context
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.utils import build_absolute_uri
from django.forms import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import factor_secrets, gate, signin, stepup
from accounts.views import qr
from config.profile import active_profile


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in of people and staff."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
        "incorrect_password": _("That is not your password."),
        "enter_current_password": _("That is not your current password."),
        "incorrect_code": _("That code is wrong, was used before, or has run out. Type the one shown now."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again."),
        "rate_limited": _("Too many tries. Wait a few minutes, then try again."),
        "account_inactive": _("This account is closed. Ask a colleague who looks after staff accounts."),
    }

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, and tell the gate which factor was used, if any."""
        records = get_authentication_records(request, user)
        super().login(request, user)
        gate.open_with_records(request, records)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try; one too many is refused, and written down like any failure."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._failed(request, credentials, "too_many_tries")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write a failed password down."""
        self._failed(request, credentials, "password")

    def _failed(self, request: HttpRequest, credentials: dict[str, Any], reason: str) -> None:
        signin.failed(email=credentials.get("email", ""), address=self.get_client_ip(request), reason=reason)

    def is_reauthentication_required(self, *, app: str, **_kwargs: Any) -> bool:
        """Ask again only when the last proof is old: never straight after sign-in or enrolment.

        allauth's own memory also counts a password given before the second factor existed. We do not.
        """
        request = allauth_context.request
        if stepup.is_stepped_up(request):
            return False
        if request.user.is_authenticated:
            raise ReauthenticationRequired
        return bool(super().is_reauthentication_required(app=app))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Offer the second factor alone to those who have one: a stolen password must not be enough."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and is_mfa_enabled(user):
            return [method for method in methods if method["id"] != "reauthenticate"]
        return methods

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead staff to their desk and people to their page."""
        if request.user.is_staff:
            return reverse("admin:index")
        return str(super().get_login_redirect_url(request))

    def get_logout_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        """Lead back to the sign-in page."""
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        """Lead back to the page the form was reached from."""
        return reverse("mfa_index")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a letter of the sign-in; the profile gives the names in it."""
        ask_url = build_absolute_uri(allauth_context.request, reverse("public_request"))
        super().send_mail(
            template_prefix, email, {**context, "profile": active_profile(), "ask_url": ask_url}
        )


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are encrypted and bound to their owner (accounts.factor_secrets)."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "unverified_email": _("Confirm your e-mail address first: we sent you a link."),
        "add_email_blocked": _("Remove your second step first, then change the address, then add it again."),
    }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Return the name that is offered for a new key."""
        n = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Key %(n)s") % {"n": n}

    def get_totp_issuer(self) -> str:
        """Return the name that the authenticator app shows."""
        return f"{active_profile().identity.trade_name} privacy"

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code as SVG without a style of its own: the content policy lets it stand."""
        return qr.svg(url, label=gettext("Code to scan. The same secret as text follows."))

    def encrypt(self, text: str) -> str:
        """Mark a new secret.

        It is encrypted for its owner when the factor is stored, never written as it is.
        """
        return factor_secrets.unstored(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret; raises crypto.DecryptionFailed when it was moved from another account."""
        return factor_secrets.open_secret(encrypted_text)
