"""Access and deletion on the demo company: all rows of the person who asks, and none of anybody else."""

import json
import shutil

import pytest
from django.core.management import call_command
from sqlalchemy import create_engine, select, text

from platforms.demo import DATASET, create_company, people
from platforms.demo.schema import METADATA
from tests.platforms.demo.conftest import TODAY
from tests.platforms.demo.test_dataset import WHOSE

# A founder who pays, a Californian, an address written with capitals, a closed account, a formula for a name.
PERSONS = [people()[number - 1] for number in (1, 2, 25, 20, 46)]
HELD = {
    "approvals",
    "brands",
    "brand_keywords",
    "inbox_threads",
    "inbox_messages",
    "team_invitations",
}


@pytest.fixture
def ask(capsys):
    def run(url: str, person, right: str, *options: str) -> dict[str, object]:
        identity = f"--identity=email={person.email}"
        call_command(
            "try_dataset", str(DATASET), "--json", identity, f"--url={url}", f"--right={right}", *options
        )
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A company of 50 people: large enough to get into each other's way."""
    url = f"sqlite:///{tmp_path_factory.mktemp('small')}/company.sqlite3"
    create_company(url, people=50, today=TODAY)
    return url


@pytest.fixture
def copy(small, tmp_path):
    """That company once more, to write to."""
    shutil.copy(small.removeprefix("sqlite:///"), tmp_path / "copy.sqlite3")
    return f"sqlite:///{tmp_path}/copy.sqlite3"


def key_of(table):
    return [column.name for column in METADATA.tables[table].primary_key.columns]


def owned(url, person):
    """The keys of the person's rows by table, as WHOSE says."""
    engine = create_engine(url)
    mine = {"me": person.user_id, "mail": person.email}
    with engine.connect() as connection:
        found = {
            table: {
                tuple(map(str, row))
                for row in connection.execute(
                    text(f"SELECT {', '.join(key_of(table))} FROM {table} WHERE {condition}"), mine
                )
            }
            for table, condition in WHOSE.items()
        }
    engine.dispose()
    return found


def content(url):
    """Every row of every table by its key."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            name: {
                tuple(str(row[part]) for part in key_of(name)): dict(row)
                for row in connection.execute(select(table)).mappings()
            }
            for name, table in METADATA.tables.items()
        }
    engine.dispose()
    return found


def keys(rows, table):
    return {tuple(str(row[name]) for name in key_of(table)) for row in rows}


@pytest.mark.parametrize("person", PERSONS, ids=lambda p: str(p.user_id))
def test_access_reads_exactly_the_rows_of_the_person(small, ask, person):
    raw = ask(small, person, "access")["raw"]
    for table, expected in owned(small, person).items():
        assert keys(raw[f"social_product.{table}"], table) == expected, table


@pytest.mark.parametrize("person", PERSONS, ids=lambda p: str(p.user_id))
def test_the_answer_tells_nothing_of_senders_agents_invited_people_or_colleagues(small, ask, person):
    answer = ask(small, person, "access")["filtered"]
    told = {(name.partition(".")[2], field) for name, rows in answer.items() for row in rows for field in row}
    assert not told & {
        ("inbox_threads", "contact_name"),
        ("inbox_messages", "sender_name"),
        ("inbox_messages", "body"),
        ("support_messages", "agent_name"),
        ("team_invitations", "invited_email"),
        ("approvals", "reviewer_id"),
    }
    addresses = {row["billing_email"] for row in answer.get("social_product.teams", ())}
    assert addresses <= {person.email}


@pytest.mark.parametrize("person", PERSONS, ids=lambda p: str(p.user_id))
def test_deletion_changes_no_row_of_anybody_else(copy, ask, person):
    mine, before = owned(copy, person), content(copy)
    document = ask(copy, person, "deletion", "--apply", "--profile=mediux_ai")
    after = content(copy)
    assert document["blocked"] == []
    assert all(proof["remaining"] == 0 for proof in document["proof"].values())
    for table, rows in before.items():
        touched = {key for key, row in rows.items() if after[table].get(key) != row}
        assert touched <= mine.get(table, set()), table
        assert set(after[table]) <= set(rows), table


def test_deletion_leaves_the_address_of_a_person_nowhere_but_on_records_that_must_be_kept(copy, ask):
    person = PERSONS[0]
    ask(copy, person, "deletion", "--apply", "--profile=mediux_ai")
    still = {
        (table, column)
        for table, rows in content(copy).items()
        for row in rows.values()
        for column, value in row.items()
        if isinstance(value, str) and person.email in value.lower()
    }
    assert still == {("invoices", "billing_email")}


def test_deletion_keeps_seven_years_of_invoices_and_says_why(copy, ask):
    plan = ask(copy, PERSONS[0], "deletion", "--profile=mediux_ai")["plan"]["social_product.invoices"]
    (exception,) = plan["exceptions"]
    assert exception["code"] == "E17_LEGAL_OBLIGATION"
    assert "7 years" in exception["reason"]
    assert 0 < plan["to_change"] < plan["found"] == plan["to_change"] + exception["rows"]


def test_deletion_takes_pictures_with_the_crops_and_thumbnails_made_of_them(copy, ask):
    person = PERSONS[2]
    pictures = owned(copy, person)["media"]
    assert len(pictures) > 2
    ask(copy, person, "deletion", "--apply")
    assert not pictures & set(content(copy)["media"])


def test_deletion_takes_or_masks_every_own_row_that_is_not_held(copy, ask):
    person = PERSONS[3]
    mine, before = owned(copy, person), content(copy)
    ask(copy, person, "deletion", "--apply")
    after = content(copy)
    for table in set(mine) - HELD - {"scheduled_posts", "subscriptions", "teams"}:
        left = {key for key in mine[table] if after[table].get(key) == before[table][key]}
        assert not left, table


def test_the_shared_word_on_a_post_is_held_for_review(copy, ask):
    plan = ask(copy, PERSONS[1], "deletion")["plan"]["social_product.approvals"]
    assert plan["to_change"] == 0
    assert {one["code"] for one in plan["exceptions"]} == {"SHARED_ROW"}
