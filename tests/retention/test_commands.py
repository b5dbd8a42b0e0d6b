"""`manage.py sweep` and `manage.py prove`."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from retention.models import Sweep
from retention.services import proving
from tests.retention.conftest import NOW


def run(name, *arguments):
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def test_without_apply_nothing_is_removed(product, company):
    before = company.all()
    found = json.loads(run("sweep", "--json", "--now", NOW.isoformat()))
    assert found["due"] > 0
    assert found["removed"] == 0
    assert company.all() == before
    assert Sweep.objects.get().state == "stopped"


def test_a_large_sweep_is_refused_on_the_command_line_and_told_where_to_approve(product, company):
    with pytest.raises(CommandError, match="somebody has to approve") as caught:
        run("sweep", "--apply", "--now", NOW.isoformat())
    assert caught.value.returncode == 3


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (["--system", "nowhere"], "no system", 2),
        (["--now", "tomorrow"], "is no moment", 2),
        (["--apply", "--dry-run"], "choose one", 1),
    ],
)
def test_bad_arguments_are_told(product, arguments, words, code):
    with pytest.raises(CommandError, match=words) as caught:
        run("sweep", *arguments)
    assert caught.value.returncode == code


def test_a_record_that_was_never_removed_is_told(product):
    with pytest.raises(CommandError, match="No sweep of this portal removed"):
        run("prove", "--system", "product_database", "--record", "1")
    with pytest.raises(CommandError, match="no system"):
        run("prove", "--system", "nowhere", "--record", "1")


def test_text_and_json_say_the_same(product, company):
    text = run("sweep", "--now", NOW.isoformat())
    assert "rows due" in text
    assert "server_logs" in text
    assert proving.prove(system=product, record="1") == []
