"""What a deletion did, as the journal of erasures keeps it, and its masks read back from there."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from config import crypto
from dsar.engine import PlanDocument, codec
from dsar.engine.document import CollectionPlan, FieldPlan, Group
from dsar.engine.documents import Edit, Wanted, masked
from dsar.engine.masks import Mask, hashed, looks_hashed, made_for_row
from dsar.engine.writing import edited, same
from dsar.models import Step
from platforms.connectors.base import Key
from platforms.connectors.purging import erased
from platforms.connectors.schema import Column
from platforms.connectors.sql.jsonpath import decode
from platforms.connectors.sql.values import canon
from platforms.models import System
from retention.enums import JournalSource
from retention.services import journal
from retention.services.journal import Removal
from retention.services.remasking import How

NOTHING: How = {"style": "null"}


def of_step(step: Step, document: PlanDocument, now: datetime) -> None:
    """Append what a step deleted and masked to the journal. In the transaction that stores its result.

    It is written when the system has committed, not when the proof is given: a proof that finds more leads
    to a new plan, and that one does not know what is gone already.
    """
    removals = list(removals_of(document, step.system))
    journal.write(
        system=step.system, removals=removals, source=JournalSource.CASE, source_id=str(step.pk), now=now
    )


def removals_of(document: PlanDocument, system: System) -> Iterator[Removal]:
    """Yield what a plan deletes and masks in a system, rows treated alike together."""
    for collection, part in document.of(system.key):
        masked_alike: dict[str, tuple[dict[str, How], list[Key]]] = {}
        for group in part.groups:
            columns = _columns(part, group, system)
            if columns:
                mark = json.dumps(columns, sort_keys=True)
                masked_alike.setdefault(mark, (columns, []))[1].extend(group.keys)
        for columns, keys in masked_alike.values():
            yield Removal(collection, part.table, part.key, _once(keys), columns)
        gone = [key for group in part.groups if group.delete for key in group.keys]
        if gone:
            yield Removal(collection, part.table, part.key, _once(gone))


def _once(keys: list[Key]) -> list[Key]:
    return list(dict.fromkeys(keys))


def _columns(part: CollectionPlan, group: Group, system: System) -> dict[str, How]:
    names = [] if group.delete else group.fields
    found = {part.columns[name]: _how(part, part.fields[name], system) for name in names}
    return found | dict.fromkeys(group.detach, NOTHING)


def _how(part: CollectionPlan, field: FieldPlan, system: System) -> How:
    """Return how a field was masked. Values by which list elements were found become keyed digests."""
    if field.edits:
        return {"style": "edits", "edits": [_edit(part, one, system) for one in field.edits]}
    mask = field.mask
    if mask is None or mask.style == "null":
        return NOTHING
    if mask.style == "constant":
        return journal.constant(codec.encode(mask.value))
    return {"style": mask.style, "length": mask.length, "prefix": mask.prefix, "suffix": mask.suffix}


def _edit(part: CollectionPlan, edit: Mapping[str, Any], system: System) -> dict[str, Any]:
    guard, fold = edit["guard"], edit["guard"] in part.folded
    values = part.locators.get(guard, ()) if guard else ()
    wanted = sorted({_sealed(_plain(value, fold), system.key) for value in values})
    return {
        "path": edit["path"], "value": codec.encode(edit["value"]), "guard": guard, "fold": fold,
        "wanted": wanted, "system": system.key,
    }  # fmt: skip


def _plain(value: Any, fold: bool) -> str:
    return canon(value).strip().lower() if fold else canon(value)


def _sealed(text: str, system: str) -> str:
    return crypto.commitment(text, purpose=f"guard:{system}")[:32]


class SealedWanted(Wanted):
    """Values by which list elements are known, as digests."""

    def __init__(self, digests: list[str], system: str, *, fold: bool) -> None:
        super().__init__((), fold=fold)
        self.digests, self.system = frozenset(digests), system

    def __contains__(self, value: object) -> bool:
        return _sealed(_plain(value, self.fold), self.system) in self.digests


class JournalMasks:
    """Makes the masks that the journal names, in a restored database."""

    def value(self, how: How, salt: str, place: str, key: Key, old: Any, column: Column) -> Any:
        """Return what takes the place of `old`."""
        if how["style"] == "edits":
            return edited(old, _edits(how), column)
        if how["style"] == "erased":
            return erased(key)
        mask = _mask(how)
        if mask.style == "hash":
            return old if looks_hashed(mask, old) else hashed(mask, salt, old)
        return _made(mask, salt, place, key)

    def holds(self, how: How, salt: str, place: str, key: Key, value: Any, column: Column) -> bool:
        """Return whether a value is masked as the journal says."""
        if how["style"] == "edits":
            document = decode(value)
            return bool(masked(document, _edits(how)) == document)
        if how["style"] == "erased":
            return bool(value == erased(key))
        mask = _mask(how)
        if mask.style == "null":
            return value is None
        if mask.style == "hash":
            return looks_hashed(mask, value)
        return same(value, _made(mask, salt, place, key), column)


def _made(mask: Mask, salt: str, place: str, key: Key) -> Any:
    if mask.style in ("null", "constant"):
        return mask.value
    return made_for_row(mask, salt, place, key)


def _mask(how: How) -> Mask:
    return Mask(
        how["style"], codec.decode(how.get("value")), how.get("length", 0), how.get("prefix", ""),
        how.get("suffix", ""),
    )  # fmt: skip


def _edits(how: How) -> list[Edit]:
    return [
        Edit(
            tuple(one["path"].split(".")[1:]), codec.decode(one["value"]),
            tuple(one["guard"].split(".")[1:]) if one["guard"] else None,
            SealedWanted(one["wanted"], one["system"], fold=one["fold"]),
        )
        for one in how["edits"]
    ]  # fmt: skip
