"""Review of a package: values about other people, decided one by one or by place."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from dsar.admin import case_acts, forms, workspace
from dsar.models import Case, Package, Redaction
from dsar.rules.transitions import NotAllowed
from dsar.services import delivery

PER_PAGE = 40


def context(package: Package | None, request: HttpRequest) -> dict[str, Any]:
    """Return the package with its values about other people: undecided ones first, grouped by place."""
    if package is None:
        return {"package": None}
    rows = package.redactions.select_related("decided_by")
    wanted = request.GET.get("place", "")
    if wanted:
        collection, _dot, field = wanted.rpartition(".")
        rows = rows.filter(collection=collection, field=field)
    ordered = rows.order_by("decided_at", "collection", "field", "pk")
    return {
        "package": package,
        "places": _places(package),
        "page": Paginator(ordered, PER_PAGE).get_page(request.GET.get("page")),
        "wanted": wanted,
        "contents": sorted((package.contents or {}).items()),
        "downloads": package.downloads.select_related("user")[:20],
        "undecided": package.redactions.filter(release=None).count(),
    }


def _places(package: Package) -> list[dict[str, Any]]:
    counted = package.redactions.values("collection", "field").annotate(
        n=Count("pk"), open=Count("pk", filter=Q(release=None)), out=Count("pk", filter=Q(release=True))
    )
    return [dict(place) for place in counted.order_by("collection", "field")]


def decide(request: HttpRequest, case: Case, package: Package) -> HttpResponse:
    """Decide about one value, one place, or all that are undecided."""
    if not request.user.has_perm("dsar.change_redaction"):
        raise PermissionDenied
    assert isinstance(request.user, User)
    form = forms.RedactionForm(request.POST, obj=case, user=request.user)
    back = f"{reverse('admin:dsar_case_review', args=[case.pk])}?{request.GET.urlencode()}"
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return HttpResponseRedirect(back)
    try:
        n = _decided(request, package, form.cleaned_data)
    except NotAllowed as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(back)
    messages.success(request, ngettext("%(n)s value decided.", "%(n)s values decided.", n) % {"n": n})
    return HttpResponseRedirect(back)


def _decided(request: HttpRequest, package: Package, data: dict[str, Any]) -> int:
    how = {"release": data["release"], "reason": data["reason"], **case_acts.by(request)}
    if data.get("redaction"):
        redaction = Redaction.objects.filter(pk=data["redaction"], package=package).first()
        if redaction is None:
            raise NotAllowed(_("This value is not in the package any more."))
        delivery.decide_redaction(redaction=redaction, **how)
        return 1
    return int(
        delivery.decide_redactions(
            package=package, collection=data.get("collection", ""), field=data.get("field", ""), **how
        )
    )


def package_of(case: Case) -> Package | None:
    """Return the package to review."""
    return workspace.live_package(case)
