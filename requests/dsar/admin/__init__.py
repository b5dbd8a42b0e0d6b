"""The staff desk of cases: work queue, lists, the case as a workspace, tasks, packages."""

from dsar.admin import cases, incidents, register_exports, tasks

__all__ = ["cases", "incidents", "register_exports", "tasks"]
