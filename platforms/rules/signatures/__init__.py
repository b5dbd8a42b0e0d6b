"""How callbacks prove where they come from: one pure function for each way of signing, without clock or keys.

A verifier gets the raw bytes, the header as it came and the listed secrets, the current one first. It returns
`Signed`, or raises `Refused` with a code. The signature is checked before anything in the body is believed.
"""

from platforms.rules.signatures.base import Refused, Signed
from platforms.rules.signatures.google import key_id, keys_of, risc_set
from platforms.rules.signatures.linkedin import linkedin_challenge, linkedin_signature
from platforms.rules.signatures.mail import email_events
from platforms.rules.signatures.meta import hub_challenge, signed_request, x_hub_signature_256
from platforms.rules.signatures.stripe import stripe_signature
from platforms.rules.signatures.tiktok import tiktok_signature
from platforms.rules.signatures.x import x_crc, x_signature

NAMES = frozenset(
    {
        "meta_signed_request",
        "x_hub_signature_256",
        "google_risc_set",
        "tiktok_signature",
        "x_signature",
        "linkedin_signature",
        "stripe_signature",
        "email_events",
    }
)
"""The verifiers that registry files may name. A system check refuses any other name."""

__all__ = [
    "NAMES",
    "Refused",
    "Signed",
    "email_events",
    "hub_challenge",
    "key_id",
    "keys_of",
    "linkedin_challenge",
    "linkedin_signature",
    "risc_set",
    "signed_request",
    "stripe_signature",
    "tiktok_signature",
    "x_crc",
    "x_hub_signature_256",
    "x_signature",
]
