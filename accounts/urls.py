"""URLs of sign-in that allauth does not have, or that we draw ourselves. Included before allauth's own."""

from django.urls import path

from accounts.views import preferences, security

urlpatterns = [
    # The same address and name as allauth's overview, which this page replaces.
    path("2fa/", security.security, name="mfa_index"),
    path("2fa/recovery-codes/kept/", security.codes_kept, name="recovery_codes_kept"),
    path("language/", preferences.switch_language, name="switch_language"),
    path("preferences/", preferences.own_preferences, name="preferences"),
    path("sessions/end/", security.end_sessions, name="end_sessions"),
]
