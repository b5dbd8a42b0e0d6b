"""Three customers of a shop that nobody here wrote, through the portal's own services: access, then
deletion.
"""

import io
import zipfile

import pytest

from accounts.services.audit import SYSTEM, Actor
from correspondence.models import Letter
from dsar.enums import CaseStatus, Right
from dsar.services import cases, delivery, intake
from platforms.services import create_system, import_dataset
from tests.dsar.shop import approved, open_case, work
from tests.dsar.test_try_dataset import CUSTOMERS, chinook, needs_chinook
from tests.factories import NOW, IdentityFactory, SubjectFactory, UserFactory

__all__ = ["chinook"]
pytestmark = [pytest.mark.django_db, needs_chinook]


@pytest.fixture(autouse=True)
def installed(chinook, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    system = create_system(
        key="chinook", name="Chinook", connector="sql", secret=str(chinook.url), actor=SYSTEM, now=NOW
    )
    import_dataset(system=system, source=chinook.file.read_text(), actor=SYSTEM, now=NOW)


@pytest.fixture(params=list(CUSTOMERS))
def customer(request):
    email, *_ = CUSTOMERS[request.param]
    user = UserFactory(email=email)
    IdentityFactory(subject=SubjectFactory(user=user, name="A customer"), value=email)
    user.rep = CUSTOMERS[request.param][3]
    return user


def test_access(chinook, customer, handler, dpo):
    case = open_case(customer)
    approved(case, handler, dpo)
    work()
    case.refresh_from_db()
    assert case.status == CaseStatus.REVIEW, case.attention
    package = case.packages.get()
    assert package.redactions.exists()
    assert package.contents[f"chinook.{chinook.names[2]}"] == 7
    delivery.complete_review(package=package, actor=handler, now=NOW)
    delivery.release(package=package, actor=dpo, now=NOW)
    stream = delivery.open_download(
        package_id=package.pk, user=customer, stepped_up=True, now=NOW, address=""
    )
    with zipfile.ZipFile(io.BytesIO(b"".join(stream))) as file:
        everything = b"".join(file.read(name) for name in file.namelist())
    assert customer.email.encode() in everything
    assert customer.rep.encode() not in everything
    cases.close(case=case, outcome="fulfilled", actor=Actor.of(handler.user), now=NOW)


def test_deletion(chinook, customer, handler, dpo):
    case = open_case(customer, Right.DELETION)
    plan = approved(case, handler, dpo)
    assert plan.blocked == 0
    work()
    case.refresh_from_db()
    assert case.status == CaseStatus.READY, case.attention
    cases.close(case=case, outcome="fulfilled", actor=handler, now=NOW)
    assert customer.email not in str(chinook.rows(f"SELECT * FROM {chinook.names[0]}"))
    assert len(chinook.rows(f"SELECT * FROM {chinook.names[2]}")) == 412
    assert customer.rep in str(chinook.rows(f"SELECT * FROM {chinook.names[1]}"))
    letter = Letter.objects.get(case_id=case.pk, template="deletion_closed")
    assert "none is left" in letter.body
    assert "payment records, 7 years" in letter.body
    assert intake.subject_for(UserFactory(email=customer.email)).identities.count() == 1
