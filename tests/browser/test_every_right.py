"""Every right under every law, from the dashboard and from a message, to the closed case with its letter.

One portal process for all. Run as it is, this takes a cover of the table in which each right is asked for by
each channel and each law comes with each channel: 26 stories and one in German, about five minutes on two
processors; a refusal and a fee stand in test_refusal_and_fee.py. `EVERY_RIGHT=all` runs the whole table, 86
stories, in about a quarter of an hour; `EVERY_SHOTS=1` keeps pictures of every page.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from config.profile.loading import load_profile
from dsar.enums import Right
from tests.browser import rights_drive as drive
from tests.browser.conftest import Watch
from tests.browser.portal_process import PortalProcess
from tests.browser.rights_drive import Customer, Desk, Person, Staff, Wish, fills, link_in, wait_for_letter

pytestmark = pytest.mark.slow
PASSWORD = "a quiet harbour before the storm 7"
CHANNELS = ("dashboard", "mail")
MAKE_PEOPLE = """
import json, sys
from accounts.enums import IdentityKind
from accounts.services.audit import SYSTEM
from accounts.services.demo import create_person
for one in json.loads({rows!r}):
    number = str(one.pop("user_id"))
    create_person(identities=[(IdentityKind.USER_ID, "user_id", number)], actor=SYSTEM, **one)
"""
WISHES = {
    Right.ACCESS: ("A question about my data", "Please send me a copy of my data."),
    Right.KNOW_CATEGORIES: ("What you collect", "Which categories of personal information do you collect?"),
    Right.RECTIFICATION: ("Wrong name", "My name changed. Please correct my name."),
    Right.DELETION: ("Please delete", "Please delete all my data."),
    Right.PLATFORM_DELETION: ("My Instagram page", "Please delete everything that you got from Instagram."),
    Right.PORTABILITY: ("Moving away", "I ask for data portability: I want to use another service."),
    Right.OBJECTION: ("Advertising", "I object to the use of my data for marketing and statistics."),
    Right.RESTRICTION: ("Do not use my data", "I ask for restriction of processing: I need them in court."),
    Right.WITHDRAWAL: ("The newsletter", "I withdraw my consent to the newsletter."),
    Right.OPT_OUT: ("My data", "Do not sell or share my personal information."),
    Right.LIMIT: ("Sensitive data", "Limit the use of my sensitive personal information."),
    Right.COMPLAINT: ("How you answer", "This is a formal complaint: nobody answered me for two months."),
    Right.CHILD_REPORT: ("A child uses your service", "My son has an account and is ten years old."),
}
"""What is written, in the dashboard and in a message; the portal proposes the right from these words."""
FORMS: dict[Right, dict[str, Any]] = {
    Right.RECTIFICATION: {"fields": (("correct_what", "My name"), ("correct_new", "Leonie Berg"))},
    Right.OBJECTION: {
        "checks": (
            "input[name=stop_objection][value=marketing]",
            "input[name=stop_objection][value=analytics]",
        )
    },
    Right.RESTRICTION: {"checks": ("input[name=ground][value=c]", "input[name=stop_restriction]")},
    Right.WITHDRAWAL: {"checks": ("input[name=stop_withdrawal]",)},
}
CLOSING = {
    Right.ACCESS: ("WHERE WE LOOKED",),
    Right.KNOW_CATEGORIES: ("entries found",),
    Right.RECTIFICATION: ("corrected in Product database",),
    Right.DELETION: ("It is also your certificate", "HOW WE KNOW"),
    Right.PLATFORM_DELETION: ("It is also your certificate", "HOW WE KNOW", "none is left"),
    Right.PORTABILITY: ("entries as JSON and CSV", "Your data stay with us as before"),
    Right.OBJECTION: ("WHAT WE STOPPED",),
    Right.RESTRICTION: ("Before we lift the restriction we tell you.",),
    Right.WITHDRAWAL: ("remains lawful",),
    Right.OPT_OUT: ("we do not sell your data",),
    Right.LIMIT: ("we use sensitive data about you only",),
    Right.COMPLAINT: ("we did not handle your data as we should have", "Mail is read every morning"),
    Right.CHILD_REPORT: ("WHAT WE DID",),
}
"""What the letter at the end must say."""
REMEDIES = {
    "eu_gdpr": ("The authority for you:", "datenschutzkonferenz-online.de", "a court"),
    "uk_gdpr": ("Information Commissioner's Office", "We confirm a complaint within 30 days"),
    "ccpa": ("California Privacy Protection Agency", "1798.125"),
    "policy": ("dpo@mediuxai.com", "a court"),
}
CHOICES = {
    "stop": fills(purposes=""),
    "restrict": fills(ground="c"),
    "prepare": fills(our_grounds="Faults are found by these figures."),
    "weigh": fills(outcome="stopped"),
    "correction": fills(what="My name", new="Leonie Berg"),
    "correct": fills(verdict="accept", place="full_name", new_value="Leonie Berg"),
    "inquire": fills(what="Mail log of two months read"),
    "conclude": fills(
        finding="upheld",
        explanation="Your message lay in another mailbox.",
        changes="Mail is read every morning",
    ),
    "judge": fills(judgement="not_found", reason="No account of that name."),
    "letter": fills(title="What we did", body="We deleted everything that came from Instagram."),
}


@dataclass(frozen=True)
class Story:
    """One line of the table."""

    right: Right
    regime: str
    channel: str

    def __str__(self) -> str:
        return f"{self.right.value}-{self.regime}-{self.channel}"


def table() -> list[Story]:
    """Return every right under every law that offers it, by each channel."""
    offered = load_profile("mediux_ai").rights.offered
    return [
        Story(Right(right.value), one.regime.value, channel)
        for one in offered
        for right in one.rights
        for channel in CHANNELS
    ]


def cover(stories: list[Story]) -> list[Story]:
    """Return stories in which each right meets each channel, the laws taking turns over both."""
    found = []
    for place, right in enumerate(Right):
        for shift, channel in enumerate(CHANNELS):
            of_right = [one for one in stories if one.right == right and one.channel == channel]
            if of_right:
                found.append(of_right[(place + 2 * shift) % len(of_right)])
    return found


STORIES = table() if os.environ.get("EVERY_RIGHT") == "all" else cover(table())


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalProcess]:
    """The portal of one company, which takes mail from a gateway."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MAIL_PRIVACY_SECRET", drive.SECRET)
        process = PortalProcess("mediux_ai", tmp_path_factory.mktemp("every"))
        process.start()
        yield process
        process.stop()


