"""Every platform as one small local server, for tests and the demonstration. Never part of production.

`https://HOST/rest` of a platform is `BASE/HOST/rest` here (`platforms.outgoing`). The server checks what
it is sent as the platform would: client authentication, PKCE, `redirect_uri`, `appsecret_proof`, User-Agent.

    with fakes.running() as base:                # str: the base URL, for settings.PLATFORM_FAKES_URL
        fakes.world(base).connect("x", "1001")   # the state: tokens, failures, recorded calls
        fakes.world(base).fail("x", "revoke", "500", times=3)

`SECRETS` are the client ids and secrets that it accepts, by the names of the settings.
From outside the process the same is reached by `POST BASE/_control/NAME` with a JSON object of arguments.
"""

from platforms.fakes.serving import running, world
from platforms.fakes.specs import SECRETS, SPECS
from platforms.fakes.world import ACCOUNTS, World

__all__ = ["ACCOUNTS", "SECRETS", "SPECS", "World", "running", "world"]
