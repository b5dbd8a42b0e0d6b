"""Ending a linked account: what it means, said before it happens, and how far it is."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config.sentences import shown
from dsar.enums import Channel
from dsar.models import PlatformDeletion
from dsar.rules.transitions import NotAllowed
from dsar.services import codes, disconnecting, platform_letters, subjects
from dsar.services.deletion_states import ORDER, stages_of
from dsar.views.people import PersonRequest, actor_of, now_and_today, person_required, private
from platforms import registry
from platforms.enums import ConnectionStatus, RevocationOutcome, Trigger
from platforms.models import Connection, Disconnection
from platforms.services import naming, revoking, terms

SOON = 5
"""Seconds until a page about something that is going on is read again."""


def _own(request: PersonRequest, pk: uuid.UUID) -> Connection:
    found = Connection.objects.of(subjects.subject_for(request.user)).filter(pk=pk).first()
    if found is None:
        raise Http404("No such account.")
    return found


@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def connection_disconnect(request: PersonRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Say what happens, then do it. A click elsewhere (no `confirmed`) leads here first."""
    connection = _own(request, pk)
    now, _today = now_and_today()
    if connection.status in (ConnectionStatus.REVOKING, ConnectionStatus.ENDED):
        return redirect("connection_disconnecting", connection.pk)
    if request.method == "POST":
        if "confirmed" not in request.POST:
            return redirect("connection_disconnect", connection.pk)
        return _end(request, connection)
    entry = registry.current(connection.platform)
    due, why = terms.due_at(platform=connection.platform, trigger=Trigger.USER_DISCONNECT, clock_from=now)
    page = {
        "nav": "connections", "connection": connection, "name": naming.name_of(entry.key), "due": due,
        "reasons": [shown(one.get("m", ""), one) for one in why],
        "by_hand": bool(entry.revocation and entry.revocation.mode == "manual"),
        "revoke_page": platform_letters.revoke_page(entry),
        "others": [naming.name_of(one.platform) for one in revoking.same_grant(connection)],
    }  # fmt: skip
    return private(render(request, "dashboard/disconnect.html", page))


def _end(request: PersonRequest, connection: Connection) -> HttpResponseBase:
    now, _today = now_and_today()
    try:
        disconnecting.disconnect(
            connection=connection, trigger=Trigger.USER_DISCONNECT, channel=Channel.DASHBOARD,
            received_at=now, actor=actor_of(request), now=now,
        )  # fmt: skip
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("connection_disconnect", connection.pk)
    return redirect("connection_disconnecting", connection.pk)


@person_required
@require_safe
def connection_disconnecting(request: PersonRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Show how far the end of an account is. The page reads itself again while something is going on."""
    connection = _own(request, pk)
    job = connection.disconnections.order_by("-made_at").first()
    if job is None:
        return redirect("connection_disconnect", connection.pk)
    row = PlatformDeletion.objects.filter(disconnection=job).select_related("case").first()
    entry = registry.current(connection.platform)
    page: dict[str, Any] = {
        "nav": "connections", "connection": connection, "name": naming.name_of(entry.key), "job": job,
        "stages": stages_of(job), "case": row.case if row else None,
        "code": codes.code_of(row.case) if row else "", "outcome": outcome_words(job),
        "by_hand": job.outcome == RevocationOutcome.MANUAL_REQUIRED,
        "revoke_page": platform_letters.revoke_page(entry),
        "reasons": [shown(one.get("m", ""), one) for one in job.due_why],
    }  # fmt: skip
    response = private(render(request, "dashboard/disconnecting.html", page))
    if job.completed_at is None and job.stage in ORDER[:3] and not job.outcome_at:
        response["Refresh"] = str(SOON)
    return response


def outcome_words(job: Disconnection) -> str:
    """Return what became of our access, in a sentence; empty while nobody knows."""
    words: dict[str, str] = {
        RevocationOutcome.REVOKED: _("The platform was told, and our access is revoked."),
        RevocationOutcome.ALREADY_GONE: _("Our access at the platform had ended before."),
        RevocationOutcome.MANUAL_REQUIRED: _(
            "We cannot end our access there ourselves. We destroyed the key to your account that we held."
        ),
        RevocationOutcome.FAILED_RETRYING: _(
            "The platform does not answer properly. We destroyed the key to your account and tell it again."
        ),
    }
    return words.get(job.outcome, "")
