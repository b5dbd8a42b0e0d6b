# ruff: noqa: E501 - datasets read better on one line
"""Reading fideslang datasets: what is accepted, warned about, refused, with file and line."""

import pytest

from platforms.datasets import DatasetError, covers, load_file, load_files, parse

GOOD = """dataset:
  - fides_key: shop
    name: Shop
    fides_meta: {namespace: {schema: crm}, after: [other]}
    collections:
      - name: customer
        fidesops_meta: {after: [shop.order], erase_after: [shop.order], masking_strategy_override: {strategy: delete}}
        fields:
          - name: id
            fidesops_meta: {primary_key: true, data_type: integer}
          - name: mails
            data_categories: [user.contact.email]
            fides_meta: {data_type: "string[]", return_all_elements: true, identity: email}
          - name: address
            fields:
              - {name: city, data_categories: [user.contact.address.city]}
          - name: parent
            fides_meta:
              references: [{dataset: shop, field: customer.id, direction: from}, {dataset: x, field: a.b.c}]
      - {name: order, fields: [], fides_meta: {skip_processing: true}}
"""


def broken(text: str) -> str:
    with pytest.raises(DatasetError) as caught:
        parse(text, "file.yml")
    return str(caught.value)


def test_every_key_of_the_format_is_read():
    (shop,) = parse(GOOD).datasets
    customer, order = shop.collections
    assert (shop.key, dict(shop.namespace), shop.after) == ("shop", {"schema": "crm"}, ("other",))
    assert (customer.after, customer.erase_after, customer.deletes_rows) == (
        ("shop.order",),
        ("shop.order",),
        True,
    )
    assert order.skip
    ident, mails, address, parent = customer.fields
    assert (ident.primary_key, ident.data_type) == (True, "integer")
    assert (mails.is_array, mails.return_all_elements, mails.identity, mails.data_type) == (
        True,
        True,
        "email",
        "string",
    )
    assert [one.path for one in address.walk()] == ["address", "address.city"]
    own, other = parent.references
    assert (own.target, own.path, own.direction) == ("shop.customer", "id", "from")
    assert (other.target, other.path, other.direction) == ("x.a", "b.c", None)


def test_unknown_keys_are_accepted_and_warned_about_with_their_path():
    text = GOOD.replace("name: Shop", "name: Shop\n    colour: red").replace(
        "{name: city,", "{name: city, categries: 1,"
    )
    warnings = [str(one) for one in parse(text, "file.yml").warnings]
    assert any("line 4: shop: unknown key 'colour'" in one for one in warnings)
    assert any("shop.customer.address.city: unknown key 'categries'" in one for one in warnings)
    assert parse(GOOD).warnings == ()


def test_the_ignored_old_key_gives_no_warning():
    assert parse(GOOD.replace("name: Shop", "name: Shop\n    data_qualifier: x")).warnings == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("data_type: integer", "data_type: int", "line 9"),
        ("field: customer.id", "field: customer", "line 19"),
        ("shop.order]", "shop.order.x]", "line 6"),
        ("fides_key: shop", "fides_key: a shop", "line 2"),
        ("name: order,", "name: customer,", "customer"),
        ("- name: id\n", "- name: on\n", "put it in quotes"),
        ("strategy: delete", "strategy: hide", "line 6"),
        ("primary_key: true", "length: 0", "line 9"),
    ],
)
def test_mistakes_name_the_line(old, new, words):
    message = broken(GOOD.replace(old, new))
    assert message.startswith("file.yml, line ")
    assert words in message


@pytest.mark.parametrize("strategy", ["hash", "hmac", "aes_encrypt", "phone_book"])
def test_masks_with_a_secret_are_no_field_override(strategy):
    text = GOOD.replace("primary_key: true", f"masking_strategy_override: {{strategy: {strategy}}}")
    assert f"'{strategy}' cannot be used" in broken(text)


@pytest.mark.parametrize(
    "text",
    [
        "dataset: !!python/object/apply:os.system ['true']",
        "dataset: !custom 1",
        "a: &a [x, x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(12)) + "dataset: [*m]",
        "dataset: &a [*a]",
        "dataset: " + "[" * 300 + "]" * 300,
        "dataset: [" + "1," * 400_000 + "]",
        "dataset:\n\t- x",
        "[1, 2]",
        "dataset: {}",
        "dataset: [1]",
        "dataset: []",
        "--- 1\n--- 2",
        "",
        "dataset: [{fides_key: a, collections: [], collections: []}]",
        "dataset: [{fides_key: a, name: 2025-13-45, collections: 3}]",
        "\x00",
    ],
)  # fmt: skip
def test_hostile_and_broken_files_are_refused_with_a_sentence(text):
    assert broken(text).startswith("file.yml")


def test_a_file_larger_than_the_limit_is_refused():
    assert "larger than" in broken("# " + "x" * 2_100_000)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(DatasetError, match="cannot be read"):
        load_file(tmp_path / "none.yml")
    (tmp_path / "latin.yml").write_bytes(b"dataset: \xff\xfe\xe4")
    with pytest.raises(DatasetError, match="not UTF-8"):
        load_file(tmp_path / "latin.yml")


def test_two_files_may_not_describe_the_same_dataset(tmp_path):
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text(GOOD)
    with pytest.raises(DatasetError, match="described twice"):
        load_files([tmp_path / "a.yml", tmp_path / "b.yml"])


def test_aliases_and_merge_keys_of_honest_files_work():
    text = "x: &m {primary_key: true}\ndataset:\n  - fides_key: a\n    collections:\n      - name: t\n        fields:\n          - {name: id, fides_meta: {<<: *m, data_type: string}}\n          - {name: b, fides_meta: *m}\n"
    fields = parse(text).datasets[0].collections[0].fields
    assert [one.primary_key for one in fields] == [True, True]
    assert fields[0].data_type == "string"


def test_categories_end_at_a_dot():
    assert covers("user.device.cookie", "user.device.cookie")
    assert covers("user.device", "user.device.cookie_id")
    assert not covers("user.device.cookie", "user.device.cookie_id")
