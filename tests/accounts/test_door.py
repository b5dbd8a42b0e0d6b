"""The staff desk opens for a verified second factor and for nothing else."""

from datetime import timedelta

import django_otp
import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import admin
from django.core.checks import run_checks
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from accounts import checks
from accounts.models import AuditEvent, MfaDevice, User
from accounts.services import factors
from accounts.services.audit import SYSTEM
from config.site import PortalAdminSite
from tests.accounts.doors import add_app, code_of, code_step, password_step, recovery_codes_of, sign_in
from tests.factories import PASSWORD, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
DESK = "/staff/"


def staff_urls() -> list[str]:
    """Every address below /staff/, with something in place of each argument."""
    found: list[str] = []

    def walk(patterns, prefix, namespace):
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, route, pattern.namespace or namespace)
            elif isinstance(pattern, URLPattern):
                found.append(fill(route))

    def fill(route: str) -> str:
        import re

        route = re.sub(r"<uuid:\w+>", "00000000-0000-4000-8000-000000000000", route)
        route = re.sub(r"<(int:)?\w+>|<path:\w+>", "1", route)
        route = re.sub(r"<\w+:\w+>", "x", route)
        return "/" + route.replace("(?P1$", "nowhere/").replace("^", "").replace("$", "")

    walk([p for p in get_resolver().url_patterns if str(p.pattern) == "staff/"], "", "")
    return found


@pytest.fixture
def visitors() -> dict[str, Client]:
    """Everybody who must not see the desk."""
    person, with_app, bare, late = (
        UserFactory(),
        UserFactory(),
        StaffFactory(),
        StaffFactory(is_superuser=True),
    )
    add_app(with_app)
    clients = {
        name: Client()
        for name in ("anonymous", "person", "person_with_app", "staff_without", "staff_unverified")
    }
    sign_in(clients["person"], person)
    sign_in(clients["person_with_app"], with_app)
    sign_in(clients["staff_without"], bare)
    sign_in(clients["staff_unverified"], late)
    add_app(late)  # enrolled in another browser since: this session never proved the factor
    return clients


def test_no_staff_address_answers_without_a_verified_second_factor(visitors):
    addresses = staff_urls()
    assert len(addresses) > 10
    for address in addresses:
        for who, client in visitors.items():
            for method in (client.get, client.post):
                status = method(address).status_code
                assert status in {302, 403, 404, 405}, f"{who} {method.__name__} {address}: {status}"
                assert status != 404 or "nowhere" in address or "jsi18n" not in address


def test_an_anonymous_visitor_is_led_to_our_sign_in_and_back(client):
    answer = client.get("/staff/", follow=True)
    assert answer.templates[0].name == "account/login.html"
    assert answer.redirect_chain[-1][0] == f"{reverse('account_login')}?next=/staff/"


def test_people_are_told_that_the_desk_is_not_for_them(client, person):
    sign_in(client, person)
    assert client.get(DESK, follow=True).status_code == 403


def test_a_colleague_signs_in_with_password_and_code(client, officer):
    add_app(officer)
    assert password_step(client, officer, next=DESK)["Location"].startswith(reverse("mfa_authenticate"))
    assert client.get(DESK).status_code == 302
    assert code_step(client, code_of(officer))["Location"] == DESK
    assert client.get(DESK).status_code == 200


def test_a_wrong_code_opens_nothing(client, officer):
    add_app(officer)
    password_step(client, officer)
    assert code_step(client, "000000").status_code == 200
    assert client.get(DESK).status_code == 302


