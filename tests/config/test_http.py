"""The outgoing client: no private network, no redirect, the name kept while the address is pinned."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpcore
import httpx
import pytest

from config import http

PUBLIC = "93.184.216.34"


def resolves_to(monkeypatch, *found: str) -> list[str]:
    """Let every host name resolve to these addresses; returns the names asked for."""
    asked: list[str] = []

    def getaddrinfo(host, port, *args, **kwargs):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b::7f00:1", "2002:7f00:1::",
        "2002:a00:1::1",
    ],
)  # fmt: skip
def test_no_way_into_private_networks(monkeypatch, settings, address):
    settings.HTTP_ALLOW_PRIVATE = False
    resolves_to(monkeypatch, address)
    with pytest.raises(http.BlockedAddress, match="not a public address"):
        http.addresses("inside.example", 443)


@pytest.mark.parametrize(
    "address", [PUBLIC, "2606:2800:220:1:248:1893:25c8:1946", "8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_may_be_called(monkeypatch, settings, address):
    settings.HTTP_ALLOW_PRIVATE = False
    resolves_to(monkeypatch, address)
    assert http.addresses("outside.example", 443) == [address]


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch, settings):
    settings.HTTP_ALLOW_PRIVATE = False
    resolves_to(monkeypatch, PUBLIC, "10.0.0.1")
    with pytest.raises(http.BlockedAddress, match=r"10\.0\.0\.1"):
        http.addresses("mixed.example", 443)


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1"]
)
def test_the_metadata_address_stays_closed_even_where_private_networks_are_open(
    monkeypatch, settings, address
):
    settings.HTTP_ALLOW_PRIVATE = True
    resolves_to(monkeypatch, address)
    with pytest.raises(http.BlockedAddress):
        http.addresses("metadata.example", 80)


def test_ipv4_comes_first(monkeypatch, settings):
    settings.HTTP_ALLOW_PRIVATE = False
    resolves_to(monkeypatch, "2606:2800:220:1:248:1893:25c8:1946", PUBLIC)
    assert http.addresses("both.example", 443)[0] == PUBLIC


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 300])
def test_an_unknown_host_is_named(host):
    with pytest.raises(httpx.ConnectError, match="cannot be found"):
        http.addresses(host, 443)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.hosts.append(self.headers["Host"])
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
        else:
            self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    running = HTTPServer(("127.0.0.1", 0), Handler)
    running.hosts = []
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()


def test_the_name_is_resolved_once_and_kept_in_the_request(monkeypatch, settings, server):
    settings.HTTP_ALLOW_PRIVATE = True
    asked = resolves_to(monkeypatch, "127.0.0.1")
    url = f"http://product.example:{server.server_port}/"
    with http.client() as client:
        assert client.get(url).status_code == 200
        answer = client.get(url)
    assert str(answer.url) == url
    assert asked.count("product.example") == 1, "no second answer can lead elsewhere"
    assert server.hosts == [f"product.example:{server.server_port}"] * 2


def test_loopback_is_refused_over_the_wire_too(settings, server):
    settings.HTTP_ALLOW_PRIVATE = False
    with http.client() as client, pytest.raises(http.BlockedAddress):
        client.get(f"http://127.0.0.1:{server.server_port}/")
    assert server.hosts == []


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "127.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_other_spellings_of_loopback_are_refused(settings, server, host):
    settings.HTTP_ALLOW_PRIVATE = False
    with http.client() as client, pytest.raises((http.BlockedAddress, httpx.InvalidURL)):
        client.get(f"http://{host}:{server.server_port}/")
    assert server.hosts == []


def test_a_redirect_is_not_followed(settings, server):
    settings.HTTP_ALLOW_PRIVATE = True
    with http.client() as client:
        assert client.get(f"http://127.0.0.1:{server.server_port}/away").status_code == 302


def test_a_dead_first_address_is_followed_by_the_next(monkeypatch, settings, server):
    settings.HTTP_ALLOW_PRIVATE = True
    resolves_to(monkeypatch, "127.0.0.1", "127.0.0.0")
    tried: list[str] = []
    plain = httpcore.SyncBackend.connect_tcp

    def connect(self, host, *args):
        tried.append(host)
        if host == "127.0.0.0":
            raise httpcore.ConnectError("refused")
        return plain(self, host, *args)

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    with http.client() as client:
        assert client.get(f"http://two.example:{server.server_port}/").status_code == 200
    assert tried == ["127.0.0.0", "127.0.0.1"]


def test_a_refused_connection_is_an_ordinary_connect_error(settings):
    settings.HTTP_ALLOW_PRIVATE = True
    with http.client() as client, pytest.raises(httpx.ConnectError):
        client.get("http://127.0.0.1:9/")


def test_proxies_of_the_environment_are_not_used(monkeypatch, settings, server):
    settings.HTTP_ALLOW_PRIVATE = True
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with http.client() as client:
        assert client.get(f"http://127.0.0.1:{server.server_port}/").status_code == 200


def test_time_outs_are_set():
    with http.client() as client:
        assert (client.timeout.connect, client.timeout.read) == (http.CONNECT_SECONDS, http.TIMEOUT_SECONDS)


def test_urls_are_not_logged(caplog, settings, server):
    settings.HTTP_ALLOW_PRIVATE = True
    caplog.set_level("INFO", logger="root")
    with http.client() as client:
        client.get(f"http://127.0.0.1:{server.server_port}/?token=secret")
    assert "secret" not in caplog.text
