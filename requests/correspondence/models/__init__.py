"""What arrived and what left."""

from correspondence.models.letter import Letter
from correspondence.models.mailbox import Mailbox, RawMessage
from correspondence.models.message import Attachment, Message
from correspondence.models.thread import PrivilegedNote, Thread

__all__ = ["Attachment", "Letter", "Mailbox", "Message", "PrivilegedNote", "RawMessage", "Thread"]
