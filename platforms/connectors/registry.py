"""Which connectors there are: ours, and those that other packages register by entry point."""

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any

from platforms.connectors.base import Connector, WrongSettings

GROUP = "privacy_portal.connectors"
Factory = Callable[[Mapping[str, Any], str | None], Connector]
_own: dict[str, Factory] = {}


def register(kind: str, factory: Factory) -> None:
    """Make a connector known under `kind`; `factory(settings, secret)` builds it."""
    _own[kind] = factory


def _sql(settings: Mapping[str, Any], secret: str | None) -> Connector:
    from platforms.connectors.sql import SqlConnector

    return SqlConnector.from_settings(settings, secret)


def _http(settings: Mapping[str, Any], secret: str | None) -> Connector:
    from platforms.connectors.http import HttpConnector

    return HttpConnector.from_settings(settings, secret)


def _manual(settings: Mapping[str, Any], secret: str | None) -> Connector:
    from platforms.connectors.manual import ManualConnector

    return ManualConnector.from_settings(settings, secret)


def _stripe(settings: Mapping[str, Any], secret: str | None) -> Connector:
    from platforms.connectors.processors import StripeConnector

    return StripeConnector.from_settings(settings, secret)


def _anthropic(settings: Mapping[str, Any], secret: str | None) -> Connector:
    from platforms.connectors.processors import AnthropicConnector

    return AnthropicConnector.from_settings(settings, secret)


def _google_analytics(settings: Mapping[str, Any], secret: str | None) -> Connector:
    from platforms.connectors.processors import GoogleAnalyticsConnector

    return GoogleAnalyticsConnector.from_settings(settings, secret)


def _email_suppression(settings: Mapping[str, Any], secret: str | None) -> Connector:
    from platforms.connectors.processors import SuppressionConnector

    return SuppressionConnector.from_settings(settings, secret)


register("sql", _sql)
register("http", _http)
register("manual", _manual)
register("stripe", _stripe)
register("anthropic", _anthropic)
register("google_analytics", _google_analytics)
register("email_suppression", _email_suppression)


def known_kinds() -> list[str]:
    """Return the names of all connectors that can be used here."""
    return sorted(_own | {entry.name: entry for entry in entry_points(group=GROUP)})


def _factory(kind: str) -> Factory:
    if kind in _own:
        return _own[kind]
    for entry in entry_points(group=GROUP):
        if entry.name == kind:
            return entry.load()  # type: ignore[no-any-return]
    raise WrongSettings(f"There is no connector called {kind!r}. Known: {', '.join(known_kinds())}.")


def connector_for(kind: str, settings: Mapping[str, Any], secret: str | None = None) -> Connector:
    """Return the connector of a system.

    `settings`: what is not secret; `secret`: the database URL, or the key shared with an HTTP system.
    Raises WrongSettings naming what is missing.
    """
    built = _factory(kind)(settings, secret)
    if not isinstance(built, Connector) or built.level not in ("rows", "requests"):
        raise WrongSettings(
            f"The connector {kind!r} does not follow the protocol: it needs kind, level, session()."
        )
    return built