def test_a_code_works_once(client, officer):
    add_app(officer)
    code = code_of(officer)
    password_step(client, officer)
    code_step(client, code)
    other = Client()
    password_step(other, officer)
    assert code_step(other, code).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_colleague_without_factor_must_enrol_and_put_the_codes_away(client, officer):
    sign_in(client, officer)
    page = client.get("/staff/", {"q": "1"}, follow=True)
    assert page.templates[0].name == "mfa/totp/activate_form.html"
    secret = client.session["mfa.totp.secret"]
    assert secret[:4] in page.content.decode()
    import time

    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    answer = client.post(reverse("mfa_activate_totp"), {"code": code})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(DESK, follow=True).templates[0].name == "mfa/recovery_codes/index.html"
    assert client.post(reverse("recovery_codes_kept"), {})["Location"] == reverse("mfa_view_recovery_codes")
    kept = client.post(reverse("recovery_codes_kept"), {"kept": "on"})
    assert kept["Location"] == DESK
    assert client.get(DESK).status_code == 200
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"signin.done", "factor.added", "factor.codes_kept"} <= actions


def test_enrolment_asks_no_password_again_straight_after_sign_in(client, officer):
    sign_in(client, officer)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


def test_a_session_older_than_the_factor_must_prove_it(client, officer):
    sign_in(client, officer)
    add_app(officer)
    page = client.get("/staff/", follow=True)
    assert page.templates[0].name == "mfa/reauthenticate.html"
    answer = client.post(reverse("mfa_reauthenticate"), {"code": code_of(officer), "next": DESK})
    assert answer["Location"] == DESK
    assert client.get(DESK).status_code == 200


