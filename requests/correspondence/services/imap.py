"""A thin IMAP session on the standard library: what the fetcher needs, faults as one exception.

Messages are read with BODY.PEEK, which marks nothing; large ones in pieces, so that memory stays flat.
"""

import imaplib
import re
import select
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from django.utils.translation import gettext_noop

from correspondence.services.mailboxes import Account

TIMEOUT = 60
PIECE = 1024 * 1024
_UID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]+)"')


class MailServerFault(Exception):
    """The server is away, dropped the line, or refused; the sentence holds no address and no secret."""


class Refused(MailServerFault):
    """The server refused one command; the line still stands."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What the server says of a message before it is read."""

    uid: int
    size: int
    at: datetime | None


class Session:
    """One signed-in line to one folder. Every method raises MailServerFault."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.uidvalidity = 0
        self._line: imaplib.IMAP4

    def __enter__(self) -> Self:
        with _Faults():
            self._line = _connect(self.account)
            try:
                self._open()
            except BaseException:
                self._line.shutdown()
                raise
        return self

    def _open(self) -> None:
        self._line.login(self.account.user, self.account.password)
        self._answer(self._line.select(_quoted(self.account.folder)))
        found = self._line.response("UIDVALIDITY")[1]
        self.uidvalidity = int(found[-1]) if found and found[-1] else 0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._line.logout()
        except (imaplib.IMAP4.error, OSError):
            self._line.shutdown()

    def _answer(self, answer: tuple[str, Sequence[object]]) -> Sequence[object]:
        if answer[0] != "OK":
            raise Refused(_REFUSED)
        return answer[1]

    @property
    def can_idle(self) -> bool:
        """Whether the server tells of new mail by itself (RFC 2177)."""
        return "IDLE" in self._line.capabilities

    def uids_after(self, last: int) -> list[int]:
        """Return the ids of messages beyond `last`, ascending."""
        with _Faults():
            found = self._answer(self._line.uid("SEARCH", "UID", f"{last + 1}:*"))
        uids = (int(uid) for line in found if isinstance(line, bytes) for uid in line.split())
        return sorted(uid for uid in uids if uid > last)  # `n:*` names the last message even below n

    def listed(self, uids: Sequence[int]) -> dict[int, Listed]:
        """Return size and time of arrival of messages; one that is gone is missing."""
        with _Faults():
            wanted = ",".join(map(str, uids))
            rows = self._answer(self._line.uid("FETCH", wanted, "(UID RFC822.SIZE INTERNALDATE)"))
        found = (_listed(row) for row in rows if isinstance(row, bytes))
        return {one.uid: one for one in found if one}

    def read(self, one: Listed) -> Iterator[bytes]:
        """Yield the bytes of a message in pieces of at most a megabyte."""
        if one.size <= PIECE:
            piece = self._piece(one.uid, "BODY.PEEK[]")
            if not piece:
                raise Refused(
                    gettext_noop("The mail server gave an empty message. It is asked for it again.")
                )
            yield piece
            return
        at = 0
        while piece := self._piece(one.uid, f"BODY.PEEK[]<{at}.{PIECE}>"):
            yield piece
            at += len(piece)
            if len(piece) < PIECE:
                return

    def _piece(self, uid: int, what: str) -> bytes:
        with _Faults():
            rows = self._answer(self._line.uid("FETCH", str(uid), f"({what})"))
        return next((row[1] for row in rows if isinstance(row, tuple) and b"BODY[" in row[0]), b"")

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Mark messages as read, after they are ours."""
        with _Faults():
            self._answer(self._line.uid("STORE", ",".join(map(str, uids)), "+FLAGS.SILENT", r"(\Seen)"))

    def idle(self, seconds: float) -> bool:
        """Wait until the server tells of something, at most `seconds`; returns whether it did."""
        with _Faults():
            return _idle(self._line, seconds)


def _idle(line: imaplib.IMAP4, seconds: float) -> bool:
    tag = line._new_tag()  # the library has no IDLE before Python 3.14
    line.send(tag + b" IDLE\r\n")
    if not line.readline().startswith(b"+"):
        raise Refused(_REFUSED)
    told = bool(select.select([line.sock], [], [], seconds)[0])
    line.send(b"DONE\r\n")
    while not (answer := line.readline()).startswith(tag):
        if not answer:
            raise MailServerFault(_BROKE)
    return told


class _Faults:
    """Turn what the library and the network raise into MailServerFault, without quoting the server."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, MailServerFault) or error is None:
            return
        if isinstance(error, imaplib.IMAP4.abort | OSError | EOFError):
            raise MailServerFault(_sentence(error)) from error
        if isinstance(error, imaplib.IMAP4.error):
            raise Refused(_REFUSED) from error


# Sentences without values: they are stored, and shown in the language of whoever reads them.
_REFUSED = gettext_noop(
    "The mail server refused what was asked. Check user, password and folder in the settings of the mailbox."
)
_BROKE = gettext_noop(
    "The line to the mail server broke. It is tried again; if that goes on, ask whoever runs the server."
)
_CAUSES: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, gettext_noop(
        "The certificate of the mail server is not trusted. Renew it there, or name the certificates to trust"
        " in the settings of the mailbox (ca_file).")),
    (ssl.SSLError, gettext_noop(
        "The mail server does not speak TLS at this port. Check scheme and port in the settings of the"
        " mailbox.")),
    (socket.gaierror, gettext_noop(
        "The name of the mail server is not known. Check the host in the settings of the mailbox.")),
    (ConnectionRefusedError, gettext_noop(
        "Nothing answers at the address of the mail server. Check host and port in the settings of the"
        " mailbox, and whether the server runs.")),
    (TimeoutError, gettext_noop(
        "The mail server did not answer in time. It is tried again; if that goes on, ask whoever runs it.")),
)  # fmt: skip


def _sentence(error: BaseException) -> str:
    """Return what happened and what to do."""
    return next((said for kind, said in _CAUSES if isinstance(error, kind)), _BROKE)


def _connect(account: Account) -> imaplib.IMAP4:
    context = ssl.create_default_context(cafile=account.ca_file or None)
    if account.scheme == "imaps":
        return imaplib.IMAP4_SSL(account.host, account.port, ssl_context=context, timeout=TIMEOUT)
    line = imaplib.IMAP4(account.host, account.port, timeout=TIMEOUT)
    if account.scheme == "imap+tls":
        line.starttls(context)
    return line


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _listed(row: bytes) -> Listed | None:
    uid, size, at = _UID.search(row), _SIZE.search(row), _DATE.search(row)
    if not uid or not size:
        return None
    return Listed(int(uid.group(1)), int(size.group(1)), _moment(at.group(1).decode()) if at else None)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    except ValueError:
        return None
