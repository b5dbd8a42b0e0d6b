"""The whole way of a request through the services: access and deletion, on a real database."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from accounts.models import AuditEvent, User
from correspondence.models import Letter
from dsar.enums import CaseStatus, Outcome, PackageStatus, Right
from dsar.services import cases, delivery
from tests.dsar.shop import approved, open_case, work
from tests.factories import NOW
from tests.notices import tell_everybody

pytestmark = pytest.mark.django_db


def letter(case, template):
    return Letter.objects.filter(case_id=case.pk, template=template).latest("created_at")


def fetch(package, user, **more):
    given = {"stepped_up": True, "now": NOW, "address": "192.0.2.1"} | more
    return b"".join(delivery.open_download(package_id=package.pk, user=user, **given))


def test_access_from_request_to_download(shop, person, handler, dpo, deputy):
    case = open_case(person)
    plan = approved(case, handler, dpo)
    assert plan.summary["systems"][0]["found"] >= 5
    work()
    case.refresh_from_db()
    assert case.status == CaseStatus.REVIEW
    package = case.packages.get()
    held = {(r.collection, r.field) for r in package.redactions.all()}
    assert ("shop.messages", "sender_name") in held
    delivery.complete_review(package=package, actor=handler, now=NOW)
    delivery.release(package=package, actor=dpo, now=NOW)
    case.refresh_from_db()
    assert case.status == CaseStatus.DELIVERED
    assert str(package.pk) in letter(case, "package_ready").body
    content = fetch(package, person)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        names = file.namelist()
        everything = b"".join(file.read(name) for name in names)
        posts = json.loads(file.read(next(n for n in names if n.endswith("posts.json"))))
        csv = file.read(next(n for n in names if n.endswith("posts.csv"))).decode()
    assert {"Hallo 👋🏽", "=cmd()|x"} == {row["text"] for row in posts}
    assert "'=cmd()|x" in csv
    for other in (b"Carla", b"Rita", b"rita@shop", b"Bob"):
        assert other not in everything
    cases.close(case=case, outcome=Outcome.FULFILLED, actor=handler, now=NOW)
    assert case.status == CaseStatus.CLOSED
    said = letter(case, "access_closed").body
    assert "Shop: We looked and found" in said
    assert "Values about other people" in said
    readme = next(name for name in names if name.endswith("README.txt"))
    heading = "What we use it for, where it comes from, who gets it, how long it stays"
    assert heading in said
    assert heading in zipfile.ZipFile(io.BytesIO(content)).read(readme).decode()


def test_deletion_from_request_to_certificate(shop, person, handler, dpo):
    case = open_case(person, Right.DELETION, words="Delete me, please")
    plan = approved(case, handler, dpo)
    assert work() == 1
    case.refresh_from_db()
    assert case.status == CaseStatus.READY, case.attention
    assert shop.rows("SELECT id FROM posts") == [(3,)]
    ((email, name, phone),) = shop.rows("SELECT email, name, phone FROM customers WHERE id = 1")
    assert "leonie" not in f"{email}{name}{phone}".lower()
    assert shop.rows("SELECT billing_name FROM invoices WHERE id = 1") == [("Leonie Hartwig",)]
    assert shop.rows("SELECT name FROM employees") == [("Rita Rep",)]
    assert shop.rows("SELECT name FROM customers WHERE id = 2") == [("Bob",)]
    proof = plan.steps.get(operation="probe").proof
    assert all(one["remaining"] == 0 for one in proof.values())
    tell_everybody(case, handler, NOW)
    cases.close(case=case, outcome=Outcome.FULFILLED, actor=handler, now=NOW)
    said = letter(case, "deletion_closed")
    assert said.to == "leonie@example.org"
    assert "none is left" in said.body
    assert "payment records, 7 years" in said.body
    assert plan.hash[:16] in said.body
    assert "1 entry in Shop stays: about other people" in said.body
    assert "(E17_LEGAL_OBLIGATION)" in said.body


def test_a_californian_reads_the_codes_of_californian_law(shop, person, handler, dpo):
    case = open_case(person, Right.DELETION)
    case.regime = "ccpa"
    case.save()
    plan = approved(case, handler, dpo)
    assert "D_LEGAL_OBLIGATION" in {one["code"] for one in plan.summary["systems"][0]["exceptions"]}


def test_after_a_deletion_the_portal_forgets_the_person(shop, person, handler, dpo):
    case = open_case(person, Right.DELETION, words="Delete me, please")
    approved(case, handler, dpo)
    work()
    case.refresh_from_db()
    tell_everybody(case, handler, NOW)
    cases.close(case=case, outcome=Outcome.FULFILLED, actor=handler, now=NOW)
    case.refresh_from_db()
    subject = case.subject
    assert (subject.name, subject.user, case.words) == ("", None, "")
    assert subject.identities.count() == 0
    user = User.objects.get(pk=person.pk)
    assert not user.is_active
    assert "leonie" not in user.email
    assert AuditEvent.objects.about(case).filter(action="case.closed").exists()
    assert str(subject).startswith("Person ")


def test_the_sign_in_stays_while_another_request_needs_it(shop, person, handler, dpo):
    case = open_case(person, Right.DELETION)
    open_case(person)
    approved(case, handler, dpo)
    work()
    case.refresh_from_db()
    tell_everybody(case, handler, NOW)
    cases.close(case=case, outcome=Outcome.FULFILLED, actor=handler, now=NOW)
    person.refresh_from_db()
    assert person.is_active
    assert case.subject.identities.exists()


def test_nothing_found_is_an_answer_of_its_own(shop, handler, dpo, person):
    shop.run("DELETE FROM posts; DELETE FROM messages; DELETE FROM invoices; DELETE FROM customers;")
    case = open_case(person)
    approved(case, handler, dpo)
    work()
    case.refresh_from_db()
    assert case.status == CaseStatus.READY
    assert cases.allowed_outcomes(case) == (Outcome.NOTHING_FOUND,)
    cases.close(case=case, outcome=Outcome.NOTHING_FOUND, actor=handler, now=NOW)
    said = letter(case, "nothing_found").body
    assert "your e-mail address" in said
    assert not case.packages.exclude(status=PackageStatus.REVOKED).exists()


def test_timeline_and_audit_trail_tell_the_same_story_without_personal_values(shop, person, handler, dpo):
    case = open_case(person, Right.DELETION, words="My secret words")
    approved(case, handler, dpo)
    work()
    case.refresh_from_db()
    tell_everybody(case, handler, NOW)
    cases.close(case=case, outcome=Outcome.FULFILLED, actor=handler, now=NOW + timedelta(days=1))
    actions = list(AuditEvent.objects.about(case).values_list("action", flat=True))
    assert actions == [
        "case.opened", "case.verified", "plan.requested", "plan.made", "plan.proposed", "plan.approved",
        "run.started", "step.done", "step.done", "run.done", "notices.listed",
        "case.closed",
    ]  # fmt: skip
    told = str(list(AuditEvent.objects.values())) + str(list(case.events.values()))
    for value in ("leonie@example.org", "Leonie", "Hartwig", "secret words", "Carla"):
        assert value not in told
