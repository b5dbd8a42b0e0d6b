"""The one outgoing HTTP client: time-outs, no redirects, and no way into private networks (design, 6)."""

import ipaddress
import socket
import ssl
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import httpcore
import httpx
from django.conf import settings

TIMEOUT_SECONDS = 20.0
CONNECT_SECONDS = 5.0
# IPv6 addresses that stand for an IPv4 address: through a translator they lead where that one leads.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class BlockedAddress(httpx.RequestError):
    """The host resolves to an address that the portal must not call."""


def _meant(address: str) -> Iterator[Address]:
    """Yield an address and the IPv4 addresses hidden in it (mapped, 6to4, Teredo, NAT64)."""
    ip = ipaddress.ip_address(address)
    yield ip
    if isinstance(ip, ipaddress.IPv6Address):
        hidden = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
        if ip in NAT64:
            hidden.append(ipaddress.IPv4Address(ip.packed[-4:]))
        yield from filter(None, hidden)


def _allowed(ip: Address) -> bool:
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return False
    if ip.is_loopback or ip.is_private:
        return bool(settings.HTTP_ALLOW_PRIVATE)
    return ip.is_global


def addresses(host: str, port: int) -> list[str]:
    """Return the addresses of `host` that may be called, IPv4 first.

    Raises BlockedAddress when any of its addresses is private, loopback, link-local or reserved, and
    httpx.ConnectError when the host is not known.
    """
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (socket.gaierror, UnicodeError) as fault:
        raise httpx.ConnectError(f"The host {host} cannot be found.") from fault
    plain = {address: address.partition("%")[0] for address in found}
    refused = sorted(a for a, bare in plain.items() if not all(map(_allowed, _meant(bare))))
    if refused:
        raise BlockedAddress(f"The host {host} leads to {refused[0]}, which is not a public address.")
    return sorted(found, key=lambda address: (":" in address, address))


class PinnedBackend(httpcore.SyncBackend):
    """Resolves a host once, checks every address, and connects to exactly one that was checked.

    TLS, Host header and connection pool go on knowing the host by its name.
    """

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        """Open a connection; raises BlockedAddress, httpx.ConnectError or httpcore's own errors."""
        *others, last = addresses(host, port)
        for address in others:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return super().connect_tcp(last, port, timeout, local_address, socket_options)


@lru_cache(maxsize=1)
def _authorities() -> ssl.SSLContext:
    """Return whom we believe about certificates; read once, because reading takes longer than a call."""
    return httpx.create_ssl_context(trust_env=False)


class GuardedTransport(httpx.HTTPTransport):
    """httpx's transport with the pinned backend below it, without proxies and without retries."""

    def __init__(self) -> None:
        super().__init__(verify=_authorities(), trust_env=False)
        self._pool = httpcore.ConnectionPool(ssl_context=_authorities(), network_backend=PinnedBackend())


def client(**options: Any) -> httpx.Client:
    """Return a client for one piece of work; close it, or use it as a context manager."""
    timeout = httpx.Timeout(TIMEOUT_SECONDS, connect=CONNECT_SECONDS)
    return httpx.Client(
        transport=options.pop("transport", None) or GuardedTransport(),
        timeout=options.pop("timeout", timeout),
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": "privacy-portal/1"} | options.pop("headers", {}),
        **options,
    )
