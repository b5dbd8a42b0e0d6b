"""Google's user deletion, and tokens for service accounts: the claim is checked like Google does."""

import base64
import json
import time
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from platforms.fakes.processors.books import KEYS, Asked, Books, Wrong

UPSERT = "/analytics/v3/userDeletion/userDeletionRequests:upsert"
SCOPE = "https://www.googleapis.com/auth/analytics.user.deletion"
TYPES = ("CLIENT_ID", "USER_ID", "APP_INSTANCE_ID")
BY_CLAIM = "ya29.fake-token-of-a-service-account"


def _wrong(status: int, word: str) -> Wrong:
    return Wrong(status, {"error": {"code": status, "status": word, "message": "ann@example.org"}})


def handle(books: Books, asked: Asked) -> tuple[int, Any]:
    """Take a deletion request; a repeated one is the same request."""
    if asked.bearer not in (KEYS["GOOGLE_ANALYTICS_DELETION_KEY"], BY_CLAIM):
        raise _wrong(401, "UNAUTHENTICATED")
    if asked.method != "POST" or asked.path != UPSERT or not asked.json:
        raise _wrong(404, "NOT_FOUND")
    who, sent = asked.sent.get("id", {}), asked.sent
    if sent.get("kind") != "analytics#userDeletionRequest" or who.get("type") not in TYPES:
        raise _wrong(400, "INVALID_ARGUMENT")
    if sent.get("propertyId") != KEYS["GOOGLE_ANALYTICS_PROPERTY"] or not who.get("userId"):
        raise _wrong(403, "PERMISSION_DENIED")
    made = datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    row = {**sent, "deletionRequestTime": made}
    books.deletions[who["type"], who["userId"]] = row
    return 200, row


def token(books: Books, asked: Asked) -> tuple[int, Any]:
    """Give a token for a claim signed by an account in the books."""
    head, body, signature = (_part(part) for part in str(asked.sent.get("assertion", "")).split("."))
    claims = json.loads(body)
    key = books.accounts.get(claims.get("iss"))
    signed = str(asked.sent["assertion"]).rpartition(".")[0].encode()
    try:
        if key is None or json.loads(head)["alg"] != "RS256":
            raise InvalidSignature
        key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise Wrong(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}) from None
    now = time.time()
    if claims["scope"] != SCOPE or claims["aud"] != "https://oauth2.googleapis.com/token":
        raise Wrong(400, {"error": "invalid_scope"})
    if not claims["iat"] <= now + 60 < claims["exp"] + 60 <= claims["iat"] + 3660:
        raise Wrong(400, {"error": "invalid_grant"})
    return 200, {"access_token": BY_CLAIM, "token_type": "Bearer", "expires_in": 3599}


def _part(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
