"""Why a proposal was sent back is encrypted like the other reasons, and leaves the timeline."""

from typing import Any

import config.fields
from django.db import migrations, models

MODELS = ("Decision", "ClockOverride")
EVENTS = ("rejected_decision", "override_returned")
CHUNK, GONE = 500, "(forgotten)"


def encrypt(apps: Any, schema_editor: Any) -> None:
    """Encrypt what stands there in plain text; take the copies of it out of the timeline.

    Where the records of the case ended already, the words should have gone with them: they go now.
    """
    events = apps.get_model("dsar", "CaseEvent").objects
    ended = set(events.filter(kind="records_ended").values_list("case_id", flat=True))
    for name in MODELS:
        model = apps.get_model("dsar", name)
        rows = model.objects.exclude(return_reason="").values_list("pk", "case_id", "return_reason")
        for pk, case_id, plain in list(rows):
            row = model(pk=pk)
            # A value from the database counts as encrypted; as a plain text it is encrypted by the save.
            row.return_reason = GONE if case_id in ended else str(plain)
            row.save(update_fields=["return_reason"], force_update=True)
    events.filter(kind__in=EVENTS).update(note="")


def decrypt(apps: Any, schema_editor: Any) -> None:
    """Put the plain text back for the column that knew no encryption. The timeline stays without it."""
    for name in MODELS:
        model = apps.get_model("dsar", name)
        for row in model.objects.exclude(return_reason="").only("pk", "return_reason").iterator(CHUNK):
            plain = models.Value(row.return_reason[:500], output_field=models.TextField())
            model.objects.filter(pk=row.pk).update(return_reason=plain)


class Migration(migrations.Migration):
    dependencies = [("dsar", "0006_platform_data")]
    operations = [
        *(
            migrations.AlterField(
                model_name=name.lower(), name="return_reason",
                field=config.fields.EncryptedTextField(blank=True),
            )
            for name in MODELS
        ),
        migrations.RunPython(encrypt, decrypt),
    ]  # fmt: skip
