"""Secrets of second factors: unreadable without the key ring, and in any other row than their own."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.db import connection

from accounts.adapters import MFAAdapter
from accounts.models import DataSubject, Identity
from accounts.services import keys
from config import crypto
from tests.accounts.doors import add_app, recovery_codes_of
from tests.factories import IdentityFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
NEW = crypto.new_key("new1")


def stored(factor: Authenticator) -> dict:
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator WHERE id = %s", [factor.pk])
        return json.loads(cursor.fetchone()[0])


def secret_of(factor: Authenticator) -> str:
    return totp.decrypt(Authenticator.objects.get(pk=factor.pk).data["secret"])


def test_the_database_holds_no_secret(person):
    secret = totp.generate_totp_secret()
    factor = totp.TOTP.activate(person, secret).instance
    assert secret not in str(stored(factor))
    assert secret_of(factor) == secret


def test_a_secret_moved_to_another_account_cannot_be_read():
    victim, thief = add_app(UserFactory()), add_app(UserFactory())
    thief.data = stored(victim)
    thief.save()
    with pytest.raises(crypto.DecryptionFailed):
        secret_of(thief)


def test_a_secret_of_another_kind_cannot_be_read(person):
    factor = add_app(person)
    codes = Authenticator.objects.get(user=person, type="recovery_codes")
    factor.data = {"secret": stored(codes)["seed"]}
    factor.save()
    with pytest.raises(crypto.DecryptionFailed):
        secret_of(factor)


def test_a_secret_that_was_never_bound_cannot_be_read(person):
    factor = add_app(person)
    loose = str(MFAAdapter().encrypt("JBSWY3DPEHPK3PXP"))
    assert "JBSWY3DPEHPK3PXP" not in loose
    Authenticator.objects.filter(pk=factor.pk).update(data={"secret": loose})
    with pytest.raises(crypto.DecryptionFailed):
        secret_of(factor)


def test_using_a_recovery_code_leaves_the_seed_as_it_was(person):
    add_app(person)
    codes = Authenticator.objects.get(user=person, type="recovery_codes")
    before = stored(codes)["seed"]
    assert codes.wrap().validate_code(recovery_codes_of(person)[0])
    assert stored(codes)["seed"] == before
    assert len(recovery_codes_of(person)) == 9


def test_after_rotation_everything_is_written_with_the_new_key(settings):
    person = StaffFactory()
    factor, identity = add_app(person), IdentityFactory(value="leonie@example.org")
    secret, codes = secret_of(factor), recovery_codes_of(person)
    settings.KEY_RING = f"{NEW},{settings.KEY_RING}"
    done = keys.rewrap()
    assert done["mfa.Authenticator.data"] == 2
    assert done["accounts.Identity.value"] == 1
    assert stored(factor)["secret"].startswith("new1.")
    assert keys.rewrap() == {}, "a second run finds nothing to do"
    assert (secret_of(factor), recovery_codes_of(person)) == (secret, codes)
    assert Identity.objects.get(pk=identity.pk).value == "leonie@example.org"
    assert list(DataSubject.objects.known_by("LEONIE@example.org")) == [identity.subject], (
        "the index key stays"
    )


def test_rotation_stops_at_a_value_it_cannot_read_and_loses_nothing(settings):
    IdentityFactory(value="leonie@example.org")
    settings.KEY_RING = NEW
    with pytest.raises(crypto.DecryptionFailed):
        keys.rewrap()
    settings.KEY_RING = "test1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    assert Identity.objects.get().value == "leonie@example.org"


def test_every_encrypted_field_of_the_project_is_found():
    found = {f"{model.__name__}.{field.name}" for model, field in keys.encrypted_fields()}
    assert {
        "DataSubject.name",
        "Identity.value",
        "System.secret",
        "Case.words",
        "Plan.document",
        "Letter.body",
    } <= found
