"""Putting the bundle together: documents, verifier, manifest, signature. The same state gives the same
bytes.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import AuditEvent
from accounts.services import audit, sealing
from accounts.services.audit import Actor
from config import crypto
from config.profile import active_profile
from dsar.models import Case
from dsar.services.evidence import deliveries, facts, handling, trail
from dsar.services.evidence.minimal import Minimiser, moment

FORMAT = "privacy-portal evidence 1"
SIGNATURE_TAG = b"portal-evidence-1\n"
VERIFIER = "verify_bundle.py"
# ZIP cannot say less: a fixed time, so that the bundle does not change with the moment it was asked for.
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


class EvidenceFile(bytes):
    """The bundle, with a name to save it under and its SHA-256 (hex)."""

    name: str
    sha256: str

    @classmethod
    def of(cls, content: bytes, name: str) -> Self:
        """Return the bundle with its name."""
        made = cls(content)
        made.name, made.sha256 = name, sha256(content).hexdigest()
        return made


def build_bundle(*, case: Case, actor: Actor, now: datetime) -> EvidenceFile:
    """Return the signed evidence of a case as a ZIP file; the export itself is recorded in the audit trail.

    Seals what can be sealed first; events that other transactions still keep open are listed as not sealed
    yet. The same state of the case gives the same bytes, whenever it is asked for. Call it outside a
    transaction: on PostgreSQL nothing can be sealed inside one. Raises crypto.DecryptionFailed when a key
    of an old seal is gone.
    """
    sealing.seal_all(now=now)
    files = _documents(case)
    content = _zipped({**files, **_signed(case, files)})
    bundle = EvidenceFile.of(content, f"evidence-{case.reference}.zip")
    with transaction.atomic():
        details = {"sha256": bundle.sha256, "size": len(bundle)}
        audit.record(actor=actor, action=trail.EXPORTED, obj=case, details=details)
    return bundle


def _documents(case: Case) -> dict[str, bytes]:
    case.refresh_from_db()
    events = trail.events_of(case)
    clean = Minimiser(case, _staff(case, events))
    audited, seals = trail.proofs(events)
    documents = {
        "case.json": facts.case_facts(case, clean),
        "timeline.json": facts.timeline(case, clean),
        "clocks.json": facts.clocks(case, clean),
        "plans.json": facts.plans(case, clean),
        "steps.json": facts.steps(case, clean),
        "exceptions.json": facts.exceptions(case, clean),
        "packages.json": deliveries.packages(case, clean),
        "letters.json": deliveries.letters(case, clean),
        "messages.json": handling.messages(case, clean),
        "clock_events.json": handling.clock_events(case, clean),
        "decisions.json": handling.decisions(case, clean),
        "recipients.json": handling.recipients(case, clean),
        "representatives.json": handling.representatives(case, clean),
        "rights.json": handling.rights(case, clean),
        "audit.json": audited,
        "seals.json": seals,
    }
    files = {name: _json(document) for name, document in documents.items()}
    files[VERIFIER] = _verifier()
    return {"README.txt": _readme(case, audited), **files}


def _staff(case: Case, events: list[AuditEvent]) -> set[int]:
    """Return whose names could stand in a text of the case."""
    acted = {event.actor_id for event in events} | set(case.events.values_list("actor", flat=True))
    return {pk for pk in {*acted, case.assignee_id} if pk is not None} - {case.subject.user_id or 0}


def _json(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def _verifier() -> bytes:
    return (Path(__file__).resolve().parents[2] / VERIFIER).read_bytes()


def _readme(case: Case, audited: Mapping[str, Any]) -> bytes:
    page = {
        "case": case,
        "company": active_profile().identity.legal_name,
        "events": len(audited["events"]),
        "waiting": len(audited["not_sealed_yet"]),
    }
    return render_to_string("package/evidence.txt", page).encode()


def _signed(case: Case, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return manifest and signature. Signed is the hash of the manifest: so it shows which of the two was
    changed.
    """
    key_id = crypto.oldest_key_id()
    manifest = _json(
        {
            "format": FORMAT,
            "case": case.reference,
            "received_at": moment(case.received_at),
            "status": case.status,
            "files": [
                {"name": name, "sha256": sha256(content).hexdigest(), "size": len(content)}
                for name, content in files.items()
            ],
        }
    )
    digest = sha256(manifest).hexdigest()
    signed = SIGNATURE_TAG + f"{key_id}\n{digest}\n".encode()
    signature = crypto.signing_key(key_id).sign(signed).hex()
    lines = [key_id, sealing.public_key(key_id).hex(), digest, signature]
    return {"manifest.json": manifest, "manifest.sig": "".join(f"{line}\n" for line in lines).encode()}


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Return the files uncompressed: no compressor can then make two bundles of one state differ."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.create_system, entry.external_attr = 3, 0o100600 << 16
            archive.writestr(entry, content)
    return out.getvalue()
