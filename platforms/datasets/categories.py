"""When a data category belongs to another one."""

from collections.abc import Iterable


def covers(target: str, category: str) -> bool:
    """Return whether `category` is `target` or stands below it.

    The prefix must end at a dot: `user.device.cookie` does not cover `user.device.cookie_id`
    (fideslang taxonomy).
    """
    return category == target or category.startswith(f"{target}.")


def covers_any(targets: Iterable[str], categories: Iterable[str]) -> bool:
    """Return whether any of `categories` is at or below any of `targets`."""
    wanted = tuple(targets)
    return any(covers(target, category) for category in categories for target in wanted)
