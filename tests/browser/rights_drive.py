"""Carrying a request through the real pages: who asks, by dashboard or mail, and staff who follow the desk.

Staff know no addresses: they open the case and press what its page names as the next thing, until nothing is
left. So a page that leads nowhere fails here. Nothing is found by its words, so that every language works.
"""

import re
import sqlite3
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from tests.browser.conftest import SHOTS, Watch
from tests.browser.portal_process import PortalProcess

SECRET = "a secret of the mail gateway 1"
PLACES = {"eu_gdpr": ("DE", ""), "uk_gdpr": ("GB", ""), "ccpa": ("US", "CA"), "policy": ("BR", "")}
PAUSE, PATIENCE = 0.25, 60


@dataclass(frozen=True)
class Customer:
    """A person of the demo company: what the product's database knows."""

    user_id: int
    email: str
    name: str
    phone: str
    company: str
    job_title: str
    display_name: str
    linked: int


def customers(portal: PortalProcess, regime: str) -> list[Customer]:
    """Return the active people of the company who live under a regime; who told us most comes first."""
    country, region = PLACES[regime]
    told = "(phone IS NOT NULL) + (company IS NOT NULL) + (job_title IS NOT NULL)"
    query = (
        "SELECT id, email, full_name, coalesce(phone, ''), coalesce(company, ''), coalesce(job_title, ''),"
        " coalesce(display_name, ''),"
        " (SELECT count(*) FROM social_accounts a WHERE a.connected_by_id = users.id)"
        " FROM users WHERE status = 'active' AND country = ?"
        f" AND coalesce(region, '') LIKE ? ORDER BY {told} DESC, id"
    )
    with sqlite3.connect(portal.folder / "var" / portal.profile / "company.sqlite3") as database:
        return [Customer(*row) for row in database.execute(query, [country, f"%{region}"])]


