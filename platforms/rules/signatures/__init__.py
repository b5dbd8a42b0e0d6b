"""How callbacks prove where they come from: one pure function per verifier."""

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
