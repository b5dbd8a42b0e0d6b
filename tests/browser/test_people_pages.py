"""Every page for people in Chromium: axe, the content security policy, widths, both modes, without script."""

import re

import pytest
from django.core import mail
from django.test.utils import override_settings

from dsar.models import Case
from tests.browser.conftest import PASSWORD
from tests.browser.people_scene import Scene

EYES = [(1366, False), (360, True)]


@pytest.fixture
def scene(make_user, tmp_path):
    return Scene(make_user, tmp_path)


@pytest.fixture
def look(axe, no_overflow, shot):
    """Check the page that is open now, and keep a picture of it."""

    def check(page, name):
        page.wait_for_load_state("networkidle")
        shot(page, f"people-{name}-{page.viewport_size['width']}")
        axe(page)
        no_overflow(page)

    return check


@pytest.mark.parametrize(("width", "dark"), EYES)
def test_pages_of_a_person(new_page, watch, scene, sign_in, look, width, dark):
    page = new_page(width=width, dark=dark)
    sign_in(page, scene.amara)
    case = f"/requests/{scene.running.pk}/"
    for path, name in (
        ("/", "home"),
        ("/requests/", "list"),
        (case, "status"),
        (f"/requests/{scene.late.pk}/", "late"),
        (f"/requests/{scene.ready.pk}/", "ready"),
        (f"/requests/{scene.closed.pk}/", "closed"),
        (f"/requests/{scene.closed.pk}/letters/{scene.letter.pk}/", "letter"),
        (f"{case}withdraw/", "withdraw"),
        (f"/packages/{scene.package.pk}/", "package"),
        ("/contact/", "contact"),
    ):
        page.goto(path)
        look(page, name)
    watch.allow("status of 4(04|10)")
    for path, name in ((scene.expired.pk, "expired"), (scene.public_package.pk, "not-mine")):
        page.goto(f"/packages/{path}/")
        look(page, name)


@pytest.mark.parametrize(("width", "dark"), EYES)
def test_steps_of_a_request(new_page, scene, sign_in, look, width, dark):
    page = new_page(width=width, dark=dark)
    sign_in(page, scene.amara, then="/requests/new/")
    look(page, "new-1")
    page.click("text=Continue")
    look(page, "new-1-error")
    page.click("#errors a")
    assert page.evaluate("document.activeElement.id") == "id_right"
    page.check("input[value=deletion]")
    page.click("text=Continue")
    look(page, "new-2")
    page.check("input[value=some]")
    page.fill("#id_words", "I am <b>bold</b> 🙂")
    page.click("text=Continue")
    look(page, "new-2-error")
    page.check("input[name=scope] >> nth=0")
    page.get_by_role("button", name="Back", exact=True).click()
    page.click("text=Continue")
    assert page.input_value("#id_words") == "I am <b>bold</b> 🙂"
    page.click("text=Continue")
    look(page, "new-3")
    page.click("text=Send my request")
    page.wait_for_url(re.compile(r"/requests/[0-9a-f-]{36}/$"))
    look(page, "new-sent")


@pytest.mark.parametrize(("width", "dark"), EYES)
def test_pages_of_somebody_with_nothing_and_a_long_name(new_page, scene, sign_in, look, width, dark):
    scene.only_product()
    page = new_page(width=width, dark=dark)
    sign_in(page, scene.nobody_yet)
    page.wait_for_selector("[data-held=none]", state="attached")
    assert page.is_visible("text=We hold nothing about you")
    look(page, "empty")
    page.goto("/requests/")
    look(page, "none")
    page.goto("/requests/new/")
    page.check("input[value=rectification]")
    page.click("text=Continue")
    page.click("text=Continue")
    look(page, "place")


@pytest.mark.parametrize(("width", "dark"), EYES)
def test_pages_without_an_account(new_page, watch, live_server, scene, look, width, dark):
    page = new_page(width=width, dark=dark)
    page.goto("/ask/")
    look(page, "ask")
    page.click("text=Send my request")
    look(page, "ask-error")
    page.goto(scene.status_path)
    look(page, "public-status")
    page.click("text=Send me a code")
    look(page, "code")
    page.fill("#id_code", "12")
    page.click("text=Continue")
    look(page, "code-error")
    page.fill("#id_code", re.search(r"\b\d{6}\b", mail.outbox[-1].body).group())
    page.click("text=Continue")
    page.wait_for_selector("text=Download, 4.1")
    look(page, "public-proved")
    page.goto(f"{scene.status_path}withdraw/")
    look(page, "public-withdraw")
    watch.allow("status of 4(04|10)")
    page.goto(f"/ask/status/{scene.public.pk}/wrong/")
    look(page, "link-ended")
    page.goto("/ask/confirm/unknown/")
    look(page, "confirm")
    page.click("text=Yes, it is mine")
    look(page, "confirm-refused")


