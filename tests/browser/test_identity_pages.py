"""Who asks, in Chromium: the page of staff and those of people; axe, widths, both modes, pictures."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.enums import Role
from accounts.services.audit import Actor
from dsar.enums import Method
from dsar.services import links
from dsar.services.identity import answering, asking
from tests import desk
from tests import factories as make
from tests.browser.test_staff_desk import dpo, enter  # noqa: F401
from tests.dsar.crm import Crm, answers_to, case_of, token_of

DOUBT = "The address was never used with the account that is named."


@pytest.fixture
def crm(db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return Crm(tmp_path / "crm.sqlite3")


@pytest.fixture
def jonas(db):
    return Actor.of(desk.staff("Jonas Feld", Role.HANDLER))


def european(**more):
    subject = make.SubjectFactory(name="Nina Wagner")
    make.IdentityFactory(subject=subject, value="nina@example.org", verified_at=None)
    now = timezone.now()
    given = {"channel": "email", "status": "verifying", "received_at": now, "opened_at": now}
    return make.CaseFactory(subject=subject, **given | more)


def asked(case, method, jonas, doubt=""):
    return asking.ask(case=case, method=method, actor=jonas, now=timezone.now(), doubt=doubt)


def look_at(page, no_overflow, axe, shot, name):
    axe(page)
    no_overflow(page)
    shot(page, name)


STAFF = ("new", "waiting", "arrived", "california", "free", "settled")


def staff_page(state, jonas, crm):
    if state == "california":
        case = case_of()
        asked(case, Method.SWORN, jonas)
    elif state == "free":
        case = european(right="opt_out", status="new")
    elif state == "settled":
        case = european(status="verified", verified_at=timezone.now(), verification_level=1)
    else:
        case = european()
    if state in ("waiting", "arrived"):
        check = asked(case, Method.DOCUMENT, jonas, DOUBT)
    if state == "arrived":
        file = SimpleUploadedFile("card.png", b"\x89PNG\r\n\x1a\nx")
        answering.hand_in(token=token_of(check), file=file, now=timezone.now(), address="")
    return f"/staff/dsar/case/{case.pk}/verify/"


@pytest.mark.parametrize("state", STAFF)
@pytest.mark.parametrize(("width", "dark"), [(1366, False), (360, True)])
def test_staff_see_who_asks(
    new_page,
    dpo,  # noqa: F811
    enter,  # noqa: F811
    jonas,
    crm,
    axe,
    no_overflow,
    shot,
    state,
    width,
    dark,
):
    path = staff_page(state, jonas, crm)
    page = new_page(width=width, dark=dark)
    enter(page, dpo)
    page.goto(path)
    look_at(page, no_overflow, axe, shot, f"identity_staff_{state}_{width}")
    if state in ("new", "waiting", "arrived", "california"):
        page.goto(path.replace("verify", "prove") + "?method=document")
        look_at(page, no_overflow, axe, shot, f"identity_ask_{width}")


def people_path(state, jonas, crm):
    if state == "document":
        return f"/identity/{token_of(asked(european(), Method.DOCUMENT, jonas, DOUBT))}/"
    if state == "paused":
        case = european()
        asked(case, Method.DOCUMENT, jonas, DOUBT)
        return links.path_for(case)
    if state == "unverified":
        return links.path_for(european(status="closed", closed_at=timezone.now(), outcome="unverified"))
    methods = {"knowledge": Method.KNOWLEDGE, "sworn": Method.SWORN, "declaration": Method.DECLARATION}
    right = "deletion" if state == "knowledge" else "access"
    return f"/identity/{token_of(asked(case_of(right=right), methods[state], jonas))}/"


PEOPLE = ("knowledge", "sworn", "declaration", "document", "paused", "unverified")


@pytest.mark.parametrize("state", PEOPLE)
@pytest.mark.parametrize(("width", "dark"), [(360, False), (1366, True)])
def test_people_see_what_is_asked(new_page, jonas, crm, axe, no_overflow, shot, state, width, dark):
    page = new_page(width=width, dark=dark)
    page.goto(people_path(state, jonas, crm))
    look_at(page, no_overflow, axe, shot, f"identity_people_{state}_{width}")


@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_shows_who_they_are_by_keyboard_and_without_script(
    new_page, watch, jonas, crm, axe, no_overflow, shot, javascript
):
    watch.allow("status of (422|410)")
    check = asked(case_of(right="deletion"), Method.KNOWLEDGE, jonas)
    page = new_page(width=360, javascript=javascript)
    page.goto(f"/identity/{token_of(check)}/")
    page.get_by_role("textbox").nth(0).fill("wrong")
    page.get_by_role("textbox").nth(1).fill("wrong")
    page.keyboard.press("Enter")
    page.get_by_text(re.compile("Not everything fits")).wait_for()
    if javascript:
        look_at(page, no_overflow, axe, shot, "identity_people_wrong_360")
    for number, answer in enumerate(answers_to(check)):
        page.get_by_role("textbox").nth(number).fill(answer)
    page.keyboard.press("Enter")
    page.get_by_text("Your answers fit").wait_for()
    check.refresh_from_db()
    assert check.result == "passed"


def test_an_expired_link_gives_a_new_one(new_page, watch, jonas, crm, axe, shot):
    watch.allow("status of 410")
    check = asked(case_of(right="deletion"), Method.KNOWLEDGE, jonas)
    token = token_of(check)
    check.asked_at -= timedelta(days=5)
    check.expires_at = timezone.now() - timedelta(hours=1)
    check.save()
    page = new_page(width=360)
    page.goto(f"/identity/{token}/")
    axe(page)
    shot(page, "identity_people_expired_360")
    page.get_by_role("button", name="Send me a fresh link").click()
    page.get_by_text("a fresh link is on its way").wait_for()
    assert check.case.identity_checks.open().exclude(pk=check.pk).count() == 1
