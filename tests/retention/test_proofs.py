"""The proof of one record's removal, checked by the plain Python of the decision."""

import json
import re
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.services import sealing
from retention.models import SweepBatch
from retention.services import deciding, proving, running, windows
from retention.services.planning import plan_sweep
from tests.retention.conftest import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LOGS = "social_product.server_logs"


@pytest.fixture
def gone(product, company, officer):
    """The key of a log line that a sweep removed, under a seal."""
    sweep = plan_sweep(now=NOW)
    deciding.approve(sweep=sweep, plan_sha256=sweep.plan_sha256, note="ok", actor=officer, now=NOW)
    running.work(sweep_id=str(sweep.pk), now_fn=lambda: NOW)
    sealing.seal(now=NOW + timedelta(minutes=5))
    batch = SweepBatch.objects.done().filter(collection=LOGS, step__mode="rows").first()
    return windows.keys_of(batch).values()[7]


def checked(tmp_path, document):
    """Run the script of the decision on a document; returns its exit code and what it said."""
    script = tmp_path / "check.py"
    text = Path("docs/decisions/0014-sweeps.md").read_text()
    script.write_text(re.search(r"```python\n(.*?)```", text, re.S).group(1))
    (tmp_path / "proof.json").write_text(json.dumps(document))
    ran = subprocess.run(
        [sys.executable, script, tmp_path / "proof.json"], capture_output=True, text=True, check=False
    )
    return ran.returncode, ran.stdout + ran.stderr


def proofs(record):
    out = StringIO()
    call_command(
        "prove",
        "--system",
        "product_database",
        "--record",
        str(record),
        "--collection",
        LOGS,
        "--json",
        stdout=out,
    )
    return json.loads(out.getvalue())


def test_a_proof_holds_without_our_code(gone, tmp_path):
    assert checked(tmp_path, proofs(gone)) == (0, "holds\n")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (("removal", "leaf"), "not in the leaf"),
        (("event", "event", "details", "root"), "not under the root"),
        (("event", "event", "object_id"), "the event was changed"),
        (("event", "seal", "sealed_at"), "the seal was changed"),
        (("event", "signature"), "InvalidSignature"),
    ],
)
def test_one_flipped_sign_is_named(gone, tmp_path, path, words):
    document = proofs(gone)
    place = document[0]
    for name in path[:-1]:
        place = place[name]
    old = place[path[-1]]
    at = min(3, len(old) - 1)
    place[path[-1]] = old[:at] + ("1" if old[at] != "1" else "2") + old[at + 1 :]
    if path[-1] == "leaf":
        place["leaf"] = "0" * len(old)
    code, said = checked(tmp_path, document)
    assert code != 0
    assert words in said


def test_keys_that_were_changed_in_the_database_lead_to_another_root(gone):
    batch = SweepBatch.objects.done().filter(collection=LOGS, step__mode="rows").first()
    assert proving.check(batch)
    keys = windows.keys_of(batch)
    batch.keys = type(keys)(keys.kind, keys.data[keys.width :]).small()
    assert not proving.check(batch)
