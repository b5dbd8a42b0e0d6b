"""How the lives of the cases of a demonstration go: chosen by chance, the same for the same seed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from dsar.enums import Channel, Outcome, Right

PLACES = (("DE", ""), ("FR", ""), ("IE", ""), ("GB", ""), ("US", "CA"), ("NL", ""), ("BR", ""))
PLACE_WEIGHTS = (24, 12, 8, 20, 28, 6, 2)
RIGHTS = {
    Right.ACCESS: 34, Right.DELETION: 32, Right.RECTIFICATION: 6, Right.PORTABILITY: 4, Right.OBJECTION: 4,
    Right.WITHDRAWAL: 5, Right.OPT_OUT: 8, Right.LIMIT: 3, Right.COMPLAINT: 3, Right.RESTRICTION: 1,
}  # fmt: skip
CHANNELS = {
    Channel.DASHBOARD: 50, Channel.PUBLIC_FORM: 24, Channel.EMAIL: 18, Channel.POST: 4, Channel.API: 4
}  # fmt: skip
OUTCOMES = {
    Outcome.FULFILLED: 68, Outcome.PARTLY: 10, Outcome.NOTHING_FOUND: 8, Outcome.UNVERIFIED: 5,
    Outcome.REFUSED: 3, Outcome.WITHDRAWN: 4, Outcome.DUPLICATE: 2,
}  # fmt: skip
LATE, EXTENDED = 0.06, 0.05
FREE = frozenset({Right.WITHDRAWAL, Right.OPT_OUT, Right.LIMIT, Right.COMPLAINT})
KEPT = ("E17_LEGAL_OBLIGATION", "E17_LEGAL_CLAIMS", "THIRD_PERSON")


@dataclass(frozen=True, slots=True)
class Life:
    """One case as it is going to be: where from, what, and the moments of its steps (days after receipt)."""

    place: tuple[str, str]
    right: str
    channel: str
    received_at: datetime
    outcome: str
    opened_after: timedelta
    verified_after: timedelta
    pace: float
    late: bool
    extended: bool
    handler: int
    kept: str


def lives(cases: int, *, seed: int, until: datetime) -> list[Life]:
    """Return the lives of `cases` cases received in the 365 days until a moment, the first one first."""
    chance = Random(seed)  # noqa: S311  (a demonstration, not a secret)
    seconds = sorted(chance.randrange(365 * 86400) for _ in range(cases))
    since = until - timedelta(days=365)
    return [_life(chance, since + timedelta(seconds=at)) for at in seconds]


def _pick(chance: Random, weights: dict[str, int]) -> str:
    return str(chance.choices(list(weights), list(weights.values()))[0])


def _life(chance: Random, received_at: datetime) -> Life:
    right = _pick(chance, {str(right): n for right, n in RIGHTS.items()})
    channel = _pick(chance, {str(channel): n for channel, n in CHANNELS.items()})
    outcome = _pick(chance, {str(outcome): n for outcome, n in OUTCOMES.items()})
    if right in FREE and outcome == Outcome.UNVERIFIED:
        outcome = str(Outcome.FULFILLED)
    by_hand = channel in (Channel.POST, Channel.EMAIL)
    return Life(
        place=chance.choices(PLACES, PLACE_WEIGHTS)[0], right=right, channel=channel, received_at=received_at,
        outcome=outcome, opened_after=timedelta(hours=chance.randrange(2, 30) if by_hand else 0),
        verified_after=timedelta(hours=0 if right in FREE else chance.randrange(1, 150)),
        pace=0.15 + 0.8 * chance.random(), late=chance.random() < LATE, extended=chance.random() < EXTENDED,
        handler=chance.randrange(4), kept=chance.choice(KEPT),
    )  # fmt: skip
