"""`manage.py clock`: objects in, objects out, in order; what cannot be read says which key and what to do."""

import io
import json
import subprocess
import sys
import time

import pytest
from django.core.management import call_command

from config import BASE_DIR
from dsar.services.reckoning import command

GOOD = {
    "regime": "eu_gdpr", "obligation": "dsar_response", "right": "access",
    "received_at": "2026-10-12T10:00:00+02:00", "reckoning_tz": "Europe/Berlin", "holiday_calendar": "DE",
    "roll_to_working_day": True, "profile": None, "events": [],
}  # fmt: skip


def run(given, *, raw=None):
    out, err = io.StringIO(), io.StringIO()
    code = command.run(io.StringIO(raw or json.dumps(given)), out, err, as_json=True)
    return code, json.loads(out.getvalue()) if out.getvalue() else None, err.getvalue()


def test_an_object_gives_an_object():
    code, found, err = run(GOOD)
    assert (code, found["due_date"], err) == (0, "2026-11-12", "")
    assert found["derivation"][0].startswith("We received your request on Monday 12 October 2026")
    assert "The law gives one calendar month." in found["derivation"][1]


def test_a_list_gives_a_list_in_order():
    days = ["2026-10-12", "2026-10-10", "2026-10-14"]
    code, found, _ = run([GOOD | {"received_at": f"{day}T10:00:00+02:00"} for day in days])
    assert code == 0
    assert [one["due_date"] for one in found] == ["2026-11-12", "2026-11-10", "2026-11-16"]
    assert run([]) == (0, [], "")


def test_a_bad_object_in_a_list_is_named_and_the_others_are_answered():
    code, found, err = run([GOOD, GOOD | {"regime": "gdpr"}, 7, GOOD])
    assert code == 2
    assert found[0] == found[3]
    assert found[1]["error"]["index"] == 1
    assert found[1]["error"]["key"] == "regime"
    assert found[2]["error"]["key"] == "(object)"
    assert "[1] regime: “gdpr” is not known. Write one of eu_gdpr" in err


@pytest.mark.parametrize(
    ("change", "key", "said"),
    [
        ({"regime": None}, "regime", "missing"),
        ({"obligation": "answer"}, "obligation", "not known"),
        ({"right": "everything"}, "right", "not known"),
        ({"right": ["access"]}, "right", "not known"),
        ({"received_at": None}, "received_at", "missing"),
        ({"received_at": "2026-10-12T10:00:00"}, "received_at", "no offset"),
        ({"received_at": "2026-10-12"}, "received_at", "no offset"),
        ({"received_at": "2026-02-30T10:00:00+01:00"}, "received_at", "day is out of range"),
        ({"received_at": "2027-02-29T10:00:00+01:00"}, "received_at", "day is out of range"),
        ({"received_at": "soon"}, "received_at", "no moment"),
        ({"received_at": 1760000000}, "received_at", "no moment"),
        ({"received_at": "9999-12-31T10:00:00+00:00"}, "received_at", "too far away"),
        ({"received_at": "0001-01-01T00:00:00+14:00"}, "received_at", "too far away"),
        ({"reckoning_tz": None}, "reckoning_tz", "missing"),
        ({"reckoning_tz": "Berlin"}, "reckoning_tz", "no time zone"),
        ({"reckoning_tz": "../../etc/passwd"}, "reckoning_tz", "no time zone"),
        ({"holiday_calendar": "XX"}, "holiday_calendar", "no calendar"),
        ({"holiday_calendar": ""}, "holiday_calendar", "no calendar"),
        ({"roll_to_working_day": "yes"}, "roll_to_working_day", "neither true nor false"),
        ({"profile": "nobody"}, "profile", "no profile"),
        ({"profile": "../../secrets.yaml"}, "profile", "no profile"),
        ({"events": {}}, "events", "no list"),
        ({"events": ["x"]}, "events[0]", "no object"),
        ({"events": [{"type": "paused", "date": "2026-10-13"}]}, "events[0].type", "not known"),
        ({"events": [{"type": "fee_paid"}]}, "events[0].date", "missing"),
        ({"events": [{"type": "fee_paid", "date": "2026-02-30"}]}, "events[0].date", "day is out of range"),
        ({"events": [{"type": "fee_paid", "date": "2026-10-13"}] * 1001}, "events", "More than 1000"),
        ({"obligation": "breach_72h", "regime": "ccpa"}, "regime", "does not exist under ccpa"),
        ({"obligation": "ccpa_opt_out"}, "regime", "does not exist under eu_gdpr"),
        ({"obligation": "complaint_acknowledgement"}, "regime", "does not exist under eu_gdpr"),
    ],
)
def test_what_cannot_be_read_names_the_key_and_the_remedy(change, key, said):
    code, found, err = run(GOOD | change)
    assert code == 2
    assert found["error"]["key"] == key
    assert said in found["error"]["problem"]
    assert found["error"]["remedy"]
    assert f"{key}:" in err


