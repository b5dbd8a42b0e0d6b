"""Callbacks of platforms and processors as data: where they come in, how they are signed, what they mean."""

from platforms.callbacks.endpoints import ENDPOINTS, Endpoint, endpoint
from platforms.callbacks.messages import Meant, Message

__all__ = ["ENDPOINTS", "Endpoint", "Meant", "Message", "endpoint"]
