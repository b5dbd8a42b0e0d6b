"""From stored systems to working connectors."""

from typing import Any

from platforms.connectors import Connector, connector_for
from platforms.models import System


def connector_of(system: System, **more: Any) -> Connector:
    """Return the way to a system; `more` are further settings of this use. Raises WrongSettings."""
    options = {**system.options, **more}
    if system.connector == "manual":
        options.setdefault("instructions", system.purpose)
    return connector_for(system.connector, options, system.secret or None)
