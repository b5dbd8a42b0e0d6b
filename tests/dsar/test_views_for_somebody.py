"""Asking for somebody else while signed in: what is typed, who decides, what stays visible to whom."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from correspondence.models import Letter
from dsar.enums import LinkKind
from dsar.models import Case, CaseLink, Representative
from tests import desk
from tests.factories import SubjectFactory, UserFactory
from tests.people import signed_in, text_of

pytestmark = pytest.mark.django_db
ASK = "/requests/for-somebody/"
TYPED = {
    "acts_as": "agent", "person_name": "Paul Person", "person_email": "paul@example.org", "place": "DE",
    "rights": ["access", "deletion"], "words": "All of it.", "gets_letters": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def ada():
    user = UserFactory(email="ada@example.org", name="Ada Agent")
    SubjectFactory(user=user)
    return user


def pdf(content=b"%PDF-1.7"):
    return SimpleUploadedFile("mandate.pdf", content)


def sent(user, **more):
    return signed_in(user, proved=False).post(ASK, TYPED | {"file": pdf()} | more)


def test_each_right_becomes_a_case_whose_mandate_staff_decide_on(ada):
    answer = sent(ada)
    assert (answer.status_code, answer.url) == (302, "/requests/")
    first, second = Case.objects.order_by("number")
    assert [first.right, second.right] == ["access", "deletion"]
    assert {first.channel, first.status, first.subject} == {"dashboard", "new", second.subject}
    assert first.subject.user is None
    assert CaseLink.objects.get(case=second, other=first).kind == LinkKind.SPLIT
    for who in Representative.objects.all():
        assert (who.status, who.account, who.name, who.email) == (
            "claimed",
            ada,
            "Ada Agent",
            "ada@example.org",
        )
        assert (who.acts_as, who.gets_letters, who.gets_package, bool(who.proof_sha256)) == (
            "agent", True, False, True,
        )  # fmt: skip
        assert "check the mandate" in who.case.attention
    assert set(Letter.objects.values_list("template", flat=True)) == {"acknowledgement"}
    assert {letter.to for letter in Letter.objects.all()} == {"ada@example.org"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"rights": []}, "Choose what you want us to do"),
        ({"acts_as": "parent"}, "Write how old the child is"),
        ({"acts_as": "estate"}, "Name the country"),
        ({"person_name": ""}, "This field is required"),
        ({"rights": ["sue"]}, "Choose one of these"),
        ({"file": SimpleUploadedFile("a.exe", b"MZ")}, "not taken"),
        ({"file": SimpleUploadedFile("a.pdf", b"no pdf")}, "not a pdf file"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_opens_nothing(ada, more, said):
    answer = sent(ada, **more)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Case.objects.exists()
    assert "Paul Person" in text_of(answer) or more.get("person_name") == ""


def test_the_person_sees_it_on_the_list_and_where_it_stands(ada):
    sent(ada, rights=["access"])
    who = Representative.objects.get()
    page = text_of(signed_in(ada).get("/requests/"))
    assert "For Paul Person" in page
    assert "We check the mandate" in page
    page = text_of(signed_in(ada).get(reverse("request_mandate", args=[who.pk])))
    assert "One of us checks it" in page
    assert "Send the proof" not in page


def test_a_proof_that_follows_is_taken_once(ada):
    sent(ada, rights=["access"], file="")
    who = Representative.objects.get()
    path = reverse("request_mandate", args=[who.pk])
    client = signed_in(ada)
    assert "We wait for your proof" in text_of(client.get(path))
    assert client.post(path, {"file": pdf(b"bad")}).status_code == 422
    assert client.post(path, {}).status_code == 422
    assert client.post(path, {"file": pdf()}).status_code == 302
    who.refresh_from_db()
    assert who.proof_sha256
    was = who.proof_sha256
    assert client.post(path, {"file": pdf(b"%PDF-1.7 another")}).status_code == 302
    who.refresh_from_db()
    assert who.proof_sha256 == was


def test_nobody_else_sees_it(ada):
    sent(ada, rights=["access"])
    path = reverse("request_mandate", args=[Representative.objects.get().pk])
    assert signed_in(UserFactory()).get(path).status_code == 404
    assert signed_in(UserFactory()).post(path, {"file": pdf()}).status_code == 404
    assert "Paul Person" not in text_of(signed_in(UserFactory()).get("/requests/"))
    case = Case.objects.get()
    assert signed_in(ada).get(f"/requests/{case.pk}/").status_code == 404  # it is Paul's request


@pytest.mark.parametrize(
    ("act", "data", "said"),
    [
        (
            "accept",
            {"reason": "Signature seen", "gets_letters": "on"},
            "Our letters about this request come to you",
        ),
        ("accept", {"reason": "Signature seen"}, "the mandate does not say that you get them"),
        ("refuse", {"reason": "Not signed"}, "does not show us that you may act"),
    ],
)
def test_staff_decide_and_who_acts_reads_it(ada, act, data, said):
    sent(ada, rights=["access"])
    who = Representative.objects.get()
    staff = desk.signed_in(desk.staff("Jonas Feld", Role.DPO))
    page = staff.get(reverse("admin:dsar_case_change", args=[who.case_id])).content.decode()
    assert "Ada Agent" in page
    assert staff.post(reverse(f"admin:dsar_representative_{act}", args=[who.pk]), data).status_code == 302
    page = text_of(signed_in(ada).get(reverse("request_mandate", args=[who.pk])))
    assert said in page
    assert data["reason"] not in page


def test_staff_are_sent_to_their_desk_and_strangers_to_sign_in(client):
    assert client.get(ASK).url.startswith("/accounts/login/")
    assert desk.signed_in(desk.staff("Jonas Feld", Role.DPO)).get(ASK).url == "/staff/"
