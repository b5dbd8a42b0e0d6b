"""The staff desk of cases: work queue, lists, the case as a workspace, tasks, packages."""

from dsar.admin import cases, governance, tasks

__all__ = ["cases", "governance", "tasks"]
