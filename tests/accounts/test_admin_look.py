"""The look keeps its promises: small sheets, no style in pages, icons that exist, the company's accent."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from accounts.templatetags import portal_ui
from config.profile import active_profile

ROOT = Path(__file__).resolve().parents[2]
SHARED = ("tokens", "portal")
# What a page loads besides; stock forms and registers bring one more sheet to the desk.
LOADED = (("people",), ("admin", "stock"), ("admin", "registers"))
SHEETS = (*SHARED, "admin", "people", "registers")
# A package is read offline and carries its own style.
PAGES = [page for page in sorted((ROOT / "templates").rglob("*.html")) if page.parent.name != "package"]
CODE = [
    *PAGES,
    *(path for app in ("accounts", "platforms", "requests") for path in (ROOT / app).rglob("*.py")),
]


@pytest.mark.parametrize("more", LOADED, ids="+".join)
def test_no_page_loads_forty_kilobytes_of_style(more):
    sizes = {name: len((ROOT / f"static/portal/css/{name}.css").read_bytes()) for name in (*SHARED, *more)}
    assert sum(sizes.values()) < 40_000, sizes


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_page_carries_style_or_script_of_its_own(page):
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", page.read_text(), flags=re.S)
    text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", text, flags=re.S)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\s(src=|type=\"application/json\"))", text)


def test_every_icon_that_is_named_is_in_the_sprite():
    sprite = Path(finders.find("portal/icons.svg")).read_text()
    there = set(re.findall(r'<symbol[^>]*id="([^"]+)"', sprite))
    named = {sign for _tone, sign in portal_ui.STATUS.values() if sign}
    for path in CODE:
        text = path.read_text()
        named |= set(re.findall(r'{% icon "([^"]+)"', text)) | set(re.findall(r'icon="([^"]+)"', text))
    assert named <= there, named - there


def test_a_status_is_never_colour_alone():
    for word in portal_ui.STATUS:
        html = portal_ui.badge(word)
        assert word in html
        assert "<svg" in html


@pytest.mark.parametrize(
    ("left", "words", "tone"),
    [(-1, "1 day overdue", "danger"), (-3, "3 days overdue", "danger"), (0, "Due today", "danger"),
     (1, "1 day left", "warn"), (3, "3 days left", "warn"), (4, "4 days left", "neutral")],
)  # fmt: skip
def test_the_clock_says_days_first(left, words, tone):
    html = portal_ui.clock(left, "28 Nov", "GDPR art. 12(3)")
    assert words in html
    assert f'data-tone="{tone}"' in html
    assert "28 Nov, GDPR art. 12(3)" in html


def test_a_figure_that_failed_is_the_unknown_sign():
    assert "question" in portal_ui.figure(None)
    assert "0" not in portal_ui.figure(None).replace('viewBox="0', "")
    assert portal_ui.figure(1234) == "1,234"


@pytest.mark.parametrize("name", ["", "نورا", "🎉", "x" * 5000, "<b>"])
def test_any_name_has_an_avatar(name):
    assert "<b>" not in portal_ui.avatar(name)


def test_the_accent_is_the_companys_and_comes_as_a_sheet(client, db):
    answer = client.get("/brand.css")
    assert answer["Content-Type"].startswith("text/css")
    assert active_profile().brand.accent.light in answer.content.decode()
    assert client.get("/brand.css", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_an_empty_part_says_what_would_be_here():
    html = render_to_string(
        "components/empty.html", {"sign": "eye", "title": "No plan yet", "text": "Make one."}
    )
    assert "No plan yet" in html
