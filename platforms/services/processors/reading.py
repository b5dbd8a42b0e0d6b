"""From stored rows to the facts that the rules of processors look at."""

from collections.abc import Iterable

from platforms.models import Processor, Transfer
from platforms.rules.processors import ProcessorFacts, TransferFacts


def facts_of(processor: Processor) -> ProcessorFacts:
    """Return what is known of a processor; reads its sub-processors and transfers once."""
    running = [one for one in processor.subprocessors.all() if one.ended_on is None]
    transfers = [one for one in processor.transfers.all() if one.ended_on is None]
    return ProcessorFacts(
        key=processor.key, name=processor.name, country=processor.country,
        legal_name=processor.legal_name, region=processor.region,
        purposes=processor.purposes, categories=processor.categories,
        contract_signed_on=processor.contract_signed_on, contract_ends_on=processor.contract_ends_on,
        clauses=processor.clauses, subprocessing=processor.subprocessing,
        objection_days=processor.objection_days, evidence_expires_on=processor.evidence_expires_on,
        security_contact=processor.security_contact, deletion_channel=processor.deletion_channel,
        ended_on=processor.ended_on, end_confirmed_on=processor.end_confirmed_on,
        subprocessors=tuple(one.name for one in running if one.announced_on is None),
        transfers=tuple(transfer_facts(one) for one in transfers),
    )  # fmt: skip


def transfer_facts(one: Transfer) -> TransferFacts:
    """Return what is known of a transfer."""
    return TransferFacts(
        one.key, tuple(one.areas), one.to_country, one.mechanism, one.module, one.assessed_on
    )


def mechanisms(transfers: Iterable[Transfer]) -> list[str]:
    """Return the mechanisms of running transfers in words, each once."""
    words = [
        f"{one.get_mechanism_display()} ({one.module})" if one.module else str(one.get_mechanism_display())
        for one in transfers
        if one.mechanism and one.ended_on is None
    ]
    return list(dict.fromkeys(words))
