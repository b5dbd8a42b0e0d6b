"""Processors as stand-ins: Stripe, Anthropic, Google's user deletion, a provider of e-mail.

They hold books of their own, check what they are sent as the real ones do, and fail as ordered:
`world.fail("stripe", "customers", "500", times=2)`; the kind is the first word of the address after its
version. Kind "jobs" of Stripe with mode "invalid" lets a redaction job fail its validation.
"""

from platforms.fakes.processors.answering import answer, read, serves
from platforms.fakes.processors.books import KEYS, Asked, Books

__all__ = ["KEYS", "Asked", "Books", "answer", "read", "serves"]
