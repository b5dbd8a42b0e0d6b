"""Staff pages of accounts: colleagues, people, the trail. Each look and each act is recorded."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import AuditEvent, User
from accounts.services import sealing
from accounts.services.audit import SYSTEM
from tests.accounts.doors import add_app, sign_in
from tests.factories import IdentityFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def desk(role: Role | None = None, **fields) -> Client:
    user = StaffFactory(role=role, **fields)
    add_app(user)
    return sign_in(Client(), user)


def url(model: str, what: str, *args) -> str:
    return reverse(f"admin:accounts_{model}_{what}", args=args)


def text(answer) -> str:
    return answer.content.decode()


# Colleagues


def test_the_list_of_staff_names_roles_and_gaps_and_no_person():
    client = desk(Role.TECHNICAL_ADMIN)
    StaffFactory(name="Jonas Feld", role=Role.HANDLER)
    UserFactory(name="Leonie Hartwig")
    page = text(client.get(url("user", "changelist")))
    assert "Jonas Feld" in page
    assert "Handler" in page
    assert "None yet" in page
    assert "Leonie" not in page


def test_a_person_has_no_page_among_staff():
    client = desk(Role.TECHNICAL_ADMIN)
    assert client.get(url("user", "change", UserFactory().pk), follow=True).status_code in {302, 404}


def test_roles_are_changed_after_step_up_and_recorded():
    client, colleague = desk(Role.TECHNICAL_ADMIN), StaffFactory(role=Role.CLERK)
    page = url("user", "roles", colleague.pk)
    assert 'value="clerk" id="id_roles_0" checked' in text(client.get(page)).replace("  ", " ")
    client.post(page, {"roles": ["handler", "auditor"]})
    assert set(colleague.roles) == {Role.HANDLER, Role.AUDITOR}
    assert AuditEvent.objects.filter(action__startswith="role.", actor__isnull=False).count() == 3


def test_the_role_of_keys_is_not_offered():
    client, colleague = desk(Role.TECHNICAL_ADMIN), StaffFactory()
    answer = client.post(url("user", "roles", colleague.pk), {"roles": ["integration"]})
    assert answer.status_code == 422
    assert colleague.roles == []


def test_nobody_changes_their_own_roles_on_the_page():
    client = desk(Role.TECHNICAL_ADMIN)
    me = User.objects.get()
    page = url("user", "roles", me.pk)
    assert "Ask a colleague" in text(client.get(page))
    answer = client.post(page, {"roles": ["dpo"]})
    assert answer.status_code == 409
    assert me.roles == [Role.TECHNICAL_ADMIN]


def test_roles_need_a_fresh_proof():
    client, colleague = desk(Role.TECHNICAL_ADMIN), StaffFactory()
    session = client.session
    session["account_authentication_methods"] = [
        {**r, "at": r["at"] - 1000} for r in session["account_authentication_methods"]
    ]
    session.save()
    answer = client.post(url("user", "roles", colleague.pk), {"roles": ["dpo"]})
    assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    assert colleague.roles == []


@pytest.mark.parametrize("role", [Role.DPO, Role.AUDITOR])
def test_who_may_only_look_cannot_change(role):
    client, colleague = desk(role), StaffFactory()
    assert client.get(url("user", "change", colleague.pk)).status_code == 200
    for act in ("roles", "reset", "close"):
        assert client.post(url("user", act, colleague.pk), {}).status_code == 403


def test_a_clerk_sees_no_staff():
    assert desk(Role.CLERK).get(url("user", "changelist")).status_code == 403


def test_a_lost_second_step_is_removed_and_the_colleague_is_told():
    client, colleague = desk(Role.SECURITY_OFFICER), StaffFactory()
    add_app(colleague)
    theirs = sign_in(Client(), colleague)
    client.post(url("user", "reset", colleague.pk), {"reason": "lost"})
    assert not Authenticator.objects.filter(user=colleague).exists()
    assert theirs.get("/staff/").status_code == 302
    assert [letter.to for letter in mail.outbox] == [[colleague.email]]
    assert AuditEvent.objects.get(action="factor.reset").details == {"factors": 2, "reason": "lost"}
    again = client.get(url("user", "reset", colleague.pk))
    assert "nothing to reset" in text(again)


def test_an_account_is_closed_and_opened_again():
    client, colleague = desk(Role.SECURITY_OFFICER), StaffFactory()
    theirs = sign_in(Client(), colleague)
    client.post(url("user", "close", colleague.pk))
    assert theirs.get("/accounts/2fa/").status_code == 302
    assert "nobody can sign in" in text(client.get(url("user", "change", colleague.pk)))
    client.post(url("user", "open", colleague.pk))
    assert User.objects.get(pk=colleague.pk).is_active


def test_a_colleague_is_added_and_gets_a_link():
    client = desk(Role.TECHNICAL_ADMIN)
    form = {"email": "new@staff.example.org", "name": "New", "roles": ["clerk"]}
    answer = client.post(url("user", "add"), form, follow=True)
    assert "We sent New a link" in text(answer)
    assert "/accounts/password/reset/key/" in mail.outbox[0].body
    again = client.post(url("user", "add"), form)
    assert again.status_code == 422
    assert "already has an account" in text(again)


def test_a_name_is_never_markup():
    client, colleague = desk(Role.TECHNICAL_ADMIN), StaffFactory(name="<b>x</b>")
    assert "<b>x</b>" not in text(client.get(url("user", "changelist")))
    assert "<b>x</b>" not in text(client.get(url("user", "change", colleague.pk)))


# People


def test_people_are_not_listed():
    client = desk(Role.DPO)
    IdentityFactory(subject__name="Leonie Hartwig", value="leonie@example.org")
    page = text(client.get(url("datasubject", "changelist")))
    assert "Leonie" not in page
    assert "There is no list of all people" in page


@pytest.mark.parametrize("words", ["leonie@example.org", " LEONIE@Example.org "])
def test_a_person_is_found_by_the_whole_address_and_the_search_is_recorded(words):
    client = desk(Role.DPO)
    IdentityFactory(subject__name="Leonie Hartwig", value="leonie@example.org")
    assert "Leonie Hartwig" in text(client.get(url("datasubject", "changelist"), {"q": words}))
    event = AuditEvent.objects.get(action="person.searched")
    assert event.details == {"found": 1}
    assert "leonie" not in str(event.commitments)


def test_a_person_is_found_by_reference():
    client, identity = desk(Role.DPO), IdentityFactory(subject__name="Leonie Hartwig")
    assert "Leonie Hartwig" in text(
        client.get(url("datasubject", "changelist"), {"q": str(identity.subject_id)})
    )


@pytest.mark.parametrize(
    "words", ["leonie", "example.org", "leonie@example.or", "%", "Leonie Hartwig", "'; --"]
)
def test_a_part_or_a_name_finds_nobody(words):
    client = desk(Role.DPO)
    IdentityFactory(subject__name="Leonie Hartwig", value="leonie@example.org")
    assert "Leonie Hartwig" not in text(client.get(url("datasubject", "changelist"), {"q": words})).replace(
        words, ""
    )


def test_a_phone_number_is_found_however_it_is_written():
    client = desk(Role.DPO)
    IdentityFactory(subject__name="Leonie", key="phone_number", kind="phone", value="+49 (30) 123-456")
    assert "Leonie" in text(client.get(url("datasubject", "changelist"), {"q": "+4930123456"}))


def test_opening_a_person_is_recorded():
    client, identity = desk(Role.CLERK), IdentityFactory(value="leonie@example.org")
    assert "leonie@example.org" in text(client.get(url("datasubject", "change", identity.subject_id)))
    assert AuditEvent.objects.get(action="person.read").object_id == str(identity.subject_id)


@pytest.mark.parametrize("role", [Role.TECHNICAL_ADMIN, Role.AUDITOR, Role.SYSTEM_OWNER])
def test_roles_without_people_see_none(role):
    client, identity = desk(role), IdentityFactory()
    assert client.get(url("datasubject", "changelist")).status_code == 403
    assert client.get(url("datasubject", "change", identity.subject_id)).status_code == 403


# The trail


def test_the_trail_is_read_only():
    client = desk(is_superuser=True)
    event = AuditEvent.objects.first()
    assert client.get(url("auditevent", "add")).status_code == 403
    assert client.post(url("auditevent", "change", event.pk), {"action": "x"}).status_code in {200, 403}
    assert client.get(url("auditevent", "delete", event.pk)).status_code == 403
    event.refresh_from_db()
    assert event.action != "x"


def test_the_trail_shows_what_is_sealed_and_what_waits(write):
    write("case.opened")
    sealing.seal_all(now=timezone.now())
    client = desk(Role.AUDITOR)
    page = text(client.get(url("auditevent", "changelist")))
    assert "Waits" in page
    if "Sealed" not in page:
        pytest.skip("PostgreSQL seals only what is committed")


@pytest.mark.parametrize("by", ["action", "object", "actor"])
def test_the_trail_is_searched_exactly(write, officer, by):
    event = write("case.opened")
    other = StaffFactory()
    words = {"action": "case.opened", "object": str(event.object_id), "actor": officer.email.upper()}[by]
    client = desk(Role.AUDITOR)
    page = text(client.get(url("auditevent", "changelist"), {"q": words}))
    assert f"/staff/accounts/auditevent/{event.pk}/change/" in page
    nothing = {"action": "case.open", "object": str(other.pk + 1000), "actor": other.email}[by]
    assert f"/staff/accounts/auditevent/{event.pk}/change/" not in text(
        client.get(url("auditevent", "changelist"), {"q": nothing})
    )


def test_the_list_of_the_trail_costs_four_statements_besides_session_and_user(
    write, django_assert_max_num_queries
):
    for n in range(60):
        write(n=n)
    client = desk(Role.AUDITOR)
    list_url = url("auditevent", "changelist")
    client.get(list_url)
    with django_assert_max_num_queries(12) as asked:
        client.get(list_url)
    about_the_trail = [
        q["sql"]
        for q in asked.captured_queries
        if "accounts_auditevent" in q["sql"] or "accounts_seal" in q["sql"]
    ]
    assert len(about_the_trail) <= 4


def test_an_event_page_shows_no_personal_value(officer):
    from django.db import transaction

    from accounts.services import audit

    with transaction.atomic():
        event = audit.record(
            actor=SYSTEM, action="x.y", obj=officer, personal={"email": "leonie@example.org"}
        )
    page = text(desk(Role.AUDITOR).get(url("auditevent", "change", event.pk)))
    assert "leonie" not in page
    assert event.commitments["email"][:32] in page


def test_the_proof_of_an_event_is_for_those_who_may_export(write):
    event = write("case.opened")
    sealing.seal_all(now=timezone.now())
    assert desk(Role.DPO).get(url("auditevent", "proof", event.pk)).status_code in {200, 302}
    assert desk(Role.TECHNICAL_ADMIN).get(url("auditevent", "proof", event.pk)).status_code == 403


def test_the_export_holds_every_event_and_seal_and_is_recorded_itself(write):
    for n in range(3):
        write(n=n)
    sealing.seal_all(now=timezone.now())
    client = desk(Role.AUDITOR)
    answer = client.get(url("auditevent", "export"))
    lines = [json.loads(line) for line in b"".join(answer.streaming_content).decode().splitlines()]
    events = [line for line in lines if isinstance(line, list)]
    assert len(events) == AuditEvent.objects.count()
    assert events[-1][5] == "audit.exported"
    assert {"waiting": True} in lines
    assert desk(Role.TECHNICAL_ADMIN).get(url("auditevent", "export")).status_code == 403
