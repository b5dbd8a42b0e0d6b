"""Small pages of the site: contact, health, security.txt."""

from datetime import timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.profile import active_profile

SECURITY_TXT_DAYS = 180


@require_safe
def contact(request: HttpRequest) -> HttpResponseBase:
    """Show the mailboxes and addresses of the profile."""
    profile = active_profile()
    officer = profile.identity.dpo
    mailbox = profile.mailbox(officer.mailbox) if officer and officer.name else None
    return render(request, "public/contact.html", {"officer": officer, "officer_mailbox": mailbox})


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponseBase:
    """Say whether this process can serve: 200, or 503 when the database does not answer. No more is told."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database unreachable"}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
def security_txt(request: HttpRequest) -> HttpResponseBase:
    """Return whom to tell about a weakness (RFC 9116)."""
    profile = active_profile()
    mailbox = profile.mailbox(profile.security.incident_mailbox)
    expires = (timezone.now() + timedelta(days=SECURITY_TXT_DAYS)).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: mailto:{mailbox.address}",
        f"Expires: {expires}",
        f"Canonical: {request.build_absolute_uri(request.path)}",
        f"Preferred-Languages: {', '.join(profile.languages.offered)}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
