"""Shared fixtures. Tests mirror the source; what one app alone needs stands in that app's conftest."""

import shutil
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models.signals import post_migrate

from accounts.rules import append_only
from retention.rules import journal_stays


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what commits: a seal waits for all transactions of the server, also for those of other tests."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        asked = getattr(item, "fixturenames", ())
        if "transactional_db" in asked or (mark and mark.kwargs.get("transaction")):
            item.add_marker("commits")


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
        before = [*append_only.remove_sql(vendor), *journal_stays.remove_sql(vendor)]
        return [*before, *statements, *append_only.install_sql(vendor), *journal_stays.install_sql(vendor)]

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = plain


@pytest.fixture(scope="session", autouse=True)
def an_emptied_database_gets_back_what_migrations_loaded():
    """Whatever test follows one that empties the tables finds the calendars, as after `migrate`."""
    shipped = import_module("dsar.migrations.0004_load_calendars")
    law = apps.get_app_config("dsar")

    def load(plan: Any = None, **_: Any) -> None:
        if plan is None:  # `flush` names no plan, `migrate` does
            shipped.load(apps, None)

    post_migrate.connect(load, sender=law, weak=False, dispatch_uid="tests.calendars")
    yield
    post_migrate.disconnect(sender=law, dispatch_uid="tests.calendars")
