"""Which sessions a person has open, so that they can end them."""

from django.conf import settings
from django.db import models

from accounts.querysets import OpenSessionQuerySet


class OpenSession(models.Model):
    """One signed-in browser. Goes with its session; holds no address and no full browser identification."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="open_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField()
    device = models.CharField(max_length=60, blank=True, help_text="Browser and system in two words")

    objects = OpenSessionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.device or 'Unknown browser'} since {self.started_at:%Y-%m-%d %H:%M}"
