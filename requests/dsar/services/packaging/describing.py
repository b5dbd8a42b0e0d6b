"""What a package says around the data, taken from the case, its plan, the datasets and the company's
profile.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from config.jobs import JobStatus
from config.profile import Profile, active_profile
from dsar.enums import Operation
from dsar.models import Case, Plan, Step
from dsar.services import telling
from dsar.services.packaging.contents import (
    CategoryNote,
    CollectionNote,
    Company,
    Omission,
    PackageIndex,
    SystemNote,
    words_of,
)
from platforms.datasets import CollectionSpec
from platforms.models import System
from platforms.services import processors, specs_of


def index_of(*, case: Case, plan: Plan, now: datetime, not_included: Sequence[Omission] = ()) -> PackageIndex:
    """Return everything about a package but its rows.

    `not_included`: what else was left out, besides systems that did not answer. Reads the steps of the plan
    and the datasets of their systems; raises platforms.datasets.DatasetError for a stored dataset that is
    no longer valid.
    """
    profile = active_profile()
    steps = list(plan.steps.filter(operation=Operation.COLLECT).select_related("system"))
    country, region = case.subject.country or None, case.subject.region or None
    about = telling.told(case)
    return PackageIndex(
        reference=case.reference,
        right=case.get_right_display(),
        regime=case.get_regime_display(),
        company=_company(profile),
        received_at=case.received_at,
        made_at=now,
        language=case.language or "en",
        collections=tuple(_collections((step.system for step in steps), profile)),
        categories=tuple(_categories(profile)),
        systems=tuple(_system(step) for step in steps),
        not_included=(*(o for step in steps if (o := _missing(step))), *not_included),
        transfers=about.transfers,
        remedies=tuple(_remedies(profile, country, region)),
        dpo=about.dpo,
        rights=about.rights,
        automated=about.automated,
        period=about.period,
        sold=about.sold,
    )


def _company(profile: Profile) -> Company:
    who = profile.identity
    contact = profile.mailbox(profile.letters.reply_mailbox).address
    return Company(who.legal_name, who.trade_name, who.footer, contact, who.privacy_policy or "")


def _categories(profile: Profile) -> Iterator[CategoryNote]:
    purposes = {one.key: one.label for one in profile.purposes}
    known = processors.register()
    for one in profile.categories:
        bases = tuple(words_of(basis) for basis in one.lawful_bases)
        yield CategoryNote(
            one.key, one.label, one.why, one.kept,
            tuple(processors.named_recipients(profile, one, known)), tuple(one.sources),
            bases, tuple(purposes[key] for key in one.purposes if key in purposes),
        )  # fmt: skip


def _collections(systems: Iterable[System], profile: Profile) -> Iterator[CollectionNote]:
    for system in systems:
        for row in system.datasets.all():
            for dataset in specs_of(row):
                yield from (_note(spec, system, profile) for spec in dataset.collections if not spec.skip)


def _note(spec: CollectionSpec, system: System, profile: Profile) -> CollectionNote:
    keys = tuple(field.path for field in spec.walk() if field.primary_key)
    return CollectionNote(spec.key, words_of(spec.name), system.name, category_key(spec, profile), keys)


def category_key(spec: CollectionSpec, profile: Profile) -> str:
    """Return the heading under which people look for a collection: by its name, else by most of its
    fields.
    """
    named = next((one.key for one in profile.categories if one.names(spec.name)), "")
    if named:
        return named
    fields = (category for field in spec.walk() for category in field.categories)
    found = (profile.category_for(category) for category in (*spec.categories, *fields))
    votes = Counter(category.key for category in found if category)
    return votes.most_common(1)[0][0] if votes else ""


def _system(step: Step) -> SystemNote:
    answered = step.status == JobStatus.DONE and not step.skipped_reason
    sentence = "" if answered else _why_missing(step)
    return SystemNote(
        step.system.key, step.system.name, answered, sentence, step.rows_done if answered else 0
    )


def _missing(step: Step) -> Omission | None:
    note = _system(step)
    return None if note.answered else Omission(note.name, note.sentence)


def _why_missing(step: Step) -> str:
    """Return why a system's data are not there. The reason of staff may be internal: only that there is one
    is told.
    """
    if step.status == JobStatus.CANCELLED or step.skipped_reason:
        return _("We could not include this system. Ask us why, and we will tell you.")
    return _("This system had not answered when the package was made. We go on asking it.")


def _remedies(profile: Profile, country: str | None, region: str | None) -> Iterator[str]:
    yield profile.letters.complaint_route
    if authority := profile.authority_for(country, region):
        yield _("The authority for you is: %(name)s, %(website)s") % {
            "name": authority.name,
            "website": authority.website,
        }
    yield profile.letters.court_remedy
