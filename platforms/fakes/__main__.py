"""`python -m platforms.fakes PORT FILE`: the stand-ins of the demonstration, on 127.0.0.1 alone."""

import sys
from pathlib import Path

from platforms.fakes.serving import make
from platforms.fakes.world import World


def main(port: str, path: str) -> None:
    """Serve until the process is ended."""
    make(int(port), World(Path(path))).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:3])
