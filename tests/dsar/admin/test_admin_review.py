"""Review of a package: other people's values stay out unless somebody says why not."""

import pytest

from accounts.enums import Role
from dsar.models import Package, Redaction
from tests import desk


@pytest.fixture
def package(db):
    """A package with six values about other people in two places."""
    return desk.package(desk.case(5, status="review"))


def at(package, page="review"):
    """Return the address of the review."""
    return f"/staff/dsar/case/{package.case_id}/{page}/"


def test_the_values_about_other_people_are_listed_by_place(client, package):
    html = client.get(at(package)).content.decode()
    assert "product.comments.author" in html
    assert "6 not decided: left out" in html
    assert "Joaquín Belmonte Ruiz" in html


def test_one_value_is_disclosed_only_with_a_reason(client, package):
    one = package.redactions.first()
    client.post(at(package), {"redaction": one.pk, "release": "yes", "reason": ""})
    assert Redaction.objects.get(pk=one.pk).release is None
    client.post(at(package), {"redaction": one.pk, "release": "yes", "reason": "She wrote it in public."})
    decided = Redaction.objects.get(pk=one.pk)
    assert decided.release is True
    assert decided.decision_reason == "She wrote it in public."


def test_a_whole_place_is_left_out_at_once(client, package):
    data = {"collection": "product.comments", "field": "author", "release": "no", "reason": ""}
    client.post(at(package), data)
    assert Redaction.objects.filter(release=False).count() == 3
    assert Redaction.objects.filter(release=None).count() == 3


def test_a_value_of_another_package_is_not_decided_here(client, package):
    foreign = Redaction.objects.create(
        package=Package.objects.create(
            case=desk.case(15, status="review"), plan=package.plan, made_at=package.made_at, status="review"
        ),
        collection="x", field="y", row_key="1", reason="about somebody",
    )  # fmt: skip
    answer = client.post(at(package), {"redaction": foreign.pk, "release": "yes", "reason": "x"}, follow=True)
    assert "not in the package any more" in answer.content.decode()
    assert Redaction.objects.get(pk=foreign.pk).release is None


def test_the_review_is_finished_and_what_nobody_decided_stays_out(client, package):
    assert client.post(at(package, "complete")).status_code == 302
    assert Redaction.objects.filter(release=False).count() == 6
    assert Package.objects.get().reviewed_at


def test_the_auditor_sees_no_package(package):
    client = desk.signed_in(desk.staff("Amara Osei", Role.AUDITOR))
    assert client.get(at(package)).status_code == 403
    assert "Joaquín" not in client.get(at(package, "change")).content.decode()


def test_the_legal_reviewer_decides_nothing(package):
    client = desk.signed_in(desk.staff("Legal", Role.LEGAL_REVIEWER))
    one = package.redactions.first()
    assert client.post(at(package), {"redaction": one.pk, "release": "yes", "reason": "x"}).status_code == 403


def test_a_case_without_package_says_so(client):
    one = desk.case(5, status="running")
    assert "No package yet" in client.get(f"/staff/dsar/case/{one.pk}/review/").content.decode()
