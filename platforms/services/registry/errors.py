"""Why something about the registry is refused."""


class RegistryRefused(ValueError):
    """It cannot be done; the message says why and what to do."""
