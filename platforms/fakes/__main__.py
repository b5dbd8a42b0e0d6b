"""`python -m platforms.fakes PORT FILE`: the stand-ins of the demonstration, on 127.0.0.1 alone.

They accept the ids and secrets that the environment names, as the portal does.
"""

import sys
from pathlib import Path

from config import env
from platforms.fakes.serving import make
from platforms.fakes.specs import SECRETS
from platforms.fakes.world import World


def main(port: str, path: str) -> None:
    """Serve until the process is ended."""
    SECRETS.update({name: env.text(name, value) for name, value in SECRETS.items()})
    make(int(port), World(Path(path))).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:3])
