"""A request being written: kept in the session, encrypted, until it is sent or the session ends."""

import hashlib
import json
import logging
from typing import Any

from django.core.cache import cache

from config import crypto
from dsar.views.people import PersonRequest

KEY = "request_draft"
TWICE_WITHIN = 60  # seconds
logger = logging.getLogger(__name__)


def load(request: PersonRequest) -> dict[str, Any]:
    """Return what was filled in so far; empty when there is nothing or its key is gone."""
    stored = request.session.get(KEY)
    if not stored:
        return {}
    try:
        draft: dict[str, Any] = json.loads(crypto.decrypt(stored, aad=_place(request)))
    except crypto.DecryptionFailed:
        logger.warning("A half-written request could not be decrypted: its key has left the key ring.")
        return {}
    return draft


def keep(request: PersonRequest, **answers: Any) -> None:
    """Add answers to the draft."""
    draft = load(request) | answers
    request.session[KEY] = crypto.encrypt(json.dumps(draft).encode(), aad=_place(request))


def claim(request: PersonRequest) -> bool:
    """Take the draft for sending; False when a click a moment ago took the very same one."""
    mark = hashlib.sha256(str(request.session.get(KEY)).encode()).hexdigest()
    return bool(cache.add(f"draft-sent:{mark}", 1, timeout=TWICE_WITHIN))


def drop(request: PersonRequest) -> None:
    """Forget the draft."""
    request.session.pop(KEY, None)


def _place(request: PersonRequest) -> str:
    """Return what binds a draft to its writer, so that it cannot be read from another session."""
    return f"request-draft:{request.user.pk}"
