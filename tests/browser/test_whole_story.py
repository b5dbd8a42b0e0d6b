"""The whole story in Chromium against `run_portal`: from a new account to the evidence of an erasure."""

import io
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import SHOTS, Watch
from tests.browser.portal_process import PortalProcess

pytestmark = pytest.mark.slow
PASSPHRASE = "a quiet harbour before the storm 7"


@pytest.fixture(scope="module", params=["mediux_ai", "mixora"])
def portal(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PortalProcess]:
    """A portal of each company, started as a newcomer starts it."""
    process = PortalProcess(request.param, tmp_path_factory.mktemp(request.param))
    process.start()
    yield process
    process.stop()


class Visitor:
    """Somebody in front of a browser of their own."""

    def __init__(self, browser: Any, portal: PortalProcess, who: str, watch: Watch) -> None:
        self.portal, self.who = portal, who
        context = browser.new_context(
            base_url=portal.url,
            viewport={"width": 1366, "height": 900},
            accept_downloads=True,
            locale="en-GB",
        )
        self.page = context.new_page()
        self.page.set_default_timeout(60_000)
        watch.attach(self.page)

    def shot(self, name: str) -> None:
        """Keep a picture of the whole page."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(SHOTS / f"story-{self.portal.profile}-{name}.png"), full_page=True)

    def text(self) -> str:
        """Return the words of the page's main part."""
        return str(self.page.inner_text("main"))

    def press(self, name: str) -> None:
        """Press the button or follow the link of this name in the main part."""
        main = self.page.locator("main")
        found = main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first
        found.click()
        self.page.wait_for_load_state()

    def submit(self) -> None:
        """Press the one button that sends the form of the page."""
        self.page.locator("main form:not(.inline) button[type=submit]:visible").first.click()
        self.page.wait_for_load_state()


class Person(Visitor):
    """A data subject."""

    def sign_up(self, email: str) -> None:
        """Make an account and confirm the mailbox."""
        self.page.goto("/accounts/signup/")
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password1]", PASSPHRASE)
        self.page.fill("input[name=password2]", PASSPHRASE)
        self.submit()
        letter = self.portal.wait_for_mail(email, "onfirm")
        link = next(word for word in letter.split() if word.startswith(self.portal.url))
        self.page.goto(link)
        self.submit()
        if "login" in self.page.url:
            self.sign_in(email)

    def sign_in(self, email: str) -> None:
        """Sign in with the password alone."""
        self.page.goto("/accounts/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", PASSPHRASE)
        self.submit()

    def give_password(self) -> None:
        """Give the password again where the portal asks for it."""
        if self.page.locator("main input[name=password]").count():
            self.page.fill("main input[name=password]", PASSPHRASE)
            self.submit()

    def ask(self, right: str) -> str:
        """Make a request in three steps; returns its address."""
        self.page.goto("/requests/new/")
        self.page.check(f"input[value={right}]")
        self.press("Continue")
        if self.page.locator("main select[name=place]").count():
            self.page.select_option("main select[name=place]", label="Germany")
        self.press("Continue")
        self.give_password()
        self.shot(f"ask-{right}")
        self.press("Send my request")
        assert "/requests/" in self.page.url, self.text()
        return str(self.page.url)


