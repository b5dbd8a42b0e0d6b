"""A threaded server around the application: in the process of a test, or as one of the demonstration."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from platforms.fakes.app import Application
from platforms.fakes.world import World

_worlds: dict[str, World] = {}


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: addresses carry secrets."""


def make(port: int, world: World) -> WSGIServer:
    """Return a server on 127.0.0.1:port (0: any free one) that is not running yet."""
    return make_server("127.0.0.1", port, Application(world), _Server, _Quiet)


def world(base: str) -> World:
    """Return the state behind a base URL that `running` gave."""
    return _worlds[base]


@contextmanager
def running(path: Path | None = None) -> Iterator[str]:
    """Serve on a free port while the block runs; gives the base URL. `path` keeps the state in a file."""
    state = World(path)
    server = make(0, state)
    base = f"http://127.0.0.1:{server.server_port}"
    _worlds[base] = state
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield base
    finally:
        state.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
        del _worlds[base]