def test_a_session_older_than_the_factor_cannot_add_a_factor_of_its_own(client, officer):
    """Somebody with the password alone must not get in by adding a key to the account."""
    sign_in(client, officer)
    add_app(officer)
    assert client.get(reverse("mfa_add_webauthn"))["Location"].startswith(reverse("mfa_reauthenticate"))
    assert client.get(reverse("account_reauthenticate"))["Location"].startswith(reverse("mfa_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse("mfa_add_webauthn")).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_removing_the_last_factor_closes_the_desk_at_the_next_click(client, officer):
    add_app(officer)
    sign_in(client, officer)
    assert client.get(DESK).status_code == 200
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=officer).exists()
    assert client.get(DESK).status_code == 302
    assert AuditEvent.objects.filter(action="factor.removed").count() == 2


def test_deleting_the_row_closes_the_desk_too(client, officer):
    factor = add_app(officer)
    sign_in(client, officer)
    factor.delete()
    assert MfaDevice.objects.filter(user=officer).count() == 1, "the recovery codes"
    assert client.get(DESK).status_code == 302


def test_a_closed_account_loses_the_desk_at_the_next_click(client, officer):
    add_app(officer)
    sign_in(client, officer)
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert client.get(DESK).status_code == 302


def test_a_device_of_somebody_else_in_the_session_opens_nothing(client, officer):
    other = StaffFactory()
    factor = add_app(other)
    sign_in(client, officer)
    session = client.session
    session[django_otp.DEVICE_ID_SESSION_KEY] = factor.device.persistent_id
    session.save()
    assert client.get(DESK).status_code == 302


def test_a_recovery_code_opens_the_desk_and_says_how_many_are_left(client, officer):
    add_app(officer)
    code = recovery_codes_of(officer)[0]
    password_step(client, officer)
    page = client.post(reverse("mfa_authenticate"), {"code": code}, follow=True)
    assert page.status_code == 200
    assert client.get(reverse("mfa_index")).status_code == 200
    assert len(recovery_codes_of(officer)) == 9
    assert AuditEvent.objects.get(action="factor.code_used").details == {"left": 9}
    other = Client()
    password_step(other, officer)
    assert code_step(other, code).status_code == 200, "a recovery code works once"


def test_few_codes_left_are_said_on_the_next_page(client, officer):
    add_app(officer)
    for code in recovery_codes_of(officer)[:7]:
        Authenticator.objects.get(user=officer, type="recovery_codes").wrap().validate_code(code)
    password_step(client, officer)
    code_step(client, recovery_codes_of(officer)[0])
    page = client.get(reverse("account_change_password"))
    assert "You used a recovery code. 2 are left. Make new ones" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_making_new_codes_keeps_a_session_that_a_code_opened(client, officer):
    add_app(officer)
    password_step(client, officer)
    code_step(client, recovery_codes_of(officer)[0])
    assert client.get(DESK).status_code == 200
    client.post(reverse("mfa_generate_recovery_codes"))
    client.post(reverse("recovery_codes_kept"), {"kept": "on"})
    assert client.get(DESK).status_code == 200


def test_a_superuser_made_on_the_command_line_can_enrol(client):
    chief = User.objects.create_superuser("Chief@Example.org", PASSWORD)
    password_step(client, chief)
    assert client.get("/staff/", follow=True).templates[0].name == "mfa/totp/activate_form.html"


def test_stock_pages_for_sign_in_are_never_shown(client, officer):
    add_app(officer)
    sign_in(client, officer)
    assert client.get("/staff/login/")["Location"] == DESK
    assert client.get("/staff/login/?next=https://evil.example/")["Location"] == DESK
    assert client.get("/staff/password_change/")["Location"] == reverse("account_change_password")
    assert client.post("/staff/logout/")["Location"] == reverse("account_logout")


def test_the_session_ends_with_the_browser_and_after_eight_hours(client, officer):
    add_app(officer)
    with time_machine.travel("2026-10-12T08:00:00Z", tick=False) as clock:
        sign_in(client, officer)
        assert client.get(DESK).status_code == 200
        clock.shift(timedelta(days=15))
        assert client.get(DESK).status_code == 302
    assert settings.SESSION_EXPIRE_AT_BROWSER_CLOSE


def test_the_admin_site_is_ours_and_a_check_says_when_not(monkeypatch):
    assert isinstance(admin.site._wrapped if hasattr(admin.site, "_wrapped") else admin.site, PortalAdminSite)
    assert not [m for m in run_checks() if m.id and m.id.startswith("accounts.")]
    monkeypatch.setattr(checks.admin, "site", admin.AdminSite())
    assert [m.id for m in checks.admin_site_has_the_gate()] == ["accounts.E001"]


def test_the_checks_refuse_trust_and_weak_hashes(settings):
    settings.MFA_TRUST_ENABLED = True
    assert [m.id for m in checks.browsers_are_never_trusted()] == ["accounts.E003"]
    settings.PRODUCTION = True
    assert [m.id for m in checks.passwords_are_hashed_slowly()] == ["accounts.E002"]


def test_no_page_of_the_desk_shows_secrets_of_others():
    """What allauth and Django would register shows factors, addresses and groups beside our own pages."""
    labels = {model._meta.app_label for model in admin.site._registry}
    assert labels <= {"accounts", "platforms", "dsar", "correspondence", "policies", "retention"}
    assert MfaDevice not in admin.site._registry


def test_a_colleague_resets_lost_factors(officer, client, mailoutbox):
    add_app(officer)
    sign_in(client, officer)
    factors.reset(user=officer, actor=SYSTEM, reason=factors.ResetReason.LOST)
    assert client.get(DESK).status_code == 302
    assert not MfaDevice.objects.filter(user=officer).exists()
    assert AuditEvent.objects.get(action="factor.reset").details == {"factors": 2, "reason": "lost"}


def test_nobody_resets_their_own_factors(officer):
    from accounts.services.audit import Actor

    add_app(officer)
    with pytest.raises(factors.FactorRefused, match="Ask a colleague"):
        factors.reset(user=officer, actor=Actor.of(officer), reason=factors.ResetReason.LOST)
    with pytest.raises(factors.FactorRefused, match="nothing to reset"):
        factors.reset(user=StaffFactory(), actor=SYSTEM, reason=factors.ResetReason.LOST)


def test_reverse_names_that_others_rely_on():
    for name in ("admin:index", "home", "mfa_index", "account_login"):
        try:
            reverse(name)
        except NoReverseMatch:  # pragma: no cover
            pytest.fail(name)