class Visitor:
    """Somebody in front of a browser of their own; every page is watched."""

    def __init__(
        self, browser: Any, portal: PortalProcess, watch: Watch, *, language: str = "en-GB", state: Any = None
    ) -> None:
        self.portal = portal
        context = browser.new_context(
            base_url=portal.url, viewport={"width": 1280, "height": 900}, locale=language, storage_state=state
        )
        self.page = context.new_page()
        self.page.set_default_timeout(20_000)
        watch.attach(self.page)

    def close(self) -> Any:
        """Close the browser and return what it remembers, for the next one."""
        state = self.page.context.storage_state()
        self.page.context.close()
        return state

    def text(self) -> str:
        """Return the words of the page's main part."""
        return str(self.page.inner_text("main"))

    def submit(self, form: str = "main form:not(.inline)") -> None:
        """Press the button that sends the first form of the page."""
        self.page.locator(f"{form} button[type=submit]:visible").first.click()
        self.page.wait_for_load_state()

    def shots(self, name: str) -> None:
        """Keep pictures of the whole page, wide and narrow."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        for width in (1280, 360):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.screenshot(path=str(SHOTS / f"every-{name}-{width}.png"), full_page=True)
        self.page.set_viewport_size({"width": 1280, "height": 900})


@dataclass(frozen=True)
class Wish:
    """What a person wants: how it is said in a message, and which answers the form of the right takes."""

    right: str
    subject: str
    words: str
    checks: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()


class Person(Visitor):
    """Somebody whose data we hold."""

    password = ""

    def sign_in(self, email: str, password: str) -> None:
        """Sign in with the password alone."""
        self.password = password
        self.page.goto("/accounts/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", password)
        self.submit()

    def ask(self, wish: Wish) -> str:
        """Ask in the dashboard, in three steps; returns the id of the case."""
        self.page.goto("/requests/new/")
        self.page.check(f"main input[value={wish.right}]")
        self.submit()
        for selector in wish.checks:
            self.page.locator(f"main {selector}").first.check()
        for name, value in wish.fields:
            self.page.fill(f"main [name={name}]", value)
        self.page.fill("main [name=words]", wish.words)
        self.submit()
        if self.page.locator("main input[name=password]").count():
            self.page.fill("main input[name=password]", self.password)
            self.submit()
        self.submit()
        found = re.search(r"/requests/([0-9a-f-]{36})/", self.page.url)
        assert found, f"{self.page.url}\n{self.text()}"
        return found[1]


def post_mail(portal: PortalProcess, sender: Customer, wish: Wish, mailbox: str = "privacy") -> None:
    """Post a message to the endpoint of a mailbox, as a mail gateway does."""
    message = EmailMessage()
    now = format_datetime(datetime.now(UTC))
    message["Received"] = (
        f"from mail.example (mail.example [192.0.2.7]) by mx.mediuxai.com with ESMTPS; {now}"
    )
    message["From"] = f'"{sender.name}" <{sender.email}>'
    message["To"] = f"{mailbox}@mediuxai.com"
    message["Date"], message["Message-ID"] = now, f"<{time.time_ns()}@mail.example>"
    message["Subject"] = wish.subject
    message.set_content(wish.words)
    request = urllib.request.Request(
        f"{portal.url}/mail/{mailbox}/", bytes(message), {"Authorization": f"Bearer {SECRET}"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 202, answer.read()


def link_in(letter: str, part: str) -> str:
    """Return the link in a letter whose address holds a part."""
    found = re.search(rf"\S+{part}\S+", letter)
    assert found, letter
    return found[0]


def wait_for_letter(portal: PortalProcess, address: str, words: str, reference: str = "") -> str:
    """Return the newest letter that holds some words (about a case, if one is named); waits for it.

    Not simply the newest letter: one whose sending was interrupted leaves once more, after later ones.
    """
    deadline = time.monotonic() + PATIENCE
    found: list[tuple[str, str]] = []
    while time.monotonic() < deadline:
        found = [mail for mail in portal.mails(address) if reference in "".join(mail)]
        fitting = [text for _subject, text in found if words.casefold() in text.casefold()]
        if fitting:
            return fitting[-1]
        time.sleep(PAUSE)
    subjects = [subject for subject, _text in found]
    raise AssertionError(f"No letter of {reference} says “{words}”: {subjects}\n{found[-1:]}")


class Stuck(AssertionError):
    """The pages led nowhere."""


class Staff(Visitor):
    """A colleague with a second factor, who follows what the desk says."""

    box = ""

    def sign_in(self, box: str) -> None:
        """Pass both doors of the desk."""
        self.box = box
        email = f"{box}@{self.portal.profile.replace('_', '-')}.example"
        self.page.goto("/staff/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", self.portal.passwords[email])
        self.submit()
        self.confirm()
        assert self.page.url.endswith("/staff/"), self.text()

    def confirm(self) -> None:
        """Give the code of the authenticator app where it is asked for."""
        email = f"{self.box}@{self.portal.profile.replace('_', '-')}.example"
        self.page.fill("input[name=code]", self.portal.manage("demo_code", email).split()[-1])
        self.submit()

    def open(self, case_id: str) -> None:
        """Open the page of a case."""
        self.page.goto(f"/staff/dsar/case/{case_id}/change/")

    def find_case(self, email: str) -> str:
        """Look for a case by the address of its person; waits until the worker has opened it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.page.goto(f"/staff/dsar/case/?q={email}")
            link = self.page.locator("#result_list tbody a[href*='/dsar/case/']").first
            if link.count():
                return str(link.get_attribute("href")).split("/case/")[1].split("/")[0]
            time.sleep(PAUSE)
        raise Stuck(f"No case of {email}:\n{self.text()[:1500]}")

    def take_from_triage(self, subject: str, country: str, region: str, right: str) -> str:
        """Make a case of a message: the portal proposes the right, the colleague says what is missing."""
        self._open_message(subject)
        self.page.locator("main a.btn-primary[href$='/newcase/'], .page-head a.btn-primary").first.click()
        proposed = self.page.locator("select[name=right]").input_value()
        assert proposed == right, f"“{subject}” was taken for {proposed}"
        self.page.fill("input[name=country]", country)
        self.page.fill("input[name=region]", region)
        self.submit("form.confirm")
        found = re.search(r"/dsar/case/([0-9a-f-]{36})/", self.page.url)
        assert found, f"{self.page.url}\n{self.text()}"
        return found[1]

    def _open_message(self, subject: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.page.goto("/staff/correspondence/message/")
            link = self.page.locator("#result_list tbody a", has_text=subject).first
            if link.count():
                link.click()
                self.page.wait_for_load_state()
                return
            time.sleep(PAUSE)
        raise Stuck(f"“{subject}” is not in triage:\n{self.text()[:1500]}")

    def next_step(self) -> str:
        """Press what the page of the case names as next; returns its key: the last part of its address.

        `wait` when the portal is at work, `other` when it is the turn of another role, `none` when closed.
        """
        button = self.page.locator(".case-head .actions a.btn-primary").first
        if button.count():
            key = str(button.get_attribute("href")).rstrip("/").rpartition("/")[2]
            button.click()
            self.page.wait_for_load_state()
            return key
        if self.page.locator(".case-head .actions > [aria-disabled=true]").count():
            return "other"
        closed = self.page.locator(".case-head").get_attribute("data-status") == "closed"
        return "none" if closed else "wait"


@dataclass
class Desk:
    """Two colleagues at work on one case: the handler first, the officer where a second person is needed."""

    handler: Staff
    dpo: Staff
    choose: dict[str, Callable[[Staff], None]]
    steps: list[str]
    shots: str = ""

    def carry(self, case_id: str, most: int = 40) -> list[str]:
        """Follow the pages until the case is closed; returns the steps that were pressed, in order."""
        who, deadline = self.handler, time.monotonic() + 2 * PATIENCE
        while len(self.steps) < most and time.monotonic() < deadline:
            who.open(case_id)
            key = who.next_step()
            if key == "none":
                return self.steps
            if key == "wait":
                time.sleep(PAUSE)
            elif key == "other":
                assert who is self.handler, f"Nobody can go on:\n{who.text()[:1500]}"
                who = self.dpo
            else:
                self.steps.append(f"{key}:{who.box}")
                self._do(who, key)
                who = self.handler
        who.open(case_id)
        who.shots("stuck")
        raise Stuck(f"{self.steps}\n{who.page.url}\n{who.text()[:3000]}")

    def _do(self, who: Staff, key: str) -> None:
        if self.shots:
            who.shots(f"{self.shots}-{len(self.steps)}-{key}")
        self.choose.get(key, CHOICES.get(key, press))(who)
        refused = who.page.locator(
            "main .errorlist, main .field-error, main form.confirm .note[data-tone=warn]"
        )
        assert not refused.count(), f"{key} was refused:\n{refused.first.inner_text()}\n{who.text()[:2500]}"


def press(who: Staff) -> None:
    """Press the one button of the act."""
    assert who.page.locator("form.confirm button[type=submit]").count(), who.text()
    who.submit("form.confirm")
    if who.page.locator("input[name=code]").count():
        who.confirm()


def decide(who: Staff) -> None:
    """Read the effect, tick that it was read, approve."""
    for box in who.page.locator("main form input[type=checkbox]").all():
        box.check()
    who.submit()


def attest(who: Staff) -> None:
    """Do the open tasks of the case: nothing was found by hand."""
    if "/manualtask/" in who.page.url:
        addresses = [who.page.url]
    else:
        links = who.page.locator("main a[href*='/manualtask/']")
        addresses = [str(link.get_attribute("href")) for link in links.all()]
    assert addresses, f"No task to do:\n{who.text()[:1500]}"
    for address in addresses:
        who.page.goto(address)
        who.page.fill("main textarea[name=text]", "Searched by name and address, and did what was asked.")
        if who.page.locator("main input[name=nothing_found]").count():
            who.page.check("main input[name=nothing_found]")
        who.submit()


def review(who: Staff) -> None:
    """Finish the review: what concerns others stays out."""
    who.page.locator("main a.btn-primary").first.click()
    who.page.wait_for_load_state()
    press(who)


def first_choice(who: Staff) -> None:
    """Take what the page offers first."""
    who.page.locator("main input[type=radio]").first.check()
    press(who)


def fills(**values: str) -> Callable[[Staff], None]:
    """Return an act that fills fields: `radio` and `tick` name values, anything else a field."""

    def do(who: Staff) -> None:
        for name, value in values.items():
            field = who.page.locator(f"main [name={name}]")
            kind = field.first.get_attribute("type")
            if kind in ("radio", "checkbox"):
                who.page.check(f"main [name={name}][value='{value}']" if value else f"main [name={name}]")
            elif field.first.evaluate("e => e.tagName") == "SELECT":
                option = who.page.locator(f"main [name={name}] option", has_text=value).first
                field.first.select_option(option.get_attribute("value"))
            else:
                field.first.fill(value)
        press(who)

    return do


CHOICES: dict[str, Callable[[Staff], None]] = {
    "decide": decide,
    "attest": attest,
    "review": review,
    "close": first_choice,
    "tell": fills(how="By contract mail"),
}
