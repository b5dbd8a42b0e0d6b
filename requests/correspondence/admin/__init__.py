"""Correspondence in the staff desk: threads, triage, mailboxes, letters, their texts."""

from correspondence.admin import letters, mailboxes, messages, texts, threads

__all__ = ["letters", "mailboxes", "messages", "texts", "threads"]
