"""What the company does about the registry: loads it, reads the terms, makes values stricter, accepts."""

from platforms.services.registry.accepting import Looser, accept_promise, looser_promises
from platforms.services.registry.errors import RegistryRefused
from platforms.services.registry.loading import Loaded, sync
from platforms.services.registry.overriding import Preview, end_override, override, preview
from platforms.services.registry.reviewing import Reading, reading_of, readings, record_review
from platforms.services.registry.using import in_use, keys_in_use, missing_secrets

__all__ = [
    "Loaded",
    "Looser",
    "Preview",
    "Reading",
    "RegistryRefused",
    "accept_promise",
    "end_override",
    "in_use",
    "keys_in_use",
    "looser_promises",
    "missing_secrets",
    "override",
    "preview",
    "reading_of",
    "readings",
    "record_review",
    "sync",
]
