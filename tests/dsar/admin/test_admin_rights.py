"""The pages that lead staff through the rights that act on data: shown, done, refused aloud."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.enums import Role
from accounts.services.audit import Actor
from dsar.enums import CaseStatus, Right
from dsar.models import ManualTask
from dsar.services.rights import Wanted
from tests import desk
from tests.dsar.services.rights import drive
from tests.dsar.services.rights.drive import Asked  # noqa: F401  (the form's answers)
from tests.dsar.shop import planned, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(tmp_path, settings):
    from tests.dsar.shop import Shop

    settings.MEDIA_ROOT = tmp_path / "media"
    return Shop(tmp_path / "shop.sqlite3")


def at(case, page="change"):
    return f"/staff/dsar/case/{case.pk}/{page}/"


def page(client, case, name="change"):
    return " ".join(client.get(at(case, name)).content.decode().split())


def test_an_opt_out_shows_what_is_in_force_and_no_plan(client, shop):
    case = drive.ask(drive.leonie("ccpa"), Right.OPT_OUT)
    html = page(client, case)
    assert "Selling your data" in html
    assert "In force" in html
    assert "not to be asked again before 12 Oct 2027" in html
    assert html.count("btn-primary") <= 1


def test_what_a_person_meant_is_recorded_on_its_page(client, shop):
    case = drive.ask(drive.leonie(), Right.WITHDRAWAL)
    html = page(client, case)
    assert "Record what is to stop" in html
    assert client.post(at(case, "stop"), {}).status_code == 422
    assert client.post(at(case, "stop"), {"purposes": ["marketing"]}).status_code == 302
    assert case.opt_outs.get().effective_at
    again = client.post(at(case, "stop"), {"purposes": ["marketing"]})
    assert again.status_code == 409
    assert "needs a case that is" in again.content.decode()


def test_a_restriction_is_recorded_noticed_and_lifted_in_this_order(client, shop, handler):
    case = drive.ask(drive.leonie(), Right.RESTRICTION)
    assert client.post(at(case, "restrict"), {"ground": "c", "purposes": ["analytics"]}).status_code == 302
    drive.finish(case, Actor.of(handler))
    assert "The person must be told first" in page(client, case)
    restriction = case.restrictions.get()
    early = client.post(at(case, "lift"), {"restriction": restriction.pk})
    assert early.status_code == 409
    assert "must be told first" in early.content.decode()
    answer = client.post(
        at(case, "notice"), {"restriction": restriction.pk, "why": "Settled.", "lifts_on": "2026-11-24"}
    )
    assert answer.status_code == 302
    drive.send_letters()
    assert "Lift the restriction" in page(client, case)
    assert client.post(at(case, "lift"), {"restriction": restriction.pk}).status_code == 302
    restriction.refresh_from_db()
    assert restriction.state == "lifted"


def test_the_handler_prepares_and_the_officer_weighs(client, shop, handler):
    case = drive.ask(drive.leonie(), Right.OBJECTION, purposes=("analytics",), reason="I feel watched.")
    drive.finish(case, Actor.of(handler))
    theirs = desk.signed_in(handler)
    assert "Write down our grounds" in page(theirs, case)
    one = case.balancings.get()
    grounds = {"balancing": one.pk, "our_grounds": "Attacks are found by it."}
    assert theirs.post(at(case, "prepare"), grounds).status_code == 302
    assert theirs.get(at(case, "weigh")).status_code == 403
    html = page(client, case, "weigh")
    assert "I feel watched." in html
    assert "Attacks are found by it." in html
    silent = client.post(at(case, "weigh"), {"balancing": one.pk, "outcome": "O21_COMPELLING"})
    assert silent.status_code == 409
    assert "stands in the letter" in silent.content.decode()
    client.post(at(case, "weigh"), {"balancing": one.pk, "outcome": "stopped"})
    one.refresh_from_db()
    assert one.outcome == "stopped"


@pytest.fixture
def correction(shop, handler):
    wanted = Wanted("My name", "Leonie Berg", "Leonie Hartwig")
    case = drive.ask(drive.leonie(), Right.RECTIFICATION, corrections=(wanted,))
    planned(case, Actor.of(handler))
    return case


def test_a_correction_is_decided_where_the_plan_found_it_and_carried_out(client, correction, shop, handler):
    theirs = desk.signed_in(handler)
    assert "Decide on the corrections" in page(theirs, correction)
    one = correction.corrections.get()
    form = page(theirs, correction, "correct")
    assert "Shop: customers, name" in form
    place = "shop|shop.customers|name"
    missing = theirs.post(at(correction, "correct"), {"correction": one.pk, "verdict": "accept"})
    assert "Choose where the value stands." in missing.content.decode()
    data = {"correction": one.pk, "verdict": "accept", "place": place, "new_value": "Leonie Berg"}
    assert theirs.post(at(correction, "correct"), data).status_code == 302
    assert "Carry out the corrections" in page(theirs, correction)
    theirs.post(at(correction, "propose"))
    work()
    assert shop.rows("SELECT name FROM customers WHERE id = 1") == [("Leonie Berg",)]
    assert "Corrected, read again" in page(theirs, correction)


def test_values_are_shown_to_who_may_see_packages_alone(correction):
    auditor = desk.signed_in(desk.staff("Ana Auditor", Role.AUDITOR))
    html = page(auditor, correction)
    assert "Leonie Berg" not in html
    assert "hidden for your role" in html
    assert auditor.get(at(correction, "correct")).status_code == 403


def test_evidence_is_handed_in_and_got_back_never_inline(correction, handler):
    theirs = desk.signed_in(handler)
    file = SimpleUploadedFile("<b>marriage.txt", b"We are married.")
    data = {"what": "Name", "new": "Berg", "file": file}
    assert theirs.post(at(correction, "correction"), data).status_code == 302
    one = correction.corrections.exclude(evidence_file="").get()
    answer = theirs.post(at(correction, "proof"), {"correction": one.pk})
    assert answer.content == b"We are married."
    assert answer["Content-Disposition"].startswith("attachment")


def test_the_owner_of_a_system_reads_what_to_correct_on_the_task_alone(correction, handler, settings):
    owner = desk.staff("Tobias Lindqvist", Role.SYSTEM_OWNER)
    from dsar.services import planning
    from dsar.services.rights import rectification
    from tests.factories import NOW, SystemFactory

    SystemFactory(key="files", name="Files", owner=owner, position=9)
    who = Actor.of(handler)
    planned(correction, who)
    rectification.accept(
        correction=correction.corrections.get(), place=rectification.Place("files"), new_value="Leonie Berg",
        actor=who, now=NOW,
    )  # fmt: skip
    correction.refresh_from_db()
    planning.propose(plan=correction.plans.first(), actor=who, now=NOW)
    work()
    task = ManualTask.objects.get()
    html = desk.signed_in(owner).get(f"/staff/dsar/manualtask/{task.pk}/attest/").content.decode()
    assert "from “Leonie Hartwig” to “Leonie Berg”" in html


def test_an_endpoint_is_checked_by_the_officer_with_its_whole_address(client, shop, handler, officer):
    case = drive.ask(drive.leonie(), Right.PORTABILITY, endpoint="https://other.example/in?who=leonie")
    drive.carried_out(case, Actor.of(handler), Actor.of(officer))
    assert "https://other.example/in?who=leonie" in page(client, case)
    one = case.transfers.get()
    refused = client.post(at(case, "endpoint"), {"transfer": one.pk, "verdict": "no"})
    assert "Say why it is not sent." in refused.content.decode()
    client.post(at(case, "endpoint"), {"transfer": one.pk, "verdict": "yes"})
    one.refresh_from_db()
    assert one.confirmed_by == officer
    assert case.status == CaseStatus.REVIEW


def test_acts_of_another_right_say_so(client, shop):
    case = drive.ask(drive.leonie(), Right.ACCESS)
    for name in ("stop", "restrict", "correction"):
        assert "This case is about another right." in page(client, case, name)
    for name in ("prepare", "weigh", "notice", "correct", "endpoint", "transfer", "proof"):
        assert (
            'type="submit"'
            not in page(client, case, name).partition("<form class")[2].partition("</form>")[0]
        )


def test_the_kinds_found_stand_on_the_page(client, shop, handler, officer):
    case = drive.ask(drive.leonie("ccpa"), Right.KNOW_CATEGORIES)
    drive.carried_out(case, Actor.of(handler), Actor.of(officer))
    html = page(client, case)
    assert "Kinds of data found" in html
    assert "Account and profile" in html
