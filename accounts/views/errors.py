"""Pages for requests that cannot be served."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Say what to do when the form's token did not fit."""
    return render(request, "errors/csrf.html", status=403)