@pytest.fixture(scope="module")
def watch(portal: PortalProcess) -> Watch:
    """What the pages of all stories did wrong."""
    return Watch(portal.url)


@pytest.fixture(scope="module")
def desk(browser: Any, portal: PortalProcess, watch: Watch) -> Desk:
    """A handler and the officer, signed in once."""
    handler, dpo = Staff(browser, portal, watch), Staff(browser, portal, watch)
    handler.sign_in("handler")
    dpo.sign_in("dpo")
    return Desk(handler, dpo, CHOICES, [])


def _linked(found: list[Customer]) -> int:
    """Return the place of the last one who linked an account."""
    return max(place for place, one in enumerate(found) if one.linked)


class People:
    """Customers who have not asked yet; those of the dashboard get an account and stay signed in."""

    def __init__(self, browser: Any, portal: PortalProcess, watch: Watch) -> None:
        self.browser, self.portal, self.watch = browser, portal, watch
        self.free = {regime: drive.customers(portal, regime) for regime in drive.PLACES}
        self.states: dict[str, Any] = {}
        self.known = {
            regime: {name: self.free[regime].pop(_linked(self.free[regime])) for name in ("stays", "leaves")}
            for regime in drive.PLACES
        }
        rows = [
            {"email": one.email, "name": one.name, "password": PASSWORD, "country": drive.PLACES[regime][0],
             "region": drive.PLACES[regime][1], "user_id": one.user_id}
            for regime, both in self.known.items() for one in both.values()
        ]  # fmt: skip
        portal.manage("shell", "-c", MAKE_PEOPLE.format(rows=json.dumps(rows)))

    def signed_in(self, story: Story, language: str = "en-GB") -> Person:
        """Return a person with an account; who asks for deletion is somebody else: the account goes."""
        who = self.known[story.regime]["leaves" if story.right == Right.DELETION else "stays"]
        person = Person(
            self.browser, self.portal, self.watch, language=language, state=self.states.get(who.email)
        )
        person.password = PASSWORD
        if who.email not in self.states:
            person.sign_in(who.email, PASSWORD)
            self.states[who.email] = person.page.context.storage_state()
        return person

    def writer(self, story: Story) -> Customer:
        """Return somebody who writes for the first time; one who told us much where we ask."""
        free = self.free[story.regime]
        if story.right == Right.PLATFORM_DELETION:
            return free.pop(_linked(free))
        return free.pop(0 if level_of(story) > 1 else -1)


