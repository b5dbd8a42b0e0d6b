"""Sign-in in a real browser: pages pass axe and fit 360 px; passkeys work under the content policy."""

import re

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from accounts.enums import Role
from tests.browser.conftest import PASSWORD, current_code


@pytest.fixture(autouse=True)
def no_tries_counted():
    cache.clear()


def looked_at(page, axe, no_overflow, shot, name):
    axe(page)
    no_overflow(page)
    shot(page, f"sign-in-{name}")


def virtual_key(page, *, checks_owner: bool = True):
    """Give the browser a key that answers by itself; `checks_owner` is its PIN or fingerprint."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal" if checks_owner else "usb",
        "hasResidentKey": checks_owner,
        "hasUserVerification": checks_owner,
        "isUserVerified": checks_owner,
        "automaticPresenceSimulation": True,
    }
    return devtools, devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})[
        "authenticatorId"
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_before_sign_in(new_page, axe, no_overflow, shot, make_user, dark):
    page, mode = new_page(dark=dark), "dark" if dark else "light"
    for name, path in {
        "login": "/accounts/login/",
        "signup": "/accounts/signup/",
        "reset": "/accounts/password/reset/",
        "reset-done": "/accounts/password/reset/done/",
        "sent": "/accounts/confirm-email/",
        "inactive": "/accounts/inactive/",
        "bad-link": "/accounts/confirm-email/made-up/",
        "bad-reset": "/accounts/password/reset/key/ab-cd-ef/",
    }.items():
        page.goto(path)
        looked_at(page, axe, no_overflow, shot, f"{name}-{mode}")


def test_pages_with_errors(page, axe, no_overflow, shot):
    page.goto("/accounts/login/")
    page.fill("input[name=login]", "nobody@example.org")
    page.fill("input[name=password]", "wrong wrong wrong")
    page.click("button:has-text('Continue')")
    assert page.get_by_role("alert").first.inner_text().startswith("That did not work.")
    looked_at(page, axe, no_overflow, shot, "login-error")
    page.goto("/accounts/signup/")
    page.fill("input[name=email]", "new@example.org")
    page.fill("input[name=password1]", "short")
    page.fill("input[name=password2]", "other")
    page.click("button:has-text('Make my account')")
    page.locator(".err").first.wait_for()
    looked_at(page, axe, no_overflow, shot, "signup-error")


def test_error_pages(page, axe, no_overflow, shot, watch, make_user, sign_in):
    watch.allow("status of 40[34]")
    page.goto("/no/such/page/")
    looked_at(page, axe, no_overflow, shot, "404")
    sign_in(page, make_user("p@example.org"))
    page.goto("/staff/")
    looked_at(page, axe, no_overflow, shot, "403")


@pytest.mark.parametrize("width", [1366, 360])
def test_a_colleague_enrols_and_enters(new_page, axe, no_overflow, shot, make_user, sign_in, width):
    page, user = (
        new_page(width=width),
        make_user("dpo@staff.example.org", name="Katrin Vogelsang", role=Role.DPO, factor=False),
    )
    sign_in(page, user, then="/staff/")
    assert "/totp/activate/" in page.url
    looked_at(page, axe, no_overflow, shot, f"enrol-{width}")
    page.fill("input[name=code]", "000000")
    page.click("button:has-text('Confirm')")
    assert "has run out" in page.locator(".err").inner_text()
    looked_at(page, axe, no_overflow, shot, f"enrol-error-{width}")
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    secret = page.locator("#secret").inner_text().replace(" ", "")
    page.fill(
        "input[name=code]", format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))
    )
    page.click("button:has-text('Confirm')")
    page.wait_for_url("**/recovery-codes/")
    assert page.locator(".codes li").count() == 10
    looked_at(page, axe, no_overflow, shot, f"codes-{width}")
    page.goto("/staff/")
    assert page.url.endswith("/recovery-codes/"), "the desk waits until the codes are put away"
    with page.expect_download() as saved:
        page.click("text=Download")
    assert len(re.findall(r"^\d{8}$", saved.value.path().read_text(), re.M)) == 10
    page.check("input[name=kept]")
    page.click("button:has-text('Go to the work queue')")
    page.wait_for_url("**/staff/")
    assert page.locator("h1").first.inner_text()


def test_pages_of_an_account(page, axe, no_overflow, shot, make_user, sign_in):
    user = make_user("dpo@staff.example.org", name="Katrin Vogelsang", role=Role.DPO)
    page.goto("/accounts/login/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button:has-text('Continue')")
    page.wait_for_url("**/2fa/authenticate/")
    looked_at(page, axe, no_overflow, shot, "second-step")
    page.fill("input[name=code]", current_code(user))
    page.click("button:has-text('Sign in')")
    page.wait_for_url("**/staff/")
    Authenticator.objects.create(
        user=user, type="webauthn", data={"name": "Blue key " + "x" * 40, "credential": {}}
    )
    key = Authenticator.objects.get(type="webauthn").pk
    for name, path in {
        "security": "/accounts/2fa/",
        "password": "/accounts/password/change/",
        "logout": "/accounts/logout/",
        "remove-app": "/accounts/2fa/totp/deactivate/",
        "new-codes": "/accounts/2fa/recovery-codes/generate/",
        "keys": "/accounts/2fa/webauthn/",
        "rename": f"/accounts/2fa/webauthn/keys/{key}/edit/",
        "remove-key": f"/accounts/2fa/webauthn/keys/{key}/remove/",
        "confirm": "/accounts/2fa/reauthenticate/",
    }.items():
        page.goto(path)
        looked_at(page, axe, no_overflow, shot, name)


def test_pages_of_a_person(new_page, axe, no_overflow, shot, make_user, sign_in):
    page, user = new_page(width=360, dark=True), make_user("leonie@example.org", name="Leonie Hartwig")
    sign_in(page, user)
    address = EmailAddress.objects.create(user=user, email="new@example.org")
    for name, path in {
        "security-person": "/accounts/2fa/",
        "email": "/accounts/email/",
        "confirm-person": "/accounts/reauthenticate/",
        "confirm-address": f"/accounts/confirm-email/{EmailConfirmationHMAC(address).key}/",
    }.items():
        page.goto(path)
        looked_at(page, axe, no_overflow, shot, name)


def test_a_passkey_is_added_and_signs_in_without_a_password(page, axe, no_overflow, shot, make_user, sign_in):
    user = make_user("dpo@staff.example.org", name="Katrin Vogelsang", role=Role.DPO)
    sign_in(page, user, then="/staff/")
    virtual_key(page)
    page.goto("/accounts/2fa/webauthn/add/")
    page.check("input[name=passwordless]")
    looked_at(page, axe, no_overflow, shot, "add-key")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(re.compile(r"/2fa/(recovery-codes/)?$"))
    assert Authenticator.objects.filter(user=user, type="webauthn").count() == 1
    page.goto("/accounts/logout/")
    page.click("main button:has-text('Sign out')")
    page.wait_for_url("**/accounts/login/")
    page.click("#passkey_login")
    page.wait_for_url("**/staff/")
    assert page.locator("h1").first.is_visible()


def test_a_security_key_is_the_second_step(page, make_user, sign_in):
    user = make_user("dpo@staff.example.org", role=Role.DPO)
    sign_in(page, user, then="/staff/")
    virtual_key(page, checks_owner=False)
    page.goto("/accounts/2fa/webauthn/add/")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(re.compile(r"/2fa/(recovery-codes/)?$"))
    page.context.clear_cookies()
    page.goto("/accounts/login/?next=/staff/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button:has-text('Continue')")
    page.wait_for_url("**/2fa/authenticate/**")
    page.click("#mfa_webauthn_authenticate")
    page.wait_for_url("**/staff/")
    page.goto("/accounts/2fa/webauthn/reauthenticate/?next=/accounts/2fa/")
    page.click("#mfa_webauthn_reauthenticate")
    page.wait_for_url("**/accounts/2fa/")


def test_a_key_that_does_not_answer_is_said_on_the_page(page, shot, axe):
    virtual_key(page)
    page.goto("/accounts/login/")
    page.click("#passkey_login")
    page.wait_for_selector("#key-fault:not([hidden])")
    assert "did not answer" in page.locator("#key-fault").inner_text()
    axe(page)
    shot(page, "sign-in-key-fault")


def test_sign_in_works_without_script(new_page, make_user):
    page, user = new_page(javascript=False), make_user("dpo@staff.example.org", role=Role.DPO)
    page.goto("/accounts/login/?next=/staff/")
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("button:has-text('Continue')")
    page.fill("input[name=code]", current_code(user))
    page.click("button:has-text('Sign in')")
    assert page.url.endswith("/staff/")
