"""Template tags of the sign-in pages."""

from typing import Any

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()


@register.inclusion_tag("account/parts/field.html")
def field(
    bound: BoundField, label: str = "", hint: str | SafeString = "", kind: str = "", **attrs: Any
) -> dict[str, Any]:
    """Draw one field with label, hint and error, tied together for screen readers.

    `kind` is a class of the input; `attrs` are its attributes, with _ for -. A placeholder is never shown: it
    vanishes while one types.
    """
    widget = bound.field.widget
    widget.attrs.pop("placeholder", None)
    bound.help_text = hint
    bound.field.help_text = hint
    given = {name.replace("_", "-"): value for name, value in attrs.items()}
    if kind:
        given["class"] = kind
    return {
        "field": bound,
        "label": label or bound.label,
        "hint": hint,
        "input": bound.as_widget(attrs=given),
    }


@register.filter
def grouped(text: str) -> str:
    """Return a secret in groups of four, to be typed."""
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))
