"""The staff desk of cases: work queue, lists, the case as a workspace, tasks, packages, calendars."""

from dsar.admin import calendars, cases, governance, tasks

__all__ = ["calendars", "cases", "governance", "tasks"]
