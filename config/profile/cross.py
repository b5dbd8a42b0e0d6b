"""Checks between the parts of a profile: references that lead nowhere, doubles, contradictions."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from config.profile.cross_record import record_findings
from config.profile.finding import Finding
from config.profile.holdings import System
from config.profile.law import RegimeKey, RightKey
from config.profile.nearest import offer
from config.profile.reading import KeyPath
from config.profile.schema import Profile


def findings(profile: Profile) -> Iterator[Finding]:
    """Yield everything that contradicts between the parts of a profile."""
    for check in (
        _doubles,
        _references,
        _rights,
        _regimes,
        _four_eyes,
        _prefixes,
        _schedules,
        _languages,
        _times,
        record_findings,
    ):
        yield from check(profile)


KEYED = (
    "mailboxes",
    "subject_rules",
    "systems",
    "purposes",
    "categories",
    "schedules",
    "platforms",
    "processors",
    "transfers",
    "activities",
    "consent_purposes",
    "cookies",
    "attestations",
)


def _doubles(profile: Profile) -> Iterator[Finding]:
    for name in KEYED:
        seen: set[str] = set()
        for number, entry in enumerate(getattr(profile, name)):
            if entry.key in seen:
                yield Finding(
                    (name, number, "key"),
                    f"the key {entry.key} stands twice in {name}.",
                    "Give each entry its own key.",
                )
            seen.add(entry.key)


def _keys(entries: Iterable[Any]) -> set[str]:
    return {entry.key for entry in entries}


def _references(profile: Profile) -> Iterator[Finding]:
    """Every key that names another part must lead to one."""
    for path, key, name in _named(profile):
        known = _keys(getattr(profile, name))
        known |= _keys(profile.platforms) | {"platforms"} if path[-2] == "recipients" else set()
        if key is not None and key not in known:
            yield Finding(
                path,
                f"{key} is not one of the {name}.",
                offer(key, known).strip() or f"Add it to {name} first.",
            )


def _named(profile: Profile) -> Iterator[tuple[KeyPath, str | None, str]]:
    """Yield (path, key, list it must stand in) for every reference."""
    yield from _single_references(profile)
    yield from _listed(profile, "subject_rules", "mailboxes", "mailboxes")
    yield from _listed(profile, "subject_rules", "platforms", "platforms")
    yield from _listed(profile, "categories", "purposes", "purposes")
    yield from _listed(profile, "categories", "recipients", "processors")
    yield from _listed(profile, "schedules", "systems", "systems")
    yield from _listed(profile, "processors", "gets", "categories")
    for name in ("purposes", "categories", "processors", "transfers", "schedules"):
        yield from _listed(profile, "activities", name, name)
    for number, activity in enumerate(profile.activities):
        consent = activity.basis.consent if activity.basis else None
        yield ("activities", number, "basis", "consent"), consent, "consent_purposes"
    for name in ("systems", "transfers"):
        for number, entry in enumerate(getattr(profile, name)):
            yield (name, number, "processor"), entry.processor, "processors"
    for number, cookie in enumerate(profile.cookies):
        yield ("cookies", number, "purpose"), cookie.purpose, "consent_purposes"
    for number, key in enumerate(profile.signals.gpc_turns_off):
        yield ("signals", "gpc_turns_off", number), key, "consent_purposes"


def _single_references(profile: Profile) -> Iterator[tuple[KeyPath, str | None, str]]:
    dpo = profile.identity.dpo
    yield ("identity", "dpo", "mailbox"), dpo.mailbox if dpo else None, "mailboxes"
    yield ("ages", "report_mailbox"), profile.ages.report_mailbox, "mailboxes"
    yield ("letters", "from_mailbox"), profile.letters.from_mailbox, "mailboxes"
    yield ("letters", "reply_mailbox"), profile.letters.reply_mailbox, "mailboxes"
    yield ("security", "incident_mailbox"), profile.security.incident_mailbox, "mailboxes"
    for name in type(profile.named_schedules).model_fields:
        yield ("named_schedules", name), getattr(profile.named_schedules, name), "schedules"


def _listed(profile: Profile, name: str, field: str, target: str) -> Iterator[tuple[KeyPath, str, str]]:
    for number, entry in enumerate(getattr(profile, name)):
        for place, key in enumerate(getattr(entry, field)):
            yield (name, number, field, place), key, target


def _rights(profile: Profile) -> Iterator[Finding]:
    """Each offered right has exactly one row in the verification matrix; each regime one offer."""
    rows = Counter(
        (right, regime)
        for row in profile.rights.verification
        for right in row.rights
        for regime in row.regimes
    )
    for (right, regime), count in rows.items():
        if count > 1:
            yield Finding(
                ("rights", "verification"), f"{right} under {regime} has {count} rows.", "Keep one of them."
            )
    seen: set[RegimeKey] = set()
    for number, offered in enumerate(profile.rights.offered):
        here: KeyPath = ("rights", "offered", number)
        if offered.regime in seen:
            yield Finding((*here, "regime"), f"{offered.regime} is offered twice.", "Join both lists.")
        seen.add(offered.regime)
        for right in offered.rights:
            if not rows[right, offered.regime]:
                yield Finding(
                    (*here, "rights"),
                    f"{right} has no row in rights.verification for {offered.regime}.",
                    "Add one.",
                )


def _regimes(profile: Profile) -> Iterator[Finding]:
    known: set[RegimeKey] = set()
    for number, rule in enumerate(profile.regimes.rules):
        if rule.key in known:
            here = ("regimes", "rules", number, "key")
            yield Finding(here, f"the regime {rule.key} stands twice.", "Join the areas in one rule.")
        known.add(rule.key)
    for name in ("unknown_country", "elsewhere"):
        key = getattr(profile.regimes, name)
        if key != RegimeKey.NONE and key not in known:
            yield Finding(("regimes", name), f"{key} has no rule.", "Add a rule for it, or write policy.")
    offered = {offer_.regime for offer_ in profile.rights.offered}
    for key in known - offered:
        yield Finding(
            ("rights", "offered"), f"people under {key} are offered nothing.", f"Add an entry for {key}."
        )


def _four_eyes(profile: Profile) -> Iterator[Finding]:
    for right in (RightKey.DELETION, RightKey.PLATFORM_DELETION):
        if right not in profile.cases.four_eyes.rights:
            yield Finding(
                ("cases", "four_eyes", "rights"),
                f"{right} is missing.",
                f"Add {right}: what destroys data always needs a second person.",
            )


def _prefixes(profile: Profile) -> Iterator[Finding]:
    """Two categories with the same prefix would make the page "what we hold" depend on their order."""
    owner: dict[str, str] = {}
    for number, category in enumerate(profile.categories):
        for place, prefix in enumerate(category.data_categories):
            if other := owner.get(prefix):
                yield Finding(
                    ("categories", number, "data_categories", place),
                    f"{prefix} belongs to {other} already.",
                    "Keep it in one of the two.",
                )
            owner[prefix] = category.key


def _schedules(profile: Profile) -> Iterator[Finding]:
    keeps = profile.named_schedules.payments
    for number, schedule in enumerate(profile.schedules):
        if schedule.key == keeps and schedule.action != "keep":
            yield Finding(
                ("schedules", number, "action"),
                f"the payments schedule has the action {schedule.action}.",
                "Use keep: the law forbids erasing payment records early.",
            )


def _languages(profile: Profile) -> Iterator[Finding]:
    if profile.languages.default not in profile.languages.offered:
        yield Finding(
            ("languages", "default"),
            f"{profile.languages.default} is not offered.",
            "Add it to languages.offered.",
        )
    written = {profile.languages.default, *(one.language for one in profile.letters.other_languages)}
    for language in profile.languages.offered:
        if language not in written:
            yield Finding(
                ("letters", "other_languages"),
                f"{language} is offered, but the company's sentences are not written in it.",
                f"Write them, with language: {language}.",
            )
    for number, system in enumerate(profile.systems):
        yield from _instructions(profile, number, system)


def _instructions(profile: Profile, number: int, system: System) -> Iterator[Finding]:
    """Every owner of a manual system reads what to do in the language of their desk."""
    at = ("systems", number, "other_languages")
    written = [one.language for one in system.other_languages]
    for language in dict.fromkeys(written):
        if language == profile.languages.default or written.count(language) > 1:
            yield Finding(
                at, f"the instructions in {language} stand twice.",
                "Keep one; those of languages.default stand in instructions.",
            )  # fmt: skip
    for language in profile.languages.offered if system.kind == "manual" else ():
        if language not in (profile.languages.default, *written):
            yield Finding(
                at, f"{language} is offered, but the instructions of {system.key} are not written in it.",
                f"Write them, with language: {language}.",
            )  # fmt: skip


def _times(profile: Profile) -> Iterator[Finding]:
    cases, permission = profile.cases, profile.ages.parental_permission
    if cases.remind_after_days >= cases.close_unanswered_after_days:
        yield Finding(
            ("cases", "remind_after_days"),
            "the reminder would come after the case is closed.",
            "Make it shorter than close_unanswered_after_days.",
        )
    if permission and permission.from_age > permission.to_age:
        yield Finding(("ages", "parental_permission", "from_age"), "it is above to_age.", "Swap the two.")
    if "WORLD" not in profile.ages.minimum[-1].areas:
        yield Finding(
            ("ages", "minimum"), "no age is set for the rest of the world.", "End with areas: [WORLD]."
        )
