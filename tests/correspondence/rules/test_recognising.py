"""What a message is, and who must never get an automatic answer (RFC 3834)."""

import pytest

from correspondence.enums import MailKind
from correspondence.rules.mime import parse
from correspondence.rules.recognising import kind_of, never_answer


def read(*lines: str):
    head = ["From: Leonie <leonie@example.org>", "Subject: Hello"]
    return parse(["\r\n".join([*lines, *head, "", "x"]).encode()])


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated; x=y", "Precedence: bulk",
        "Precedence: list", "X-Auto-Response-Suppress: OOF, AutoReply", "List-Id: <l.example.org>",
        "Return-Path: <>", "X-Autoreply: yes", "From: Second <second@example.org>",
    ],
)  # fmt: skip
def test_machines_and_unclear_senders_are_never_answered(line):
    assert never_answer(read(line))


@pytest.mark.parametrize(
    "line", ["Auto-Submitted: no", "Precedence: normal", "Return-Path: <leonie@example.org>"]
)
def test_people_are_answered(line):
    assert not never_answer(read(line))


@pytest.mark.parametrize(
    "sender", ["MAILER-DAEMON@x.org", "no-reply@x.org", "noreply@x.org", "postmaster@x.org"]
)
def test_robots_are_never_answered(sender):
    assert never_answer(parse([f"From: {sender}\r\n\r\nx".encode()]))


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["X-Failed-Recipients: a@b.c"], MailKind.BOUNCE),
        (["Auto-Submitted: auto-replied (vacation)"], MailKind.AUTO_REPLY),
        (["X-Autorespond: yes"], MailKind.AUTO_REPLY),
        (["Subject: Out of Office: Re: your letter"], MailKind.AUTO_REPLY),
        (["Subject: Abwesenheitsnotiz: Anfrage"], MailKind.AUTO_REPLY),
        (["Auto-Submitted: auto-generated"], MailKind.OTHER),
        ([], MailKind.OTHER),
    ],
)
def test_kinds(lines, kind):
    assert kind_of(read(*lines), is_own=False, is_spam=False) == kind


def test_our_own_letter_come_back_is_a_loop_and_spam_is_only_probable():
    assert kind_of(read(), is_own=True, is_spam=False) == MailKind.LOOP
    assert kind_of(read(), is_own=False, is_spam=True) == MailKind.SPAM
