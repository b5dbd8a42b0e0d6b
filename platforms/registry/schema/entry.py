"""The whole of a registry file."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from config.profile.base import Key, Label, Setting, Text
from platforms.registry.schema.calls import ByReason, Callback, SyncJob
from platforms.registry.schema.data import Element, Gates, MessagePolicy, Operation, Restrictions
from platforms.registry.schema.grants import Feature, Liveness, OAuth, Revocation
from platforms.registry.schema.terms import Deadline, Legal
from platforms.registry.schema.words import Basis, Fact, Section, TriggerName


class Entry(Fact):
    """One platform or processor, as its file says and, from `registry.current`, as it binds."""

    schema_version: Literal[1]
    key: Key
    kind: Literal["social_platform", "processor"]
    name: Label = Field(alias="display_name")
    family: Key | None = None
    role: Text | None = None
    enabled_by_default: bool = True
    legal: Legal
    credentials: tuple[Setting, ...] = ()
    oauth: OAuth | None = None
    features: dict[Key, Feature] = {}
    data_elements: Annotated[tuple[Element, ...], Field(min_length=1)]
    deletion: dict[TriggerName, Deadline]
    callbacks: tuple[Callback, ...]
    risc_events: dict[str, tuple[Text, ...]] = {}
    webhook_events: dict[str, tuple[Text, ...] | ByReason] = {}
    sync_jobs: tuple[SyncJob, ...] = ()
    revocation: Revocation | None = None
    liveness: Liveness | None = None
    restrictions: Restrictions | None = None
    message_policy: MessagePolicy | None = None
    operations: dict[Key, Operation] = {}
    gates: Gates | None = None
    controls: dict[Key, bool | str] = {}
    evidence_basis: dict[Basis, tuple[Section, ...]]

    _sha256: str = PrivateAttr(default="")
    _source: str = PrivateAttr(default="")
    _overridden: Mapping[str, str] = PrivateAttr(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Return the hash of the file that it was read from: its version."""
        return self._sha256

    @property
    def source(self) -> str:
        """Return the text of the file."""
        return self._source

    @property
    def overridden(self) -> Mapping[str, str]:
        """Return path → shipped value of everything that the company made stricter."""
        return self._overridden

    def element(self, key: str) -> Element:
        """Return a data element by key; raises KeyError."""
        found = next((one for one in self.data_elements if one.key == key), None)
        if found is None:
            raise KeyError(f"{self.key} has no data element {key!r}.")
        return found

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the names of every setting that the entry needs, each once."""
        return tuple(dict.fromkeys(self._secrets()))

    def _secrets(self) -> Iterator[str]:
        yield from self.credentials
        if self.oauth:
            yield from (self.oauth.client_settings.id, self.oauth.client_settings.secret)
        for callback in self.callbacks:
            # The second of a list is the previous one: it is there only while a secret is changed.
            yield from callback.secrets[:1]
            if callback.audiences:
                yield callback.audiences

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for what, keys in (("data element", self.data_elements), ("callback", self.callbacks)):
            names = [one.key for one in keys]
            if twice := next((name for name in names if names.count(name) > 1), None):
                raise ValueError(f"the {what} {twice} stands there twice: keep one")
        if self.kind == "social_platform":
            self._whole_platform()
        elif self.role is None:
            raise ValueError("a processor needs its role: say for what it is one")
        return self

    def _whole_platform(self) -> None:
        needed = ("family", "oauth", "revocation", "liveness", "restrictions")
        if missing := next((name for name in needed if getattr(self, name) is None), None):
            raise ValueError(f"a social platform needs {missing}: add it")
        if "connect" not in self.features or "user_disconnect" not in self.deletion:
            raise ValueError(
                "a social platform needs the feature connect and deletion.user_disconnect: add them"
            )
