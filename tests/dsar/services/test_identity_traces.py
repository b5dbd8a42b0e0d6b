"""What attempts leave behind: in the evidence how, never what; after a deletion nothing that was written."""

import json

import pytest

from dsar.enums import Method
from dsar.models import IdentityCheck
from dsar.services import forgetting
from dsar.services.evidence import facts
from dsar.services.evidence.minimal import Minimiser
from dsar.services.identity import verifying
from tests.factories import NOW, CaseFactory, RepresentativeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    case = CaseFactory(status="closed", closed_at=NOW, outcome="fulfilled")
    given = {"case": case, "asked_at": NOW, "result": "passed", "decided_at": NOW}
    IdentityCheck.objects.create(method=Method.DOCUMENT, level=5, doubt="Another name.", **given)
    IdentityCheck.objects.create(
        method=Method.SWORN, level=4, statement="declared by Nina Wagner", reason="compared", **given
    )
    return case


def test_the_evidence_says_how_somebody_was_verified_and_no_signature(case):
    found = facts.case_facts(case, Minimiser(case, {}))["identity"]
    assert [(one["method"], one["level"], one["result"]) for one in found] in (
        [("document", 5, "passed"), ("sworn", 4, "passed")],
        [("sworn", 4, "passed"), ("document", 5, "passed")],
    )
    assert "Nina Wagner" not in json.dumps(found)


def test_with_the_person_the_words_of_the_attempts_go(case):
    forgetting.forget(case=case, close_account=False, now=NOW)
    for check in IdentityCheck.objects.all():
        assert (check.statement, check.reason, check.file_name) == ("", "", "")
        assert check.result == "passed"
    assert IdentityCheck.objects.get(method="document").doubt.endswith("its words are forgotten.")


AS = {
    "claimed": {},
    "refused": {"status": "refused", "decided_at": NOW, "reason": "No signature."},
    "accepted": {"status": "accepted", "decided_at": NOW, "reason": "Signed.", "proof_sha256": "0" * 64},
}


@pytest.mark.parametrize(("status", "may"), [("claimed", False), ("refused", False), ("accepted", True)])
def test_only_an_accepted_representation_is_an_authority(case, status, may):
    RepresentativeFactory(case=case, **AS[status])
    assert verifying._has_authority(case) is may
