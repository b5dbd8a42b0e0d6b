"""What can stop the engine, as sentences for people."""


class EngineError(Exception):
    """Base of the engine's own errors."""


class TooLarge(EngineError):
    """The traversal found more than its bound allows."""


class Drifted(EngineError):
    """The source is no longer as the plan saw it; nothing was written."""


class PlanRefused(EngineError):
    """The plan does not allow what was asked."""
