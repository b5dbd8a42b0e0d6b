"""The one outgoing HTTP client: time-outs, no redirects, and no way into private networks (design,
section 6).
"""

import ipaddress
import socket
from typing import Any

import httpx
from django.conf import settings

TIMEOUT_SECONDS = 20.0
CONNECT_SECONDS = 5.0


class BlockedAddress(httpx.RequestError):
    """The host resolves to an address that the portal must not call."""


def _allowed(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    if ip.is_loopback or ip.is_private:
        return bool(settings.HTTP_ALLOW_PRIVATE) and not ip.is_link_local
    return ip.is_global and not ip.is_multicast


def resolve(host: str, port: int) -> str:
    """Return one address of `host` that may be called.

    Raises BlockedAddress when any of its addresses is private, loopback, link-local or reserved.
    """
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except socket.gaierror as fault:
        raise httpx.ConnectError(f"The host {host} cannot be found: {fault.strerror}.") from fault
    refused = sorted(a for a in found if not _allowed(a))
    if refused:
        raise BlockedAddress(f"The host {host} leads to {refused[0]}, which is not a public address.")
    return min(found)


class GuardedTransport(httpx.HTTPTransport):
    """Resolves once, checks, and connects to exactly the address that was checked."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request to the pinned address; TLS and Host still name the host."""
        host, port = request.url.host, request.url.port or (443 if request.url.scheme == "https" else 80)
        address = resolve(host, port)
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=address)
        return super().handle_request(request)


def client(**options: Any) -> httpx.Client:
    """Return a client for one piece of work; close it, or use it as a context manager."""
    timeout = httpx.Timeout(TIMEOUT_SECONDS, connect=CONNECT_SECONDS)
    return httpx.Client(
        transport=options.pop("transport", None) or GuardedTransport(retries=0),
        timeout=options.pop("timeout", timeout),
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": "privacy-portal/1"},
        **options,
    )
