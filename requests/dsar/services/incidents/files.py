"""Evidence of an incident: files, checked by their first bytes and kept encrypted."""

import base64
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.sentences import say
from dsar.models import Incident, IncidentFile
from dsar.rules.transitions import NotAllowed
from dsar.services import uploads
from dsar.services.incidents import story


def _owner(incident: Incident) -> str:
    return f"dsar.Incident:{incident.pk}"


@transaction.atomic
def attach(
    *, incident: Incident, file: uploads.Upload, what: str, actor: Actor, now: datetime
) -> IncidentFile:
    """Keep a file as evidence. Raises NotAllowed for a kind or size that is not taken."""
    story.lock_open(incident)
    by = story.person(actor)
    if not what.strip():
        raise NotAllowed(_("Say what the file shows."))
    kept = uploads.keep_for(owner=_owner(incident), file=file)
    made = IncidentFile.objects.create(
        incident=incident, added_at=now, added_by=by, what=what.strip()[:120], name=kept.name,
        path=kept.path, key=kept.key, sha256=kept.sha256,
    )  # fmt: skip
    story.tell(
        incident=incident, kind="file", what=say("Evidence added"), actor=actor, now=now,
        details={"file": str(made.pk), "sha256": kept.sha256},
    )  # fmt: skip
    return made


@transaction.atomic
def content(*, file: IncidentFile, actor: Actor, now: datetime) -> Iterator[bytes]:
    """Return the content of a file; reading it is recorded.

    Raises packaging.PackageDamaged when it is gone or was changed.
    """
    found = uploads.read_for(owner=_owner(file.incident), path=file.path, key=base64.b64decode(file.key))
    story.tell(
        incident=file.incident, kind="file_read", what=say("Evidence opened"), actor=actor, now=now,
        details={"file": str(file.pk)},
    )  # fmt: skip
    return found
