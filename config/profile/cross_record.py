"""Checks of the record of processing: nothing is left out of it, and no entry contradicts another part."""

from collections.abc import Iterator

from config.profile.activities import Activity
from config.profile.finding import Finding
from config.profile.schema import Profile

CONSENT_INSTEAD = ("contract", "legitimate_interests")
"""Bases for which an activity may ask for consent all the same: asking takes nothing from anybody."""


def record_findings(profile: Profile) -> Iterator[Finding]:
    """Yield what the record of processing leaves out (GDPR Art. 30) or says differently from its parts."""
    yield from _left_out(profile)
    for number, activity in enumerate(profile.activities):
        yield from _basis(profile, number, activity)
        yield from _processors(profile, number, activity)


def _left_out(profile: Profile) -> Iterator[Finding]:
    """Every category for each of its purposes, every purpose and every processor has its activity."""
    own = [one for one in profile.activities if one.role == "controller"]
    known = {one.key for one in profile.purposes}
    done = {(category, purpose) for one in own for category in one.categories for purpose in one.purposes}
    for number, category in enumerate(profile.categories):
        if not any(key == category.key for key, _purpose in done):
            yield Finding(
                ("categories", number, "key"),
                f"no activity uses the category {category.key}.",
                f"Name {category.key} in the categories of an activity, or add one.",
            )
            continue
        for place, purpose in enumerate(category.purposes):
            if purpose in known and (category.key, purpose) not in done:
                yield Finding(
                    ("categories", number, "purposes", place),
                    f"no activity uses {category.key} for {purpose}.",
                    "Add the activity, or take the purpose out.",
                )
    yield from _unused(profile, {purpose for _category, purpose in done})


def _unused(profile: Profile, purposes: set[str]) -> Iterator[Finding]:
    for number, purpose in enumerate(profile.purposes):
        if purpose.key not in purposes:
            yield Finding(
                ("purposes", number, "key"),
                f"no activity serves the purpose {purpose.key}.",
                "Add the activity, or take the purpose out.",
            )
    used = {key for activity in profile.activities for key in activity.processors}
    for number, processor in enumerate(profile.processors):
        if processor.key not in used:
            yield Finding(
                ("processors", number, "key"),
                f"no activity names the processor {processor.key}.",
                f"Name {processor.key} in the processors of an activity.",
            )


def _basis(profile: Profile, number: int, activity: Activity) -> Iterator[Finding]:
    """The basis of an activity is that of each of its purposes, or consent where that is no less."""
    if activity.basis is None:
        return
    said = {one.key: one.lawful_basis for one in profile.purposes}
    for purpose in activity.purposes:
        wanted = said.get(purpose)
        instead = activity.basis.kind == "consent" and wanted in CONSENT_INSTEAD
        if wanted and wanted != activity.basis.kind and not instead:
            yield Finding(
                ("activities", number, "basis", "kind"),
                f"the purpose {purpose} has the basis {wanted}, the activity {activity.basis.kind}.",
                "Make the two agree, or split the activity.",
            )


def _processors(profile: Profile, number: int, activity: Activity) -> Iterator[Finding]:
    """A processor of an activity gets at least one of its categories."""
    gets = {one.key: set(one.gets) for one in profile.processors}
    for place, key in enumerate(activity.processors):
        if key in gets and not gets[key] & set(activity.categories):
            yield Finding(
                ("activities", number, "processors", place),
                f"{key} gets none of the categories of this activity.",
                f"Complete gets of {key}, or take it out here.",
            )
