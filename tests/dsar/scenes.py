"""Small scenes that several tests of registers and incidents need."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.services.audit import Actor
from dsar.models import Incident, IncidentFile
from dsar.services import incidents
from tests import factories as make


def incident_file(incident: Incident) -> IncidentFile:
    """Attach a small text file to an incident."""
    staff = make.StaffFactory()
    file: Any = SimpleUploadedFile("mail.txt", b"The newsletter, as sent.")
    return incidents.attach(
        incident=incident, file=file, what="The newsletter", actor=Actor.of(staff), now=make.NOW
    )
