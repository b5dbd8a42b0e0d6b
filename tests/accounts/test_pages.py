"""Every page of sign-in that can be reached is drawn by a template of ours, whole and without inline code."""

import re
from pathlib import Path

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.template.loader import get_template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from config.profile import active_profile
from tests.accounts.doors import add_app, password_step, sign_in
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
OURS = Path(settings.BASE_DIR) / "templates"

# How each page is reached. A name that is missing here fails the test below.
ANONYMOUS = [
    "account_login",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
]
WITHOUT_FACTOR = [
    "account_logout",
    "account_email",
    "account_change_password",
    "preferences",
    "mfa_index",
    "mfa_activate_totp",
]
WITH_FACTOR = [
    "mfa_index",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate",
]
IN_TESTS_OF_THEIR_OWN = {
    "account_confirm_email",
    "account_reset_password_from_key",
    "account_reauthenticate",
    "account_set_password",
    "mfa_authenticate",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_reauthenticate_webauthn",
}
NEVER_DRAWN = {
    "account_confirm_login_code": "sign-in by a mailed code is off: leads to the sign-in page",
    "mfa_login_webauthn": "takes the key's answer, draws nothing",
    "recovery_codes_kept": "POST only",
    "end_sessions": "POST only",
    "switch_language": "POST only",
}


def names(patterns: list[URLPattern | URLResolver]) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found |= names(pattern.url_patterns)
        elif pattern.name:
            found.add(pattern.name)
    return found


def test_no_page_of_allauth_is_forgotten():
    under_accounts = [p for p in get_resolver().url_patterns if str(p.pattern) == "accounts/"]
    known = {*ANONYMOUS, *WITHOUT_FACTOR, *WITH_FACTOR, *IN_TESTS_OF_THEIR_OWN, *NEVER_DRAWN}
    assert names(under_accounts) == known


def check(response) -> str:
    """The page is whole, ours, and asks the browser for nothing that the content policy refuses."""
    assert response.status_code == 200, (response.status_code, response.headers.get("Location"))
    drawn = [t for t in response.templates if t.name and not t.name.startswith("django/forms/")]
    foreign = {t.name for t in drawn if OURS not in Path(t.origin.name).parents}
    assert drawn
    assert not foreign
    html = response.content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", html)
    scripts = re.findall(r"<script([^>]*)>", html)
    assert all("src=" in s or 'type="application/json"' in s for s in scripts)
    assert "{%" not in html
    assert "{{" not in html
    return html


@pytest.mark.parametrize("name", ANONYMOUS)
def test_pages_before_sign_in(client, name):
    assert "<h1" in check(client.get(reverse(name)))


@pytest.mark.parametrize("name", WITHOUT_FACTOR)
@pytest.mark.parametrize("factory", [UserFactory, StaffFactory])
def test_pages_of_an_account_without_second_step(client, name, factory):
    sign_in(client, factory())
    assert "<h1" in check(client.get(reverse(name)))


@pytest.mark.parametrize("name", WITH_FACTOR)
@pytest.mark.parametrize("factory", [UserFactory, StaffFactory])
def test_pages_of_an_account_with_second_step(client, name, factory):
    user = factory()
    add_app(user)
    sign_in(client, user)
    check(client.get(reverse(name)))


def key(user) -> Authenticator:
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Blue <b>key</b>", "credential": {}}
    )


@pytest.mark.parametrize("name", ["mfa_edit_webauthn", "mfa_remove_webauthn"])
def test_pages_of_one_key(client, person, name):
    add_app(person)
    sign_in(client, person)
    html = check(client.get(reverse(name, args=[key(person).pk])))
    assert "<b>key</b>" not in html


def test_a_key_of_somebody_else_is_not_found(client, person):
    sign_in(client, person)
    assert client.get(reverse("mfa_remove_webauthn", args=[key(UserFactory()).pk])).status_code == 404


def test_second_step_page(client, person):
    add_app(person)
    assert password_step(client, person)["Location"] == reverse("mfa_authenticate")
    assert "one-time-code" in check(client.get(reverse("mfa_authenticate")))


def test_sign_in_by_mailed_code_is_off(client, person):
    assert client.get(reverse("account_confirm_login_code")).status_code == 302
    sign_in(client, person)
    assert client.get(reverse("account_confirm_login_code")).status_code == 302


