"""A shop of eleven collections in a database of its own, and the way of a case through the portal."""

from datetime import datetime
from typing import Any

import psycopg

CHILDREN = (
    "addresses",
    "orders",
    "payments",
    "reviews",
    "wishes",
    "sessions",
    "tickets",
    "messages",
    "consents",
    "devices",
)
EACH = 20
"""Rows of one person in every child collection."""


def _field(name: str, category: str, meta: str = "data_type: string") -> str:
    return f"          - {{name: {name}, data_categories: [{category}], fides_meta: {{{meta}}}}}\n"


def _collection(name: str, fields: str) -> str:
    return f"      - name: {name}\n        fields:\n{fields}"


def dataset() -> str:
    """Return the dataset of the shop: customers, and ten collections that point at them."""
    key = _field("id", "user.unique_id", "primary_key: true, data_type: integer")
    text = "dataset:\n  - fides_key: shop\n    name: Shop\n    collections:\n"
    mail = _field("email", "user.contact.email", "identity: email, data_type: string")
    text += _collection("customers", key + mail + _field("name", "user.name"))
    link = "references: [{dataset: shop, field: customers.id, direction: from}]"
    for name in CHILDREN:
        fields = key + _field("customer_id", "user.unique_id", link)
        text += _collection(name, fields + _field("text", "user.content") + _field("place", "user.location"))
    return text


def fill(url: str, people: int) -> None:
    """Make the tables and `people` customers named person1@example.org and so on."""
    with psycopg.connect(url) as made:
        made.execute("CREATE TABLE customers (id serial PRIMARY KEY, email text UNIQUE, name text NOT NULL)")
        made.execute(
            "INSERT INTO customers SELECT i, 'person' || i || '@example.org', 'Person ' || i "
            "FROM generate_series(1, %s) i",
            [people],
        )
        for name in CHILDREN:
            made.execute(
                f"CREATE TABLE {name} (id serial PRIMARY KEY, customer_id int NOT NULL REFERENCES customers,"
                "  text text, place text)"
            )
            made.execute(
                f"INSERT INTO {name} (customer_id, text, place) SELECT 1 + i %% %s, 'What ' || md5(i::text), "
                "'Place ' || i FROM generate_series(1, %s) i",
                [people, people * EACH],
            )
            made.execute(f"CREATE INDEX ON {name} (customer_id)")
    with psycopg.connect(url, autocommit=True) as made:
        made.execute("VACUUM ANALYZE")


def now() -> datetime:
    """Return this moment."""
    from django.utils import timezone

    return timezone.now()


def install(url: str) -> Any:
    """Store the shop as a system of the portal and return it."""
    from accounts.services.audit import SYSTEM
    from platforms.services import create_system, import_dataset

    moment = now()
    system = create_system(key="shop", name="Shop", connector="sql", secret=url, actor=SYSTEM, now=moment)
    import_dataset(system=system, source=dataset(), actor=SYSTEM, now=moment)
    return system


def staff() -> tuple[Any, Any]:
    """Return who handles cases and who approves plans."""
    from accounts.enums import Role
    from accounts.services.audit import Actor
    from tests.factories import StaffFactory

    return Actor.of(StaffFactory(role=Role.HANDLER)), Actor.of(StaffFactory(role=Role.DPO))


def open_case(number: int, right: str) -> Any:
    """Open a verified case for person `number` and return it."""
    from accounts.services.audit import SYSTEM
    from dsar.enums import Channel
    from dsar.services import intake
    from tests.factories import IdentityFactory, SubjectFactory

    subject = SubjectFactory(name=f"Person {number}")
    IdentityFactory(subject=subject, value=f"person{number}@example.org")
    moment = now()
    return intake.open_case(
        subject=subject, right=right, channel=Channel.DASHBOARD, received_at=moment, actor=SYSTEM, now=moment
    )


def work(run: Any) -> None:
    """Do a run the way a worker does."""
    from dsar.services import fulfilment

    if not fulfilment.run_case(run_id=run.pk, now_fn=now):
        raise RuntimeError(f"{run} was not due.")


def approve(case: Any, handler: Any, dpo: Any) -> Any:
    """Propose the plan of a case and have it approved by somebody else; returns the run that it starts."""
    from dsar.services import planning

    plan = case.plans.first()
    planning.propose(plan=plan, actor=handler, now=now())
    planning.decide(plan=plan, plan_hash=plan.hash, approve=True, reason="", actor=dpo, now=now())
    return case.runs.get(kind="fulfil", status="ready")
