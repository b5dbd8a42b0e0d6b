"""People in front of their pages: clients that are signed in, and the moment they gave their password."""

import time

from django.test import Client

from accounts.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(user: User, *, proved: bool = True, enforce_csrf_checks: bool = False) -> Client:
    """Return a client of a person; `proved=False`: the password was given an hour ago."""
    client = Client(enforce_csrf_checks=enforce_csrf_checks)
    client.force_login(user, backend=BACKEND)
    session = client.session
    at = time.time() - (0 if proved else 3600)
    session["account_authentication_methods"] = [{"method": "password", "at": at}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def text_of(response: object) -> str:
    """Return the text of an answer with blanks made single: line breaks of templates do not matter."""
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]
