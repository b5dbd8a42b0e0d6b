"""Commands of the operator: each says what it did, and refuses what it must not do."""

import json
import re

import pytest
from django.conf import settings as live
from django.core.management import CommandError, call_command

from accounts.enums import IdentityKind, Role
from accounts.models import AuditEvent, DataSubject, Seal, User
from accounts.services import demo
from accounts.services.audit import SYSTEM
from accounts.tasks import seal_audit
from config import crypto
from tests.accounts.doors import code_step, password_step

pytestmark = pytest.mark.django_db(transaction="postgresql" in live.DATABASES["default"]["ENGINE"])
EMAIL = "dpo@staff.example.org"


def staff() -> User | None:
    return demo.create_staff(
        email=EMAIL, name="Katrin", password="a long passphrase", role=Role.DPO, actor=SYSTEM
    )


def person(**given) -> User | None:
    values = {
        "name": "Leonie",
        "password": "a long passphrase",
        "country": "DE",
        "region": "",
        "identities": [],
    }
    return demo.create_person(email="leonie@example.org", actor=SYSTEM, **values | given)


def test_demo_code_opens_the_second_step(client, capsys):
    user = staff()
    call_command("demo_code", EMAIL.upper())
    code = capsys.readouterr().out.strip()
    assert re.fullmatch(r"\d{6}", code)
    password_step(client, user, "a long passphrase")
    assert code_step(client, code)["Location"] == "/staff/"


def test_demo_accounts_are_made_once():
    assert staff()
    assert staff() is None
    assert person()
    assert person() is None
    assert User.objects.count() == 2


def test_a_demo_person_is_known_by_address_and_user_id():
    user = person(identities=[(IdentityKind.USER_ID, "user_id", "17")])
    (subject,) = DataSubject.objects.known_by("17")
    assert subject.user == user
    assert set(subject.identities.values_list("key", flat=True)) == {"email", "user_id"}


def test_demo_accounts_and_codes_are_refused_in_production(settings):
    staff()
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production settings"):
        call_command("demo_code", EMAIL)
    with pytest.raises(demo.NotADemonstration):
        person()


def test_demo_code_of_nobody_says_where_to_look():
    with pytest.raises(CommandError, match="no authenticator app"):
        call_command("demo_code", "nobody@example.org")


def test_verify_audit_in_words_and_as_json(capsys):
    staff()
    seal_audit()
    call_command("verify_audit")
    assert "Nothing sealed was changed" in capsys.readouterr().out
    call_command("verify_audit", "--json")
    document = json.loads(capsys.readouterr().out)
    assert document["intact"] is True
    assert document["events"] == AuditEvent.objects.count()
    assert list(document["public_keys"]) == ["test1"]


def test_verify_audit_names_the_fault_and_ends_with_one(capsys, monkeypatch):
    staff()
    seal_audit()
    monkeypatch.setattr("accounts.services.sealing.trail.digest_of_row", lambda row, at: b"\0" * 32)
    with pytest.raises(SystemExit) as ended:
        call_command("verify_audit")
    assert ended.value.code == 1
    first = AuditEvent.objects.order_by("id").first()
    assert f"Event {first.pk}, under seal 1, was changed" in capsys.readouterr().out


def test_events_that_wait_are_reported(capsys):
    staff()
    call_command("verify_audit")
    assert "events wait to be sealed, the oldest since" in capsys.readouterr().out


def test_the_task_is_known_to_beat_by_name():
    assert seal_audit.name == live.CELERY_BEAT_SCHEDULE["seal audit"]["task"]
    staff()
    assert seal_audit() == 1
    assert seal_audit() == 0
    assert Seal.objects.count() == 1


def test_new_key_can_be_put_into_the_ring(capsys, settings):
    call_command("new_key", "k2")
    settings.KEY_RING = capsys.readouterr().out.strip()
    assert crypto.active_key_id() == "k2"


def test_rewrap_keys_says_what_it_wrote(capsys, settings):
    person()
    settings.KEY_RING = f"{crypto.new_key('k2')},{settings.KEY_RING}"
    call_command("rewrap_keys")
    said = capsys.readouterr().out
    assert "accounts.DataSubject.name: 1" in said
    assert "encrypted with k2" in said
    settings.KEY_RING = crypto.new_key("k3")
    with pytest.raises(CommandError, match="Put the key"):
        call_command("rewrap_keys")


def test_add_staff_makes_the_first_colleague(capsys, mailoutbox):
    call_command("add_staff", "chief@example.org", "--name", "Chief", "--role", "technical_admin")
    assert User.objects.get().roles == [Role.TECHNICAL_ADMIN]
    with pytest.raises(CommandError, match="already has an account"):
        call_command("add_staff", "chief@example.org", "--name", "Chief", "--role", "dpo")
