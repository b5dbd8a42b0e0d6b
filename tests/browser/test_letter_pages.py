"""Drafts, approval, posting, texts and authorities in Chromium: one heading, no axe finding, no overflow."""

from typing import Any

import pytest

from accounts.enums import Role
from accounts.services.audit import Actor
from correspondence.enums import Template
from correspondence.services import drafts, postage, templates, texts
from dsar.services import drafting
from tests import desk
from tests import factories as make
from tests.browser.test_staff_desk import at_ten_thirty, dpo, enter  # noqa: F401

LETTER, TEXT = "/staff/correspondence/letter", "/staff/correspondence/lettertemplate"
ADDRESS = "Leonie Hartwig\nRosenheimer Straße 12\n81669 München"


def _begun(actor, **more):
    person = make.SubjectFactory(name="Leonie Hartwig", country="DE", region="BY")
    case = make.CaseFactory(subject=person, regime="eu_gdpr", language="de", verified=True)
    given = {
        "template": Template.REFUSAL, "language": "de", "dispatch": "email", "to": "leonie@example.org",
        "reasons": ["Wir müssen Rechnungen zehn Jahre aufbewahren (§ 147 AO)."], "on": None,
    }  # fmt: skip
    return drafting.begin(case=case, actor=actor, now=make.NOW, **given | more)


def _colleague():
    return Actor.of(desk.staff("Jonas Feld", Role.HANDLER))


def _draft(dpo):  # noqa: F811
    return f"{LETTER}/{_begun(_colleague()).pk}/change/"


def _lacking(dpo):  # noqa: F811
    letter = _begun(_colleague(), template=Template.BREACH_NOTICE, reasons=[], to="")
    return f"{LETTER}/{letter.pk}/change/"


def _edit(dpo):  # noqa: F811
    return _lacking(dpo).replace("change", "edit")


def _approve(dpo):  # noqa: F811
    who = _colleague()
    letter = drafts.submit(letter=_begun(who), actor=who, now=make.NOW)
    return f"{LETTER}/{letter.pk}/approve/"


def _printed(dpo):  # noqa: F811
    who = _colleague()
    letter = _begun(who, template=Template.FREE, dispatch="post", to=ADDRESS)
    letter = drafts.edit(
        letter=letter, title="Ihre Frage", body="Guten Tag,\n\ndie Antwort.", to=ADDRESS, dispatch="post",
        facts={}, actor=who,
    )  # fmt: skip
    letter = drafts.submit(letter=letter, actor=who, now=make.NOW)
    postage.print_letter(letter=letter, actor=who, now=make.NOW)
    return f"{LETTER}/{letter.pk}/change/"


def _posted(dpo):  # noqa: F811
    return _printed(dpo).replace("change", "posted")


def _begin(dpo):  # noqa: F811
    return f"/staff/dsar/case/{desk.case(1).pk}/draft/"


def _list(dpo):  # noqa: F811
    _draft(dpo)
    return f"{LETTER}/?view=drafts"


def _text(dpo):  # noqa: F811
    return f"{TEXT}/text/refusal/de/?regime=uk_gdpr"


def _version(dpo):  # noqa: F811
    text = templates.shipped(Template.REFUSAL, "en").text.replace(
        "decided not to do it", "decided against it"
    )
    row = texts.propose(
        template=Template.REFUSAL, language="en", text=text, why="Plainer.", actor=_colleague(), now=make.NOW
    )
    return f"{TEXT}/{row.pk}/change/"


PAGES: dict[str, Any] = {
    "drafts": _list, "draft": _draft, "draft-lacking": _lacking, "draft-edit": _edit,
    "letter-approve": _approve, "letter-printed": _printed, "letter-posted": _posted,
    "draft-begin": _begin, "texts": lambda _dpo: f"{TEXT}/", "text": _text, "text-version": _version,
    "authorities": lambda _dpo: "/staff/authorities/?q=DE",
    "authorities-none": lambda _dpo: "/staff/authorities/?q=nowhere",
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("dark", [False, True])
def test_pages(name, dark, at_ten_thirty, dpo, enter, new_page, axe, no_overflow, shot):  # noqa: F811
    page = new_page(dark=dark)
    enter(page, dpo)
    page.goto(PAGES[name](dpo))
    assert page.locator("h1").count() == 1
    shot(page, f"desk-{name}{'-dark' if dark else ''}")
    axe(page)
    no_overflow(page)


def test_a_letter_is_written_without_script(at_ten_thirty, dpo, enter, new_page):  # noqa: F811
    page = new_page(javascript=False)
    enter(page, dpo)
    page.goto(_draft(dpo).replace("change", "edit"))
    page.get_by_label("Subject").fill("Ablehnung Ihres Antrags")
    page.get_by_role("button", name="Keep the draft").press("Enter")
    page.get_by_role("link", name="Send the letter").press("Enter")
    page.get_by_role("button", name="Send the letter").press("Enter")
    assert "Waiting for approval" in page.inner_text("main")
    assert page.get_by_text("somebody else has to decide").is_visible()
