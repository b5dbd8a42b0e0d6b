"""Shared fixtures. Tests mirror the source; what one app alone needs stands in that app's conftest."""

import shutil
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from accounts.rules import append_only


@pytest.fixture(scope="session", autouse=True)
def files_go_with_the_run():
    """What tests stored goes when they end."""
    yield
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def emptying_test_tables_steps_over_the_append_only_triggers():
    """Only tests empty tables: the triggers that forbid it are dropped and made again around each flush."""
    operations: Any = type(connection.ops)
    plain = operations.sql_flush

    def sql_flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        vendor = self.connection.vendor
        statements = plain(self, style, tables, **options)
        return [*append_only.remove_sql(vendor), *statements, *append_only.install_sql(vendor)]

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = plain
