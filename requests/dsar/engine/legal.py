"""Choosing, for every field, a mask that the real schema accepts, before anything is written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from dsar.engine.document import Blocked
from dsar.engine.layout import Layout
from dsar.engine.masks import Mask, MaskName, candidates, made_for_row, wish_for
from dsar.engine.targets import field_categories
from platforms.connectors.base import Key
from platforms.connectors.schema import Check
from platforms.connectors.sql.values import canon
from platforms.datasets import FieldSpec, covers_any

_MAX_ROUNDS = 60
_SAFE_LENGTH = 16


class Session(Protocol):
    """What is needed of a session: reading only."""

    def count(self, table: Any, column: str, values: Sequence[Any]) -> dict[Any, int]: ...

    def breaks(
        self, table: Any, key: Sequence[str], keys: Sequence[Key], values: Any, checks: Sequence[str]
    ) -> list[bool]: ...


@dataclass(slots=True)
class Chooser:
    """Chooses masks for one collection. `keys`: the rows to be masked; `salt`: of the plan."""

    layout: Layout
    session: Session
    keys: list[Key]
    mask: MaskName | None
    salt: str
    options: dict[str, list[Mask]] = field(default_factory=dict)
    blocked: list[Blocked] = field(default_factory=list)

    def choose(self, fields: Sequence[FieldSpec]) -> dict[str, Mask]:
        """Return a mask per field name; fields without a legal one are in `blocked`."""
        for found in fields:
            self.options[found.name] = self._legal_alone(found)
            if not self.options[found.name]:
                self._block(found.name, "NO_LEGAL_MASK", self._why_none(found))
        self.options = {name: options for name, options in self.options.items() if options}
        if self.keys:
            self._satisfy_checks()
        return {name: options[0] for name, options in self.options.items()}

    def _block(self, name: str, code: str, reason: str) -> None:
        self.blocked.append(Blocked(self.layout.node.key, name, code, reason))

    def _why_none(self, found: FieldSpec) -> str:
        column = self.layout.column(found.name)
        what = f"{self.layout.table.ref}.{column.name} ({column.type_name or column.family})"
        if column.nullable:
            return f"{what} has no value that could stand in every row without breaking its uniqueness."
        return f"{what} does not allow null, and no neutral value fits its type. Delete the row, or keep it."

    def _unique(self, name: str) -> bool:
        return any(name in unique.columns for unique in self.layout.table.uniques) or name in (
            self.layout.table.primary_key
        )

    def _nulls_equal(self, name: str) -> bool:
        return any(
            name in unique.columns and unique.nulls_equal for unique in self.layout.table.uniques
        ) or name in (self.layout.table.primary_key)

    def _legal_alone(self, found: FieldSpec) -> list[Mask]:
        column = self.layout.column(found.name)
        categories = field_categories(self.layout.node.spec, self.layout.node.dataset, found.path)
        email = found.identity == "email" or covers_any(("user.contact.email",), categories)
        unique = self._unique(column.name)
        wish = wish_for(found, self.mask, unique=unique, email=email)
        options = list(candidates(column, wish))
        return [mask for mask in options if not unique or self._distinct(found.name, mask)]

    def _distinct(self, name: str, mask: Mask) -> bool:
        """Whether a mask leaves the column unique, within the rows and against all others."""
        column = self.layout.column(name)
        if mask.style == "null":
            return not self._nulls_equal(column.name)
        if mask.style == "constant" and len(self.keys) > 1:
            return False
        if (mask.style in ("token", "email", "uuid") and mask.length >= _SAFE_LENGTH) or mask.style == "uuid":
            return True
        if mask.style == "hash":
            return mask.length >= _SAFE_LENGTH
        values = [self._value(name, mask, key) for key in self.keys]
        if len({canon(value) for value in values}) < len(values):
            return False
        return not self.session.count(self.layout.table.ref, column.name, values)

    def _value(self, name: str, mask: Mask, key: Key) -> Any:
        if not mask.per_row:
            return mask.value
        if mask.style == "hash":
            return "0" * mask.length
        return made_for_row(mask, self.salt, f"{self.layout.node.key}.{name}", key)

    def _satisfy_checks(self) -> None:
        checks = [check for check in self.layout.table.checks if self._involved(check)]
        for _ in range(_MAX_ROUNDS):
            if not checks or not self.options:
                return
            broken = self._broken(checks)
            if not broken:
                return
            for check in broken:
                self._next(check)
            checks = [check for check in checks if self._involved(check)]

    def _involved(self, check: Check) -> list[str]:
        found = []
        for name in self.options:
            column = self.layout.columns[name]
            if re.search(rf"(?<![\w]){re.escape(column)}(?![\w])", check.sql, re.I):
                found.append(name)
        return found

    def _broken(self, checks: Sequence[Check]) -> list[Check]:
        values = {
            self.layout.columns[name]: self._value(name, options[0], self.keys[0])
            for name, options in self.options.items()
        }
        texts = [check.sql for check in checks]
        result = self.session.breaks(self.layout.table.ref, self.layout.key, self.keys, values, texts)
        return [check for check, bad in zip(checks, result, strict=True) if bad]

    def _next(self, check: Check) -> None:
        """Try the next mask of the first field in a broken check that has one; block when none is left."""
        involved = self._involved(check)
        for name in involved:
            if len(self.options[name]) > 1:
                self.options[name].pop(0)
                return
        named = f"{check.name}: " if check.name else ""
        for name in involved:
            reason = f"Every mask would break the check {named}{check.sql[:120]}. Delete the row, or keep it."
            self._block(name, "CHECK", reason)
            del self.options[name]
