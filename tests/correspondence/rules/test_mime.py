"""Torture: whatever arrives becomes a message with flags, or Unreadable; nothing raises anything else."""

import io
import random
import time
import tracemalloc
import zipfile
from email.message import EmailMessage

import pytest

from correspondence.rules import mime
from correspondence.rules.mime import Unreadable, parse

HEAD = b"From: Leonie <leonie@example.org>\r\nTo: privacy@mediuxai.com\r\n"


def read(raw: bytes) -> mime.Parsed:
    return parse([raw])


def test_a_plain_message_is_read_as_it_is():
    parsed = read(
        HEAD + b"Subject: Hello\r\nDate: Mon, 12 Oct 2026 10:00:00 +0200\r\nMessage-ID: <a@b>\r\n\r\nHi.\r\n"
    )
    assert (parsed.sender, parsed.sender_name, parsed.subject) == ("leonie@example.org", "Leonie", "Hello")
    assert parsed.text == "Hi."
    assert parsed.dated_at.isoformat() == "2026-10-12T08:00:00+00:00"
    assert parsed.flags == []


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("utf-8", "Lösche".encode("latin-1"), "Lösche"),
        ("us-ascii", "Lösche".encode(), "Lösche"),
        ("iso-8859-15", "5 €".encode("iso-8859-15"), "5 €"),
        ("no-such-charset", "Löschung".encode(), "Löschung"),
        ("zip", b"plain", "plain"),
        ("idna", b"xn--a", "xn--a"),
        ("unicode_escape", rb"\u0041", r"\u0041"),
        ("utf-8", b"a\x00b\x08c", "abc"),
        ("shift_jis", "削除".encode("shift_jis"), "削除"),
    ],
)
def test_a_wrong_charset_loses_no_word(charset, body, text):
    raw = HEAD + b"Content-Type: text/plain; charset=" + charset.encode() + b"\r\n\r\n" + body
    assert read(raw).text == text


def test_lone_surrogates_are_stored_as_holes():
    parsed = read(HEAD + b"Content-Type: text/plain; charset=utf-7\r\n\r\na +2AA- b")
    parsed.text.encode("utf-8")
    assert parsed.text.startswith("a ")


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("=?utf-8?B?TMO2c2NoZW4=?=", "Löschen"),
        ("=?utf-8?Q?L=C3?= =?utf-8?Q?=B6schen?=", "Löschen"),
        ("=?utf-8?B?!!!!?=", ""),
        ("Re: Re: Fwd: AW: Data Deletion Request", "Re: Re: Fwd: AW: Data Deletion Request"),
        ("=?utf-8?Q?x=0D=0ABcc:_victim@example.org?=", "x Bcc: victim@example.org"),
        ("\u202eevil\u202c", "evil"),
        ("=?utf-8?B?8J+YgA==?= ok", "😀 ok"),
        ("=?a?b", "=?a?b"),
    ],
)
def test_a_subject_is_one_decoded_line(header, subject):
    assert read(HEAD + f"Subject: {header}\r\n\r\nx".encode()).subject == subject


def test_a_very_long_subject_is_cut_and_flagged():
    parsed = read(HEAD + b"Subject: " + b"a b " * 30_000 + b"\r\n\r\nx")
    assert len(parsed.subject) == mime.SUBJECT_LENGTH
    assert "long_subject" in parsed.flags


def test_two_senders_are_flagged():
    parsed = read(HEAD + b"From: Other <other@example.org>\r\n\r\nx")
    assert parsed.sender == "leonie@example.org"
    assert "several_senders" in parsed.flags


def test_two_addresses_in_one_from_header_are_flagged():
    assert "several_senders" in read(b"From: a@example.org, b@example.org\r\nTo: x@y.z\r\n\r\nx").flags


def test_an_encoded_name_cannot_bring_an_address_of_its_own():
    parsed = read(b"From: =?utf-8?Q?boss@example.com=2C?= <leonie@example.org>\r\n\r\nx")
    assert parsed.sender == "leonie@example.org"


@pytest.mark.parametrize("date", ["", "Date: nonsense\r\n", "Date: Mon, 99 Foo 99999 99:99:99 +9999\r\n"])
def test_a_missing_or_impossible_date_is_flagged(date):
    parsed = read(HEAD + date.encode() + b"\r\nx")
    assert parsed.dated_at is None
    assert "no_date" in parsed.flags


def nested(depth: int) -> bytes:
    head, tail = b"", b""
    for level in range(depth):
        head += f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n'.encode()
        tail = f"\r\n--b{level}--\r\n".encode() + tail
    return HEAD + head + b"Content-Type: text/plain\r\n\r\nat the bottom\r\n" + tail


def test_a_hundred_levels_are_read_and_more_are_flagged():
    assert read(nested(99)).text == "at the bottom"
    assert "too_deep" in read(nested(150)).flags


def test_levels_without_end_are_unreadable_not_fatal():
    with pytest.raises(Unreadable, match="cannot be read"):
        read(nested(3000))


