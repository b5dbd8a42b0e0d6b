"""A customer database for questions about held data: suitable, delicate, secret and other people's fields."""

import re
import sqlite3
from pathlib import Path

from accounts.services.audit import SYSTEM
from correspondence.models import Letter
from dsar.models import Case, IdentityCheck
from platforms.models import System
from platforms.services import create_system, import_dataset
from tests import factories as make
from tests.dsar import sqlite_file

SCHEMA = """
CREATE TABLE people (id INTEGER PRIMARY KEY, email TEXT NOT NULL, nick TEXT, phone TEXT, city TEXT,
  company TEXT, job TEXT, password TEXT, illness TEXT, card TEXT, birthday TEXT, friend_city TEXT);
INSERT INTO people VALUES (1, 'Nina@Example.org', 'ninawa', '+49 170 12-34', 'Köln', 'Weaver & Sons', NULL,
  'hash', 'asthma', '4111', '1990-05-01', 'Bonn');
INSERT INTO people VALUES (2, 'bob@example.org', 'bobby', '555', 'Rome', 'Bob Ltd', 'Baker',
  'x', 'y', 'z', 'q', 'r');
"""
YAML = """
dataset:
  - fides_key: crm
    name: CRM
    collections:
      - name: people
        fields:
          - {name: id, data_categories: [user.unique_id], fides_meta: {primary_key: true, data_type: integer}}
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: nick, data_categories: [user.account.username]}
          - {name: phone, data_categories: [user.contact.phone_number]}
          - {name: city, data_categories: [user.contact.address.city]}
          - {name: company, data_categories: [user.contact.organization]}
          - {name: job, data_categories: [user.job_title]}
          - {name: password, data_categories: [user.authorization.password], fides_meta: {verification: true}}
          - {name: illness, data_categories: [user.health_and_medical], fides_meta: {verification: true}}
          - {name: card, data_categories: [user.financial.credit_card], fides_meta: {verification: true}}
          - {name: birthday, data_categories: [user.demographic.date_of_birth]}
          - {name: friend_city, data_categories: [user.contact.address.city], data_subjects: [anonymous_user]}
"""
RIGHT = {
    "user.account.username": " NinaWA ",
    "user.contact.phone_number": "+49 (170) 1234",
    "user.contact.address.city": "köln",
    "user.contact.organization": "weaver  & sons",
}


class Crm:
    """The database and its system in the portal."""

    def __init__(self, path: Path) -> None:
        self.path = path
        sqlite_file.make(path, SCHEMA)
        self.system: System = create_system(
            key="crm", name="CRM", connector="sql", secret=f"sqlite:///{path}", actor=SYSTEM, now=make.NOW
        )
        import_dataset(system=self.system, source=YAML, actor=SYSTEM, now=make.NOW)

    def run(self, script: str) -> None:
        with sqlite3.connect(self.path) as db:
            db.executescript(script)


def case_of(email: str = "nina@example.org", **more: object) -> Case:
    """A Californian who asks for a copy by e-mail and has shown nothing yet."""
    given = {"right": "access", "regime": "ccpa", "channel": "email", "status": "verifying"}
    subject = make.SubjectFactory(country="US", region="CA", name="")
    make.IdentityFactory(subject=subject, value=email, verified_at=None)
    return make.CaseFactory(subject=subject, **given | more)


def token_of(check: IdentityCheck) -> str:
    """The token of the link in the letter that asked."""
    body = Letter.objects.get(pk=check.letter_id).body
    found = re.search(r"/identity/([\w-]{40,})/", body)
    assert found, body
    return found.group(1)


def answers_to(check: IdentityCheck, **wrong: str) -> list[str]:
    """The right answers of Nina to the questions of a check; `wrong`: field → another answer."""
    return [wrong.get(q["field"], RIGHT[q["category"]]) for q in check.questions]
