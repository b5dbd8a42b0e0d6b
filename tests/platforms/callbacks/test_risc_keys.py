"""Google's keys: from a file or an address, kept, asked for again in time and never too often."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from platforms.services import risc_keys
from tests.platforms.callbacks import signing as sign
from tests.platforms.callbacks.calls import MOMENT

pytestmark = pytest.mark.usefixtures("doors")


class Google:
    """A server that hands out keys, counts the questions, and can be broken."""

    def __init__(self):
        self.asked, self.status, self.body, outer = 0, 200, json.dumps({"keys": [sign.jwk()]}).encode(), self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked += 1
                self.send_response(outer.status)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/certs"


@pytest.fixture
def google(settings):
    found = Google()
    settings.RISC_JWKS_FILE, settings.RISC_JWKS_URL, settings.HTTP_ALLOW_PRIVATE = "", found.url, True
    yield found
    found.server.shutdown()


def ask(kid="current", *, after=timedelta()):
    return sorted(risc_keys.keys_for(kid, now=MOMENT + after))


def test_keys_are_asked_for_once_and_kept(google):
    assert [ask(), ask(), ask(after=risc_keys.KEEP)] == [["current"]] * 3
    assert google.asked == 1


def test_old_keys_are_asked_for_again(google):
    ask()
    google.body = json.dumps({"keys": [sign.jwk("next")]}).encode()
    assert ask("next", after=risc_keys.KEEP + timedelta(seconds=1)) == ["next"]
    assert google.asked == 2


def test_an_unknown_key_is_asked_for_at_once_but_not_again_and_again(google):
    ask()
    google.body = json.dumps({"keys": [sign.jwk(), sign.jwk("next")]}).encode()
    assert ask("next", after=risc_keys.PAUSE) == ["current", "next"]
    assert google.asked == 2
    for seconds in range(5):
        ask("made up", after=risc_keys.PAUSE + timedelta(seconds=seconds))
    assert google.asked == 2
    ask("made up", after=risc_keys.PAUSE * 2)
    assert google.asked == 3


@pytest.mark.parametrize(
    ("status", "body"), [(500, b"{}"), (200, b"sorry"), (200, b'{"keys": []}'), (302, b"")]
)
def test_without_any_keys_nothing_can_be_said(google, status, body):
    google.status, google.body = status, body
    for _ in range(3):
        with pytest.raises(risc_keys.KeysUnavailable):
            ask()
    assert google.asked == 1  # a platform that is down is not asked by every token


def test_keys_outlive_a_fault_of_the_next_question(google):
    ask()
    google.status = 500
    assert ask(after=risc_keys.KEEP * 2) == ["current"]
    assert ask("made up", after=risc_keys.KEEP * 3) == ["current"]
    assert google.asked == 3


def test_an_address_inside_our_network_is_not_called(google, settings):
    settings.HTTP_ALLOW_PRIVATE = False
    with pytest.raises(risc_keys.KeysUnavailable):
        ask()
    assert google.asked == 0


def test_a_file_goes_before_an_address(google, doors, settings):
    settings.RISC_JWKS_FILE = str(doors)
    assert ask() == ["current"]
    assert google.asked == 0


def test_a_new_key_in_the_file_is_found(doors):
    ask()
    doors.write_text(json.dumps({"keys": [sign.jwk("next")]}))
    assert ask("next", after=risc_keys.PAUSE) == ["next"]


def test_many_at_once_ask_one_question(google):
    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert google.asked == 1
