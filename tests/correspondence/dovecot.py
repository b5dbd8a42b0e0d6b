"""A private Dovecot on loopback ports, with Maildir and plain passwords, for tests and bench. Needs root."""

import datetime
import ipaddress
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "privacy", "a-long-password"
OWNER = "nobody"
CONFIG = """
protocols = imap
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/dovecot.log
listen = 127.0.0.1
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:{home}/mail/%u
mail_max_userip_connections = 50
imap_capability = +{extra}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {home}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/home/%u
}}
service imap-login {{
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
"""


class Dovecot:
    """One running server. `url` is what IMAP_<KEY>_URL takes."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.plain, self.tls = _free_port(), _free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.delivered = 0

    @property
    def url(self) -> str:
        """Return the address with TLS."""
        return f"imaps://{USER}:{PASSWORD}@127.0.0.1:{self.tls}/INBOX?ca_file={self.home}/cert.pem"

    @property
    def plain_url(self) -> str:
        """Return the address without TLS."""
        return f"imap://{USER}:{PASSWORD}@127.0.0.1:{self.plain}/INBOX"

    def prepare(self) -> None:
        """Write configuration, certificate and password file."""
        owner = pwd.getpwnam(OWNER)
        _certificate(self.home)
        for name in ("mail", "home"):
            (self.home / name).mkdir(exist_ok=True)
            os.chown(self.home / name, owner.pw_uid, owner.pw_gid)
        (self.home / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
        config = CONFIG.format(
            home=self.home, plain=self.plain, tls=self.tls, uid=owner.pw_uid, gid=owner.pw_gid, extra="IDLE"
        )
        (self.home / "dovecot.conf").write_text(config)

    def start(self) -> None:
        """Start, and wait until it answers."""
        command = [_binary(), "-F", "-c", str(self.home / "dovecot.conf")]
        with (self.home / "start.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                with socket.create_connection(("127.0.0.1", self.plain), timeout=1) as line:
                    if line.recv(100).startswith(b"* OK"):
                        return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("Dovecot did not start: " + self.log())

    def stop(self) -> None:
        """Stop at once; lines that stand break."""
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None

    def log(self) -> str:
        """Return what the server wrote."""
        names = ("start.log", "dovecot.log")
        return "\n".join((self.home / n).read_text() for n in names if (self.home / n).exists())

    def deliver(self, messages: Iterable[bytes]) -> None:
        """Put messages into the inbox, as a mail server would."""
        inbox, owner = self.home / "mail" / USER, pwd.getpwnam(OWNER)
        for name in ("", "cur", "new", "tmp"):
            (inbox / name).mkdir(exist_ok=True)
            os.chown(inbox / name, owner.pw_uid, owner.pw_gid)
        for raw in messages:
            self.delivered += 1
            path = inbox / "tmp" / f"{int(time.time())}.M{self.delivered:07d}.test"
            path.write_bytes(raw)
            os.chown(path, owner.pw_uid, owner.pw_gid)
            path.rename(inbox / "new" / path.name)

    def number_anew(self) -> None:
        """Lose the index: the next session sees another UIDVALIDITY."""
        for path in (self.home / "mail" / USER).glob("dovecot*"):
            path.unlink()
        time.sleep(1.1)  # UIDVALIDITY is a time in seconds


@contextmanager
def running() -> Iterator[Dovecot]:
    """Yield a running server in a folder of its own; both are gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="dovecot"))
    home.chmod(0o755)
    server = Dovecot(home)
    try:
        server.prepare()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def is_there() -> bool:
    """Whether Dovecot is installed and this process may start it."""
    return os.geteuid() == 0 and Path(_binary()).exists()


def _binary() -> str:
    return shutil.which("dovecot") or "/usr/sbin/dovecot"


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def _certificate(home: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (home / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (home / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
