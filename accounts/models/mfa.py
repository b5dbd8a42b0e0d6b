"""The bridge from allauth's second factors to django-otp's gate."""

from allauth.mfa.models import Authenticator
from django.db import models
from django_otp.models import Device


class MfaDevice(Device):
    """A stored factor as a django-otp device. It goes with the factor, and admin access with it."""

    authenticator = models.OneToOneField(Authenticator, on_delete=models.CASCADE, related_name="device")

    class Meta(Device.Meta):
        verbose_name = "second factor"

    def verify_token(self, token: str) -> bool:  # noqa: ARG002
        """Refuse: codes are checked by allauth, which then tells the gate."""
        return False