def test_a_thousand_parts_are_enough():
    body = b"".join(b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" for _ in range(3000))
    assert "too_deep" in read(HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + body).flags


def test_a_zip_bomb_is_kept_as_a_file_and_never_unpacked():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 200_000_000)
    message = EmailMessage()
    message["From"], message["To"] = "leonie@example.org", "privacy@mediuxai.com"
    message.set_content("See the file.")
    message.add_attachment(packed.getvalue(), maintype="application", subtype="zip", filename="a.zip")
    raw = message.as_bytes()
    tracemalloc.start()
    parsed = read(raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert parsed.files[0].found_type == "application/zip"
    assert parsed.files[0].data == packed.getvalue()
    assert peak < 20_000_000


def test_a_program_that_calls_itself_a_picture_is_flagged():
    message = EmailMessage()
    message["From"] = "leonie@example.org"
    message.set_content("x")
    message.add_attachment(
        b"MZ\x90\x00", maintype="image", subtype="png", filename="..\\..\\cat\u202egnp.exe"
    )
    parsed = read(message.as_bytes())
    assert "disguised_file" in parsed.flags
    assert parsed.files[0].name == "catgnp.exe"
    assert parsed.files[0].declared_type == "image/png"


def test_html_alone_becomes_text_and_nothing_runs():
    html = (
        b"<html><head><title>t</title><style>p{}</style></head><body><p>Delete&nbsp;my <b>data</b></p>"
        b"<script>alert(1)</script><img src='https://track.example/x.png'><ul><li>one<li>two</ul>"
        b"<blockquote>earlier words</blockquote></body></html>"
    )
    parsed = read(HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html)
    assert parsed.text.split("\n")[0] == "Delete my data"
    assert "alert" not in parsed.text
    assert "track" not in parsed.text
    assert parsed.text[parsed.quote_at :].strip() == "> earlier words"


def test_of_two_forms_of_one_text_the_plain_one_is_kept():
    message = EmailMessage()
    message["From"] = "leonie@example.org"
    message.set_content("plain words")
    message.add_alternative("<p>html words</p>", subtype="html")
    parsed = read(message.as_bytes())
    assert parsed.text == "plain words"
    assert parsed.files == []


def test_an_invitation_is_a_file_and_a_flag():
    raw = HEAD + b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    parsed = read(raw)
    assert "invitation" in parsed.flags
    assert parsed.files[0].name == "invitation.ics"


def test_a_forwarded_message_is_one_file():
    raw = HEAD + b"Content-Type: message/rfc822\r\n\r\nFrom: x@y.z\r\nSubject: inner\r\n\r\ninner words\r\n"
    parsed = read(raw)
    assert parsed.files[0].name == "message.eml"
    assert b"inner words" in parsed.files[0].data
    assert "inner words" not in parsed.text


def test_arabic_and_emoji_stay_as_they_are():
    words = "احذف بياناتي من فضلك 🙏🏽"
    raw = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + words.encode()
    assert read(raw).text == words


@pytest.mark.parametrize("raw", [b"", b"\0" * 5000, b"no header at all", b"\r\n\r\nbody only"])
def test_what_is_no_message_is_unreadable(raw):
    with pytest.raises(Unreadable):
        read(raw)


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Type: multipart/mixed\r\n",
        b"Content-Type: ;;;===\r\n",
        b"Content-Type: text/plain; charset*0*=x''%FF; charset*1*=%GG\r\n",
        b"Content-Type: text/plain; name*0*=utf-8''%zz; name=\"\xff\"\r\n",
        b"Content-Disposition: attachment; filename*=nope''%E2%82\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: x-uuencode\r\n",
        b"Subject: =?utf-8?B?" + b"A" * 9000 + b"\r\n",
        b"From: " + b"(" * 5000 + b"\r\n",
        b"To: " + b"a@b.c, " * 20_000 + b"\r\n",
        b"References: " + b"<x@y> " * 20_000 + b"\r\n",
        b": \r\nX" + b"\xff" * 10 + b": \xff\r\n",
    ],
)
def test_damaged_headers_are_survived(header):
    try:
        parsed = read(HEAD + header + b"\r\nwords \xff\xfe\x00 words")
    except Unreadable:
        return
    (parsed.text + parsed.subject + "".join(parsed.recipients)).encode("utf-8")


def test_random_damage_is_survived():
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Grüße"
    message.set_content("words " * 50)
    message.add_alternative("<p>words</p>" * 20, subtype="html")
    message.add_attachment(b"%PDF-1.7 x" * 20, maintype="application", subtype="pdf", filename="ä.pdf")
    whole, dice = message.as_bytes(), random.Random(4)
    for _ in range(400):
        raw = bytearray(whole)
        for _ in range(dice.randint(1, 30)):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
        del raw[dice.randrange(len(raw)) :]
        try:
            parsed = read(bytes(raw))
        except Unreadable:
            continue
        (parsed.text + parsed.subject + parsed.sender_name).encode("utf-8")


def test_hostile_html_takes_no_time():
    for piece in (
        b"<!--",
        b"<a ",
        b"<a '",
        b"<blockquote>",
        b"&#",
        b"<![CDATA[",
        b"</",
        b"<script>",
        b"<svg>",
    ):
        start = time.process_time()
        read(HEAD + b"Content-Type: text/html\r\n\r\n" + piece * (2_000_000 // len(piece)))
        assert time.process_time() - start < 5, piece


@pytest.mark.slow
def test_fifty_megabytes_are_read():
    body = (b"x" * 76 + b"\r\n") * (50 * 1024 * 1024 // 78)
    parsed = parse(HEAD + b"\r\n" if at == 0 else body[at : at + 65536] for at in range(0, len(body), 65536))
    assert "text_cut" in parsed.flags
    assert len(parsed.text) == mime.TEXT_LENGTH
