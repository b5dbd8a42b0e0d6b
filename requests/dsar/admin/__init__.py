"""The staff desk of cases: work queue, lists, the case as a workspace, tasks, packages, calendars."""

from dsar.admin import calendars, cases, disconnections, governance, incidents, register_exports, tasks

__all__ = ["calendars", "cases", "disconnections", "governance", "incidents", "register_exports", "tasks"]
