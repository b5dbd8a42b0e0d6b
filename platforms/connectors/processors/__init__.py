"""Connectors of processors: real calls to the interfaces of companies that work for us.

Each takes whole requests, says honestly field by field what came of one, and never quotes a personal value
in an error. Which fields stay, and until when, stands in `Reply.reasons`.
"""

from platforms.connectors.processors.anthropic import AnthropicConnector
from platforms.connectors.processors.google_analytics import GoogleAnalyticsConnector
from platforms.connectors.processors.stripe import StripeConnector
from platforms.connectors.processors.suppression import SuppressionConnector

__all__ = ["AnthropicConnector", "GoogleAnalyticsConnector", "StripeConnector", "SuppressionConnector"]
