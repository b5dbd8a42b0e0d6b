"""Somebody with requests in every state, somebody with none and a very long name, one without an account."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy
from django.utils import timezone

from accounts.models import User
from dsar.enums import CaseStatus, Right
from dsar.models import Case, Package
from dsar.services import links
from platforms.models import System
from tests import factories as make

LONG_NAME = "أبو عبد الله محمد بن موسى الخوارزمي " * 5
WHY = [
    {"text": "We received your request on Monday 12 October 2026.", "date": "2026-10-12", "source": ""},
    {"text": "The law gives one calendar month.", "date": "2026-11-12", "source": "UK GDPR, Article 12A"},
    {"text": "We promise an answer within 30 days.", "date": "2026-11-11", "source": "our policy"},
    {"text": "The earlier date binds us.", "date": "2026-11-11", "source": "", "total": True},
]
DATASET = """dataset:
  - fides_key: product
    name: product
    collections:
      - name: users
        fields:
          - name: id
            data_categories: [user.unique_id]
            fides_meta: {primary_key: true, data_type: integer}
          - name: email
            data_categories: [user.contact.email]
            fides_meta: {identity: email, data_type: string}
      - name: posts
        fields:
          - name: id
            data_categories: [system.operations]
            fides_meta: {primary_key: true, data_type: integer}
          - name: user_id
            data_categories: [user.unique_id]
            fides_meta: {references: [{dataset: product, field: users.id, direction: from}]}
          - name: text
            data_categories: [user.content]
"""


class Scene:
    """Rows for one look at every page. `folder` takes the product's database file."""

    def __init__(self, make_user: Any, folder: Path) -> None:
        self.now = timezone.now()
        self.amara = self.person(make_user, "amara@fernhill-pottery.example", "Amara Okonjo-Bell", "GB")
        self.nobody_yet = self.person(make_user, "long@example.org", LONG_NAME, "")
        self.systems(folder)
        self.running = self.case(CaseStatus.PLANNED, days=3)
        self.late = self.case(CaseStatus.ATTENTION, days=40, right=Right.DELETION)
        self.ready = self.case(
            CaseStatus.DELIVERED, days=20, delivered_at=self.now, words="Old one.\n" + "x" * 400
        )
        self.closed = self.case(
            CaseStatus.CLOSED, days=70, right=Right.DELETION, outcome="partly", closed_at=self.now
        )
        self.package = self.package_of(self.ready, self.now + timedelta(days=14))
        self.expired = self.package_of(self.late, self.now - timedelta(days=1))
        self.letter = make.LetterFactory(
            case_id=self.closed.pk, title="Your data has been deleted", body="Dear Amara,\n\n18 rows stay.\n",
            sent_at=self.now, sha256="0" * 64,
        )  # fmt: skip
        self.public = make.CaseFactory(
            verified=True, status=CaseStatus.DELIVERED, received_at=self.now, delivered_at=self.now
        )
        make.IdentityFactory(subject=self.public.subject, value="nina@example.org")
        self.public_package = self.package_of(self.public, self.now + timedelta(days=14))
        self.status_path = links.path_for(self.public)

    def person(self, make_user: Any, email: str, name: str, country: str) -> User:
        """Make somebody with an account and a proved address."""
        user: User = make_user(email, name=name)
        make.IdentityFactory(subject=make.SubjectFactory(user=user, name=name, country=country), value=email)
        return user

    def systems(self, folder: Path) -> None:
        """Make a system that holds something, one that does not answer, one that a person looks through."""
        url = f"sqlite:///{folder / 'product.sqlite3'}"
        with sqlalchemy.create_engine(url).begin() as product:
            for line in (
                "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT)",
                "CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER, text TEXT)",
                f"INSERT INTO users VALUES (1, '{self.amara.email}')",
                "INSERT INTO posts VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 1, 'c')",
            ):
                product.execute(sqlalchemy.text(line))
        product_system = make.SystemFactory(
            key="product", name="Our app", purpose="Accounts, posts, comments.", connector="sql", secret=url
        )
        make.DatasetFactory(system=product_system, key="product", source=DATASET)
        broken = make.SystemFactory(
            key="support", name="Support desk", connector="sql", secret=f"sqlite:///{folder}/none/x.sqlite3"
        )
        make.DatasetFactory(system=broken)
        make.SystemFactory(key="archive", name="Paper archive", purpose="Signed contracts.")

    def only_product(self) -> None:
        """Leave the one system that can be counted: who is not in it gets the empty page."""
        System.objects.exclude(key="product").update(enabled=False)

    def case(self, status: CaseStatus, *, days: int, **fields: Any) -> Case:
        """Make a case of Amara, received `days` ago, with two lines of timeline and the sum of its date."""
        received = self.now - timedelta(days=days)
        case: Case = make.CaseFactory(
            subject=self.amara.subject, verified=True, status=status, received_at=received,
            due_on=(received + timedelta(days=30)).date(), **fields,
        )  # fmt: skip
        make.CaseEventFactory(case=case, plain="We have your request", at=received)
        make.CaseEventFactory(case=case, plain="We know that it is you", at=received + timedelta(minutes=1))
        make.ClockEvaluationFactory(case=case, steps=WHY)
        return case

    def package_of(self, case: Case, expires_at: datetime) -> Package:
        """Make a released package without a file behind it."""
        made = expires_at - timedelta(days=30)
        package: Package = make.PackageFactory(
            plan=make.PlanFactory(case=case), case=case, status="released", made_at=made, reviewed_at=made,
            released_at=made, expires_at=expires_at, size=4_300_000, sha256="ab" * 32,
            contents={"posts": 1286},
        )  # fmt: skip
        return package