class Staff(Visitor):
    """A colleague with a second factor."""

    def sign_in(self, box: str) -> None:
        """Pass both doors of the desk."""
        email = f"{box}@{self.portal.profile.replace('_', '-')}.example"
        self.page.goto("/staff/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", self.portal.passwords[email])
        self.submit()
        self.page.fill("input[name=code]", self.portal.manage("demo_code", email).split()[-1])
        self.submit()
        assert self.page.url.endswith("/staff/"), self.text()

    def open(self, case_id: str) -> None:
        """Open the page of a case."""
        self.page.goto(f"/staff/dsar/case/{case_id}/change/")

    def wait_until(self, case_id: str, words: str) -> None:
        """Open the case again and again until its page holds some words."""
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            self.open(case_id)
            if words in self.text():
                return
            time.sleep(1)
        self.shot("stuck")
        raise AssertionError(f"“{words}” did not appear:\n{self.text()[:3000]}")

    def plan(self, case_id: str) -> None:
        """Make the plan and send it for approval."""
        self.wait_until(case_id, "Make the plan")
        self.press("Make the plan")
        self.submit()
        self.wait_until(case_id, "Send the plan for approval")
        self.shot("plan")
        self.press("Send the plan for approval")
        self.submit()

    def approve(self, case_id: str, name: str) -> None:
        """Read the effect and approve."""
        self.open(case_id)
        self.press("Decide on the plan")
        self.page.locator("main form input[type=checkbox]").first.check()
        self.shot(f"approve-{name}")
        self.submit()
        assert "Approved" in self.page.inner_text("body"), self.text()

    def attest_all(self, case_id: str) -> None:
        """Do every manual task: nothing was found by hand."""
        self.wait_until(case_id, "Attest what was done")
        links = self.page.locator("main a", has_text="Attest what was done")
        for address in [link.get_attribute("href") for link in links.all()]:
            self.page.goto(address)
            self.shot("attest")
            self.page.check("main input[name=nothing_found]")
            self.page.fill("main textarea[name=text]", "Searched by name and address. Nothing there.")
            self.submit()


def case_id_of(url: str) -> str:
    """Return the id of the case in an address of the person's page."""
    return url.rstrip("/").rpartition("/")[2]


def company_person(portal: PortalProcess, index: int) -> tuple[int, str]:
    """Return (user id, e-mail) of a person of the demo company who has no account yet."""
    with sqlite3.connect(portal.folder / "var" / portal.profile / "company.sqlite3") as database:
        query = "SELECT id, email FROM users WHERE status = 'active' ORDER BY id LIMIT 1 OFFSET ?"
        return tuple(database.execute(query, [index]).fetchone())  # type: ignore[return-value]


def rows_of(portal: PortalProcess, user_id: int) -> dict[str, int]:
    """Return how many rows of some tables still name a person."""
    questions = {
        "usage_events": "SELECT count(*) FROM usage_events WHERE user_id = ?",
        "invoices": "SELECT count(*) FROM invoices WHERE payer_id = ?",
    }
    with sqlite3.connect(portal.folder / "var" / portal.profile / "company.sqlite3") as database:
        return {name: database.execute(query, [user_id]).fetchone()[0] for name, query in questions.items()}


def test_from_a_new_account_to_a_proven_erasure(portal: PortalProcess, browser: Any) -> None:
    """Sign up, ask, plan, approve by a second person, run, review, deliver, download, close; then delete."""
    watch = Watch(portal.url)
    user_id, address = company_person(portal, 6)
    person = Person(browser, portal, "person", watch)
    handler, dpo = (Staff(browser, portal, who, watch) for who in ("handler", "dpo"))
    person.sign_up(address)
    handler.sign_in("handler")
    dpo.sign_in("dpo")

    access = person.ask("access")
    take_access_to_delivery(case_id_of(access), handler, dpo)
    package = download(person, access)
    assert address in package.read("about.json").decode() or any(
        address in package.read(name).decode(errors="replace") for name in package.namelist()
    )
    close(dpo, case_id_of(access))
    assert portal.wait_for_mail(address, "answered")

    deletion = person.ask("deletion")
    handler.plan(case_id_of(deletion))
    dpo.approve(case_id_of(deletion), "deletion")
    handler.attest_all(case_id_of(deletion))
    dpo.wait_until(case_id_of(deletion), "Ready to close")
    dpo.shot("deletion-done")
    close(dpo, case_id_of(deletion))
    letter = portal.wait_for_mail(address, "deleted")
    assert "payment records, 7 years" in letter
    check_source(portal, user_id, address)
    check_evidence(dpo, case_id_of(deletion))
    assert "Nothing sealed was changed" in portal.manage("verify_audit")
    assert not watch.unexpected(), "\n".join(watch.unexpected())


