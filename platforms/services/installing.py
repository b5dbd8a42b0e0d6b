"""The systems of a profile, with their datasets. Safe to repeat: what exists is only brought up to date."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.services.audit import Actor
from config import env
from config.profile import Profile
from config.profile import System as ProfileSystem
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
    return [_install(one, position, product_url, actor, now) for position, one in enumerate(profile.systems)]


def _install(one: ProfileSystem, position: int, product_url: str, actor: Actor, now: datetime) -> System:
    connector, options, secret = _way(one, product_url)
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


def _way(one: ProfileSystem, product_url: str) -> tuple[str, dict[str, Any], str]:
    """Return connector, options and secret of a profile's system."""
    if one.kind == "manual":
        return "manual", {"instructions": one.instructions}, ""
    if one.kind == "sql":
        return "sql", {}, product_url
    setting = one.url_setting or ""
    url, key = env.text(setting, ""), env.text(setting.removesuffix("_URL") + "_KEY", "")
    if url and key:
        return "http", {"url": url}, key
    told = (
        f"{one.name} is not connected yet (set {setting} and its key). Ask whoever runs it to do this "
        f"by hand, and attach their answer. It holds: {one.holds}"
    )
    return "manual", {"instructions": told}, ""
