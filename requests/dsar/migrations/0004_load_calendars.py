"""The holiday calendars that ship with the portal become the first editions: a fresh database needs no step."""

from datetime import UTC, date, datetime
from typing import Any

from django.db import migrations

from dsar.services.reckoning import shipped


def load(apps: Any, schema_editor: Any) -> None:
    """Store each shipped calendar as edition 1, unless its place has an edition already."""
    calendars, holidays = apps.get_model("dsar", "HolidayCalendar"), apps.get_model("dsar", "Holiday")
    known = set(calendars.objects.values_list("code", flat=True))
    for code in shipped.codes()[1:]:
        if code in known:
            continue
        file = shipped.edition(code)
        made = calendars.objects.create(
            code=code, number=1, source=file["source"], note="shipped with the portal",
            through_on=date.fromisoformat(file["through"]),
            loaded_at=datetime.combine(date.fromisoformat(file["version"]), datetime.min.time(), UTC),
        )  # fmt: skip
        holidays.objects.bulk_create(
            holidays(calendar=made, on=one.on, name=one.name, kind=one.kind, counts_for_roll=one.counts)
            for one in shipped.days(code)
        )


class Migration(migrations.Migration):
    dependencies = [("dsar", "0003_endings_of_closed_cases")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
