"""What arrived and what left."""

from correspondence.models.letter import Letter
from correspondence.models.mailbox import Mailbox, MailFetch, RawMessage
from correspondence.models.message import Attachment, Message
from correspondence.models.postal import PostalCopy
from correspondence.models.template import LetterTemplate
from correspondence.models.thread import PrivilegedNote, Thread

__all__ = [
    "Attachment",
    "Letter",
    "LetterTemplate",
    "MailFetch",
    "Mailbox",
    "Message",
    "PostalCopy",
    "PrivilegedNote",
    "RawMessage",
    "Thread",
]