def test_from_the_public_form_to_the_status_by_mail(new_page, live_server, transactional_db):
    with override_settings(SITE_URL=live_server.url):
        page = new_page()
        page.goto("/ask/")
        page.check("input[value=access]")
        page.fill("#id_email", "nina@example.org")
        page.fill("#id_name", "نورا الحمداني 🙂")
        page.select_option("#id_place", "DE")
        page.click("text=Send my request")
        page.wait_for_selector("text=Look into your mailbox")
        page.goto(proof_link())
        page.click("text=Yes, it is mine")
        page.wait_for_selector("text=What has happened")
        assert Case.objects.get().verified_at
        assert "نورا" not in page.content()


def proof_link():
    """Return the link of the proof letter, as its reader would find it."""
    from correspondence.models import Letter

    return re.search(r"http\S+/ask/confirm/\S+/", Letter.objects.get(template="prove_email").body).group()


def test_counting_works_with_and_without_script(new_page, scene, sign_in):
    page = new_page()
    sign_in(page, scene.amara)
    page.wait_for_selector("#held-product[data-held=some]")
    assert "3 entries" in page.inner_text("#held-product")
    page.wait_for_selector("#held-support[data-held=error]")
    assert page.is_visible("#held-support >> text=Try again")
    plain = new_page(javascript=False)
    sign_in(plain, scene.amara)
    plain.click("#held-product >> text=Count now")
    assert "3 entries" in plain.inner_text("#held-product")
    plain.click("text=Count everything now")
    assert plain.is_visible("#held-support >> text=Could not count")


def test_everything_is_reached_by_keyboard(new_page, scene, sign_in):
    page = new_page()
    sign_in(page, scene.amara)
    page.goto("/requests/new/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/requests/new/data/"))


def test_an_old_password_is_asked_before_sending(new_page, scene, sign_in):
    from django.contrib.sessions.models import Session

    page = new_page()
    sign_in(page, scene.amara, then="/requests/new/")
    age_proofs(Session)
    page.check("input[value=access]")
    page.click("text=Continue")
    assert page.is_visible("text=Next we ask you to confirm who you are")
    page.click("text=Continue")
    page.fill("input[name=password]", PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_selector("text=Check and send")
    page.click("text=Send my request")
    page.wait_for_selector("text=What has happened")


def age_proofs(sessions):
    """Make every proof in the stored sessions an hour old."""
    for row in sessions.objects.all():
        store = row.get_session_store_class()(row.session_key)
        for proof in store.get("account_authentication_methods", []):
            proof["at"] -= 3600
        store.modified = True
        store.save()


@pytest.mark.parametrize(("width", "dark"), EYES)
def test_asking_for_somebody_else_while_signed_in(
    new_page, watch, scene, sign_in, look, width, dark, tmp_path
):
    watch.allow("status of 422")
    page = new_page(width=width, dark=dark)
    sign_in(page, scene.nobody_yet, then="/requests/")
    look(page, "for-others-none")
    page.click("text=Ask for somebody else")
    page.click("text=Send the request")
    look(page, "for-others-error")
    page.check("input[value=agent]")
    page.fill("#id_person_name", "Paul Person")
    page.select_option("#id_place", "DE")
    page.check("input[name=rights] >> nth=0")
    look(page, "for-others-form")
    page.click("text=Send the request")
    page.wait_for_url("**/requests/")
    look(page, "for-others-list")
    page.get_by_role("link", name="A copy of your data").click()
    page.wait_for_selector("#id_file")
    look(page, "mandate-missing")
    page.set_input_files("#id_file", {"name": "m.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    page.click("text=Send the proof")
    page.wait_for_selector("text=One of us checks it")
    look(page, "mandate-checked")
