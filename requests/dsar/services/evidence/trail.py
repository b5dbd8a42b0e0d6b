"""The audit events of a case, each with its way up to a signed seal, and the seals themselves."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import AuditEvent, Seal
from accounts.rules import trail as rules
from accounts.services import sealing
from correspondence.models import Letter, Message
from dsar.models import Case, Package, Plan, RecipientNotice, Run, Step

EXPORTED = "evidence.exported"
# Beyond this many seals only those that hold an event are included, and the gaps are said.
LONGEST_CHAIN = 2000


def events_of(case: Case) -> list[AuditEvent]:
    """Return the events about a case and what belongs to it, oldest first.

    Exports of evidence are left out: otherwise no two bundles of the same state would be alike.
    """
    parts: dict[type[models.Model], Iterable[object]] = {
        Case: [case.pk],
        **{model: model._default_manager.filter(case=case).values_list("pk", flat=True) for model in _PARTS},
        Letter: Letter.objects.filter(case_id=case.pk).values_list("pk", flat=True),
        Message: Message.objects.filter(thread__case_id=case.pk).values_list("pk", flat=True),
    }
    about = Q(pk__in=[])
    for model, keys in parts.items():
        about |= Q(object_type=model._meta.label_lower, object_id__in=[str(key) for key in keys])
    person = Q(object_type=case.subject._meta.label_lower, object_id=str(case.subject_id))
    return list(AuditEvent.objects.filter(about | person).exclude(action=EXPORTED).order_by("pk"))


_PARTS: tuple[type[models.Model], ...] = (Plan, Run, Step, Package, RecipientNotice)


def proofs(events: list[AuditEvent]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the contents of audit.json and seals.json.

    Leaves are stored once, however many events of the case they hold. Raises crypto.DecryptionFailed when a
    seal was signed by a key that is no longer in the ring.
    """
    by_seal: dict[int, tuple[Seal, list[AuditEvent]]] = {}
    waiting: list[AuditEvent] = []
    for event in events:
        seal = sealing.seal_over(event)
        if seal is None:
            waiting.append(event)
        else:
            by_seal.setdefault(seal.number, (seal, []))[1].append(event)
    sealed, leaves = _sealed(by_seal.values())
    audit = {"events": sealed, "leaves": leaves, "not_sealed_yet": [_shown(event) for event in waiting]}
    return audit, _seals([seal for seal, _ in by_seal.values()])


def _shown(event: AuditEvent) -> dict[str, Any]:
    return sealing.as_hashed(event)._asdict()


def _sealed(
    groups: Iterable[tuple[Seal, list[AuditEvent]]],
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    found: list[dict[str, Any]] = []
    leaves: dict[str, dict[str, Any]] = {}
    for seal, events in groups:
        rows = list(sealing.read(sealing.region_of(seal)))
        places = {pk: place for place, (pk, _, _) in enumerate(rows)}
        digests = [digest for _, _, digest in rows]
        hashes = rules.leaves(digests)
        for event in events:
            place = places[event.pk]
            leaf = place // rules.LEAF_EVENTS
            name = f"{seal.number}/{leaf}"
            found.append(
                {
                    "event": _shown(event),
                    "seal": seal.number,
                    "leaf": name,
                    "place": place % rules.LEAF_EVENTS,
                }
            )
            leaves.setdefault(name, _leaf(digests, hashes, leaf))
    return sorted(found, key=lambda one: int(one["event"]["id"])), leaves


def _leaf(digests: list[bytes], hashes: list[bytes], number: int) -> dict[str, Any]:
    start = number * rules.LEAF_EVENTS
    return {
        "digests": [digest.hex() for digest in digests[start : start + rules.LEAF_EVENTS]],
        "path": rules.path(hashes, number),
    }


def _seals(needed: list[Seal]) -> dict[str, Any]:
    """Return the seals that hold events, and those between them, so that the chain can be followed."""
    numbers = sorted(seal.number for seal in needed)
    if not numbers:
        return {"seals": [], "complete_chain": True, "keys": {}}
    found = Seal.objects.filter(number__range=(numbers[0], numbers[-1]))
    complete = found.count() <= LONGEST_CHAIN
    if not complete:
        found = Seal.objects.filter(number__in=numbers)
    seals, keys = [], set()
    for seal in found.order_by("number").iterator(100):
        seals.append({"header": sealing.header(seal), "chain": seal.chain, "signature": seal.signature})
        keys.add(seal.key_id)
    public = {key: sealing.public_key(key).hex() for key in sorted(keys)}
    return {"seals": seals, "complete_chain": complete, "keys": public}
