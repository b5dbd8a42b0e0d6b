"""Step-up: a proof at most 15 minutes old before what cannot be taken back; the second factor if any."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.adapters import AccountAdapter
from accounts.services import stepup
from accounts.services.stepup import is_stepped_up, step_up_required
from tests.accounts.doors import add_app, code_of, sign_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
MORNING = "2026-10-12T08:00:00Z"


@pytest.fixture
def clock():
    with time_machine.travel(MORNING, tick=False) as moving:
        yield moving


def request_of(client: Client, user, method="get", **headers):
    request = getattr(RequestFactory(), method)("/staff/dangerous/?a=1", headers=headers)
    request.user, request.session = user, SessionStore(client.session.session_key)
    from django.contrib.messages.storage.cookie import CookieStorage

    request._messages = CookieStorage(request)
    return request


@step_up_required
def view(request):
    return HttpResponse("done")


class Admin:
    @step_up_required
    def act(self, request, pk):
        return HttpResponse(f"done {pk}")


def test_a_fresh_sign_in_is_a_proof_for_fifteen_minutes(client, person, clock):
    sign_in(client, person)
    assert is_stepped_up(request_of(client, person))
    clock.shift(timedelta(minutes=14, seconds=59))
    assert is_stepped_up(request_of(client, person))
    clock.shift(timedelta(seconds=1))
    assert not is_stepped_up(request_of(client, person))


def test_the_profile_may_shorten_the_time_but_not_lengthen_it(monkeypatch):
    class Cases:
        step_up_minutes = 60

    monkeypatch.setattr(stepup, "active_profile", lambda: type("P", (), {"cases": Cases}))
    assert stepup.minutes() == 15
    Cases.step_up_minutes = 5
    assert stepup.minutes() == 5


def test_giving_the_password_again_is_a_proof(client, person, clock):
    sign_in(client, person)
    clock.shift(timedelta(minutes=20))
    answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": "/staff/"})
    assert answer["Location"] == "/staff/"
    assert is_stepped_up(request_of(client, person))


def test_a_wrong_password_is_none(client, person, clock):
    sign_in(client, person)
    clock.shift(timedelta(minutes=20))
    client.post(reverse("account_reauthenticate"), {"password": "wrong"})
    assert not is_stepped_up(request_of(client, person))


def test_with_a_second_factor_the_password_alone_is_no_proof(client, officer, clock):
    sign_in(client, officer)
    assert is_stepped_up(request_of(client, officer))
    add_app(officer)
    assert not is_stepped_up(request_of(client, officer))
    client.post(reverse("mfa_reauthenticate"), {"code": code_of(officer)})
    assert is_stepped_up(request_of(client, officer))


def test_proofs_of_another_account_in_the_same_browser_do_not_count(client, person, officer, clock):
    sign_in(client, person)
    assert not is_stepped_up(request_of(client, officer))


def test_a_guarded_page_runs_when_stepped_up(client, person, clock):
    sign_in(client, person)
    assert view(request_of(client, person)).content == b"done"
    assert Admin().act(request_of(client, person), 7).content == b"done 7"


def test_the_page_of_the_form_asks_before_anything_is_typed(client, person, clock):
    sign_in(client, person)
    clock.shift(timedelta(minutes=16))
    answer = view(request_of(client, person))
    assert answer["Location"] == f"{reverse('account_reauthenticate')}?next=%2Fstaff%2Fdangerous%2F%3Fa%3D1"
    assert Admin().act(request_of(client, person), 7).status_code == 302


def test_a_late_post_does_nothing_says_so_and_leads_back_to_the_form(client, person, clock):
    sign_in(client, person)
    clock.shift(timedelta(minutes=16))
    late = request_of(client, person, "post", referer="http://testserver/staff/form/?b=2")
    answer = view(late)
    assert answer["Location"].endswith("?next=%2Fstaff%2Fform%2F%3Fb%3D2")
    assert [
        "Nothing was done: your last proof is over 15 minutes old." in str(m) for m in get_messages(late)
    ] == [True]


def test_a_foreign_referer_is_not_followed(client, person, clock):
    sign_in(client, person)
    clock.shift(timedelta(minutes=16))
    late = request_of(client, person, "post", referer="https://evil.example/form/")
    assert "evil" not in view(late)["Location"]


def test_anonymous_visitors_sign_in_first(client):
    from django.contrib.auth.models import AnonymousUser

    assert view(request_of(client, AnonymousUser()))["Location"].startswith(reverse("account_login"))


def test_staff_are_offered_their_factor_and_never_the_password(client, officer, rf):
    add_app(officer)
    methods = AccountAdapter(rf.get("/")).get_reauthentication_methods(officer)
    assert [method["id"] for method in methods] == ["mfa_reauthenticate"]
