"""How the mailboxes of the profile are reached: settings from the environment, one set a mailbox key.

IMAP_<KEY>_URL    imaps://user:password@host[:993]/INBOX, imap+tls://… (STARTTLS), imap://… (only here)
MAIL_<KEY>_SECRET bearer secret of the endpoint that takes raw messages; at least 20 characters
MAIL_TRUSTED_HOSTS / MAIL_TRUSTED_HOPS   which Received headers are ours: names, or how many from the top
Each may also come from a file (NAME_FILE).
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import env
from config.profile import active_profile
from correspondence.rules.received import Trust

PORTS = {"imaps": 993, "imap+tls": 143, "imap": 143}
SECRET_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Account:
    """Where a mailbox is fetched. `ca_file`: certificates that sign the server's, when not the system's."""

    key: str
    scheme: str
    host: str
    port: int
    user: str
    password: str
    folder: str
    ca_file: str = ""


def known_keys() -> list[str]:
    """Return the keys of the profile's mailboxes."""
    return [mailbox.key for mailbox in active_profile().mailboxes]


def account_of(key: str) -> Account | None:
    """Return how a mailbox is fetched, or None when it is not. Raises ImproperlyConfigured."""
    name = f"IMAP_{key.upper()}_URL"
    url = env.text(name, "")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or not parts.username:
        raise ImproperlyConfigured(f"{name} must look like imaps://user:password@host/INBOX.")
    if parts.scheme == "imap" and not _is_here(parts.hostname):
        raise ImproperlyConfigured(f"{name}: mail is fetched without encryption from this machine only.")
    return Account(
        key, parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme], unquote(parts.username),
        unquote(parts.password or ""), unquote(parts.path.strip("/")) or "INBOX",
        parse_qs(parts.query).get("ca_file", [""])[0],
    )  # fmt: skip


def accounts() -> list[Account]:
    """Return every mailbox that is fetched."""
    return [account for account in map(account_of, known_keys()) if account]


def secret_of(key: str) -> str:
    """Return the secret of the raw endpoint of a mailbox, or nothing: then it takes nothing."""
    secret = env.text(f"MAIL_{key.upper()}_SECRET", "")
    if secret and len(secret) < SECRET_LENGTH:
        raise ImproperlyConfigured(
            f"MAIL_{key.upper()}_SECRET is too short: {SECRET_LENGTH} characters at least."
        )
    return secret


def trust() -> Trust:
    """Return whose Received headers count; without a setting the topmost one alone."""
    hosts = frozenset(host.lower().rstrip(".") for host in env.words("MAIL_TRUSTED_HOSTS", ""))
    return Trust(hosts, env.integer("MAIL_TRUSTED_HOPS", 1))


def plus_addresses() -> bool:
    """Whether our mail server takes name+anything@ for name@ (RFC 5233)."""
    return env.boolean("MAIL_PLUS_ADDRESSES", False)


def addresses() -> dict[str, str]:
    """Return the key of each of our own addresses."""
    return {mailbox.address.casefold(): mailbox.key for mailbox in active_profile().mailboxes}


def mailbox_for(key: str, recipients: list[str]) -> str:
    """Return the mailbox that a message was written to: by its recipients, else where it was fetched."""
    own = addresses()
    named = [own[plain] for plain in map(without_plus, recipients) if plain in own]
    return key if key in named or not named else named[0]


def without_plus(address: str) -> str:
    """Return an address without the part after `+`."""
    local, _, domain = address.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
