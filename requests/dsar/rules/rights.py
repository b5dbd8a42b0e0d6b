"""Which rights act on data in which way, and what the law fixes about them. Pure."""

from collections.abc import Iterable
from datetime import date

from dsar.enums import Ground, Operation, Regime, Right

STOPS = frozenset({Right.WITHDRAWAL, Right.OPT_OUT, Right.LIMIT})
"""Take effect at once: nobody is verified and nothing is weighed."""

ORDERED = STOPS | {Right.OBJECTION, Right.RESTRICTION}
"""Carried out by telling systems what to stop, not by looking for rows."""

ERASING = frozenset({Right.DELETION, Right.PLATFORM_DELETION})
"""End with data deleted: all that we hold, or what we have from some platforms."""

COLLECTED = frozenset({Right.ACCESS, Right.PORTABILITY})
"""End with a package."""

SALE, SHARING, SENSITIVE = "sale", "sharing", "sensitive"
"""Purposes that the law names, whatever the profile calls its own (Cal. Civ. Code 1798.120, 1798.121)."""

KEEPING = frozenset({Ground.UNLAWFUL, Ground.CLAIMS})
"""Grounds under which the person wants the data kept (GDPR Art. 18(1)(b), (c))."""

PORTABLE_BASES = frozenset({"consent", "contract"})
"""GDPR Art. 20(1)(a)."""

DERIVED = ("system", "user.unique_id", "user.demographic.profile", "user.authorization")
"""Categories that nobody provides: keys and marks of ours, profiles that we made, means of signing in."""

LOOK_BACK = date(2022, 1, 1)
"""11 CCR 7020(e): where data are kept longer than 12 months people may ask back to this day."""

FOLLOWS = {Operation.PROBE: Operation.ERASE, Operation.REREAD: Operation.RECTIFY}
"""A proof is looked for when this is done in the same system."""

ORDERS = frozenset({Operation.RESTRICT, Operation.LIFT, Operation.SUPPRESS})
"""Operations that a system must say it knows; a person does them otherwise."""


def operations_for(right: str) -> tuple[Operation, ...]:
    """Return what is done in each system of an approved plan, in this order."""
    if right in ERASING:
        return (Operation.ERASE, Operation.PROBE)
    return {
        Right.RECTIFICATION: (Operation.RECTIFY, Operation.REREAD),
        Right.KNOW_CATEGORIES: (Operation.COUNT,),
    }.get(Right(right), (Operation.COLLECT,))


def fixed_purposes(right: str) -> tuple[str, ...]:
    """Return the purposes that a right stops by itself, without asking which."""
    return {Right.OPT_OUT: (SALE, SHARING), Right.LIMIT: (SENSITIVE,)}.get(Right(right), ())


def is_provided(categories: Iterable[str], marker: str) -> bool:
    """Whether a field holds what the person provided, by typing it or by using the service (Art. 20(1)).

    `marker`: `subject` or `observed` (provided), `derived` or `third_party` (not), or empty: then its data
    categories decide.
    """
    if marker:
        return marker in ("subject", "observed")
    found = list(categories)
    return bool(found) and not all(
        any(one == part or one.startswith(f"{part}.") for part in DERIVED) for one in found
    )


def covered_from(regime: str) -> date | None:
    """Return the day back to which an answer must reach at least, or None: everything that is held."""
    return LOOK_BACK if regime == Regime.CCPA else None
