"""What the record of a processor must hold, and what runs out. Pure: days come in, nothing is read.

Sources: GDPR Art. 28(2) to (4) (contract and sub-processors), Art. 30(1)(d) and (e) (register), chapter V
(transfers; EDPB Recommendations 01/2020 for the assessment).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from config.profile.areas import EEA
from config.sentences import Sentence, say
from platforms.enums import Clause, Mechanism

WARN = timedelta(days=60)
# The areas whose law follows the data, each with the countries in which that law itself applies.
ORIGINS = {"EEA": EEA, "GB": frozenset({"GB"}), "CH": frozenset({"CH"})}
# Decisions of the Commission under Art. 45 (for US companies that take part: mechanism `dpf`).
ADEQUATE = frozenset(["AD", "AR", "CA", "CH", "FO", "GB", "GG", "IL", "IM", "JE", "JP", "KR", "NZ", "UY"])
ASSESSED = frozenset({Mechanism.SCC, Mechanism.UK_ADDENDUM, Mechanism.IDTA, Mechanism.BCR})


@dataclass(frozen=True)
class TransferFacts:
    """What is known of one way out of the area."""

    key: str
    areas: tuple[str, ...]
    to_country: str
    mechanism: str = ""
    module: str = ""
    assessed_on: date | None = None


@dataclass(frozen=True)
class ProcessorFacts:
    """What is known of one processor; `subprocessors` are the names of those that it never announced."""

    key: str
    name: str
    country: str
    legal_name: str = ""
    region: str = ""
    purposes: Sequence[str] = ()
    categories: Sequence[str] = ()
    contract_signed_on: date | None = None
    contract_ends_on: date | None = None
    clauses: Sequence[str] = ()
    subprocessing: str = ""
    objection_days: int | None = None
    evidence_expires_on: date | None = None
    security_contact: str = ""
    deletion_channel: str = ""
    ended_on: date | None = None
    end_confirmed_on: date | None = None
    subprocessors: Sequence[str] = ()
    transfers: tuple[TransferFacts, ...] = field(default=())


@dataclass(frozen=True)
class Lack:
    """One missing or expiring fact: which, by which rule, and a sentence that says what to do."""

    fact: str
    source: str
    says: Sentence


def missing(one: ProcessorFacts) -> list[Lack]:
    """Return what the record of a processor lacks. One that ended only owes word about the data."""
    if one.ended_on:
        return list(_after_end(one))
    return [*_named(one), *_contract(one), *_subprocessors(one), *_transfers(one)]


def _after_end(one: ProcessorFacts) -> Iterator[Lack]:
    if one.end_confirmed_on is None:
        yield Lack(
            "end_confirmed_on", "GDPR Art. 28(3)(g)",
            say("It has not confirmed what it did with our data. Ask for it in writing."),
        )  # fmt: skip


def _named(one: ProcessorFacts) -> Iterator[Lack]:
    if not one.legal_name:
        yield Lack(
            "legal_name", "GDPR Art. 15(1)(c), 30(1)(d)",
            say("Its legal name is not known: people may ask for recipients by name."),
        )  # fmt: skip
    if not one.purposes:
        yield Lack("purposes", "GDPR Art. 28(3)", say("No purpose is recorded."))
    if not one.categories:
        yield Lack("categories", "GDPR Art. 28(3)", say("No kind of data is recorded."))
    if not one.region:
        yield Lack("region", "GDPR Art. 30(1)(e)", say("The region where it keeps the data is not recorded."))
    if not one.security_contact:
        yield Lack(
            "security_contact", "GDPR Art. 33(2)",
            say("Nobody is named who is reached when data are breached."),
        )  # fmt: skip
    if not one.deletion_channel:
        yield Lack(
            "deletion_channel", "GDPR Art. 28(3)(g)", say("It is not recorded how deletion is ordered.")
        )


def _contract(one: ProcessorFacts) -> Iterator[Lack]:
    if one.contract_signed_on is None:
        yield Lack("contract_signed_on", "GDPR Art. 28(3)", say("No signed contract is recorded."))
        return
    for clause in Clause:
        if clause not in one.clauses:
            yield Lack(
                f"clause_{clause.value}", "GDPR Art. 28(3)",
                say("The contract is not recorded to say: %(clause)s.", clause=clause.label),
            )  # fmt: skip
    if one.evidence_expires_on is None:
        yield Lack(
            "evidence_expires_on", "GDPR Art. 28(1)",
            say("No evidence of its security (audit report, certificate) is recorded."),
        )  # fmt: skip


def _subprocessors(one: ProcessorFacts) -> Iterator[Lack]:
    if not one.subprocessing:
        yield Lack(
            "subprocessing", "GDPR Art. 28(2)", say("It is not recorded how it may take in sub-processors.")
        )
    if one.subprocessing == "general" and one.objection_days is None:
        yield Lack(
            "objection_days", "GDPR Art. 28(2)",
            say("The days in which we may object to a new sub-processor are not recorded."),
        )  # fmt: skip
    for name in one.subprocessors:
        yield Lack(
            "subprocessor", "GDPR Art. 28(2)",
            say("%(name)s was never announced or approved on record.", name=name),
        )  # fmt: skip


def _transfers(one: ProcessorFacts) -> Iterator[Lack]:
    uncovered = uncovered_areas(one.country, one.transfers)
    if uncovered:
        yield Lack(
            "transfer", "GDPR Art. 30(1)(e), 44",
            say(
                "No transfer is recorded for data of people in %(areas)s that go to %(country)s.",
                areas=", ".join(uncovered), country=one.country,
            ),
        )  # fmt: skip
    for transfer in one.transfers:
        yield from lacks_of(transfer)


def uncovered_areas(country: str, transfers: Iterable[TransferFacts]) -> list[str]:
    """Return the areas whose people's data reach `country` without a recorded transfer."""
    covered = {area for one in transfers for area in one.areas}
    return [
        area
        for area, inside in ORIGINS.items()
        if country not in inside and area not in covered and "WORLD" not in covered
    ]


