"""Packages: reviewed by one, released by another, fetched by their owner alone, and every attempt
written down.
"""

import io
import zipfile
from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from accounts.services.audit import Actor
from correspondence.models import Letter
from dsar.enums import CaseStatus, PackageStatus
from dsar.models import Download, Redaction
from dsar.rules.transitions import NotAllowed
from dsar.services import delivery, packaging
from tests.dsar.shop import approved, open_case, work
from tests.factories import NOW, IdentityFactory, SubjectFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def package(shop, person, handler, dpo):
    """A package under review with one value about somebody else, and Rita's row."""
    case = open_case(person)
    approved(case, handler, dpo)
    work()
    return case.packages.select_related("case__subject").get()


@pytest.fixture
def released(package, handler, dpo):
    delivery.complete_review(package=package, actor=handler, now=NOW)
    delivery.release(package=package, actor=dpo, now=NOW)
    return package


def fetch(package, user, **more):
    given = {"package_id": package.pk, "stepped_up": True, "now": NOW, "address": "192.0.2.7"} | more
    stream = delivery.open_download(user=user, **given)
    return zipfile.ZipFile(io.BytesIO(b"".join(stream)))


def refusal(package, user, **more):
    with pytest.raises(delivery.DownloadRefused) as refused:
        fetch(package, user, **more)
    return refused.value


def test_the_owner_gets_the_file_and_it_is_written_down(released, person):
    with fetch(released, person) as file:
        assert "index.html" in file.namelist()
    served = Download.objects.get()
    assert (served.served, served.user, served.reason) == (True, person, "")
    assert served.address_commitment
    assert "192.0.2.7" not in served.address_commitment
    assert AuditEvent.objects.filter(action="package.downloaded").count() == 1
    assert released.case.events.filter(plain="You fetched your copy").exists()


def test_somebody_else_gets_the_same_answer_as_for_no_package(released):
    stranger = UserFactory()
    assert refusal(released, stranger).reason == "not_yours"
    missing = refusal(released, stranger, package_id="00000000-0000-4000-8000-000000000000")
    assert missing.reason == "unknown"
    assert missing.sentence == refusal(released, stranger).sentence
    assert AuditEvent.objects.filter(action="package.refused").count() == 3


def test_without_the_password_again_nothing_is_given(released, person):
    assert refusal(released, person, stepped_up=False).reason == "step_up"


def test_after_its_days_the_link_has_expired_and_can_be_opened_again(released, person):
    later = NOW + timedelta(days=14)
    assert refusal(released, person, now=later).reason == "expired"
    delivery.renew(package=released, actor=Actor.of(person), now=later)
    fetch(released, person, now=later)
    assert Letter.objects.filter(case_id=released.case_id, template="package_ready").count() == 2


def test_a_package_under_review_is_not_given(package, person):
    assert refusal(package, person).reason == "not_ready"


def test_a_package_is_fetched_only_so_often(released, person):
    for _ in range(10):
        fetch(released, person)
    assert refusal(released, person).reason == "limit"


def test_a_revoked_package_is_gone_for_good(released, person, dpo, settings):
    path = settings.MEDIA_ROOT / released.path
    delivery.revoke(package=released, actor=dpo, now=NOW)
    assert refusal(released, person).reason == "revoked"
    released.refresh_from_db()
    assert released.key == ""
    assert path.exists()  # goes when the transaction commits; without its key it is noise
    with pytest.raises(NotAllowed):
        delivery.renew(package=released, actor=dpo, now=NOW)
    released.case.refresh_from_db()
    assert released.case.status == CaseStatus.ATTENTION


def test_a_damaged_file_is_never_given_out(released, person, settings):
    path = settings.MEDIA_ROOT / released.path
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)
    assert refusal(released, person).reason == "gone"
    assert Download.objects.get().served is False


def test_every_refusal_is_written_down_with_its_reason(released, person):
    refusal(released, person, stepped_up=False)
    refusal(released, UserFactory())
    assert list(Download.objects.order_by("id").values_list("served", "reason")) == [
        (False, "step_up"), (False, "not_yours"),
    ]  # fmt: skip


def test_a_person_without_an_account_fetches_by_link_and_code(package, handler, dpo):
    package.case.subject.user = None
    package.case.subject.save()
    delivery.complete_review(package=package, actor=handler, now=NOW)
    delivery.release(package=package, actor=dpo, now=NOW)
    fetch(package, None)
    letter = Letter.objects.filter(template="package_ready").latest("created_at")
    assert "/ask/status/" in letter.body
    assert "send a code" in letter.body


