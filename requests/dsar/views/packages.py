"""The package of a signed-in person: what is in it, the download, and what to do when a link ended."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.services import stepup
from dsar.enums import PackageStatus
from dsar.models import Package
from dsar.rules.transitions import NotAllowed
from dsar.services import delivery
from dsar.views.cards import is_open_to_download
from dsar.views.people import (
    PersonRequest,
    View,
    actor_of,
    address_of,
    now_and_today,
    person_required,
    private,
)

GONE = {"expired": 410, "revoked": 410, "limit": 410}
RENEWABLE = {"expired"}


@person_required
@require_safe
def show(request: PersonRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Show what a package holds and the button to take it; asks for the password first."""
    package = own_package(request, pk)
    if package is None:
        return refused(request, "unknown")
    now, _today = now_and_today()
    if not is_open_to_download(package, now=now):
        reason = "revoked" if package.status == PackageStatus.REVOKED else "expired"
        return refused(request, reason, package=package)
    return _show_confirmed(request, package)


def _show(request: PersonRequest, package: Package) -> HttpResponse:
    page = {"nav": "requests", "package": package, "case": package.case, "rows": rows_of(package)}
    return private(render(request, "dashboard/package.html", page))


_show_confirmed: View = stepup.step_up_required(_show)


@person_required
@require_POST
def download(request: PersonRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Stream the package. Every attempt is logged by the service, the refused ones too."""
    now, _today = now_and_today()
    try:
        stream = delivery.open_download(
            package_id=pk,
            user=request.user,
            stepped_up=stepup.is_stepped_up(request),
            now=now,
            address=address_of(request),
        )
    except delivery.DownloadRefused as refusal:
        if refusal.reason == "step_up":
            return redirect("package", pk)
        return refused(request, refusal.reason, package=own_package(request, pk), sentence=refusal.sentence)
    return as_file(stream, Package.objects.select_related("case").get(pk=pk))


@person_required
@require_POST
def renew(request: PersonRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Open the link of one's own package again."""
    package = own_package(request, pk)
    if package is None:
        return refused(request, "unknown")
    now, _today = now_and_today()
    try:
        delivery.renew(package=package, actor=actor_of(request), now=now)
    except NotAllowed as refusal:
        return refused(request, "gone", package=package, sentence=str(refusal))
    messages.success(request, _("The link works again. We have sent you an e-mail about it."))
    return redirect("package", pk)


def own_package(request: PersonRequest, pk: uuid.UUID) -> Package | None:
    """Return a package of the signed-in person that was released once, else None."""
    found = Package.objects.select_related("case", "case__subject").filter(
        pk=pk, case__subject__user=request.user, released_at__isnull=False
    )
    return found.first()


def rows_of(package: Package) -> int:
    """Return how many rows the package holds."""
    return sum(count for count in package.contents.values() if isinstance(count, int))


def as_file(stream: object, package: Package) -> StreamingHttpResponse:
    """Return a package as an attachment with a harmless name."""
    response = StreamingHttpResponse(stream, content_type="application/zip")  # type: ignore[arg-type]
    response["Content-Disposition"] = f'attachment; filename="{package.case.reference}.zip"'
    if package.size:
        response["Content-Length"] = str(package.size)
    private(response)  # type: ignore[arg-type]
    return response


def refused(
    request: HttpRequest, reason: str, *, package: Package | None = None, sentence: str = ""
) -> HttpResponseBase:
    """Say what happened to a download and what to do now. Another person's package looks like none at all."""
    page = {
        "nav": "requests",
        "reason": reason if package else "unknown",
        "package": package,
        "sentence": sentence,
        "can_renew": reason in RENEWABLE,
    }
    status = GONE.get(reason, 403) if package else 404
    return private(render(request, "dashboard/package_refused.html", page, status=status))
