"""Signing in: no hint about who has an account, tries counted and recorded, one's own browsers in hand."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password, make_password
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.hashers import PortalBCryptSHA256PasswordHasher
from accounts.models import AuditEvent, OpenSession, User
from accounts.rules.browsers import browser_words
from accounts.services import sessions, signin
from config import crypto
from tests.accounts.doors import password_step, sign_in
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def html(answer) -> str:
    """A page without what differs in every answer."""
    return re.sub(r'(csrfmiddlewaretoken" value=)"[^"]*"', r"\1", answer.content.decode())


def test_unknown_address_and_wrong_password_give_the_same_page(client, person):
    wrong = client.post(reverse("account_login"), {"login": person.email, "password": "wrong wrong wrong"})
    unknown = client.post(
        reverse("account_login"), {"login": "no" + person.email, "password": "wrong wrong wrong"}
    )
    assert html(wrong).replace(person.email, "") == html(unknown).replace("no" + person.email, "")


def test_signing_up_with_a_known_address_looks_like_any_sign_up(client, person):
    data = {"password1": "a new long passphrase", "password2": "a new long passphrase"}
    known = client.post(reverse("account_signup"), data | {"email": person.email})
    new = Client().post(reverse("account_signup"), data | {"email": "new@example.org"})
    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])
    assert [letter.subject for letter in mail.outbox] == [
        "You already have an account",
        "Please confirm your e-mail address",
    ]
    assert User.objects.filter(email=person.email).count() == 1


def test_asking_for_a_new_password_looks_the_same_for_everybody(client, person):
    known = client.post(reverse("account_reset_password"), {"email": person.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "no@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(mail.outbox) == 2
    assert reverse("public_request") in mail.outbox[1].body


def test_an_account_opens_only_after_the_address_is_proved(client):
    data = {
        "email": "new@example.org",
        "password1": "a new long passphrase",
        "password2": "a new long passphrase",
    }
    client.post(reverse("account_signup"), data)
    user = User.objects.get(email="new@example.org")
    assert password_step(client, user, "a new long passphrase")["Location"] == reverse(
        "account_email_verification_sent"
    )
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body).group(1)
    client.post(link)
    assert EmailAddress.objects.get(user=user).verified
    assert password_step(client, user, "a new long passphrase")["Location"] == reverse("home")


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012345"])
def test_weak_passwords_are_refused_with_a_reason(client, password):
    data = {"email": "new@example.org", "password1": password, "password2": password}
    answer = client.post(reverse("account_signup"), data)
    assert 'class="err"' in answer.content.decode()
    assert not User.objects.filter(email="new@example.org").exists()


def test_five_wrong_passwords_and_the_right_one_must_wait(client, person):
    for _ in range(5):
        password_step(client, person, "wrong wrong wrong")
    answer = password_step(client, person)
    assert answer.status_code == 200
    assert "Too many tries" in answer.content.decode()
    assert [
        e.details["reason"] for e in AuditEvent.objects.filter(action="signin.failed").order_by("id")
    ] == [
        *["password"] * 5,
        "too_many_tries",
    ]


def test_too_many_tries_in_a_minute_get_the_429_page(client):
    for _ in range(31):
        answer = client.post(reverse("account_login"), {"login": "x@example.org"})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "300"
    assert "Wait five minutes" in answer.content.decode()


def test_a_failed_sign_in_is_recorded_without_the_address(client, person):
    password_step(client, person, "wrong wrong wrong")
    event = AuditEvent.objects.get(action="signin.failed")
    assert event.actor_kind == "anonymous"
    assert (event.object_type, event.object_id) == ("accounts.user", str(person.pk))
    assert event.commitments["email"] == crypto.commitment(person.email, purpose="email")
    assert person.email not in str(event.__dict__)
    assert "127.0.0.1" not in str(event.__dict__)


def test_a_failed_sign_in_of_an_unknown_address_is_about_nobody(client):
    client.post(reverse("account_login"), {"login": "no@example.org", "password": "wrong wrong wrong"})
    event = AuditEvent.objects.get(action="signin.failed")
    assert (event.object_type, event.object_id) == ("", "")


def test_sign_in_and_sign_out_are_recorded(client, person):
    sign_in(client, person)
    client.post(reverse("account_logout"))
    actions = list(AuditEvent.objects.order_by("id").values_list("action", "actor"))
    assert actions == [("signin.done", person.pk), ("signin.ended", person.pk)]


def test_the_events_of_one_request_share_its_id(client, person):
    answer = password_step(client, person)
    assert AuditEvent.objects.get(action="signin.done").request_id == answer["X-Request-ID"]


def test_the_address_is_matched_whatever_its_case(client, person):
    client.post(reverse("account_login"), {"login": person.email.upper(), "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(person.pk)


def test_a_closed_account_cannot_sign_in(client, person):
    User.objects.filter(pk=person.pk).update(is_active=False)
    password_step(client, person)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_led_away_after_sign_in(client, person, next_url):
    assert password_step(client, person, next=next_url)["Location"] == reverse("home")


def test_passwords_are_hashed_with_twelve_rounds_in_production_and_old_ones_again():
    hasher = PortalBCryptSHA256PasswordHasher()
    assert hasher.algorithm == "bcrypt_sha256"
    assert hasher.rounds >= 12
    assert not hasher.must_update(hasher.encode("x", hasher.salt()))
    weak = "bcrypt_sha256$$2b$04$" + "a" * 53
    assert hasher.must_update(weak)


def test_production_puts_that_hasher_first(settings):
    from config.settings import base

    assert base.PASSWORD_HASHERS[0] == "accounts.hashers.PortalBCryptSHA256PasswordHasher"


@pytest.mark.parametrize("password", ["x" * 5000, "\0" * 20, "ü" * 100, "pass phrase " * 8])
def test_no_password_is_cut_or_refused_for_its_length(password):
    stored = make_password(password)
    assert check_password(password, stored)
    assert not check_password(password[:-1] + "!", stored)


def test_the_security_page_lists_browsers_and_what_happened(client, person):
    elsewhere = Client(headers={"user-agent": FIREFOX})
    sign_in(elsewhere, person)
    password_step(Client(), person, "wrong wrong wrong")
    sign_in(client, person)
    page = client.get(reverse("mfa_index")).content.decode()
    assert "Firefox, Windows" in page
    assert "this browser" in page
    assert "Somebody tried to sign in and failed" in page
    assert page.index("Signed in") < page.index("Somebody tried")


def test_one_other_browser_is_signed_out(client, person):
    elsewhere, third = Client(), Client()
    for one in (elsewhere, third, client):
        sign_in(one, person)
    other = OpenSession.objects.get(session_key=elsewhere.session.session_key)
    client.post(reverse("end_sessions"), {"one": other.pk})
    assert elsewhere.get(reverse("mfa_index")).status_code == 302
    assert third.get(reverse("mfa_index")).status_code == 200
    client.post(reverse("end_sessions"))
    assert third.get(reverse("mfa_index")).status_code == 302
    assert client.get(reverse("mfa_index")).status_code == 200


def test_a_browser_of_somebody_else_cannot_be_signed_out(client, person):
    stranger = Client()
    sign_in(stranger, UserFactory())
    sign_in(client, person)
    client.post(reverse("end_sessions"), {"one": OpenSession.objects.exclude(user=person).get().pk})
    assert stranger.get(reverse("mfa_index")).status_code == 200


def test_a_new_password_signs_every_other_browser_out(client, person):
    elsewhere = Client()
    sign_in(elsewhere, person)
    sign_in(client, person)
    new = "another long passphrase"
    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert client.get(reverse("mfa_index")).status_code == 200
    assert elsewhere.get(reverse("mfa_index")).status_code == 302
    assert OpenSession.objects.get().session_key == client.session.session_key
    assert AuditEvent.objects.filter(action="password.changed").count() == 1


def test_rows_of_ended_sessions_go(client, person):
    sign_in(client, person)
    OpenSession.objects.create(user=person, session_key="gone", started_at=timezone.now() - timedelta(days=3))
    assert sessions.forget_ended() == 1
    assert OpenSession.objects.alive().count() == 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/17 Safari/605",
            "Safari, macOS",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Linux"),
        ("curl/8", ""),
        ("", ""),
    ],
)
def test_browsers_are_kept_as_two_words(agent, words):
    assert browser_words(agent) == words


def test_every_word_of_the_log_is_known():
    assert {tone for tone, _ in signin.WORDS.values()} <= {"ok", "warn", "info", "neutral"}