def test_an_account_is_never_bypassed_by_a_link(released):
    assert refusal(released, None).reason == "not_yours"


def test_the_reviewer_does_not_release(package, dpo):
    delivery.complete_review(package=package, actor=dpo, now=NOW)
    with pytest.raises(NotAllowed, match="Somebody else"):
        delivery.release(package=package, actor=dpo, now=NOW)


def test_nothing_is_released_before_the_review(package, dpo):
    with pytest.raises(NotAllowed, match="Finish the review"):
        delivery.release(package=package, actor=dpo, now=NOW)


def test_a_value_is_disclosed_only_with_a_reason(package, handler):
    one = package.redactions.get(field="sender_name")
    with pytest.raises(NotAllowed, match="Say why"):
        delivery.decide_redaction(redaction=one, release=True, reason=" ", actor=handler, now=NOW)
    assert one.sample == "Carla Third"


def test_a_released_value_is_in_the_package_and_nothing_else(package, person, handler, dpo):
    one = package.redactions.get(field="sender_name")
    delivery.decide_redaction(redaction=one, release=True, reason="Carla agreed", actor=handler, now=NOW)
    delivery.complete_review(package=package, actor=handler, now=NOW)
    with pytest.raises(NotAllowed, match="being made"):
        delivery.release(package=package, actor=dpo, now=NOW)
    before = package.sha256
    work()
    package.refresh_from_db()
    assert (package.status, package.sha256 == before) == (PackageStatus.REVIEW, False)
    delivery.release(package=package, actor=dpo, now=NOW)
    with fetch(package, person) as file:
        everything = b"".join(file.read(name) for name in file.namelist())
    assert b"Carla Third" in everything
    assert b"Rita" not in everything


def test_the_reviewed_rows_are_packed_even_when_the_source_has_changed(package, shop, person, handler, dpo):
    shop.run("UPDATE messages SET sender_name = 'Somebody New'")
    one = package.redactions.get(field="sender_name")
    delivery.decide_redaction(redaction=one, release=True, reason="Agreed", actor=handler, now=NOW)
    delivery.complete_review(package=package, actor=handler, now=NOW)
    work()
    package.refresh_from_db()
    delivery.release(package=package, actor=dpo, now=NOW)
    with fetch(package, person) as file:
        everything = b"".join(file.read(name) for name in file.namelist())
    assert b"Somebody New" not in everything


def test_many_values_are_decided_at_once(package, handler):
    count = package.redactions.filter(collection="shop.employees").count()
    given = {"package": package, "release": False, "reason": "", "actor": handler, "now": NOW}
    assert delivery.decide_redactions(collection="shop.employees", field="", **given) == count
    assert delivery.decide_redactions(collection="shop.employees", field="", **given) == 0


def test_undecided_values_stay_out(package, handler):
    delivery.complete_review(package=package, actor=handler, now=NOW)
    assert set(package.redactions.values_list("release", flat=True)) == {False}
    with pytest.raises(NotAllowed, match="finished"):
        delivery.complete_review(package=package, actor=handler, now=NOW)
    with pytest.raises(NotAllowed, match="finished"):
        one = package.redactions.first()
        delivery.decide_redaction(redaction=one, release=True, reason="x", actor=handler, now=NOW)


def test_samples_are_encrypted_in_the_database(package):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT sample, row_key FROM dsar_redaction")
        assert "Carla" not in str(cursor.fetchall())
    assert Redaction.objects.filter(package=package).exists()


def test_collected_rows_are_gone_when_the_case_is_closed(
    released, handler, settings, django_capture_on_commit_callbacks
):
    from dsar.services import cases

    with django_capture_on_commit_callbacks(execute=True):
        cases.close(case=released.case, outcome="fulfilled", actor=handler, now=NOW)
    assert not list((settings.MEDIA_ROOT / "collected").glob("*"))
    assert not released.case.steps.exclude(spool="").exists()
    b"".join(packaging.read_package(package=released))


def test_a_case_of_a_person_with_another_account_is_not_theirs(released):
    other = SubjectFactory(user=UserFactory())
    IdentityFactory(subject=other)
    assert refusal(released, other.user).reason == "not_yours"
