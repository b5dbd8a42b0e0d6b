"""Findings about the registry: terms that nobody read again, secrets that are not set, looser promises."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from config.profile import Profile, written_profile
from config.sentences import say
from platforms.enums import FindingKind
from platforms.rules import wording
from platforms.rules.found import Found
from platforms.services import registry

KINDS = (FindingKind.TERMS_UNREVIEWED, FindingKind.SECRET_MISSING, FindingKind.PROMISE_LOOSER)


def find(*, now: datetime) -> Iterator[Found]:
    """Yield what is wrong with the platforms and processors that the company uses."""
    profile = written_profile()
    yield from _unreviewed(profile, now)
    yield from _without_secret(profile)
    yield from _looser(profile)


def _unreviewed(profile: Profile, now: datetime) -> Iterator[Found]:
    today = now.astimezone(ZoneInfo(profile.clocks.zone)).date()
    for reading in registry.readings(profile, registry.in_use(profile)):
        if not reading.is_due(today):
            continue
        if reading.last_on is None:
            detail = say("Nobody recorded reading the terms. Read them and record it.")
        else:
            detail = say("The terms were last read on %(day)s. Read them again and record what changed.",
                         day=reading.last_on)  # fmt: skip
        yield Found(FindingKind.TERMS_UNREVIEWED, reading.key, "terms", detail=detail)


def _without_secret(profile: Profile) -> Iterator[Found]:
    for key, name in registry.missing_secrets(profile):
        detail = say("The setting %(name)s is not set. Set it, or %(name)s_FILE.", name=name)
        yield Found(FindingKind.SECRET_MISSING, key, name, detail=detail)


def _looser(profile: Profile) -> Iterator[Found]:
    for one in registry.looser_promises(profile):
        detail = say(
            "We promise %(promise)s; the term is %(term)s. Shorten the promise, or accept the difference.",
            promise=wording.value(one.promise), term=wording.value(one.term),
        )  # fmt: skip
        yield Found(FindingKind.PROMISE_LOOSER, one.key, one.trigger, detail=detail)
