"""The package of a person: only its owner, after the password, before it expires; a refusal is a page."""

import uuid
from datetime import timedelta

import pytest

from config.profile import active_profile
from dsar.enums import CaseStatus
from dsar.models import Download
from dsar.services import packaging
from tests import factories as make
from tests.people import signed_in, text_of

pytestmark = pytest.mark.django_db
BYTES = b"PK zip"


@pytest.fixture(autouse=True)
def readable(monkeypatch):
    """A package whose file can be read."""
    monkeypatch.setattr(packaging, "read_package", lambda *, package: iter([BYTES[:3], BYTES[3:]]))


@pytest.fixture
def package(person, time_machine):
    time_machine.move_to(make.NOW)
    case = make.CaseFactory(
        subject=person.subject, verified=True, status=CaseStatus.DELIVERED, delivered_at=make.NOW
    )
    times = {"released_at": make.NOW, "reviewed_at": make.NOW, "expires_at": make.NOW + timedelta(days=14)}
    return make.PackageFactory(
        plan=make.PlanFactory(case=case),
        case=case,
        status="released",
        size=len(BYTES),
        contents={"posts": 1286},
        key="k",
        **times,
    )


def test_the_owner_takes_it_and_the_download_is_logged(person, package):
    client = signed_in(person)
    assert "1,286 entries" in text_of(client.get(f"/packages/{package.pk}/"))
    answer = client.post(f"/packages/{package.pk}/download/", REMOTE_ADDR="192.0.2.7")
    assert b"".join(answer) == BYTES
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Length"] == str(len(BYTES))
    logged = Download.objects.get()
    assert logged.served
    assert "192.0.2.7" not in logged.address_commitment


def test_an_old_password_is_asked_again_before_page_and_download(person, package):
    client = signed_in(person, proved=False)
    assert client.get(f"/packages/{package.pk}/").url.startswith("/accounts/reauthenticate/")
    assert client.post(f"/packages/{package.pk}/download/").url == f"/packages/{package.pk}/"
    assert Download.objects.get().reason == "step_up"


def test_another_person_finds_nothing_and_the_attempt_is_logged(package):
    client = signed_in(make.UserFactory())
    for answer in (
        client.get(f"/packages/{package.pk}/"),
        client.post(f"/packages/{package.pk}/download/"),
        client.post(f"/packages/{package.pk}/renew/"),
    ):
        assert answer.status_code == 404
        assert "There is no copy for you at this address" in text_of(answer)
        assert package.case.reference not in text_of(answer)
    assert Download.objects.get().reason == "not_yours"


def test_a_changed_id_is_a_page_with_a_way_on(person, package):
    answer = signed_in(person).post(f"/packages/{uuid.uuid4()}/download/")
    assert answer.status_code == 404
    assert "Ask for a copy" in text_of(answer)


def test_an_expired_link_can_be_opened_again_by_its_owner(person, package, time_machine):
    time_machine.move_to(make.NOW + timedelta(days=15))
    client = signed_in(person)
    page = client.get(f"/packages/{package.pk}/")
    assert page.status_code == 410
    assert "It worked until Monday 26 October 2026" in text_of(page)
    assert client.post(f"/packages/{package.pk}/download/").status_code == 410
    assert "The link works again" in text_of(client.post(f"/packages/{package.pk}/renew/", follow=True))
    assert b"".join(client.post(f"/packages/{package.pk}/download/")) == BYTES


def test_a_file_that_is_gone_cannot_be_renewed_and_says_so(person, package, time_machine):
    time_machine.move_to(make.NOW + timedelta(days=15))
    package.key = ""
    package.save()
    page = text_of(signed_in(person).post(f"/packages/{package.pk}/renew/"))
    assert "The file is gone. Ask for a new copy." in page
    assert "Ask for a new copy" in page


def test_a_revoked_package_says_so(person, package):
    package.status = "revoked"
    package.save()
    answer = signed_in(person).get(f"/packages/{package.pk}/")
    assert answer.status_code == 410
    assert "This copy was taken back" in text_of(answer)


def test_too_many_downloads_are_refused_with_the_reason(person, package):
    for _ in range(active_profile().cases.package_downloads):
        make.DownloadFactory(package=package)
    answer = signed_in(person).post(f"/packages/{package.pk}/download/")
    assert answer.status_code == 410
    assert "fetched as often as it may be" in text_of(answer)


def test_a_package_under_review_is_not_there_yet(person, package):
    package.status, package.released_at = "review", None
    package.save()
    assert signed_in(person).get(f"/packages/{package.pk}/").status_code == 404
