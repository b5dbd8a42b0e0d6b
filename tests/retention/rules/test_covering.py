"""What a schedule may remove: rows only where it names their collection, or that has its category."""

from dataclasses import replace

import pytest

from config.profile import active_profile
from platforms.datasets import CollectionSpec, DatasetSpec, FieldSpec
from retention.rules.covering import fields_of, is_of_persons, personal_fields, removes

FIELDS = (
    FieldSpec("id", "id", ("user.unique_id",), primary_key=True),
    FieldSpec("text", "text", ("user.content",)),
    FieldSpec("state", "state", ("system.operations",)),
    FieldSpec("iban", "iban", ("user.financial",), read_only=True),
)
POSTS = CollectionSpec("shop", "posts", FIELDS)
SHOP = DatasetSpec("shop", "Shop", (POSTS,))


def schedule(key="logs", **changes):
    found = next(one for one in active_profile().schedules if one.key == key)
    return found.model_copy(update=changes)


@pytest.mark.parametrize(
    ("collection", "dataset", "expected"),
    [
        (replace(POSTS, name="server_logs"), SHOP, "row"),
        (replace(POSTS, categories=("system.operations",)), SHOP, "row"),
        (POSTS, replace(SHOP, categories=("system.operations",)), "row"),
        (POSTS, SHOP, None),  # one field about operations does not make a post a log line
        (replace(POSTS, name="server_logs", skip=True), SHOP, None),
    ],
)
def test_one_field_of_a_category_removes_no_row(collection, dataset, expected):
    assert removes(schedule(), "product", dataset, collection) == expected


def test_a_schedule_without_whole_rows_empties_fields():
    by_field = schedule(whole_row=False, categories=("user.content",), collections=())
    assert removes(by_field, "product", SHOP, POSTS) == "fields"
    assert fields_of(by_field, POSTS) == ("text",)


def test_a_schedule_of_another_system_covers_nothing():
    assert (
        removes(schedule(systems=("billing",)), "product", SHOP, replace(POSTS, name="server_logs")) is None
    )


def test_personal_fields_are_those_about_the_user_but_for_keys_and_what_the_dataset_keeps():
    assert personal_fields(POSTS) == ("text",)


def test_a_collection_of_persons_has_an_identity():
    mail = FieldSpec("email", "email", ("user.contact.email",), identity="email")
    assert is_of_persons(replace(POSTS, fields=(*FIELDS, mail)))
    assert not is_of_persons(POSTS)
