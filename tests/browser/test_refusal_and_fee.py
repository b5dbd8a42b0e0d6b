"""One refusal and one fee, from the request in the dashboard to the closed case with its letter."""

from dataclasses import replace

import pytest

from dsar.enums import Right
from tests.browser import rights_drive as drive
from tests.browser.conftest import Watch
from tests.browser.portal_process import PortalProcess
from tests.browser.rights_drive import Desk, Person, Staff, fills, wait_for_letter
from tests.browser.test_every_right import (
    REMEDIES,
    People,
    Story,
    case_number,
    check_letter,
    check_register,
    check_timeline,
    desk,  # noqa: F401
    people,  # noqa: F401
    portal,  # noqa: F401
    watch,  # noqa: F401
    wish,
)

pytestmark = pytest.mark.slow
REFUSED = "You sent the same request eleven times since Monday, and wrote that you want to keep us busy."


def open_story(story: Story, people: People) -> tuple[Person, str, str, str]:  # noqa: F811
    """Ask in the dashboard; returns the person, their address, the id and the number of the case."""
    person = people.signed_in(story)
    case_id = person.ask(wish(story))
    person.page.goto(f"/requests/{case_id}/")
    return person, people.known[story.regime]["stays"].email, case_id, case_number(person.text())


def propose(staff: Staff, case_id: str, act: str, **values: str) -> None:
    """Propose a decision about a case as manifestly unfounded."""
    staff.page.goto(f"/staff/dsar/case/{case_id}/{act}/")
    staff.page.check("main [name=codes][value=UNFOUNDED]")
    fills(**values)(staff)
    assert staff.page.url.endswith("/change/"), staff.text()


def rule(officer: Staff, case_id: str) -> None:
    """Decide on what a colleague proposed, as the page of the case leads to it."""
    officer.page.goto(f"/staff/dsar/case/{case_id}/ruling/")
    if officer.page.locator("main a.btn-primary[href*='reauthenticate']").count():
        officer.page.locator("main a.btn-primary[href*='reauthenticate']").click()
        officer.page.wait_for_load_state()
        officer.confirm()
    drive.press(officer)
    assert officer.page.url.endswith("/change/"), officer.text()


def test_a_refusal_names_its_reason_the_authority_and_the_court(
    portal: PortalProcess,  # noqa: F811
    desk: Desk,  # noqa: F811
    people: People,  # noqa: F811
    watch: Watch,  # noqa: F811
) -> None:
    """Manifestly unfounded: one proposes, the officer decides, the letter says why and who helps; closed."""
    story = Story(Right.PORTABILITY, "eu_gdpr", "dashboard")
    person, address, case_id, reference = open_story(story, people)
    propose(desk.handler, case_id, "refuse", reasons=REFUSED)
    desk.handler.open(case_id)
    assert desk.handler.next_step() == "other", "Who proposed is not asked to decide."
    assert not [text for _subject, text in portal.mails(address) if REFUSED in text and reference in text]
    rule(desk.dpo, case_id)
    letter = wait_for_letter(portal, address, REFUSED, reference)
    for words in ("manifestly unfounded", "GDPR Art. 12(5)", *REMEDIES["eu_gdpr"]):
        assert words.casefold() in " ".join(letter.split()).casefold(), f"“{words}” is missing:\n{letter}"
    assert "⟦" not in letter
    desk.handler.open(case_id)
    assert desk.handler.next_step() == "none", desk.handler.text()
    check_register(desk.dpo, reference)
    desk.dpo.page.goto("/staff/registers/refusals/")
    assert reference in desk.dpo.text()
    person.page.goto(f"/requests/{case_id}/")
    check_timeline(person)
    person.close()
    assert not watch.unexpected(), "\n".join(watch.unexpected())


def test_a_fee_is_asked_for_paid_and_the_request_answered(
    portal: PortalProcess,  # noqa: F811
    desk: Desk,  # noqa: F811
    people: People,  # noqa: F811
    watch: Watch,  # noqa: F811
) -> None:
    """In the United Kingdom the time begins with the payment; then the desk goes on to the answer."""
    story = Story(Right.PORTABILITY, "uk_gdpr", "dashboard")
    person, address, case_id, reference = open_story(story, people)
    propose(
        desk.handler, case_id, "fee", amount="20", currency="GBP", computed="2 hours of search at 10 GBP",
        reasons=REFUSED,
    )  # fmt: skip
    rule(desk.dpo, case_id)
    letter = wait_for_letter(portal, address, "20.00 GBP", reference)
    for words in (REFUSED, "2 hours of search at 10 GBP", "Information Commissioner's Office", "court"):
        assert words.casefold() in " ".join(letter.split()).casefold(), f"“{words}” is missing:\n{letter}"
    desk.dpo.page.goto("/staff/dsar/decision/?view=approved")
    desk.dpo.page.locator("#result_list tbody tr", has_text=reference).locator("a").first.click()
    desk.dpo.page.wait_for_load_state()
    desk.dpo.page.locator("main a[href$='/paid/']").click()
    desk.dpo.page.wait_for_load_state()
    fills(how="Statement of the bank, line 14")(desk.dpo)
    person.page.goto(f"/requests/{case_id}/")
    assert "Your payment arrived" in person.text()
    replace(desk, steps=[]).carry(case_id)
    check_letter(story, portal, address, reference)
    check_register(desk.dpo, reference)
    person.page.goto(f"/requests/{case_id}/")
    check_timeline(person)
    person.close()
    assert not watch.unexpected(), "\n".join(watch.unexpected())
