"""Model fields that keep their value encrypted at rest: AES-256-GCM, bound to model, field and row."""

import json
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from config import crypto

if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    _TextField = models.TextField


class _Sealed(str):
    """A value as it stands in the database; decrypted on first use."""


class _Descriptor(DeferredAttribute):
    def __get__(self, instance: models.Model | None, cls: type | None = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        if isinstance(value, _Sealed):
            assert isinstance(self.field, EncryptedTextField)
            value = self.field.open(instance, value)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(_TextField):
    """Text that only the portal's key ring can read.

    The model needs a primary key known before insert (a UUID).
    """

    descriptor_class = _Descriptor

    def aad(self, instance: models.Model) -> str:
        """Return the additional data that ties a ciphertext to its place."""
        if instance.pk is None:
            raise ValueError(
                f"{instance._meta.label} needs its primary key before {self.name} can be encrypted."
            )
        return f"{self.model._meta.label}.{self.name}:{instance.pk}"

    def to_text(self, value: Any) -> str:
        """Return the plain text to encrypt."""
        return str(value)

    def from_text(self, text: str) -> Any:
        """Return the value of a decrypted text."""
        return text

    def open(self, instance: models.Model, sealed: str) -> Any:
        """Decrypt; raises crypto.DecryptionFailed."""
        return self.from_text(crypto.decrypt(sealed, aad=self.aad(instance)).decode())

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        """Mark what comes from the database; the empty string stands for itself."""
        return _Sealed(value) if value else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002  (Django's signature)
        """Encrypt on the way to the database; an untouched value goes back as it came."""
        value = model_instance.__dict__.get(self.attname)
        if value is None or value == "" or isinstance(value, _Sealed):
            return value
        return crypto.encrypt(self.to_text(value).encode(), aad=self.aad(model_instance))

    def get_prep_value(self, value: Any) -> Any:
        """Values are already text here."""
        return value if value is None else str(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only emptiness can be asked of the database."""
        if lookup_name in {"isnull", "exact"}:
            return super().get_lookup(lookup_name)
        raise TypeError(f"{self.name} is encrypted: look it up through its blind index.")


class EncryptedJSONField(EncryptedTextField):
    """JSON that only the portal's key ring can read."""

    def to_text(self, value: Any) -> str:
        """Return canonical JSON."""
        return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)

    def from_text(self, text: str) -> Any:
        """Return the parsed value."""
        return json.loads(text)
