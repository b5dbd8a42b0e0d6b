"""The dataset of the demo company declares every column and leads from a person to their rows only."""

from collections import defaultdict

import pytest
import yaml
from fideslang.default_taxonomy import DEFAULT_TAXONOMY
from fideslang.models import Dataset
from sqlalchemy import text

from platforms.demo import DATASET, people
from platforms.demo.schema import METADATA, build

# Whose a row is, as SQL on the row's own columns; `:me` is the user id. Written by hand, not derived.
WHOSE = {
    "users": "id = :me",
    "team_members": "user_id = :me",
    "team_invitations": "invited_by_id = :me",
    "notification_settings": "user_id = :me",
    "consents": "user_id = :me",
    "devices": "user_id = :me",
    "sessions": "user_id = :me",
    "cookies": "user_id = :me",
    "login_audit": "email_tried = :mail",
    "brand_keywords": "added_by_id = :me",
    "posts": "author_id = :me",
    "drafts": "author_id = :me",
    "post_versions": "editor_id = :me",
    "media": """id IN (WITH RECURSIVE mine(id) AS (SELECT id FROM media WHERE uploaded_by_id = :me
        UNION SELECT m.id FROM media m JOIN mine ON m.derived_from_id = mine.id) SELECT id FROM mine)""",
    "post_media": "media_id IN (SELECT id FROM media WHERE uploaded_by_id = :me)",
    "approvals": ":me IN (requested_by_id, reviewer_id)",
    "comments": "author_id = :me",
    "social_accounts": "connected_by_id = :me",
    "scheduled_posts": "scheduled_by_id = :me",
    "post_metrics": "scheduled_post_id IN (SELECT id FROM scheduled_posts WHERE scheduled_by_id = :me)",
    "account_metrics": "social_account_id IN (SELECT id FROM social_accounts WHERE connected_by_id = :me)",
    "fetched_items": "social_account_id IN (SELECT id FROM social_accounts WHERE connected_by_id = :me)",
    "inbox_threads": "social_account_id IN (SELECT id FROM social_accounts WHERE connected_by_id = :me)",
    "inbox_messages": """thread_id IN (SELECT t.id FROM inbox_threads t JOIN social_accounts a
        ON a.id = t.social_account_id WHERE a.connected_by_id = :me)""",
    "inbox_replies": "sent_by_id = :me",
    "subscriptions": "payer_id = :me",
    "invoices": "payer_id = :me",
    "invoice_lines": "invoice_id IN (SELECT id FROM invoices WHERE payer_id = :me)",
    "payments": "invoice_id IN (SELECT id FROM invoices WHERE payer_id = :me)",
    "support_tickets": "contact_email = :mail",
    "support_messages": "ticket_id IN (SELECT id FROM support_tickets WHERE contact_email = :mail)",
    "survey_responses": "user_id = :me",
    "usage_events": "user_id = :me",
    "server_logs": "user_id = :me",
    # Shared with colleagues: reached because the person works there, and nothing leads on from them.
    "teams": "id IN (SELECT team_id FROM team_members WHERE user_id = :me) OR owner_id = :me",
    "brands": "id IN (SELECT brand_id FROM posts WHERE author_id = :me) OR created_by_id = :me",
}  # fmt: skip


@pytest.fixture(scope="module")
def dataset():
    return Dataset(**yaml.safe_load(DATASET.read_text())["dataset"][0])


@pytest.fixture(scope="module")
def fields(dataset):
    return {(c.name, f.name): f for c in dataset.collections for f in c.fields}


def test_every_column_of_every_table_is_declared_and_nothing_else(fields):
    columns = {(table.name, column.name) for table in METADATA.tables.values() for column in table.columns}
    assert set(fields) == columns


