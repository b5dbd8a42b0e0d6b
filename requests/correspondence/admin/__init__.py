"""Correspondence in the staff desk: threads, triage, mailboxes, letters."""

from correspondence.admin import letters, mailboxes, messages, threads

__all__ = ["letters", "mailboxes", "messages", "threads"]
