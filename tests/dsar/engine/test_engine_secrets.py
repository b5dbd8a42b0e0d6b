"""A copy of somebody's data never holds what opens doors: passwords, keys, account numbers."""

import pytest

from dsar.engine import CCPA_SECRETS, CONCEALED, SECRETS, conceal
from platforms.datasets import CollectionSpec, FieldSpec


def field(name: str, *categories: str, parts: tuple[FieldSpec, ...] = ()) -> FieldSpec:
    return FieldSpec(name=name, path=name, categories=categories, fields=parts)


ACCOUNTS = CollectionSpec(
    dataset="shop",
    name="accounts",
    fields=(
        field("email", "user.contact.email"),
        field("password_hash", "user.authorization.password"),
        field("token", "user.authorization.credentials"),
        field("scopes", "user.authorization"),
        field("iban", "user.financial.bank_account"),
        field(
            "login",
            parts=(FieldSpec(name="pin", path="login.pin", categories=("user.authorization.password",)),),
        ),
    ),
)
ROW = {
    "email": "a@b.example", "password_hash": "$2b$x", "token": None, "scopes": "read", "iban": "DE00",
    "login": {"pin": "1"},
}  # fmt: skip


def test_secrets_are_replaced_and_everything_else_stays() -> None:
    shown = conceal(ROW, ACCOUNTS, SECRETS)
    assert shown == ROW | {"password_hash": CONCEALED, "login": CONCEALED}


def test_an_empty_secret_is_shown_as_empty() -> None:
    assert conceal(ROW, ACCOUNTS, SECRETS)["token"] is None


@pytest.mark.parametrize(("categories", "shown"), [(SECRETS, "DE00"), (CCPA_SECRETS, CONCEALED)])
def test_account_numbers_are_concealed_from_californian_answers_alone(categories, shown) -> None:
    assert conceal(ROW, ACCOUNTS, categories)["iban"] == shown


def test_a_collection_whose_rows_are_secrets_shows_none_of_them() -> None:
    keys = CollectionSpec(
        dataset="shop", name="keys", fields=(field("value"),), categories=("user.authorization.credentials",)
    )
    assert conceal({"value": "abc"}, keys, SECRETS) == {"value": CONCEALED}
