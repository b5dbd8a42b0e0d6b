"""Rotation: every encrypted value is written again with the active key, in small steps that may be
interrupted.
"""

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models

from accounts.services import factor_secrets
from config import crypto
from config.fields import EncryptedTextField

BATCH = 200


def encrypted_fields() -> Iterator[tuple[type[models.Model], EncryptedTextField]]:
    """Yield every encrypted field of every model of the project."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field


def rewrap() -> dict[str, int]:
    """Encrypt with the active key whatever another key encrypted; returns rows written per field.

    May be interrupted and run again. Raises crypto.DecryptionFailed when a value cannot be read: nothing is
    lost then.
    """
    done = {
        f"{model._meta.label}.{field.name}": _rewrap_field(model, field)
        for model, field in encrypted_fields()
    }
    done["mfa.Authenticator.data"] = _rewrap_factors()
    return {name: rows for name, rows in done.items() if rows}


def _rewrap_field(model: type[models.Model], field: EncryptedTextField) -> int:
    """Go through the table by primary key; a value that somebody changed meanwhile is left as it is."""
    rows, written, after = model._default_manager.order_by("pk").only("pk", field.attname), 0, None
    while batch := list((rows.filter(pk__gt=after) if after is not None else rows)[:BATCH]):
        written += sum(_rewrap_value(row, field) for row in batch)
        after = batch[-1].pk
    return written


def _rewrap_value(row: models.Model, field: EncryptedTextField) -> int:
    sealed, aad = row.__dict__[field.attname], field.aad(row)
    if not sealed or sealed.startswith(f"{crypto.active_key_id()}."):
        return 0
    fresh = crypto.encrypt(crypto.decrypt(sealed, aad=aad), aad=aad)
    same = type(row)._default_manager.filter(pk=row.pk, **{field.attname: sealed})
    return same.update(**{field.attname: fresh})


def _rewrap_factors() -> int:
    prefix, written = f"{crypto.active_key_id()}.", 0
    for factor in Authenticator.objects.order_by("pk").iterator(chunk_size=BATCH):
        old = [name for name in factor_secrets.NAMES if not factor.data.get(name, prefix).startswith(prefix)]
        for name in old:
            factor_secrets.seal_again(factor, name)
        if old:
            factor.save(update_fields=["data"])
            written += 1
    return written
