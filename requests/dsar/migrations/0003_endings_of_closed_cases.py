"""Cases that are closed already get the fact of their ending."""

from typing import Any

from django.db import migrations


def keep(apps: Any, schema_editor: Any) -> None:
    """Store one ending for each closed case that has none."""
    Case, Ending = apps.get_model("dsar", "Case"), apps.get_model("dsar", "Ending")
    closed = Case.objects.filter(closed_at__isnull=False, endings=None)
    rows = list(closed.values_list("pk", "closed_at", "outcome"))
    made = (Ending(case_id=case_id, at=at, outcome=outcome) for case_id, at, outcome in rows)
    Ending.objects.bulk_create(made, batch_size=2000)


class Migration(migrations.Migration):
    dependencies = [("dsar", "0002_the_law")]
    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