@pytest.fixture(scope="module")
def people(browser: Any, portal: PortalProcess, watch: Watch) -> People:
    """The customers."""
    return People(browser, portal, watch)


def wish(story: Story) -> Wish:
    """Return what is asked for; a Californian writes what the policy says to write."""
    subject, words = WISHES[story.right]
    if story.channel == "mail" and story.regime == "ccpa":
        subject = f"California Privacy Request: {subject}"
    if story.right == Right.PLATFORM_DELETION and story.regime == "eu_gdpr":
        subject = "Data Deletion Request"
    return Wish(story.right.value, f"{subject} [{story}]", words, **FORMS.get(story.right, {}))


def level_of(story: Story) -> int:
    """Return what who writes has to show: 0 nothing, 1 the address, 3 and 4 data that we hold."""
    row = load_profile("mediux_ai").verification_for(story.right.value, story.regime)
    assert row is not None
    return int(row.without_account.rank)


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_a_right_to_its_letter(
    story: Story, portal: PortalProcess, desk: Desk, people: People, watch: Watch, browser: Any
) -> None:
    """Ask, prove where the law allows it, follow the desk, read the letter."""
    shots = f"{story.right.value}-{story.channel}" if os.environ.get("EVERY_SHOTS") else ""
    desk = replace(desk, steps=[], shots=shots)
    if story.channel == "dashboard":
        person = people.signed_in(story)
        address = people.known[story.regime]["leaves" if story.right == Right.DELETION else "stays"].email
        case_id = person.ask(wish(story))
        status = f"/requests/{case_id}/"
    else:
        writer = people.writer(story)
        address = writer.email
        person = Person(browser, portal, watch)
        case_id = by_mail(story, writer, person, desk)
        status = status_page(portal, address)
    person.page.goto(status)
    reference = case_number(person.text())
    if shots:
        person.shots(f"{shots}-person-open")
    desk.carry(case_id)
    check_letter(story, portal, address, reference)
    check_register(desk.dpo, reference)
    if not (story.right == Right.DELETION and story.channel == "dashboard"):
        person.page.goto(status)
        check_timeline(person)
        if shots:
            person.shots(f"{shots}-person-closed")
    person.close()
    assert not watch.unexpected(), "\n".join(watch.unexpected())


def by_mail(story: Story, writer: Customer, person: Person, desk: Desk) -> str:
    """Write, have the message opened as a case, and prove the address where that is needed."""
    wanted, portal = wish(story), person.portal
    drive.post_mail(portal, writer, wanted)
    if wanted.subject.startswith("Data Deletion Request"):
        case_id = desk.handler.find_case(writer.email)
    else:
        country, region = drive.PLACES[story.regime]
        case_id = desk.handler.take_from_triage(wanted.subject, country, region, story.right.value)
    level = level_of(story)
    if level == 0:
        portal.wait_for_mail(writer.email, "")
        assert not [text for _subject, text in portal.mails(writer.email) if "/ask/confirm/" in text]
        return case_id
    prove(portal, writer, person)
    if level > 1:
        desk.handler.open(case_id)
        assert desk.handler.next_step() == "verify", desk.handler.text()
        if story.right == Right.RECTIFICATION:  # what is contested is never asked for: a colleague compares
            desk.handler.page.fill("main [name=method]", "Number and amount of the last invoice compared")
            desk.handler.submit("main form.panel")
        else:
            answer_questions(portal, writer, person, desk.handler)
    return case_id


