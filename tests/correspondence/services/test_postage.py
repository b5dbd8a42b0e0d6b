"""Letters on paper: tagged PDF/A and PDF/UA, the same bytes, kept as printed, posted with evidence."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from datetime import date, timedelta

import pytest
import typst

from accounts.services.audit import SYSTEM, Actor
from config.jobs import JobStatus
from correspondence.enums import Dispatch, Stage
from correspondence.models import Letter, PostalCopy
from correspondence.services import letters, postage, printing
from correspondence.services.letters import LetterFault
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
BODY = "Hello,\n\nthis is it.\n\nWHY\n- One.\n- Two #with *signs* and $math$.\n\nMediux AI\n"
ADDRESS = "Leonie Hartwig\nRosenheimer Straße 12\n81669 München"
POST = {"dispatch": Dispatch.POST, "status": JobStatus.WAITING, "to": ADDRESS, "body": BODY}


@pytest.fixture
def clerk():
    return Actor.of(make.StaffFactory())


def mark(letter, actor, **more):
    given = {"posted_on": NOW.date(), "evidence": "RR 12 345 678 9 DE"}
    return postage.mark_posted(letter=letter, actor=actor, now=NOW, **given | more)


@pytest.mark.parametrize(
    "marker",
    [
        rb"<pdfaid:part>2</pdfaid:part>", rb"<pdfaid:conformance>A</pdfaid:conformance>",
        rb"<pdfuaid:part>1</pdfuaid:part>", rb"/StructTreeRoot", rb"/Marked true", rb"/Lang ?\(de",
        rb"/OutputIntent", rb"/DisplayDocTitle true", rb"<dc:title>",
    ],
)  # fmt: skip
def test_the_pdf_says_that_it_is_archivable_and_accessible(marker):
    made = printing.compile_pdf(make.LetterFactory.build(**POST, language="de"), on=NOW)
    assert made.startswith(b"%PDF-1.")
    assert re.search(marker, made)


def test_a_machine_without_fonts_prints_the_same_bytes():
    letter = make.LetterFactory.build(**POST)
    bare = typst.compile(
        printing.LAYOUT.read_bytes(), format="pdf", pdf_standards=["a-2a", "ua-1"], ignore_system_fonts=True,
        sys_inputs={"letter": json.dumps(printing._data(letter, NOW), ensure_ascii=False)},
        timestamp=int(NOW.timestamp()),
    )  # fmt: skip
    assert bare == printing.compile_pdf(letter, on=NOW)


def test_the_same_letter_is_the_same_bytes_and_another_is_not():
    letter = make.LetterFactory.build(**POST)
    assert printing.compile_pdf(letter, on=NOW) == printing.compile_pdf(letter, on=NOW)
    assert printing.compile_pdf(letter, on=NOW) != printing.compile_pdf(letter, on=NOW + timedelta(days=1))


def test_the_text_is_read_into_headings_lists_and_paragraphs():
    assert list(printing.blocks(BODY)) == [
        {"kind": "text", "lines": ["Hello,"]},
        {"kind": "text", "lines": ["this is it."]},
        {"kind": "heading", "text": "WHY"},
        {"kind": "list", "items": ["One.", "Two #with *signs* and $math$."]},
        {"kind": "text", "lines": ["Mediux AI"]},
    ]


def test_headings_lists_and_title_are_tagged():
    made = printing.compile_pdf(make.LetterFactory.build(**POST), on=NOW)
    plain = made + b"".join(_inflated(made))
    for tag in (b"/H1", b"/H2", b"/L\n", b"/LI", b"/P"):
        assert re.search(re.escape(tag.strip()) + rb"\b", plain), tag


def _inflated(made):
    import zlib

    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", made, re.S):
        try:
            yield zlib.decompress(found.group(1))
        except zlib.error:
            continue


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not here")
def test_the_words_can_be_read_out(tmp_path):
    path = tmp_path / "letter.pdf"
    path.write_bytes(printing.compile_pdf(make.LetterFactory.build(**POST), on=NOW))
    said = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    assert "Two #with *signs* and $math$." in said


def test_words_are_never_read_as_markup():
    evil = '#panic("x") #import "a.typ" \\ ] [ = Title'
    assert printing.compile_pdf(make.LetterFactory.build(**POST | {"body": evil, "title": evil}), on=NOW)


@pytest.mark.parametrize("text", ["λόγος", "Привет", "שלום"])
def test_other_scripts_are_printed(text):
    assert printing.compile_pdf(make.LetterFactory.build(**POST | {"body": text}), on=NOW)


def test_characters_without_a_font_are_a_sentence_without_the_text():
    with pytest.raises(LetterFault, match="no font") as fault:
        printing.compile_pdf(make.LetterFactory.build(**POST | {"body": "secret \U0001f9ff"}), on=NOW)
    assert "secret" not in str(fault.value)


def test_a_very_long_letter_has_several_pages():
    long = "\n\n".join(f"Paragraph {n}. " + "words " * 60 for n in range(60))
    made = printing.compile_pdf(make.LetterFactory.build(**POST | {"body": long}), on=NOW)
    pages = re.search(rb"/Type/Pages/Count (\d+)", made)
    assert int(pages.group(1)) == 8


def test_what_was_printed_is_what_is_kept(clerk):
    letter = make.LetterFactory(**POST)
    copy = postage.print_letter(letter=letter, actor=clerk, now=NOW)
    assert hashlib.sha256(base64.b64decode(copy.pdf)).hexdigest() == copy.sha256
    again = postage.print_letter(letter=letter, actor=clerk, now=NOW + timedelta(days=3))
    assert again.pk == copy.pk
    assert printing.pdf_of(Letter.objects.get(pk=letter.pk), now=NOW + timedelta(days=9)) == base64.b64decode(
        copy.pdf
    )


def test_the_copy_is_unreadable_in_the_database(clerk):
    copy = postage.print_letter(letter=make.LetterFactory(**POST), actor=clerk, now=NOW)
    mark(copy.letter, clerk)
    stored = PostalCopy.objects.filter(pk=copy.pk).values_list("pdf", "evidence")[0]
    assert not any(str.__str__(one).startswith(("JVBERi", "RR")) for one in stored)


def test_a_posted_letter_is_sent_with_the_hash_of_the_paper(clerk):
    letter = make.LetterFactory(**POST)
    copy = postage.print_letter(letter=letter, actor=clerk, now=NOW)
    mark(letter, clerk)
    letter.refresh_from_db()
    assert (letter.sent_at, letter.sha256, letter.status) == (NOW, copy.sha256, JobStatus.DONE)
    assert not letters.send_letter(letter_id=letter.pk, now=NOW)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"evidence": " "}, "how we know"),
        ({"posted_on": date(2026, 10, 13)}, "in the future"),
        ({"posted_on": date(2026, 10, 11)}, "before it was printed"),
    ],
)
def test_posting_needs_evidence_and_a_possible_day(clerk, more, says):
    letter = make.LetterFactory(**POST)
    postage.print_letter(letter=letter, actor=clerk, now=NOW)
    with pytest.raises(LetterFault, match=says):
        mark(letter, clerk, **more)


def test_a_letter_is_printed_first_and_posted_once(clerk):
    letter = make.LetterFactory(**POST)
    with pytest.raises(LetterFault, match="Print the letter first"):
        mark(letter, clerk)
    postage.print_letter(letter=letter, actor=clerk, now=NOW)
    mark(letter, clerk)
    with pytest.raises(LetterFault, match="already"):
        mark(letter, clerk)


@pytest.mark.parametrize("more", [{"stage": Stage.DRAFT}, {"dispatch": Dispatch.EMAIL}])
def test_only_a_final_letter_by_post_is_printed_for_posting(clerk, more):
    with pytest.raises(LetterFault, match="Only a final letter"):
        postage.print_letter(letter=make.LetterFactory(**POST | more), actor=clerk, now=NOW)


def test_letters_are_printed_by_people():
    with pytest.raises(LetterFault, match="by people"):
        postage.print_letter(letter=make.LetterFactory(**POST), actor=SYSTEM, now=NOW)
