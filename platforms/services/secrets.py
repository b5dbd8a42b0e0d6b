"""Secrets of platforms and processors, from the environment: `META_APP_SECRET=current,previous`."""

from django.conf import settings

from config import env


def values(name: str) -> tuple[str, ...]:
    """Return what is listed under `name`, the current secret first; nothing when it is not set.

    `NAME_FILE` may name a file that holds the list. PLATFORM_SECRETS of the settings goes before both.
    """
    given = settings.PLATFORM_SECRETS.get(name)
    text = env.text(name, "") if given is None else given
    return tuple(part.strip() for part in text.split(",") if part.strip())
