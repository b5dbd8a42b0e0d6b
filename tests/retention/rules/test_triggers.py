"""Where the moment stands that begins a period: in the row, or behind its links."""

from platforms.datasets import CollectionSpec, FieldSpec
from retention.rules.triggers import Link, own_column, ways


def collection(name, *fields, **more):
    return CollectionSpec("shop", name, tuple(FieldSpec(one, one) for one in fields), **more)


ACCOUNTS = collection("accounts", "id", "disconnected_at")
POSTS = collection("posts", "id", "account_id", "created_at")
METRICS = collection("metrics", "post_id", "measured_on")
ALL = {one.key: one for one in (ACCOUNTS, POSTS, METRICS)}
LINKS = {
    "shop.metrics": [Link("post_id", "shop.posts", "id")],
    "shop.posts": [Link("account_id", "shop.accounts", "id")],
}


def found(start, trigger, *covered):
    return list(
        ways(
            start,
            trigger,
            ALL,
            lambda one: LINKS.get(one.key, ()),
            lambda one: not covered or one.name in covered,
        )
    )


def test_the_own_column_comes_first():
    (way,) = found(POSTS, "created")
    assert (way.collection, way.column, way.links, way.words) == (
        "shop.posts",
        "created_at",
        (),
        "created_at",
    )


def test_over_two_links_to_the_account_that_was_disconnected():
    (way,) = found(METRICS, "disconnected")
    assert way.words == "post_id → account_id → accounts.disconnected_at"


def test_a_column_in_a_collection_that_the_schedule_does_not_cover_says_nothing():
    assert found(METRICS, "disconnected", "metrics", "posts") == []


def test_a_way_is_at_most_three_links_long_and_never_goes_in_circles():
    LINKS["shop.accounts"] = [Link("id", "shop.metrics", "post_id")]
    try:
        assert found(ACCOUNTS, "closed") == []
    finally:
        del LINKS["shop.accounts"]


def test_the_mark_of_the_dataset_beats_the_name():
    marked = collection(
        "devices", "first_seen_at", "last_used_at", trigger_fields={"last_used": "first_seen_at"}
    )
    assert own_column(marked, "last_used") == "first_seen_at"


def test_a_date_of_birth_begins_no_period():
    born = CollectionSpec(
        "shop", "people", (FieldSpec("created_on", "created_on", ("user.demographic.date_of_birth",)),)
    )
    assert own_column(born, "created") == ""
