"""My connections: linked accounts, what they are for, and the way to a platform and back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config.profile import active_profile
from dsar.forms.connections import ConnectForm
from dsar.services import subjects
from dsar.views.people import PersonRequest, actor_of, now_and_today, person_required, private
from platforms import registry
from platforms.enums import ConnectionStatus
from platforms.models import Connection
from platforms.querysets import LIVING
from platforms.registry import Entry
from platforms.rules import grants, spoken
from platforms.services import oauth
from platforms.services.oauth import asking

ATTEMPTS = "connecting"
MOST_ATTEMPTS = 5
# Read while the person looks and never stored; a profile declares only what is stored.
LIVE = "none_live_only"
CURRENT = (
    ConnectionStatus.ACTIVE,
    ConnectionStatus.HELD,
    ConnectionStatus.EXPIRED,
    ConnectionStatus.REVOKING,
)


@dataclass(frozen=True)
class Stopped:
    """A feature that does not work, and what its owner would have to allow."""

    feature: str
    needs: list[str]


@dataclass(frozen=True)
class Linked:
    """One linked account as its owner sees it."""

    row: Connection
    name: str
    features: list[str]
    permissions: list[str]
    stopped: list[Stopped]
    revoke_page: str
    disconnect_url: str
    can_connect: bool


@dataclass(frozen=True)
class Offer:
    """A platform that can be connected."""

    key: str
    name: str
    features: list[str] = field(default_factory=list)


@person_required
@require_safe
def listing(request: PersonRequest) -> HttpResponseBase:
    """Show the linked accounts of the person, and what can be linked."""
    rows = list(Connection.objects.of(subjects.subject_for(request.user)))
    entries = {entry.key: entry for entry in registry.entries()}
    linked = [linked_of(row, entries[row.platform]) for row in rows if row.platform in entries]
    page = {
        "nav": "connections",
        "linked": [one for one in linked if one.row.status != ConnectionStatus.ENDED],
        "ended": [one for one in linked if one.row.status == ConnectionStatus.ENDED],
        "offers": list(offers(entries)),
    }
    return private(render(request, "dashboard/connections.html", page))


def offers(entries: Mapping[str, Entry]) -> Iterable[Offer]:
    """Yield the platforms of the profile that can be connected."""
    for declared in active_profile().platforms:
        if declared.enabled and declared.key in entries:
            words = [spoken.feature_words(name) for name in declared.features if name != grants.CONNECT]
            yield Offer(declared.key, declared.label, words)


def declared_of(key: str) -> Any:
    """Return the profile's entry of a platform, or None."""
    return next((one for one in active_profile().platforms if one.key == key and one.enabled), None)


def linked_of(row: Connection, entry: Entry) -> Linked:
    """Return what the page shows of a connection."""
    granted = [scope.scope for scope in row.scopes.all() if scope.ended_at is None]
    declared = declared_of(row.platform)
    return Linked(
        row=row,
        name=declared.label if declared else entry.name,
        features=[spoken.feature_words(name) for name in row.features],
        permissions=spoken.scopes_words(granted),
        stopped=list(stopped_of(row, entry, granted, declared)),
        revoke_page=entry.legal.user_revoke_page or "",
        disconnect_url=disconnect_url(row),
        can_connect=declared is not None,
    )


def stopped_of(row: Connection, entry: Entry, granted: list[str], declared: Any) -> Iterable[Stopped]:
    """Yield what does not work for want of a permission; nothing where we never knew what is granted."""
    if declared is None or row.status not in LIVING or not row.scopes.all():
        return
    for name, scopes in grants.stopped(entry, row.features, granted, declared.scopes).items():
        yield Stopped(spoken.feature_words(name), spoken.scopes_words(scopes))


def disconnect_url(row: Connection) -> str:
    """Return where the button leads, or nothing while nothing can be disconnected."""
    if row.status in (ConnectionStatus.REVOKING, ConnectionStatus.ENDED):
        return ""
    try:
        return reverse("connection_disconnect", args=[row.pk])
    except NoReverseMatch:
        return ""


@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: PersonRequest, platform: str) -> HttpResponseBase:
    """Say what will be read, why and how long it is kept; then lead to the platform.

    The last step is a link, not an answer to the form: the site's policy lets forms go nowhere else.
    """
    try:
        entry, declared = asking.offered(platform)
    except oauth.OAuthRefused:
        raise Http404("This platform cannot be connected.") from None
    names = [name for name in declared.features if name in entry.features and name != grants.CONNECT]
    posted = request.POST if request.method == "POST" else None
    form = ConnectForm(posted, features=names, matching=asking.needs_matching(entry))
    page = {
        "nav": "connections", "form": form, "entry": entry, "name": declared.label,
        "host": asking.host_of(entry),
        "elements": [
            (spoken.element_words(one), spoken.kept_words(one))
            for one in entry.data_elements if one.key in declared.fields or one.storage == LIVE
        ],
        "revoke_page": entry.legal.user_revoke_page or "",
    }  # fmt: skip
    if posted is not None and form.is_valid():
        return _leave(request, entry, form.cleaned_data, page)
    status = 422 if form.errors else 200
    return private(render(request, "dashboard/connect.html", page, status=status))


def _leave(
    request: PersonRequest, entry: Entry, wish: Mapping[str, Any], page: dict[str, Any]
) -> HttpResponse:
    now, _today = now_and_today()
    try:
        started = oauth.begin(
            subject=subjects.subject_for(request.user), platform=entry.key, features=wish["features"],
            matching_agreed=wish.get("matching", False), actor=actor_of(request), now=now,
        )  # fmt: skip
    except oauth.OAuthRefused as refused:
        page["form"].add_error(None, str(refused))
        return private(render(request, "dashboard/connect.html", page, status=409))
    known: list[str] = request.session.get(ATTEMPTS, [])
    request.session[ATTEMPTS] = [*known, str(started.attempt.pk)][-MOST_ATTEMPTS:]
    page |= {"url": started.url, "permissions": spoken.scopes_words(started.attempt.scopes)}
    return private(render(request, "dashboard/connect_go.html", page))


@person_required
@require_safe
def callback(request: PersonRequest, platform: str) -> HttpResponseBase:
    """Take a person back in from a platform."""
    now, _today = now_and_today()
    try:
        done = oauth.finish(
            subject=subjects.subject_for(request.user), attempts=request.session.get(ATTEMPTS, []),
            platform=platform, query=request.GET.dict(), actor=actor_of(request), now=now,
        )  # fmt: skip
    except oauth.OAuthRefused as refused:
        messages.error(request, _with_page(refused))
        return private(redirect("connections"))
    if done.missing:
        messages.warning(
            request, _("Connected. You did not allow everything, so a part of it will not work.")
        )
    else:
        messages.success(request, _("Connected."))
    return private(redirect("connections"))


def _with_page(refused: oauth.OAuthRefused) -> str:
    """Return the sentence, with the platform's own page as a link where it speaks of one."""
    if not refused.page:
        return str(refused)
    shown = refused.page.removeprefix("https://")
    return format_html('{} <a href="{}" rel="noopener noreferrer">{}</a>', refused, refused.page, shown)
