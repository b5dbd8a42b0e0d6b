"""Who calls, as far as the network tells."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Return the visitor's network address, believing only as many proxies as TRUSTED_PROXY_COUNT says."""
    trusted: int = settings.TRUSTED_PROXY_COUNT
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    address = hops[-trusted] if 0 < trusted <= len(hops) else request.META.get("REMOTE_ADDR", "")
    try:
        validate_ipv46_address(address)
    except ValidationError:
        return ""
    return str(address)
