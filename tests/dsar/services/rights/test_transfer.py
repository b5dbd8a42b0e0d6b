"""Portability: only what the person provided, in a package like any other, and handed over by HTTPS."""

import base64
import hashlib
import io
import json
import ssl
import threading
import zipfile
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpcore
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import IntegrityError, transaction

from config import http, jobs
from dsar.enums import CaseStatus, Right
from dsar.models import Transfer
from dsar.rules.transitions import NotAllowed, next_action
from dsar.services import cases, delivery, packaging
from dsar.services.rights import facts, transfer
from tests.dsar.services.rights import drive
from tests.dsar.shop import Clock
from tests.factories import NOW

pytestmark = pytest.mark.django_db


class Endpoint(BaseHTTPRequestHandler):
    """Another controller's door. It keeps what it is sent, and answers what it is told."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        status = self.server.says.pop(0) if self.server.says else 201
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"receipt": "R-17"}' if status < 300 else b"no")

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for localhost that our client is told to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begun = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(begun).not_valid_after(begun + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder


@pytest.fixture
def endpoint(certificate):
    server = HTTPServer(("localhost", 0), Endpoint)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.got, server.says = [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.url = f"https://localhost:{server.server_port}/import?for=leonie"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def client(certificate, settings):
    """The portal's own client with its guard; it only trusts one certificate more."""
    settings.HTTP_ALLOW_PRIVATE = True

    def make() -> httpx.Client:
        trusted = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
        transport = http.GuardedTransport()
        transport._pool = httpcore.ConnectionPool(ssl_context=trusted, network_backend=http.PinnedBackend())
        return http.client(transport=transport)

    return make


@pytest.fixture
def case(shop, handler, dpo, endpoint):
    case = drive.ask(drive.leonie(), Right.PORTABILITY, endpoint=endpoint.url)
    return drive.carried_out(case, handler, dpo)


def handed(case, client, clock=None):
    one = case.transfers.get()
    done = transfer.send(transfer_id=one.pk, now_fn=clock or (lambda: NOW), client=client)
    case.refresh_from_db()
    one.refresh_from_db()
    return done, one


def contents(case):
    package = case.packages.get()
    raw = b"".join(packaging.read_package(package=package))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}, raw


def test_a_package_holds_what_the_person_provided_by_contract(case):
    files, _ = contents(case)
    about = json.loads(files["about.json"])
    fields = {one["key"]: set(one["fields"]) for one in about["collections"]}
    assert fields["shop.customers"] == {"email", "name", "phone"}
    assert fields["shop.posts"] == {"text"}
    assert {name.rpartition(".")[2] for name in files} >= {"json", "csv"}
    assert any("worked out" in one["what"] for one in about["not_included"])


def test_what_the_dataset_calls_derived_stays_out(shop, handler, dpo):
    row = shop.system.datasets.get()
    phone = "{name: phone, data_categories: [user.contact.phone_number], fides_meta: {data_type: string}}"
    assert phone in row.source
    row.source = row.source.replace(phone, phone.replace("{data_type", "{provided_by: derived, data_type"))
    row.save(update_fields=["source"])
    case = drive.carried_out(drive.ask(drive.leonie(), Right.PORTABILITY), handler, dpo)
    about = json.loads(contents(case)[0]["about.json"])
    fields = {one["key"]: set(one["fields"]) for one in about["collections"]}
    assert fields["shop.customers"] == {"email", "name"}


def test_the_endpoint_gets_the_same_file_with_its_length_hash_and_key(case, handler, dpo, endpoint, client):
    one = case.transfers.get()
    assert next_action(case, dpo.user).key != "endpoint"  # the package is under review first
    transfer.confirm(transfer=one, actor=dpo, now=NOW)
    assert not handed(case, client)[0]  # not before the release
    assert endpoint.got == []
    drive.delivered(case, handler, dpo)
    done, one = handed(case, client)
    assert done
    ((path, headers, body),) = endpoint.got
    _, raw = contents(case)
    assert body == raw
    assert path == "/import?for=leonie"
    digest = base64.b64encode(hashlib.sha256(raw).digest()).decode()
    assert headers["Content-Digest"] == f"sha-256=:{digest}:"
    assert headers["Content-Length"] == str(len(raw))
    assert headers["Idempotency-Key"] == str(one.pk)
    assert headers["Content-Type"] == "application/zip"
    assert (one.status, one.http_status, one.receipt) == ("done", 201, {"text": '{"receipt": "R-17"}'})
    letter = drive.closed(case, "fulfilled", handler)
    assert "we sent your data to localhost" in letter.body


def test_nothing_is_sent_that_nobody_confirmed(case, handler, dpo, endpoint, client):
    drive.delivered(case, handler, dpo)
    assert not handed(case, client)[0]
    assert endpoint.got == []
    assert next_action(case, dpo.user).key == "endpoint"
    assert cases.allowed_outcomes(case) == ()
    with pytest.raises(IntegrityError, match="transfer_confirmed_first"), transaction.atomic():
        Transfer.objects.update(status="ready")