def lacks_of(one: TransferFacts) -> list[Lack]:
    """Return what a transfer lacks (GDPR Art. 44 to 46)."""
    if not one.mechanism:
        return [Lack("mechanism", "GDPR Art. 44", say("No transfer mechanism is recorded."))]
    return [*_of_clauses(one), *_of_decision(one), *_of_assessment(one)]


def _of_clauses(one: TransferFacts) -> Iterator[Lack]:
    if one.mechanism == Mechanism.SCC and not one.module:
        yield Lack(
            "module", "GDPR Art. 46(2)(c)",
            say("The module of the standard clauses is not recorded: 2 towards a processor, 3 between two."),
        )  # fmt: skip
    if one.mechanism in (Mechanism.SCC, Mechanism.DPF) and "GB" in one.areas:
        yield Lack(
            "uk_addendum", "UK GDPR Art. 46",
            say("For people in the United Kingdom the EU instrument needs the UK addendum or extension."),
        )  # fmt: skip
    if one.mechanism in (Mechanism.UK_ADDENDUM, Mechanism.IDTA) and set(one.areas) - {"GB"}:
        yield Lack(
            "eu_clauses", "GDPR Art. 46(2)(c)",
            say("The instrument of the United Kingdom does not cover people elsewhere."),
        )  # fmt: skip


def _of_decision(one: TransferFacts) -> Iterator[Lack]:
    if one.mechanism == Mechanism.ADEQUACY and one.to_country not in ADEQUATE | EEA:
        yield Lack(
            "adequacy", "GDPR Art. 45",
            say("We know of no adequacy decision for %(country)s.", country=one.to_country),
        )  # fmt: skip
    if one.mechanism == Mechanism.DPF and one.to_country != "US":
        yield Lack("dpf", "GDPR Art. 45", say("The Data Privacy Framework covers the United States alone."))


def _of_assessment(one: TransferFacts) -> Iterator[Lack]:
    if one.mechanism in ASSESSED and one.assessed_on is None:
        yield Lack(
            "assessed_on", "GDPR Art. 46(1); EDPB 01/2020", say("No transfer impact assessment is recorded.")
        )


def expiring(one: ProcessorFacts, *, today: date) -> list[Lack]:
    """Return what ends within 60 days of `today`, or has ended."""
    if one.ended_on:
        return []
    dates = (
        ("contract_ends_on", one.contract_ends_on, "GDPR Art. 28(3)", _CONTRACT),
        ("evidence_expires_on", one.evidence_expires_on, "GDPR Art. 28(1)", _EVIDENCE),
    )
    return [
        Lack(fact, source, words[on < today](on))
        for fact, on, source, words in dates
        if on is not None and on - today <= WARN
    ]


_CONTRACT = (
    lambda on: say("The contract ends on %(day)s.", day=on),
    lambda on: say("The contract ended on %(day)s.", day=on),
)
_EVIDENCE = (
    lambda on: say("The evidence of its security runs out on %(day)s.", day=on),
    lambda on: say("The evidence of its security ran out on %(day)s.", day=on),
)


def objection_until(announced_on: date, days: int | None) -> date | None:
    """Return the last day on which we may object to a new sub-processor (Art. 28(2)); None: not agreed."""
    return None if days is None else announced_on + timedelta(days=days)
