"""Staff pages of accounts in a real browser: colleagues, people, the trail."""

import pytest
from django.utils import timezone

from accounts.enums import Role
from accounts.services import roles, sealing
from tests.factories import IdentityFactory, StaffFactory

LONG = "nora.with.a.very.long.address@example.org"


@pytest.fixture
def chief(make_user, transactional_db):
    roles.sync_roles()
    return make_user("chief@staff.example.org", name="Ines Carvalho", role=Role.DPO, is_superuser=True)


@pytest.mark.parametrize(("width", "dark"), [(1366, False), (360, True)], ids=["wide", "narrow-dark"])
def test_pages_of_accounts(new_page, axe, no_overflow, shot, sign_in, chief, width, dark):
    page = new_page(width=width, dark=dark)
    colleague = StaffFactory(name="Jonas Feld " + "x" * 60, role=Role.HANDLER)
    StaffFactory(name="Mirela Stanciu", is_active=False)
    identity = IdentityFactory(
        subject__name="نورا الحمداني", value="nora.with.a.very.long.address@example.org"
    )
    sign_in(page, chief, then="/staff/")
    sealing.seal_all(now=timezone.now())
    event = sealing.Seal.objects.latest_seal().ceiling
    for name, path in {
        "staff": "/staff/accounts/user/",
        "colleague": f"/staff/accounts/user/{colleague.pk}/change/",
        "roles": f"/staff/accounts/user/{colleague.pk}/roles/",
        "close": f"/staff/accounts/user/{colleague.pk}/close/",
        "refused": f"/staff/accounts/user/{chief.pk}/roles/",
        "add": "/staff/accounts/user/add/",
        "people": "/staff/accounts/datasubject/",
        "found": f"/staff/accounts/datasubject/?q={LONG}",
        "person": f"/staff/accounts/datasubject/{identity.subject_id}/change/",
        "nobody": "/staff/accounts/datasubject/?q=nobody",
        "trail": "/staff/accounts/auditevent/",
        "event": f"/staff/accounts/auditevent/{event}/change/",
    }.items():
        assert page.goto(path).status == 200, path
        shot(page, f"accounts-{name}-{width}")
        axe(page)
        no_overflow(page)