def take_access_to_delivery(case_id: str, handler: Staff, dpo: Staff) -> None:
    """Plan, approve, run, review and release an access request."""
    handler.plan(case_id)
    dpo.approve(case_id, "access")
    handler.attest_all(case_id)
    handler.wait_until(case_id, "Review the package")
    handler.press("Review the package")
    handler.shot("review")
    handler.press("Finish the review")
    handler.submit()
    dpo.wait_until(case_id, "Release the package")
    dpo.press("Release the package")
    dpo.shot("release")
    dpo.submit()
    dpo.wait_until(case_id, "Close the case")
    dpo.shot("delivered")


def download(person: Person, url: str) -> zipfile.ZipFile:
    """Fetch the package as its owner, who gives the password again."""
    person.page.goto(url)
    person.shot("status-ready")
    person.page.locator("main a[href*='/packages/']").first.click()
    person.page.wait_for_load_state()
    person.give_password()
    person.shot("package")
    with person.page.expect_download() as caught:
        person.page.locator("main form button[type=submit]:visible, main a[download]").first.click()
    return zipfile.ZipFile(io.BytesIO(Path(caught.value.path()).read_bytes()))


def close(staff: Staff, case_id: str) -> None:
    """Tell the recipients where there are any, then close with the outcome that the portal offers first."""
    staff.open(case_id)
    if staff.page.get_by_role("link", name="Tell the recipients").count():
        staff.press("Tell the recipients")
        staff.page.fill("main input[name=how]", "By contract mail")
        staff.shot("tell")
        staff.submit()
    staff.press("Close the case")
    staff.page.locator("main input[type=radio]").first.check()
    staff.shot("close")
    staff.submit()
    assert "The case is closed." in staff.page.inner_text("body"), staff.text()
    staff.shot("closed")


def check_source(portal: PortalProcess, user_id: int, address: str) -> None:
    """The person is gone from the source, and the invoices that law keeps are still there."""
    path = portal.folder / "var" / portal.profile / "company.sqlite3"
    with sqlite3.connect(path) as database:
        assert not database.execute("SELECT 1 FROM users WHERE email = ?", [address]).fetchone()
    assert rows_of(portal, user_id)["usage_events"] == 0


def check_evidence(staff: Staff, case_id: str) -> None:
    """The bundle verifies with the script inside it and plain Python; a flipped byte is named."""
    staff.open(case_id)
    staff.page.goto(f"/staff/dsar/case/{case_id}/evidence/")
    with staff.page.expect_download() as caught:
        staff.page.locator("main form button[type=submit]:visible").first.click()
    bundle = Path(caught.value.path())
    script = staff.portal.folder / "verify_bundle.py"
    with zipfile.ZipFile(bundle) as archive:
        script.write_bytes(archive.read("verify_bundle.py"))
    good = subprocess.run([sys.executable, "-I", str(script), str(bundle)], capture_output=True, text=True)
    assert good.returncode == 0, good.stdout + good.stderr
    broken = staff.portal.folder / "broken.zip"
    flip(bundle, broken, "timeline.json")
    bad = subprocess.run([sys.executable, "-I", str(script), str(broken)], capture_output=True, text=True)
    assert bad.returncode == 1
    assert "timeline.json" in bad.stdout


def flip(source: Path, target: Path, member: str) -> None:
    """Copy a bundle with one bit of one member changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            data = bytearray(old.read(info))
            if info.filename.endswith(member):
                data[len(data) // 2] ^= 1
            new.writestr(info, bytes(data))


def test_ctrl_c_leaves_no_process(portal: PortalProcess) -> None:
    """Runs last: the supervisor ends web, worker and beat with itself."""
    assert len(portal.children()) >= 3
    portal.stop()
    time.sleep(0.5)
    assert portal.children() == []
