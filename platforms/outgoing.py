"""Calls to platforms and processors: the guarded client, and the one place where a local stand-in is put in.

`PLATFORM_FAKES_URL` is empty in production (a system check refuses it there). Where it is set,
`https://HOST/path` becomes `PLATFORM_FAKES_URL/HOST/path`.
"""

from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings

from config import http


def url(real: str) -> str:
    """Return the address to call for a platform's own address."""
    if not settings.PLATFORM_FAKES_URL:
        return real
    parts = urlsplit(real)
    query = f"?{parts.query}" if parts.query else ""
    return f"{settings.PLATFORM_FAKES_URL.rstrip('/')}/{parts.netloc}{parts.path}{query}"


def client(**options: Any) -> httpx.Client:
    """Return a client for one piece of work with a platform; close it, or use it as a context manager."""
    return http.client(**options)
