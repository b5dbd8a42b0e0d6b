"""Roles: one table says all; the technical administrator sees no case, the auditor no package."""

import pytest
from django.contrib.auth.models import Group, Permission

from accounts.enums import Role
from accounts.models import AuditEvent
from accounts.rules import ROLE_PERMISSIONS
from accounts.services import roles, staff
from accounts.services.audit import SYSTEM, Actor
from tests.factories import PASSWORD, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def may(user, code: str) -> bool:
    return type(user).objects.get(pk=user.pk).has_perm(code)


def test_every_permission_of_the_table_exists():
    known = {
        f"{p.content_type.app_label}.{p.codename}" for p in Permission.objects.select_related("content_type")
    }
    named = {code for codes in ROLE_PERMISSIONS.values() for code in codes}
    assert named <= known


def test_every_role_is_in_the_table_and_has_a_group_after_migration():
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert set(Group.objects.values_list("name", flat=True)) >= set(Role.values)


def test_a_permission_added_to_a_group_by_hand_goes_at_the_next_sync():
    group = Group.objects.get(name=Role.TECHNICAL_ADMIN)
    group.permissions.add(Permission.objects.get(codename="view_case"))
    roles.sync_roles()
    assert not group.permissions.filter(codename="view_case").exists()


@pytest.mark.parametrize(
    ("role", "allowed", "refused"),
    [
        (Role.CLERK, "dsar.add_case", "dsar.plan_case"),
        (Role.HANDLER, "dsar.plan_case", "dsar.approve_case"),
        (Role.HANDLER, "dsar.review_package", "dsar.release_package"),
        (Role.SYSTEM_OWNER, "dsar.attest_manualtask", "dsar.view_case"),
        (Role.LEGAL_REVIEWER, "dsar.view_case", "dsar.close_case"),
        (Role.DPO, "dsar.approve_case", "platforms.use_key"),
        (Role.DEPUTY_DPO, "dsar.release_package", "accounts.manage_roles"),
        (Role.SECURITY_OFFICER, "accounts.view_auditevent", "dsar.view_case"),
        (Role.AUDITOR, "accounts.export_audit", "dsar.view_package"),
        (Role.AUDITOR, "dsar.export_evidence", "dsar.change_case"),
        (Role.TECHNICAL_ADMIN, "platforms.use_key", "dsar.view_case"),
        (Role.TECHNICAL_ADMIN, "accounts.add_user", "accounts.view_datasubject"),
    ],
)
def test_what_a_role_may_and_may_not(role, allowed, refused):
    user = StaffFactory(role=role)
    assert may(user, allowed)
    assert not may(user, refused)


def test_the_technical_administrator_reads_nothing_of_cases_letters_or_people():
    words = (
        "dsar.",
        "correspondence.view_letter",
        "correspondence.view_thread",
        "correspondence.view_message",
        "correspondence.view_privilegednote",
        "correspondence.add",
        "correspondence.change",
        "accounts.view_datasubject",
        "accounts.find_person",
        "accounts.view_identity",
    )
    assert not [code for code in ROLE_PERMISSIONS[Role.TECHNICAL_ADMIN] if code.startswith(words)]


def test_nobody_may_delete_the_trail():
    assert not [
        c
        for codes in ROLE_PERMISSIONS.values()
        for c in codes
        if "delete_" in c or c.endswith("change_auditevent")
    ]


def test_granting_and_revoking_are_recorded_once():
    user, chief = StaffFactory(), StaffFactory()
    assert roles.grant(user=user, role=Role.DPO, actor=Actor.of(chief))
    assert not roles.grant(user=user, role=Role.DPO, actor=Actor.of(chief))
    assert roles.revoke(user=user, role=Role.DPO, actor=Actor.of(chief))
    events = AuditEvent.objects.about(user).values_list("action", "details")
    assert list(events) == [("role.granted", {"role": "dpo"}), ("role.revoked", {"role": "dpo"})]


def test_nobody_changes_their_own_roles():
    user = StaffFactory(is_superuser=True)
    with pytest.raises(roles.RoleRefused, match="own roles"):
        roles.grant(user=user, role=Role.DPO, actor=Actor.of(user))


def test_people_get_no_roles():
    with pytest.raises(roles.RoleRefused, match="not a staff account"):
        roles.grant(user=UserFactory(), role=Role.DPO, actor=SYSTEM)


def test_a_colleague_is_added_with_a_proved_address_and_no_password():
    user = staff.add_staff(email=" New@Staff.Example.org ", name="New", wanted=[Role.CLERK], actor=SYSTEM)
    assert user.email == "new@staff.example.org"
    assert not user.has_usable_password()
    assert user.emailaddress_set.get().verified
    assert user.roles == [Role.CLERK]


@pytest.mark.parametrize("email", ["person@example.org", "PERSON@example.org", "no address"])
def test_a_known_or_impossible_address_is_refused(email):
    UserFactory(email="person@example.org")
    with pytest.raises(staff.StaffRefused):
        staff.add_staff(email=email, name="X", wanted=[], actor=SYSTEM)


def test_closing_an_account_is_refused_for_oneself_and_ends_sessions(client, officer):
    from tests.accounts.doors import sign_in

    sign_in(client, officer)
    with pytest.raises(staff.StaffRefused):
        staff.set_active(user=officer, active=False, actor=Actor.of(officer))
    staff.set_active(user=officer, active=False, actor=SYSTEM)
    assert client.get("/accounts/2fa/").status_code == 302
    assert not officer.open_sessions.exists()
    assert officer.check_password(PASSWORD)
