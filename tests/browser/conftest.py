"""Chromium for tests: pages that are watched, axe, screenshots, and people who can sign in.

Every test here is marked `browser`. Without Chromium or axe they skip, or fail when BROWSER_REQUIRED is set.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connections

from accounts.enums import Role
from accounts.models import User
from tests.browser import looks

# Playwright's sync API runs an event loop in this thread; the ORM is called from the same thread on purpose.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "var" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = ROOT / "tests" / "screenshots"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PASSWORD = "A long pass phrase 4 tests"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (360, 768, 1366, 1920)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark everything in this folder, and leave out looks at the same page unless EYES=all asks for them."""
    mine = [item for item in items if Path(item.fspath).is_relative_to(Path(__file__).parent)]
    for item in mine:
        item.add_marker(pytest.mark.browser)
    if os.environ.get("EYES") == "all":
        return
    left_out = {id(item): item for item in mine}
    for item in looks.chosen(mine):
        del left_out[id(item)]
    config.hook.pytest_deselected(items=list(left_out.values()))
    items[:] = [item for item in items if id(item) not in left_out]


def _missing(what: str) -> None:
    """Skip, or fail where the browser is required."""
    if os.environ.get("BROWSER_REQUIRED"):
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Use a database file: the server's threads must not share one in-memory connection with the test."""
    database = connections["default"]
    if database.vendor == "sqlite":
        database.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("browser") / "test.sqlite3")


@pytest.fixture(scope="session")
def live_server(django_db_setup: None, live_server: Any) -> Any:
    """The server, started only when the database file stands."""
    return live_server


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One headless Chromium for the run."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Install the test requirements.")
    if not Path(CHROMIUM).exists():
        _missing(f"No Chromium at {CHROMIUM}: install it, or name it in the variable CHROMIUM.")
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@dataclass
class Watch:
    """Collects what a page must not do: console messages, script errors, requests to other hosts."""

    origin: str
    faults: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    paused: bool = False

    def allow(self, pattern: str) -> None:
        """Expect messages that match a regular expression, for example "status of 404"."""
        self.allowed.append(pattern)

    def attach(self, page: Any) -> None:
        """Watch a page."""
        page.on("console", lambda message: self.note(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.note(f"script error: {error}"))
        page.on("request", self.request)

    def request(self, request: Any) -> None:
        """Note a request that leaves the site."""
        if not request.url.startswith((self.origin, "data:", "blob:", "about:")):
            self.note(f"request to another host: {request.url}")

    def note(self, text: str) -> None:
        """Keep one fault."""
        if not self.paused:
            self.faults.append(text)

    def unexpected(self) -> list[str]:
        """Return the faults nobody allowed."""
        return [text for text in self.faults if not any(re.search(p, text) for p in self.allowed)]


@pytest.fixture
def watch(live_server: Any) -> Iterator[Watch]:
    """What every page of this test did wrong; the test fails when anything is left at its end."""
    watching = Watch(live_server.url)
    yield watching
    assert not watching.unexpected(), "\n".join(watching.unexpected())


@pytest.fixture
def new_page(browser: Any, live_server: Any, watch: Watch) -> Iterator[Callable[..., Any]]:
    """Open a page in a context of its own: `new_page(width=360, dark=True, javascript=False)`."""
    contexts = []

    def open_page(
        *, width: int = 1366, height: int = 768, dark: bool = False, javascript: bool = True
    ) -> Any:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            reduced_motion="reduce",
            locale="en-GB",
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        watch.attach(page)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Any]) -> Any:
    """A watched page, 1366 × 768, light."""
    return new_page()


def _told(violation: dict[str, Any]) -> str:
    """Return one violation in a line, with the first elements that have it."""
    where = [node["html"][:160] for node in violation["nodes"][:3]]
    return f"{violation['id']} ({violation['impact']}): {violation['help']}: {where}"


@pytest.fixture
def axe(watch: Watch) -> Callable[[Any], None]:
    """Assert that axe-core finds nothing on a page, with every disclosure opened."""
    if not AXE.exists():
        _missing("axe-core is not installed: npm install --prefix var/axe axe-core")
    source = AXE.read_text()

    def check(page: Any) -> None:
        watch.paused = True  # axe itself injects styles, which the policy refuses
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        page.evaluate(source + "; 0")
        found = page.evaluate("tags => axe.run(document, {runOnly: tags})", AXE_TAGS)["violations"]
        watch.paused = False
        assert not found, f"{page.url}\n" + "\n".join(
            f"{v['id']} ({v['impact']}): {v['help']}: {[n['html'][:160] for n in v['nodes'][:3]]}"
            for v in found
        )

    return check


@pytest.fixture
def no_overflow() -> Callable[[Any], None]:
    """Assert that a page does not scroll sideways at any width from 360 to 1920 px."""

    def check(page: Any) -> None:
        before, over = page.viewport_size, {}
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 768})
            over[width] = page.evaluate("(e => e.scrollWidth - e.clientWidth)(document.documentElement)")
        page.set_viewport_size(before)
        assert not any(over.values()), f"{page.url} is too wide; pixels by width: {over}"

    return check


@pytest.fixture
def shot() -> Callable[[Any, str], None]:
    """Save a picture of the whole page under tests/screenshots (not kept in the repository)."""

    def take(page: Any, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=True)

    return take


@pytest.fixture
def make_user(transactional_db: None) -> Callable[..., User]:
    """Make somebody who can sign in with PASSWORD: `make_user("a@b.example", name="…", role=Role.DPO)`.

    Staff get an authenticator app unless `factor=False`.
    """

    def make(
        email: str, *, name: str = "", role: Role | None = None, factor: bool = True, **fields: Any
    ) -> User:
        user = User.objects.create_user(email, PASSWORD, name=name, is_staff=role is not None, **fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        if role is not None:
            user.groups.add(Group.objects.get_or_create(name=role.value)[0])
            if factor:
                totp.TOTP.activate(user, totp.generate_totp_secret())
        return user

    return make


def current_code(user: User) -> str:
    """Return the code that the user's authenticator app shows now, usable once more."""
    stored = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    cache.clear()  # a code that was just used counts as used for half a minute
    counter = list(totp.yield_hotp_counters_from_time())[1]
    return totp.format_hotp_value(totp.hotp_value(decrypt(stored.data["secret"]), counter))


@pytest.fixture
def sign_in() -> Callable[..., None]:
    """Sign in through the real pages, second factor included: `sign_in(page, user, then="/staff/")`."""

    def go(page: Any, user: User, then: str = "/") -> None:
        page.goto(f"/accounts/login/?next={then}")
        page.fill("input[name=login]", user.email)
        page.fill("input[name=password]", PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(re.compile(r"^(?!.*/accounts/login/)"))
        if "/2fa/authenticate" in page.url:
            page.fill("input[name=code]", current_code(user))
            page.locator("input[name=code]").press("Enter")
            page.wait_for_url(re.compile(r"^(?!.*/2fa/authenticate)"))

    return go
