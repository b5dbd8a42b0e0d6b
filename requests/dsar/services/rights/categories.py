"""Knowing the categories (CCPA): which kinds were really found, in counts, with what the law wants told."""

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.profile import Profile, active_profile
from config.profile.holdings import Category
from dsar.enums import CaseStatus, Operation, Outcome
from dsar.models import Case, Plan
from dsar.services import sources
from dsar.services.packaging import category_key
from dsar.services.rights import orders
from platforms.models import Processor
from platforms.services import processors, specs_of


def counts_of(case: Case, plan: Plan) -> Counter[str]:
    """Return category key → how many entries were found; the empty key holds what fits none."""
    profile = active_profile()
    keys = {
        spec.key: category_key(spec, profile)
        for system in sources.systems()
        for row in system.datasets.all()
        for dataset in specs_of(row)
        for spec in dataset.collections
    }
    found: Counter[str] = Counter()
    for system in plan.summary["systems"]:
        for collection, part in system["collections"].items():
            found[keys.get(collection, "")] += part["found"]
    for step in case.steps.filter(plan=plan, operation=Operation.COUNT).select_related("system"):
        key = _of_system(profile, step.system.key)
        found[key] += step.rows_done
    return Counter({key: n for key, n in found.items() if n})


def _of_system(profile: Profile, system: str) -> str:
    """Return the category of a system without rows: the one that names it, else none."""
    return next((one.key for one in profile.categories if one.names(system)), "")


def told(case: Case, plan: Plan) -> list[dict[str, Any]]:
    """Return every category found, as the letter tells it (Cal. Civ. Code 1798.110(c), 1798.115)."""
    profile, found, known = active_profile(), counts_of(case, plan), processors.register()
    named = [_told(profile, one, found[one.key], known) for one in profile.categories if found[one.key]]
    if found[""]:
        other, unknown = _("Other data"), _("not sorted into a kind")
        rest = dict.fromkeys(("purposes", "sources", "recipients", "period", "law"), unknown)
        named.append(
            rest
            | {"name": _named(other, found[""]), "label": other, "found": found[""], "sold": _sold(profile)}
        )
    return named


def _named(label: str, n: int) -> str:
    words = ngettext("%(label)s: %(n)s entry found", "%(label)s: %(n)s entries found", n)
    return words % {"label": label, "n": n}


def _told(profile: Profile, one: Category, n: int, known: dict[str, Processor]) -> dict[str, Any]:
    purposes = {purpose.key: purpose.label for purpose in profile.purposes}
    return {
        "name": _named(one.label, n),
        "label": one.label,
        "found": n,
        "law": ", ".join(one.ccpa_categories),
        "purposes": "; ".join(purposes[key] for key in one.purposes if key in purposes),
        "sources": ", ".join(one.sources),
        "recipients": ", ".join(processors.named_recipients(profile, one, known)) or _("nobody"),
        "period": one.kept,
        "sold": _sold(profile),
    }


def _sold(profile: Profile) -> str:
    """Return whether data are sold or shared for advertising, as the profile says."""
    buyers = any(one.sells_or_shares for one in profile.processors)
    sells, shares = profile.sale.sells or buyers, profile.sale.shares
    if sells and shares:
        return _("sold and shared")
    if sells or shares:
        return _("sold") if sells else _("shared")
    return _("neither, in the last 12 months")


def outcomes(case: Case, plan: Plan | None) -> tuple[Outcome, ...]:
    """Return how the case may end: counted everywhere, or partly when a system was left out."""
    if case.status != CaseStatus.READY or plan is None or not orders.finished(case):
        return ()
    if plan.decisions or case.steps.exclude(skipped_reason="").exists():
        return (Outcome.PARTLY,)
    if not counts_of(case, plan):
        return (Outcome.NOTHING_FOUND,)
    return (Outcome.FULFILLED, Outcome.PARTLY)
