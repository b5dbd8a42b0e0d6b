"""Contracts and evidence that end, transfers without an assessment, and records that lack something."""

from collections.abc import Iterator
from datetime import datetime

from config.sentences import say
from platforms.enums import FindingKind
from platforms.models import Processor, Transfer
from platforms.rules import processors as rules
from platforms.rules.found import Found
from platforms.services.processors import reading

# What a sweep calls for on its own; the rest of what a record lacks stands on its page.
URGENT = frozenset({"contract_signed_on", "transfer", "end_confirmed_on"})


def find(*, now: datetime) -> Iterator[Found]:
    """Yield what ends within 60 days of `now` or has ended, and what the law wants on record."""
    for processor in Processor.objects.whole():
        facts = reading.facts_of(processor)
        for lack in rules.expiring(facts, today=now.date()):
            yield _found(FindingKind.CONTRACT_EXPIRES, processor.key, lack.fact, lack)
        for lack in rules.missing(facts):
            if lack.fact in URGENT:
                yield _found(FindingKind.PROCESSOR_INCOMPLETE, processor.key, lack.fact, lack)
    for transfer in Transfer.objects.running().select_related("processor"):
        if transfer.processor is None or transfer.processor.ended_on is None:
            yield from _of_transfer(transfer)


def _of_transfer(transfer: Transfer) -> Iterator[Found]:
    owner = transfer.processor.key if transfer.processor else transfer.key
    for lack in rules.lacks_of(reading.transfer_facts(transfer)):
        kind = (
            FindingKind.TRANSFER_UNASSESSED
            if lack.fact == "assessed_on"
            else FindingKind.PROCESSOR_INCOMPLETE
        )
        yield _found(kind, owner, f"{transfer.key}.{lack.fact}", lack)


def _found(kind: FindingKind, platform: str, element: str, lack: rules.Lack) -> Found:
    says = say("%(what)s (%(source)s)", what=lack.says, source=lack.source)
    return Found(kind, platform, element, detail=says)