def test_every_category_use_and_subject_is_of_the_public_taxonomy(dataset, fields):
    categories = {entry.fides_key for entry in DEFAULT_TAXONOMY.data_category}
    uses = {entry.fides_key for entry in DEFAULT_TAXONOMY.data_use}
    subjects = {entry.fides_key for entry in DEFAULT_TAXONOMY.data_subject}
    for field in fields.values():
        assert set() < set(field.data_categories) <= categories, field.name
        assert set(field.data_subjects or ()) <= subjects, field.name
    assert all(set(collection.data_uses or ()) <= uses for collection in dataset.collections)


def test_primary_keys_and_lengths_are_those_of_the_tables(fields):
    for (table, column), field in fields.items():
        real = METADATA.tables[table].columns[column]
        assert bool(field.fides_meta.primary_key) == real.primary_key, (table, column)
        assert field.fides_meta.length == getattr(real.type, "length", None), (table, column)


def test_columns_the_database_computes_are_read_only(fields):
    for (table, column), field in fields.items():
        if METADATA.tables[table].columns[column].computed is not None:
            assert field.fides_meta.read_only, (table, column)


def test_no_name_address_or_text_of_a_person_is_spared_as_read_only(fields):
    spared = {
        place: category
        for place, field in fields.items()
        if field.fides_meta.read_only and place[0] != "brands" and place != ("users", "email_folded")
        for category in field.data_categories
    }
    named = ("user.name", "user.contact", "user.authorization", "user.device", "user.content.private")
    assert not [place for place, category in spared.items() if category.startswith(named)]


@pytest.mark.parametrize(
    "field",
    [
        ("inbox_messages", "sender_name"),
        ("inbox_messages", "body"),
        ("inbox_threads", "contact_handle"),
        ("support_messages", "agent_name"),
        ("team_invitations", "invited_email"),
    ],
)
def test_values_of_third_persons_are_marked_as_such(fields, field):
    assert fields[field].data_subjects
    assert "customer" not in fields[field].data_subjects


def edges(fields):
    """(from table, from column) → (to table, to column), in the direction the dataset gives."""
    found = defaultdict(list)
    for (table, column), field in fields.items():
        for reference in field.fides_meta.references or ():
            other = tuple(reference.field.split("."))
            here = (table, column)
            source, target = (here, other) if reference.direction == "to" else (other, here)
            found[source[0]].append((source[1], *target))
    return found


def reach(connection, fields, table, column, value):
    """Follow the references as plainly as can be; returns the rows reached by table, keyed by their key."""
    leads, reached, waiting = edges(fields), defaultdict(dict), [(table, column, value)]
    while waiting:
        table, column, value = waiting.pop()
        key = [c.name for c in METADATA.tables[table].primary_key.columns]
        query = text(f"SELECT * FROM {table} WHERE {column} = :value")
        for row in connection.execute(query, {"value": value}).mappings():
            identity = tuple(row[name] for name in key)
            if identity not in reached[table]:
                reached[table][identity] = row
                known = (lead for lead in leads[table] if row[lead[0]] is not None)
                waiting += [(target, into, row[source]) for source, target, into in known]
    return reached


@pytest.mark.parametrize("person", [people()[index] for index in (0, 1, 3, 6, 19, 45)], ids=lambda p: p.email)
@pytest.mark.parametrize("identity", ["email", "id"])
def test_a_person_leads_to_all_of_their_rows_and_to_nobody_elses(company, fields, person, identity):
    mine = {"me": person.user_id, "mail": person.email}
    with company.connect() as connection:
        reached = reach(connection, fields, "users", identity, mine["mail" if identity == "email" else "me"])
        for table, condition in WHOSE.items():
            key = [c.name for c in METADATA.tables[table].primary_key.columns]
            owned = connection.execute(text(f"SELECT {', '.join(key)} FROM {table} WHERE {condition}"), mine)
            assert set(reached[table]) == {tuple(row) for row in owned}, table


def test_the_rule_above_speaks_of_every_collection(dataset):
    assert set(WHOSE) == {one.name for one in dataset.collections} - {build.name}