def test_a_confirmation_after_the_release_sends_at_once(case, handler, dpo, endpoint, client, monkeypatch):
    told = drive.publishing(monkeypatch)
    drive.delivered(case, handler, dpo)
    transfer.confirm(transfer=case.transfers.get(), actor=dpo, now=NOW)
    assert case.transfers.get().status == "ready"
    assert told == []  # told after the commit only
    assert handed(case, client)[0]
    with pytest.raises(NotAllowed, match="decided on already"):
        transfer.confirm(transfer=case.transfers.get(), actor=dpo, now=NOW)


@pytest.fixture
def confirmed(case, handler, dpo):
    transfer.confirm(transfer=case.transfers.get(), actor=dpo, now=NOW)
    return drive.delivered(case, handler, dpo)


def test_an_endpoint_that_is_busy_is_tried_again_under_the_same_key(confirmed, endpoint, client):
    endpoint.says[:] = [503, 201]
    done, one = handed(confirmed, client)
    assert (done, one.status, confirmed.status) == (False, "ready", CaseStatus.DELIVERED)
    assert one.next_attempt_at > NOW
    later = one.next_attempt_at + timedelta(seconds=1)
    done, one = handed(confirmed, client, lambda: later)
    assert (done, one.status) == (True, "done")
    assert len({headers["Idempotency-Key"] for _, headers, _ in endpoint.got}) == 1


def test_an_endpoint_that_refuses_needs_somebody_and_the_person_still_has_the_copy(
    confirmed, handler, dpo, endpoint, client
):
    endpoint.says[:] = [403]
    done, one = handed(confirmed, client)
    assert (done, one.status, one.http_status) == (False, "attention", 403)
    assert confirmed.status == CaseStatus.ATTENTION
    assert "localhost refused the file (403)" in confirmed.attention
    assert next_action(confirmed, dpo.user).key == "transfer"
    package = confirmed.packages.get()
    stream = delivery.open_download(
        package_id=package.pk, user=confirmed.subject.user, stepped_up=True, now=NOW, address=""
    )
    assert hashlib.sha256(b"".join(stream)).hexdigest() == package.sha256
    assert cases.allowed_outcomes(confirmed) == ()
    with pytest.raises(NotAllowed, match="Say why"):
        transfer.decline(transfer=one, reason="", actor=dpo, now=NOW)
    transfer.decline(transfer=one, reason="It refuses our file.", actor=dpo, now=NOW)
    confirmed.refresh_from_db()
    letter = drive.closed(confirmed, "fulfilled", handler)
    assert "We did not hand the file to localhost: It refuses our file." in letter.body


def test_a_failed_transfer_can_be_tried_again(confirmed, dpo, endpoint, client):
    endpoint.says[:] = [307]
    _, one = handed(confirmed, client)
    assert one.status == "attention"  # a redirect is not followed
    transfer.retry(transfer=one, actor=dpo, now=NOW)
    done, one = handed(confirmed, client)
    assert (done, confirmed.status) == (True, CaseStatus.READY)
    with pytest.raises(NotAllowed, match="that failed"):
        transfer.retry(transfer=one, actor=dpo, now=NOW)


def test_an_endpoint_that_is_away_is_given_up_after_the_last_attempt(confirmed, endpoint, client):
    endpoint.shutdown()
    endpoint.server_close()
    clock = Clock()
    for _ in range(jobs.MAX_ATTEMPTS):
        done, one = handed(confirmed, client, clock)
        assert not done
        clock.now += timedelta(days=1)
    assert (one.status, confirmed.status) == ("attention", CaseStatus.ATTENTION)
    assert "does not answer" in one.last_error


def test_an_address_inside_our_network_is_never_called(confirmed, endpoint, client, settings):
    settings.HTTP_ALLOW_PRIVATE = False
    _, one = handed(confirmed, client)
    assert (one.status, endpoint.got) == ("attention", [])
    assert "may not call" in one.last_error


def test_a_certificate_that_nobody_vouches_for_is_refused(confirmed, endpoint, settings):
    settings.HTTP_ALLOW_PRIVATE = True
    done, one = handed(confirmed, http.client)
    assert (done, endpoint.got) == (False, [])
    assert "ConnectError" in one.last_error


def test_address_and_receipt_are_encrypted(confirmed, endpoint, client):
    handed(confirmed, client)
    stored = str(list(Transfer.objects.values()))
    assert "leonie" not in stored
    assert "R-17" not in stored
    assert "leonie" not in str(list(confirmed.events.values()))


@pytest.mark.parametrize(
    "url",
    [
        "http://other.example/in", "ftp://other.example", "https://", "other.example",
        "https://u:p@other.example", "https://other.example/#x", "https://other.example/ x", "https://[::1",
        "https://x.example/" + "a" * 2_000, "https://other.example:99999/", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_only_plain_https_addresses_are_taken(url):
    with pytest.raises(NotAllowed):
        facts.check_endpoint(url)
