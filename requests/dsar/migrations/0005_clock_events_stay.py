"""What moved a date is never changed, whoever holds the database connection."""

from typing import Any

from django.db import migrations

TABLE = "dsar_clockevent"
REFUSAL = "An event of a clock is never changed."


def install(apps: Any, schema_editor: Any) -> None:
    """Create the trigger."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_stays BEFORE UPDATE ON {TABLE} BEGIN "
            f"SELECT RAISE(ABORT, '{REFUSAL}'); END",
            params=None,
        )
        return
    schema_editor.execute(
        f"CREATE FUNCTION {TABLE}_stays() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'raise_exception'; END $$",
        params=None,
    )
    schema_editor.execute(
        f"CREATE TRIGGER {TABLE}_stays BEFORE UPDATE ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_stays()",
        params=None,
    )


def remove(apps: Any, schema_editor: Any) -> None:
    """Drop it."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_stays", params=None)
        return
    schema_editor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_stays ON {TABLE}", params=None)
    schema_editor.execute(f"DROP FUNCTION IF EXISTS {TABLE}_stays()", params=None)


class Migration(migrations.Migration):
    dependencies = [("dsar", "0004_load_calendars")]
    operations = [migrations.RunPython(install, remove)]
