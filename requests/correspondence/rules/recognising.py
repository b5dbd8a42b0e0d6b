"""What a message is: returned mail, an automatic answer, our own mail come back, or written by somebody.

Sources: RFC 3834 (automatic answers), RFC 3464 and RFC 6522 (delivery reports), RFC 5230 4.6 (headers that
forbid an answer), MS-OXCMAIL (X-Auto-Response-Suppress).
"""

import re

from correspondence.enums import MailKind
from correspondence.rules.mime import Parsed

_ROBOTS = re.compile(r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)\b", re.I)
_AWAY = re.compile(
    r"^(automatic reply|auto(matic)?[ -]?(reply|response)|out of office|abwesenheits|automatische antwort"
    r"|réponse automatique|respuesta automática)",
    re.I,
)
_RETURNED = re.compile(
    r"^(undeliver|delivery status notification|mail delivery (failed|subsystem)|returned mail|failure notice"
    r"|unzustellbar)",
    re.I,
)
_BULK = {"bulk", "junk", "list", "auto_reply"}


def never_answer(parsed: Parsed) -> bool:
    """Whether no automatic answer may go out: a machine wrote it, or asks not to be answered."""
    automatic = parsed.first("auto-submitted").partition(";")[0].strip().lower()
    suppressed = parsed.first("x-auto-response-suppress").lower()
    return (
        (automatic not in ("", "no"))
        or parsed.first("precedence").strip().lower() in _BULK
        or any(word in suppressed for word in ("all", "autoreply", "oof", "dr"))
        or bool(parsed.first("list-id") or parsed.first("x-autoreply") or parsed.first("x-autorespond"))
        or parsed.first("return-path").strip() == "<>"
        or bool(_ROBOTS.match(parsed.sender))
        or not parsed.sender
        or "several_senders" in parsed.flags
    )


def kind_of(parsed: Parsed, *, is_own: bool, is_spam: bool) -> MailKind:
    """Return what a message is by itself. `is_own`: we sent a letter with this Message-ID."""
    if is_own:
        return MailKind.LOOP
    if _is_bounce(parsed):
        return MailKind.BOUNCE
    if _is_auto_reply(parsed):
        return MailKind.AUTO_REPLY
    return MailKind.SPAM if is_spam else MailKind.OTHER


def _is_bounce(parsed: Parsed) -> bool:
    if parsed.report and parsed.report.action:
        return True
    if parsed.first("x-failed-recipients"):
        return True
    robot = parsed.sender.startswith(("mailer-daemon@", "postmaster@"))
    return robot and bool(_RETURNED.match(parsed.subject))


def _is_auto_reply(parsed: Parsed) -> bool:
    automatic = parsed.first("auto-submitted").strip().lower()
    return (
        automatic.startswith("auto-replied")
        or bool(parsed.first("x-autoreply") or parsed.first("x-autorespond"))
        or parsed.first("precedence").strip().lower() == "auto_reply"
        or bool(_AWAY.match(parsed.subject))
    )


def has_failed(parsed: Parsed) -> bool:
    """Whether a delivery report is final; a delayed letter is still on its way (RFC 3464, 2.3.3)."""
    if parsed.report and parsed.report.action:
        return parsed.report.action == "failed"
    return True
