"""`manage.py demo_company` says what it made, and says in a sentence why it did not."""

import pytest
from django.core.management import CommandError, call_command


def test_it_creates_the_company_and_counts_its_rows(tmp_path, capsys):
    call_command("demo_company", url=f"sqlite:///{tmp_path}/c.sqlite3", people=12, seed=4)
    said = capsys.readouterr().out
    assert "       12  users" in said
    assert "rows in 36 tables" in said
    assert "user id 3" in said


def test_it_refuses_a_second_time_without_force(tmp_path, capsys):
    url = f"sqlite:///{tmp_path}/c.sqlite3"
    call_command("demo_company", url=url, people=12)
    with pytest.raises(CommandError, match="--force"):
        call_command("demo_company", url=url, people=12)
    call_command("demo_company", url=url, people=12, force=True)


def test_a_database_that_does_not_answer_is_named_as_the_cause():
    with pytest.raises(CommandError, match="could not be used"):
        call_command("demo_company", url="postgresql://demo@127.0.0.1:1/none", people=12)
