"""QR codes drawn as one SVG path, coloured by the style sheet."""

import qrcode
from django.utils.html import format_html
from django.utils.safestring import SafeString

QUIET = 4


def svg(text: str, *, label: str) -> SafeString:
    """Return an SVG image of `text`; `label` is what a screen reader says."""
    code = qrcode.QRCode(border=0)
    code.add_data(text)
    code.make(fit=True)
    cells = code.get_matrix()
    size = len(cells) + 2 * QUIET
    dark = [(x + QUIET, y + QUIET) for y, row in enumerate(cells) for x, on in enumerate(row) if on]
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}"><rect class="qr-bg" width="{}" height="{}"/>'
        '<path class="qr-fg" d="{}"/></svg>',
        size, size, label, size, size, "".join(f"M{x} {y}h1v1h-1z" for x, y in dark),
    )  # fmt: skip