def test_signup_closed(client, monkeypatch):
    monkeypatch.setattr("accounts.adapters.AccountAdapter.is_open_for_signup", lambda *_: False)
    assert "no new accounts" in check(client.get(reverse("account_signup")))


def test_set_password_page_of_an_account_without_one(client, person):
    person.set_unusable_password()
    person.save()
    client.force_login(person)
    check(client.get(reverse("account_set_password")))


def test_confirm_address_page_and_its_failure(client, person):
    address = EmailAddress.objects.create(user=person, email="new@example.org")
    url = reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key])
    assert "new@example.org" in check(client.get(url))
    assert client.post(url).status_code == 302
    assert EmailAddress.objects.get(pk=address.pk).verified
    assert "does not work any more" in check(client.get(reverse("account_confirm_email", args=["made-up"])))


def test_reset_page_and_its_failure(client, person):
    args = [user_pk_to_url_str(person), default_token_generator.make_token(person)]
    answer = client.get(reverse("account_reset_password_from_key", args=args), follow=True)
    assert "Set a new password" in check(answer)
    broken = client.get(reverse("account_reset_password_from_key", args=[args[0], "ab-cd"]))
    assert "does not work any more" in check(broken)


@pytest.mark.parametrize(
    ("url_name", "data", "says"),
    [
        ("account_login", {"login": "no@example.org", "password": "wrong wrong wrong"}, "is wrong"),
        ("account_signup", {"email": "x", "password1": "short", "password2": "other"}, "valid email"),
        ("account_reset_password", {"email": "not an address"}, "valid email"),
    ],
)
def test_forms_show_what_is_wrong_and_keep_what_was_typed(client, url_name, data, says):
    html = check(client.post(reverse(url_name), data))
    assert says in html
    assert next(iter(data.values())) in html


def test_a_wrong_code_is_told_at_its_field(client, person):
    add_app(person)
    password_step(client, person)
    html = check(client.post(reverse("mfa_authenticate"), {"code": "000000"}))
    assert 'aria-invalid="true"' in html
    assert "has run out" in html


@pytest.mark.parametrize(
    "path",
    sorted(
        p.relative_to(OURS).as_posix()
        for p in OURS.glob("[am]*/email/*_message.txt")
        if p.name != "base_message.txt"
    ),
)
def test_every_letter_is_ours_and_whole(path):
    context = {"profile": active_profile(), "timestamp": None}
    text = get_template(path).render(context)
    assert "Hello from" not in text
    assert text.strip()
    subject = get_template(path.replace("_message", "_subject")).render(context)
    assert "\n" not in subject.strip()


def test_every_letter_of_allauth_has_one_of_ours():
    import allauth

    theirs = Path(allauth.__file__).parent / "templates"
    off = ("login_code", "password_reset_code")
    for app in ("account", "mfa"):
        for letter in (theirs / app / "email").glob("*.txt"):
            assert letter.name.startswith(off) or (OURS / app / "email" / letter.name).exists(), letter.name


def test_a_letter_gives_the_company_and_not_the_browser(client, person, django_capture_on_commit_callbacks):
    sign_in(client, person)
    new = "another long passphrase"
    client.post(
        reverse("account_change_password"),
        {"oldpassword": "a long enough passphrase", "password1": new, "password2": new},
    )
    (letter,) = mail.outbox
    assert letter.subject == "Your password was changed"
    assert "Was it not you?" in letter.body
    assert "127.0.0.1" not in letter.body


@pytest.mark.parametrize("status", [403, 404])
def test_error_pages_are_ours(client, person, status):
    sign_in(client, person)
    answer = client.get({403: "/staff/login/", 404: "/no/such/page/"}[status])
    assert answer.status_code == status
    assert "<h1>" in answer.content.decode()
    assert answer.templates[0].name == f"errors/{status}.html"


def test_an_old_form_says_what_to_do():
    answer = Client(enforce_csrf_checks=True).post(reverse("account_login"), {})
    assert answer.status_code == 403
    assert "Nothing was sent" in answer.content.decode()


def test_the_500_page_needs_nothing(rf, django_assert_num_queries):
    from accounts.views import errors

    with django_assert_num_queries(0):
        answer = errors.server_error(rf.get("/"))
    assert answer.status_code == 500
    assert b"Something broke" in answer.content
