"""How each platform words a refusal, and the failures that tests order."""

import json
from typing import Any

from platforms.fakes.world import Refused, World

PRIVATE = "http://169.254.169.254/latest/meta-data/"
HANG_SECONDS = 60
GRAPH_KINDS = ("probe", "permissions", "revoke", "exchange", "refresh")


def worded(platform: str, kind: str, refused: Refused) -> tuple[int, Any]:
    """Return status and body of a refusal in the platform's own form."""
    if platform.startswith("meta_") and (kind in GRAPH_KINDS or platform == "meta_facebook"):
        number = int(refused.code) if refused.code.isdigit() else {"invalid_token": 190}.get(refused.code, 1)
        number = 100 if refused.code in ("invalid_grant", "invalid_request") else number
        fault = {"message": refused.why, "type": "OAuthException", "code": number, "fbtrace_id": "A"}
        return 400, {"error": fault}
    if platform == "meta_instagram":
        return 400, {"error_type": "OAuthException", "code": 400, "error_message": refused.why}
    # Reddit answers a wrong code, and TikTok most faults, with status 200 and an error in the body.
    quiet = platform in ("reddit", "tiktok") and refused.code in ("invalid_grant", "invalid_request")
    status = 200 if quiet and kind == "token" else refused.status
    return status, {"error": refused.code, "error_description": refused.why}


def ordered(world: World, platform: str, kind: str) -> tuple[int, Any, dict[str, str]] | None:
    """Return the failing answer that was ordered for this call: status, body, headers."""
    mode = world.ordered(platform, kind)
    if mode == "hang":
        world.stopping.wait(HANG_SECONDS)
    answers: dict[str, tuple[int, Any, dict[str, str]]] = {
        "500": (500, "<html>Internal Server Error</html>", {}),
        "hang": (504, "", {}),
        "429": (429, {"error": "rate_limited"}, {"Retry-After": "30"}),
        "redirect": (302, "", {"Location": PRIVATE}),
        "bad_json": (200, '{"access_token": "half', {}),
        "error_body": (200, {"error": "temporarily_unavailable", "error_description": "Try again"}, {}),
        "invalid_client": (*worded(platform, kind, Refused("invalid_client", "Unknown client", 401)), {}),
        "invalid_grant": (*worded(platform, kind, Refused("invalid_grant", "Not valid", 400)), {}),
        "unsupported": (
            *worded(platform, kind, Refused("100", "Unsupported delete request", 400)), {}
        ),
    }  # fmt: skip
    return answers.get(mode)


def body_of(value: Any) -> tuple[bytes, str]:
    """Return the bytes of an answer and their type."""
    if value is None or value == "":
        return b"", "text/plain"
    if isinstance(value, str):
        return value.encode(), "text/html"
    return json.dumps(value).encode(), "application/json"
