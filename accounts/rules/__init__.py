"""Pure rules of the accounts app: no database, no clock."""

from accounts.rules.identity import normalise_identity
from accounts.rules.roles import ROLE_PERMISSIONS

__all__ = ["ROLE_PERMISSIONS", "normalise_identity"]
