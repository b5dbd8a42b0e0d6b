"""The systems of a profile, with their datasets. Safe to repeat: what exists is only brought up to date."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config import env
from config.profile import Profile
from config.profile import System as ProfileSystem
from config.profile.speaking import spoken
from platforms import demo
from platforms.enums import SystemRole
from platforms.models import System
from platforms.services.datasets import import_dataset
from platforms.services.systems import create_system, set_secret, update_system


@transaction.atomic
def install_profile_systems(
    *, profile: Profile, product_url: str, actor: Actor, now: datetime
) -> list[System]:
    """Store every system of a profile and import its dataset; returns them in the profile's order.

    `product_url`: address of the product database. The address of an HTTP system comes from the environment
    variable that the profile names, its shared key from the same name with _KEY instead of _URL. Until both
    are set a person does its work: no system is left out silently.
    """
    return [
        _install(profile, one, position, product_url, actor, now)
        for position, one in enumerate(profile.systems)
    ]


def _install(
    profile: Profile, one: ProfileSystem, position: int, product_url: str, actor: Actor, now: datetime
) -> System:  # fmt: skip
    connector, options, secret = _way(profile, one, product_url)
    values: dict[str, Any] = {
        "name": one.name,
        "connector": connector,
        "role": SystemRole.PROCESSOR if one.processor else SystemRole.OWN,
        "purpose": one.holds,
        "options": options,
    }
    known = System.objects.filter(key=one.key).first()
    if known is None:
        system = create_system(key=one.key, secret=secret, position=position, actor=actor, now=now, **values)
    else:
        system = _update(known, connector, secret, values, actor, now)
    if one.dataset and connector == "sql":
        file = demo.DATASET.with_name(one.dataset)
        file = file if file.is_file() else demo.DATASET
        import_dataset(system=system, source=file.read_text("utf-8"), actor=actor, now=now, origin=file.name)
    return system


def _update(
    system: System, connector: str, secret: str, values: dict[str, Any], actor: Actor, now: datetime
) -> System:
    """The secret first where the connector stays, last where it changes: each must fit the other."""
    if secret and system.secret != secret and connector == system.connector:
        set_secret(system=system, secret=secret, actor=actor, now=now)
    elif connector != system.connector:
        system.secret = secret
        system.save(update_fields=["secret"])
    return update_system(system=system, actor=actor, now=now, **values)


def _way(profile: Profile, one: ProfileSystem, product_url: str) -> tuple[str, dict[str, Any], str]:
    """Return connector, options and secret of a profile's system."""
    if one.kind == "manual":
        other = {text.language: text.instructions for text in one.other_languages}
        return "manual", {"instructions": one.instructions, "other_languages": other}, ""
    if one.kind == "sql":
        return "sql", {}, product_url
    setting = one.url_setting or ""
    url, key = env.text(setting, ""), env.text(setting.removesuffix("_URL") + "_KEY", "")
    if url and key:
        return "http", {"url": url}, key
    default, *others = dict.fromkeys((profile.languages.default, *profile.languages.offered))
    told = {language: _not_connected(profile, one.key, setting, language) for language in others}
    first = _not_connected(profile, one.key, setting, default)
    return "manual", {"instructions": first, "other_languages": told}, ""


def _not_connected(profile: Profile, key: str, setting: str, language: str) -> str:
    """Return what a person has to do for a system whose address is not set, in one language."""
    one = next(system for system in spoken(profile, language).systems if system.key == key)
    with translation.override(language):
        return _(
            "%(name)s is not connected yet (set %(setting)s and its key). Ask whoever runs it to do this by"
            " hand, and attach their answer. It holds: %(holds)s"
        ) % {"name": one.name, "setting": setting, "holds": one.holds}
