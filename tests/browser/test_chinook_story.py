"""Three customers of a shop that nobody here wrote, through access and deletion, in a browser.

Their data lie in two databases at once, SQLite and PostgreSQL; one case searches both.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.chinook import CUSTOMERS, Customer, Shop, postgresql_shop, sqlite_shop
from tests.browser.conftest import Watch
from tests.browser.portal_process import PortalProcess
from tests.browser.test_whole_story import Staff, Visitor, close

pytestmark = [pytest.mark.slow, pytest.mark.services]


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Shop]]:
    """Both databases, photographed as they came."""
    folder = tmp_path_factory.mktemp("chinook")
    small = sqlite_shop(folder)
    for large in postgresql_shop(folder):
        for shop in (small, large):
            shop.before = shop.photograph()
        yield [small, large]


@pytest.fixture(scope="module")
def portal(shops: list[Shop], tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalProcess]:
    """The portal as a newcomer starts it."""
    process = PortalProcess("mediux_ai", tmp_path_factory.mktemp("portal"))
    process.start()
    yield process
    process.stop()


class Somebody(Visitor):
    """A customer without an account, who knows only a mailbox and a link."""

    def ask(self, customer: Customer, right: str) -> str:
        """Ask by the public form, prove the mailbox; returns the address of the request's page."""
        self.page.goto("/ask/")
        self.page.check(f"input[value={right}]")
        self.page.fill("input[name=email]", customer.email.upper())
        self.page.fill("input[name=name]", customer.name)
        self.page.select_option("select[name=place]", customer.country)
        self.submit()
        assert "Look into your mailbox" in self.text()
        return self.prove(customer.email)

    def prove(self, email: str) -> str:
        """Open the newest link of the mailbox that nobody used and press its button."""
        letters = self.portal.wait_for_mails(email, "Confirm that this is your", self.proved + 1)
        self.proved += 1
        self.page.goto(re.search(r"http\S+/ask/confirm/\S+", letters[-1])[0])  # type: ignore[index]
        self.submit()
        assert "/ask/status/" in self.page.url, self.text()
        return str(self.page.url)

    proved = 0

    def fetch(self, url: str, email: str) -> zipfile.ZipFile:
        """Download the copy with the link and a code from the mailbox."""
        self.page.goto(url)
        self.press("Send me a code")
        letter = self.portal.wait_for_mail(email, "code")
        self.page.fill("input[name=code]", re.search(r"\b\d{6}\b", letter)[0])  # type: ignore[index]
        self.press("Continue")
        with self.page.expect_download() as caught:
            self.page.get_by_role("button", name="Download").click()
        return zipfile.ZipFile(io.BytesIO(Path(caught.value.path()).read_bytes()))


def add_system(admin: Staff, shop: Shop) -> None:
    """Add a database, import its dataset, test the connection."""
    page = admin.page
    page.goto("/staff/platforms/system/add/")
    for name, value in {"name": shop.name, "key": shop.key, "secret": shop.url}.items():
        page.fill(f"main [name={name}]", value)
    page.select_option("main [name=connector]", "sql")
    admin.submit()
    assert "is there. Test the connection." in page.inner_text("body"), admin.text()
    admin.press("Import a dataset")
    page.fill("main textarea[name=text]", shop.dataset)
    admin.submit()
    assert "is imported, version 1" in page.inner_text("body"), admin.text()
    admin.press("Test the connection")
    assert "answers, and its datasets fit" in page.inner_text("body"), admin.text()
    assert "root@" not in page.content()
    admin.shot(f"chinook-{shop.key}")


def switch_off_what_is_done_by_hand(admin: Staff) -> None:
    """Leave systems out that a person must look into: another story tells about them."""
    for name in ("Media storage", "Support mailbox"):
        admin.page.goto("/staff/platforms/system/")
        admin.press(name)
        admin.press("Change the settings")
        admin.page.uncheck("main input[name=enabled]")
        admin.submit()
        assert "Switched off" in admin.text()


def case_id_in(url: str) -> str:
    """Return the id of the case in any address."""
    return re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", url)[0]  # type: ignore[index]