@pytest.mark.parametrize("raw", ["", "{", "{'a': 1}", "[" * 100_000])
def test_what_is_no_json_is_said(raw):
    out, err = io.StringIO(), io.StringIO()
    assert command.run(io.StringIO(raw), out, err, as_json=True) == 2
    assert "this is no JSON" in err.getvalue()
    assert out.getvalue() == ""


def test_a_key_that_nobody_knows_is_not_silently_dropped():
    _, found, _ = run(GOOD | {"holidays": "DE"})
    assert found["warnings"] == ["The key “holidays” is not known and was not used."]


def test_left_out_keys_have_the_careful_meaning():
    asked = {"regime": "ccpa", "obligation": "dsar_response", "received_at": "2026-07-03T05:00:00Z"}
    _, found, _ = run(asked)
    assert (found["received_local_date"], found["due_date"]) == ("2026-07-02", "2026-08-16")


def test_a_moment_in_an_event_becomes_a_day_in_the_reckoning_zone():
    event = {"type": "extension_notice", "date": "2026-11-12T22:59:59Z"}
    assert run(GOOD | {"events": [event]})[1]["extension_valid"] is True
    event = {"type": "extension_notice", "date": "2026-11-12T23:00:00Z"}
    assert run(GOOD | {"events": [event]})[1]["extension_valid"] is False


def test_words_of_the_laws_name_the_same_rights():
    assert run(GOOD | {"right": "erasure"})[1] == run(GOOD | {"right": "deletion"})[1]


def test_a_calendar_that_ends_too_early_warns():
    _, found, _ = run(GOOD | {"received_at": "2040-10-12T10:00:00+02:00"})
    assert "ends before this date" in found["warnings"][0]


def test_today_shows_what_an_answer_now_would_give():
    asked = {"events": [{"type": "identity_requested", "date": "2026-10-13"}], "today": "2026-10-20"}
    assert run(GOOD | asked)[1]["if_answered_today"] == "2026-11-19"


def test_without_json_it_is_text_for_people(capsys, monkeypatch):
    out = io.StringIO()
    command.run(io.StringIO(json.dumps(GOOD)), out, io.StringIO(), as_json=False)
    assert "due_date: 2026-11-12" in out.getvalue()
    assert "  The law gives one calendar month." in out.getvalue()


def test_the_command_of_django_is_the_same(monkeypatch):
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(GOOD)))
    call_command("clock", stdout=out)
    assert json.loads(out.getvalue())["due_date"] == "2026-11-12"
    monkeypatch.setattr(sys, "stdin", io.StringIO("[{}]"))
    with pytest.raises(SystemExit) as ended:
        call_command("clock", "--json", stdout=io.StringIO(), stderr=io.StringIO())
    assert ended.value.code == 2


def shell(text, *arguments):
    return subprocess.run(
        [sys.executable, "manage.py", "clock", *arguments], cwd=BASE_DIR, input=text, capture_output=True,
        text=True, check=False, timeout=60,
    )  # fmt: skip


def test_a_thousand_questions_from_the_shell():
    """Under 2 s with start-up where a core is free; measured as processor time: neighbours do not move it."""
    import resource

    event = [
        {"type": "identity_requested", "date": "2026-10-13"},
        {"type": "identity_received", "date": "2026-10-20"},
    ]
    many = [GOOD | {"events": event, "profile": ["mediux", "mixora", None][n % 3]} for n in range(1000)]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = shell(json.dumps(many), "--json")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) == 1000
    assert spent < 2, f"{spent:.2f} s of processor time, {time.monotonic() - began:.2f} s in all"


def test_the_shell_refuses_an_unknown_option_and_helps():
    assert shell("{}", "--yaml").returncode == 2
    assert "reckoning_tz" in shell("", "--help").stdout
    assert shell("{").returncode == 2
