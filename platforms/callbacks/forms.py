"""The one field of a form that Meta posts, from the raw bytes."""

from email import message_from_bytes
from email.message import Message as MailPart
from urllib.parse import parse_qs

FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
FIELD = "signed_request"
MOST_FIELDS = 20


def signed_request_of(body: bytes) -> bytes:
    """Return the field `signed_request`, which must be there once; raises ValueError."""
    values = _of_parts(body) if body.startswith(b"--") else _of_pairs(body)
    if len(values) != 1:
        raise ValueError("The form must have one signed_request.")
    return values[0].encode("ascii")


def _of_pairs(body: bytes) -> list[str]:
    return parse_qs(body.decode("ascii"), max_num_fields=MOST_FIELDS).get(FIELD, [])


def _of_parts(body: bytes) -> list[str]:
    """Return the values of a multipart form; its first line names the border between the parts."""
    border = body.partition(b"\r\n")[0][2:]
    whole = message_from_bytes(
        b'Content-Type: multipart/form-data; boundary="' + border + b'"\r\n\r\n' + body
    )
    parts = [part for part in whole.walk() if not part.is_multipart()]
    return [_text_of(part) for part in parts if part.get_param("name", header="content-disposition") == FIELD]


def _text_of(part: MailPart) -> str:
    return str(part.get_payload()).strip()
