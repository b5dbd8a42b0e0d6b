"""Password hashing: bcrypt over SHA-256, so that no length is refused and none is cut."""

from django.contrib.auth.hashers import BCryptSHA256PasswordHasher


class PortalBCryptSHA256PasswordHasher(BCryptSHA256PasswordHasher):
    """The production hasher. Promise M-039: passwords are hashed using bcrypt."""

    rounds = 12


class TestHasher(BCryptSHA256PasswordHasher):
    """Four rounds, for the test suite only."""

    __test__ = False
    rounds = 4
