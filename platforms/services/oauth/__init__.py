"""Linked accounts: to the platform and back, tokens, granted scopes, renewal and probes (decision 11)."""

from platforms.services.oauth.asking import Started, begin
from platforms.services.oauth.faults import OAuthRefused, PlatformFault
from platforms.services.oauth.finishing import Finished, finish
from platforms.services.oauth.refreshing import Renewal, refresh
from platforms.services.oauth.registering import GivenToken, register_connection

__all__ = [
    "Finished",
    "GivenToken",
    "OAuthRefused",
    "PlatformFault",
    "Renewal",
    "Started",
    "begin",
    "finish",
    "refresh",
    "register_connection",
]