def answer_questions(portal: PortalProcess, writer: Customer, person: Person, handler: Staff) -> None:
    """Have the portal ask about data that we hold; the person answers on its page."""
    handler.page.locator("main a.btn-primary[href*='/prove/']").click()
    handler.page.wait_for_load_state()
    drive.press(handler)
    letter = portal.wait_for_mail(writer.email, "We need to know that it is you")
    person.page.goto(link_in(letter, "/identity/"))
    known = {"telephone": writer.phone, "company": writer.company, "job title": writer.job_title,
             "user name": writer.display_name}  # fmt: skip
    for field in person.page.locator("main .field:has(input[name^=answer_])").all():
        label = field.locator("label").inner_text()
        field.locator("input").fill(next(value for words, value in known.items() if words in label))
    if person.page.locator("main [name=agreed]").count():
        person.page.check("main [name=agreed]")
        person.page.fill("main [name=name]", writer.name)
    person.submit()
    assert not person.page.locator("main form").count(), person.text()


def prove(portal: PortalProcess, writer: Customer, person: Person) -> None:
    """Open the link and confirm."""
    letter = portal.wait_for_mail(writer.email, "Confirm that this is your e-mail address")
    person.page.goto(link_in(letter, "/ask/confirm/"))
    person.submit()


def status_page(portal: PortalProcess, address: str) -> str:
    """Return the page of a request for somebody without an account: its link stands in our letters."""
    return link_in(wait_for_letter(portal, address, "/ask/status/", "/ask/status/"), "/ask/status/")


def case_number(text: str) -> str:
    """Return the reference of a case from its page."""
    found = re.search(r"MX-\d{4}-\d{4}", text)
    assert found, text
    return found[0]


def check_letter(story: Story, portal: PortalProcess, address: str, reference: str) -> None:
    """The last letter names the case, says what was done, and which way is left under this law."""
    letter = wait_for_letter(portal, address, CLOSING[story.right][0], reference)
    for words in (*CLOSING[story.right], *REMEDIES[story.regime]):
        assert words.casefold() in letter.casefold(), f"“{words}” is missing:\n{letter}"
    assert "⟦" not in letter


def check_register(dpo: Staff, reference: str) -> None:
    """The register of requests has the case."""
    dpo.page.goto("/staff/registers/requests/")
    assert reference in dpo.text(), f"{reference} is not in the register:\n{dpo.text()[:1500]}"


def check_timeline(person: Person) -> None:
    """The person's page tells the beginning and the end."""
    events = person.page.locator("main .timeline li b").all_inner_texts()
    assert any("We have your request" in one for one in events), events
    assert len(events) > 1, events
    assert person.page.locator("main a[href*='/letters/']").count(), person.text()


ENGLISH = re.compile(r"\b(the|you|your|and|with|we|our|have|request)\b", re.IGNORECASE)


def test_one_right_in_german(portal: PortalProcess, desk: Desk, people: People, watch: Watch) -> None:
    """The person reads German: the pages, every letter, the timeline; staff work in their own language."""
    story = Story(Right.ACCESS, "eu_gdpr", "dashboard")
    person = people.signed_in(story, language="de-DE")
    address = people.known["eu_gdpr"]["stays"].email
    person.page.goto("/")
    person.page.locator("footer button[value=de], footer button[name=language][value=de]").first.click()
    person.page.wait_for_load_state()
    case_id = person.ask(Wish("access", "", "Bitte senden Sie mir eine Kopie meiner Daten."))
    check_german(person)
    reference = case_number(person.text())
    replace(desk, steps=[]).carry(case_id)
    wait_for_letter(portal, address, "WO WIR GESUCHT HABEN", reference)
    letters = [text for subject, text in portal.mails(address) if reference in subject + text]
    assert len(letters) > 1
    for letter in letters:
        assert not ENGLISH.search(without_names(letter)), letter
    person.page.goto(f"/requests/{case_id}/")
    check_german(person)
    if os.environ.get("EVERY_SHOTS"):
        person.shots("german-person-closed")
    for link in person.page.locator("main a[href*='/letters/']").all():
        assert not ENGLISH.search(link.inner_text())
    person.page.locator("footer button[value=en]").first.click()
    person.close()
    assert not watch.unexpected(), "\n".join(watch.unexpected())


def check_german(person: Person) -> None:
    """The page says that it is German, and holds no English word."""
    assert person.page.locator("html").get_attribute("lang") == "de"
    assert not ENGLISH.search(person.text()), person.text()


def without_names(letter: str) -> str:
    """Leave out addresses and links."""
    return re.sub(r"\S+(@|://)\S+", "", letter)
