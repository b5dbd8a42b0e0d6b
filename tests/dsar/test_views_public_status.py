"""A request by secret link: no name on the page, and a fresh code before anything personal."""

import re
import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage

from config.profile import active_profile
from dsar.enums import CaseStatus
from dsar.models import Download
from dsar.services import links, packaging
from tests import factories as make
from tests.people import text_of

pytestmark = pytest.mark.django_db
BYTES = b"PK zip"


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    """No limits left over from other tests; a package that can be read."""
    cache.clear()
    monkeypatch.setattr(packaging, "read_package", lambda *, package: iter([BYTES]))


@pytest.fixture
def case(time_machine):
    time_machine.move_to(make.NOW, tick=False)
    subject = make.SubjectFactory(name="Nina Wagner")
    make.IdentityFactory(subject=subject, value="nina@example.org")
    return make.CaseFactory(
        subject=subject, verified=True, status=CaseStatus.DELIVERED, delivered_at=make.NOW
    )


@pytest.fixture
def package(case):
    times = {"released_at": make.NOW, "reviewed_at": make.NOW, "expires_at": make.NOW + timedelta(days=14)}
    return make.PackageFactory(
        plan=make.PlanFactory(case=case), case=case, status="released", size=len(BYTES), **times
    )


@pytest.fixture
def base(case):
    return links.path_for(case)


def code():
    return re.search(r"\b\d{6}\b", mail.outbox[-1].body).group()


def prove(client, base):
    client.post(f"{base}code/", {"send": "1"})
    return client.post(f"{base}code/", {"code": code()})


def test_a_wrong_key_looks_like_a_case_that_is_not_there(client, case):
    for path in (f"/ask/status/{case.pk}/{'0' * 32}/", f"/ask/status/{make.CaseFactory.build().pk}/abc/"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "This link leads nowhere" in text_of(answer)


def test_the_page_shows_neither_name_nor_address(client, base):
    page = text_of(client.get(base))
    assert "Nina" not in page
    assert "nina@" not in page


def test_the_link_ends_some_time_after_closing(client, case, base, time_machine):
    days = active_profile().cases.package_link_days
    case.status, case.outcome, case.closed_at = CaseStatus.CLOSED, "fulfilled", make.NOW
    case.save()
    time_machine.move_to(make.NOW + timedelta(days=days - 1))
    assert client.get(base).status_code == 200
    time_machine.move_to(make.NOW + timedelta(days=days + 1))
    assert client.get(base).status_code == 404


def test_the_link_alone_opens_neither_package_nor_letter(client, case, base, package):
    letter = make.LetterFactory(case_id=case.pk, sent_at=make.NOW, sha256="0" * 64)
    assert client.post(f"{base}download/").url == f"{base}code/"
    assert client.get(f"{base}letters/{letter.pk}/").url == f"{base}code/"
    assert Download.objects.get().served is False


def test_a_code_by_e_mail_opens_both(client, case, base, package):
    letter = make.LetterFactory(case_id=case.pk, body="18 rows stay.", sent_at=make.NOW, sha256="0" * 64)
    assert prove(client, base).url == base
    assert mail.outbox[-1].to == ["nina@example.org"]
    answer = client.post(f"{base}download/")
    assert b"".join(answer) == BYTES
    assert answer["Content-Disposition"] == f'attachment; filename="{case.reference}.zip"'
    assert "18 rows stay." in text_of(client.get(f"{base}letters/{letter.pk}/"))
    assert Download.objects.filter(served=True).count() == 1


def test_a_proof_lasts_minutes(client, base, package, time_machine):
    prove(client, base)
    time_machine.shift(active_profile().cases.step_up_minutes * 60 + 1)
    assert client.post(f"{base}download/").url == f"{base}code/"


def test_a_proof_counts_for_one_case_only(client, base, package):
    prove(client, base)
    other = make.CaseFactory(verified=True, status=CaseStatus.DELIVERED)
    times = {"released_at": make.NOW, "reviewed_at": make.NOW, "expires_at": make.NOW + timedelta(days=1)}
    make.PackageFactory(plan=make.PlanFactory(case=other), case=other, status="released", **times)
    assert client.post(f"{links.path_for(other)}download/").url == f"{links.path_for(other)}code/"


def test_a_wrong_code_is_told_and_five_burn_it(client, base, package):
    client.post(f"{base}code/", {"send": "1"})
    right = code()
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert "not the code from our latest e-mail" in text_of(client.post(f"{base}code/", {"code": wrong}))
    assert "does not work any more" in text_of(client.post(f"{base}code/", {"code": right}))


def test_a_code_expires(client, base, package, time_machine):
    client.post(f"{base}code/", {"send": "1"})
    time_machine.shift(601)
    assert "does not work any more" in text_of(client.post(f"{base}code/", {"code": code()}))


def test_a_code_works_only_in_the_session_that_asked(client, base, package):
    client.post(f"{base}code/", {"send": "1"})
    stranger = type(client)()
    assert "Ask for a code first" in text_of(stranger.post(f"{base}code/", {"code": code()}))


def test_codes_are_limited_by_the_hour(client, base, package):
    for _ in range(6):
        client.post(f"{base}code/", {"send": "1"})
    assert len(mail.outbox) == 5
    assert "several codes already" in text_of(client.get(f"{base}code/"))


def test_a_mail_server_that_refuses_is_told(client, base, package, monkeypatch):
    def refuse(self, **_):
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(EmailMessage, "send", refuse)
    answer = client.post(f"{base}code/", {"send": "1"}, follow=True)
    assert "Our mail server did not take the e-mail" in text_of(answer)


def test_an_expired_package_says_so_on_the_status_page(client, base, package, time_machine):
    prove(client, base)
    time_machine.move_to(make.NOW + timedelta(days=15))
    assert "The link does not work any more." in text_of(client.get(base))


def test_somebody_with_an_account_signs_in_instead(client, case, base, package):
    case.subject.user = make.UserFactory()
    case.subject.save()
    assert "Sign in and get your copy" in text_of(client.get(base))
    prove(client, base)
    answer = client.post(f"{base}download/", follow=True)
    assert not any(download.served for download in Download.objects.all())
    assert answer.status_code == 200


def test_taking_back_needs_a_pressed_button(client, case, base):
    open_case = make.CaseFactory(subject=case.subject, verified=True)
    path = f"{links.path_for(open_case)}withdraw/"
    assert "Withdraw my request" in text_of(client.get(path))
    open_case.refresh_from_db()
    assert open_case.is_open
    client.post(path)
    open_case.refresh_from_db()
    assert open_case.outcome == "withdrawn"
