"""Append-only, enforced by the database: events and seals cannot be changed, deleted or truncated."""

from typing import Any

from django.db import migrations

from accounts.rules import append_only


def install(apps: Any, schema_editor: Any) -> None:
    """Create the triggers."""
    for statement in append_only.install_sql(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def remove(apps: Any, schema_editor: Any) -> None:
    """Drop the triggers."""
    for statement in append_only.remove_sql(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_second_factors")]
    operations = [migrations.RunPython(install, remove)]