def register(handler: Staff, customer: Customer) -> None:
    """Write down a request that came by letter; the portal asks the mailbox for proof by itself."""
    page = handler.page
    page.goto("/staff/dsar/case/add/")
    for name, value in {"name": customer.name, "email": customer.email, "country": customer.country}.items():
        page.fill(f"main [name={name}]", value)
    page.select_option("main [name=right]", "access")
    page.select_option("main [name=channel]", "post")
    handler.submit()
    assert "is registered" in page.inner_text("body"), handler.text()


def check_copy(archive: zipfile.ZipFile, customer: Customer, others: list[Customer]) -> None:
    """The copy holds both databases' rows of this customer, and nobody else's words."""
    everything = "\n".join(archive.read(name).decode("utf-8-sig", "replace") for name in archive.namelist())
    last = customer.name.split()[-1]
    assert last in everything
    for key in ("chinook.", "chinook_pg."):
        assert key in everything, archive.namelist()
    assert everything.count("Hannover") >= 0
    for word in customer.rep:
        assert word not in everything, f"{word} of the support employee is in the copy of {customer.email}"
    for other in others:
        assert other.email not in everything


def take_access(handler: Staff, dpo: Staff, case_id: str) -> None:
    """Plan, approve by a second person, run, review, release."""
    handler.plan(case_id)
    dpo.approve(case_id, "chinook-access")
    handler.wait_until(case_id, "Review the package")
    handler.press("Review the package")
    handler.press("Finish the review")
    handler.submit()
    dpo.wait_until(case_id, "Release the package")
    dpo.press("Release the package")
    dpo.submit()
    dpo.wait_until(case_id, "Close the case")


def check_erased(shop: Shop, customer: Customer) -> None:
    """The customer's row is there without the customer."""
    row = shop.row_of(customer.number)
    told = " ".join(str(value) for value in row.values()).casefold()
    for word in (customer.email, *customer.name.split()):
        assert word.casefold() not in told, (shop.name, row)


def check_letter(portal: PortalProcess, customer: Customer, shops: list[Shop]) -> None:
    """The letter says what stays in each database and why."""
    letter = " ".join(portal.wait_for_mail(customer.email, "deleted").split())
    for shop in shops:
        assert re.search(rf"\d+ entries in {shop.name} stay: payment records, 7 years", letter), letter


def test_three_customers_of_two_databases(portal: PortalProcess, shops: list[Shop], browser: Any) -> None:
    """Access, then deletion, for each; what changed in the databases is exactly their own three rows."""
    watch = Watch(portal.url)
    admin, handler, dpo = (Staff(browser, portal, who, watch) for who in ("admin", "handler", "dpo"))
    for box, member in (("admin", admin), ("handler", handler), ("dpo", dpo)):
        member.sign_in(box)
    switch_off_what_is_done_by_hand(admin)
    for shop in shops:
        add_system(admin, shop)

    done: set[int] = set()
    for customer in CUSTOMERS:
        somebody = Somebody(browser, portal, f"customer-{customer.number}", watch)
        if customer.number == 2:
            register(handler, customer)
            access = somebody.prove(customer.email)
        else:
            access = somebody.ask(customer, "access")
        take_access(handler, dpo, case_id_in(access))
        archive = somebody.fetch(access, customer.email)
        check_copy(archive, customer, [one for one in CUSTOMERS if one is not customer])
        close(dpo, case_id_in(access))

        deletion = case_id_in(somebody.ask(customer, "deletion"))
        handler.plan(deletion)
        dpo.approve(deletion, "chinook-deletion")
        dpo.wait_until(deletion, "Close the case")
        close(dpo, deletion)
        check_letter(portal, customer, shops)
        done.add(customer.number)
        for shop in shops:
            check_erased(shop, customer)
            assert shop.changed() == {(shop.customer, number) for number in done}
    assert "Nothing sealed was changed" in portal.manage("verify_audit")
    assert not watch.unexpected(), "\n".join(watch.unexpected())
