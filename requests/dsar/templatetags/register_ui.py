"""Template tags of registers and reports. Pure presentation, no queries."""

from django import template
from django.utils.safestring import SafeString

from accounts.templatetags.portal_ui import icon
from dsar.services.registers.showing import figure

register = template.Library()
SIGNS = {"danger": "alert", "warn": "flag", "info": "info", "ok": "check"}


@register.simple_tag
def finding_icon(tone: str) -> SafeString:
    """Return the sign of a finding's tone."""
    return icon(SIGNS.get(tone, "info"))


@register.simple_tag
def register_figure(value: float | None) -> str:
    """Return a figure with thousands parted; a dash for none."""
    return figure(value)
