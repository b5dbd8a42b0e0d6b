"""The stand-alone verifier: Ed25519 of its own, and a name for every file and event that was changed."""

import json
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from accounts.models import AuditEvent
from accounts.rules import trail
from accounts.services import audit, sealing
from accounts.services.audit import SYSTEM
from config import crypto
from dsar import verify_bundle
from dsar.services import evidence
from dsar.verify_bundle import CannotCheck, event_digest, signature_fits, verify
from tests.factories import NOW, CaseFactory

SCRIPT = Path(verify_bundle.__file__)
FILES = [
    "README.txt",
    "case.json",
    "timeline.json",
    "clocks.json",
    "plans.json",
    "steps.json",
    "exceptions.json",
    "packages.json",
    "letters.json",
    "messages.json",
    "clock_events.json",
    "decisions.json",
    "recipients.json",
    "representatives.json",
    "rights.json",
    "audit.json",
    "seals.json",
    "verify_bundle.py",
    "manifest.json",
    "manifest.sig",
]

# RFC 8032, section 7.1: public key, message, signature
VECTORS = {
    "TEST 1": (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    "TEST 2": (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    "TEST 3": (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
    "TEST SHA(abc)": (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
        "454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
        "3dca179c138ac17ad9bef1177331a704",
    ),
}


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_the_vectors_of_rfc_8032_verify(vector):
    key, message, signature = map(bytes.fromhex, vector)
    assert signature_fits(key, message, signature)


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
@pytest.mark.parametrize("bit", [0, 255, 256, 511])
def test_a_changed_bit_of_the_signature_fails(vector, bit):
    key, message, signature = map(bytes.fromhex, vector)
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert not signature_fits(key, message, bytes(changed))
    assert not signature_fits(key, message + b"x", signature)


def test_it_agrees_with_the_library_that_signs():
    for _ in range(20):
        private = Ed25519PrivateKey.generate()
        message = os.urandom(40)
        key = private.public_key().public_bytes_raw()
        assert signature_fits(key, message, private.sign(message))
        assert not signature_fits(key, message, Ed25519PrivateKey.generate().sign(message))


def test_signatures_that_are_not_canonical_are_refused():
    key, message, signature = map(bytes.fromhex, VECTORS["TEST 2"])
    larger = int.from_bytes(signature[32:], "little") + verify_bundle.ORDER
    assert not signature_fits(key, message, signature[:32] + larger.to_bytes(32, "little"))
    assert not signature_fits(b"\xff" * 32, message, signature)
    assert not signature_fits(b"\x02" + bytes(31), message, signature)
    assert not signature_fits(key[:31], message, signature)
    assert not signature_fits(key, message, signature[:63])


# Bundles


@pytest.fixture
def case(transactional_db):
    made = CaseFactory(verified=True)
    for number in range(70):
        with audit.transaction.atomic():
            audit.record(
                actor=SYSTEM,
                action="case.opened" if not number else "step.done",
                obj=made if number % 2 == 0 else CaseFactory.build(subject=None),
                details={"n": number, "words": "ä€😀\u2028"},
                personal={"email": f"p{number}@example.org"},
            )
        if number == 50:
            sealing.seal(now=NOW)
    return made


@pytest.fixture
def bundle(case, tmp_path):
    path = tmp_path / "bundle.zip"
    path.write_bytes(evidence.build_bundle(case=case, actor=SYSTEM, now=NOW))
    return path


@pytest.fixture
def key():
    return sealing.public_key(crypto.oldest_key_id()).hex()


def contents(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def sign(files, private, key_id="test1"):
    """Sign a changed set of files as an attacker would: manifest made anew, signed with another key."""
    listed = json.loads(files["manifest.json"])
    for one in listed["files"]:
        one["sha256"] = verify_bundle.sha256(files[one["name"]]).hexdigest()
        one["size"] = len(files[one["name"]])
    files["manifest.json"] = json.dumps(listed).encode()
    digest = verify_bundle.sha256(files["manifest.json"]).hexdigest()
    signature = private.sign(verify_bundle.SIGNATURE_TAG + f"{key_id}\n{digest}\n".encode()).hex()
    public = private.public_key().public_bytes_raw().hex()
    files["manifest.sig"] = f"{key_id}\n{public}\n{digest}\n{signature}\n".encode()


def test_a_good_bundle_verifies_file_by_file_and_event_by_event(bundle, key):
    report = verify(str(bundle), key)
    assert report.good, report.damaged
    assert {check.where for check in report.checks} >= set(FILES)
    assert any("35 events lead to signed roots" in check.says for check in report.checks)
    assert any("2 seals: chained and signed" in check.says for check in report.checks)
    assert list(contents(bundle)) == FILES


def test_without_a_key_it_says_which_key_to_compare(bundle, key):
    report = verify(str(bundle))
    assert report.good
    assert any(check.ok is None and key in check.says for check in report.checks)


def test_it_runs_alone_in_an_isolated_interpreter(bundle, key, tmp_path):
    alone = tmp_path / "alone" / "verify_bundle.py"
    alone.parent.mkdir()
    alone.write_bytes(contents(bundle)["verify_bundle.py"])
    command = [sys.executable, "-I", str(alone), str(bundle)]
    done = subprocess.run([*command, "--key", key], capture_output=True, text=True, cwd=alone.parent)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("The bundle is as it was signed.\n")
    wrong = subprocess.run([*command, "--key", "ab" * 32], capture_output=True, text=True, cwd=alone.parent)
    assert wrong.returncode == 1
    assert "another key than the one you gave" in wrong.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0, 0.5, 1], ids=["first", "middle", "last"])
def test_one_flipped_byte_in_any_file_is_named(bundle, key, name, place):
    data = bytearray(bundle.read_bytes())
    start, size = span(bundle, name)
    data[start + int(place * (size - 1))] ^= 0x20
    bundle.write_bytes(data)
    report = verify(str(bundle), key)
    assert name in {where.partition(" ")[0] for where in report.damaged}
    assert {where.partition(" ")[0] for where in report.damaged} == {name}


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_flipped_byte_is_named_also_when_the_zip_checksum_was_mended(bundle, key, name):
    files = contents(bundle)
    middle = len(files[name]) // 2
    files[name] = files[name][:middle] + bytes([files[name][middle] ^ 1]) + files[name][middle + 1 :]
    pack(bundle, files)
    report = verify(str(bundle), key)
    assert report.damaged[0].startswith(name)


def span(path, name):
    """Return where the content of an uncompressed member begins, and its size."""
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo(name)
    header = path.read_bytes()[entry.header_offset : entry.header_offset + 30]
    names, extra = struct.unpack("<HH", header[26:30])
    return entry.header_offset + 30 + names + extra, entry.file_size


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_dropped_file_is_named(bundle, key, name):
    files = contents(bundle)
    del files[name]
    pack(bundle, files)
    report = verify(str(bundle), key)
    assert report.damaged[0] == name


def test_an_added_file_a_renamed_file_and_a_doubled_file_are_named(bundle, key, tmp_path):
    files = contents(bundle)
    pack(bundle, {**files, "extra.json": b"{}"})
    assert verify(str(bundle), key).damaged == ["extra.json"]
    renamed = {("Case.json" if name == "case.json" else name): data for name, data in files.items()}
    pack(bundle, renamed)
    assert set(verify(str(bundle), key).damaged) == {"case.json", "Case.json"}
    pack(bundle, files)
    with zipfile.ZipFile(bundle, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("case.json", b"{}")
    assert verify(str(bundle), key).damaged == ["case.json"]


def change_event(files):
    document = json.loads(files["audit.json"])
    document["events"][3]["event"]["details"]["n"] = 999
    files["audit.json"] = json.dumps(document).encode()
    return document["events"][3]["event"]["id"]


def test_a_changed_event_is_named_although_the_manifest_was_signed_anew(bundle):
    files = contents(bundle)
    number = change_event(files)
    sign(files, Ed25519PrivateKey.generate())
    pack(bundle, files)
    report = verify(str(bundle))
    assert f"audit.json event {number} (step.done)" in report.damaged
    assert "manifest.sig" in report.damaged


def test_a_bundle_signed_anew_by_another_key_fails_even_when_nothing_else_was_changed(bundle, key):
    files = contents(bundle)
    sign(files, Ed25519PrivateKey.generate())
    pack(bundle, files)
    assert verify(str(bundle)).damaged == ["manifest.sig"]
    assert "manifest.sig" in verify(str(bundle), key).damaged


@pytest.mark.parametrize(
    "part", ["seal", "leaf", "place", "digest", "path", "header", "signature", "chain", "order"]
)
def test_a_forged_way_to_the_root_is_found_although_all_hashes_fit(bundle, part):
    files = contents(bundle)
    audited, seals = json.loads(files["audit.json"]), json.loads(files["seals.json"])
    event, leaf = audited["events"][0], audited["leaves"]["1/0"]
    seal = seals["seals"][0]
    if part == "seal":
        event["seal"] = 2
    elif part == "leaf":
        event["leaf"] = "7/0"
    elif part == "place":
        event["place"] = 1
    elif part == "digest":
        leaf["digests"][0] = "00" * 32
    elif part == "path":
        leaf["path"].append({"side": "left", "hash": "00" * 32})
    elif part == "header":
        seal["header"]["root"] = "00" * 32
    elif part == "signature":
        seal["signature"] = "00" * 64
    elif part == "chain":
        seals["seals"][1]["header"]["previous"] = "00" * 32
    elif part == "order":
        seals["seals"].reverse()
    files["audit.json"], files["seals.json"] = json.dumps(audited).encode(), json.dumps(seals).encode()
    sign(files, Ed25519PrivateKey.generate())
    pack(bundle, files)
    damaged = verify(str(bundle)).damaged
    assert any(where.startswith(("audit.json event", "seals.json seal")) for where in damaged)


@pytest.mark.slow
@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"null", b'{"files": 3}', b"\xff", b'{"events": [1], "leaves": {}}']
)
@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig", "audit.json", "seals.json"])
def test_nonsense_in_a_file_is_reported_and_never_crashes(bundle, key, name, content):
    pack(bundle, contents(bundle) | {name: content})
    assert verify(str(bundle), key).damaged[0] == name


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 cut"])
def test_what_is_no_bundle_cannot_be_checked(tmp_path, content, capsys):
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(CannotCheck, match="cannot be read"):
        verify(str(path))
    assert verify_bundle.main([str(path)]) == 2
    assert "cannot be read as a ZIP file" in capsys.readouterr().err


def test_another_zip_file_and_a_missing_one_cannot_be_checked(tmp_path):
    pack(tmp_path / "x.zip", {"a.txt": b"a"})
    with pytest.raises(CannotCheck, match="no evidence bundle"):
        verify(str(tmp_path / "x.zip"))
    with pytest.raises(CannotCheck, match="cannot be read"):
        verify(str(tmp_path / "absent.zip"))


def test_the_command_line_names_the_first_and_every_damaged_file(bundle, capsys):
    pack(bundle, contents(bundle) | {"plans.json": b"[]", "steps.json": b"[]"})
    assert verify_bundle.main([str(bundle)]) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "The bundle was CHANGED. First: plans.json. All: plans.json, steps.json."
    with pytest.raises(SystemExit) as ended:
        verify_bundle.main([str(bundle), "--key", "short"])
    assert ended.value.code == 2


def test_it_hashes_events_exactly_as_the_portal_does(case):
    for event in AuditEvent.objects.all()[:5]:
        hashed = sealing.as_hashed(event)
        assert event_digest(json.loads(json.dumps(hashed._asdict()))) == trail.digest(hashed)


def test_the_script_is_one_plain_file():
    source = SCRIPT.read_text()
    assert len(source.splitlines()) <= 400
    imported = {
        line.split()[1].partition(".")[0]
        for line in source.splitlines()
        if line.startswith(("import ", "from "))
    }
    assert imported <= set(sys.stdlib_module_names)
