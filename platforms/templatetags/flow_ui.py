"""Template filters of the data-flow picture. Pure presentation, no queries."""

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext as _

from platforms.rules.flows import Arrow

register = template.Library()


@register.filter
def plus(value: int, more: int) -> int:
    """Return the sum of two coordinates."""
    return value + more


@register.filter
def place(country: str) -> str:
    """Return what stands above the processors of a country."""
    return _("In %(country)s") % {"country": country}


@register.filter
def page_of(link: str, links: Mapping[str, str]) -> str:
    """Return the address of a node's page, or nothing where the reader may not open it."""
    kind, _colon, key = link.partition(":")
    base = links.get(kind, "")
    return f"{base}{key}/change/" if base and key else ""


@register.filter
def said(arrow: Arrow) -> str:
    """Return an arrow in words: from whom to whom, what, by which mechanism, and what is missing."""
    parts = [f"{arrow.number}. {arrow.source.name} → {arrow.target.name}", ", ".join(arrow.categories)]
    parts += [arrow.mechanism, *(_("Missing: %(what)s") % {"what": what} for what in arrow.lacks)]
    return ". ".join(part.rstrip(".") for part in parts if part)
