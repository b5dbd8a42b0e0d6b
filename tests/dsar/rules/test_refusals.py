"""Grounds for refusing, as a table: a ground serves the laws and rights that its source names, no others."""

from datetime import date

import pytest

from dsar.enums import DecisionKind, Regime, Right
from dsar.rules import refusals
from dsar.rules.refusals import CODES, codes_for, codes_of_kind

EU, UK, CA, NONE = Regime.EU_GDPR, Regime.UK_GDPR, Regime.CCPA, Regime.NONE
TABLE = [
    # code, serves (regime, right) …, does not serve (regime, right) …
    ("UNFOUNDED", [(EU, Right.ACCESS), (CA, Right.DELETION)], [(CA, Right.OPT_OUT), (UK, Right.COMPLAINT)]),
    ("EXCESSIVE", [(UK, Right.ACCESS), (NONE, Right.ACCESS)], [(EU, Right.WITHDRAWAL), (CA, Right.LIMIT)]),
    ("OUT_OF_SCOPE", [(EU, Right.WITHDRAWAL), (CA, Right.OPT_OUT)], []),
    ("NOT_IDENTIFIABLE", [(EU, Right.ACCESS)], [(CA, Right.ACCESS), (EU, Right.OBJECTION)]),
    ("ID_NOT_PROVIDED", [(UK, Right.DELETION)], [(CA, Right.DELETION), (EU, Right.OPT_OUT)]),
    ("OTHERS_RIGHTS", [], [(EU, Right.ACCESS)]),  # a part only, see below
    ("E17_EXPRESSION", [(EU, Right.DELETION)], [(EU, Right.ACCESS), (CA, Right.DELETION)]),
    ("E17_LEGAL_OBLIGATION", [(UK, Right.PLATFORM_DELETION)], [(CA, Right.DELETION)]),
    ("E17_PUBLIC_HEALTH", [(EU, Right.DELETION)], [(EU, Right.RESTRICTION)]),
    ("E17_ARCHIVE_RESEARCH", [(EU, Right.DELETION)], [(NONE, Right.DELETION)]),
    ("E17_LEGAL_CLAIMS", [(UK, Right.DELETION)], [(UK, Right.RECTIFICATION)]),
    ("P20_NOT_PROVIDED", [(EU, Right.PORTABILITY)], [(EU, Right.ACCESS), (CA, Right.PORTABILITY)]),
    ("P20_BASIS", [(UK, Right.PORTABILITY)], [(UK, Right.ACCESS)]),
    ("P20_NOT_AUTOMATED", [(EU, Right.PORTABILITY)], [(EU, Right.DELETION)]),
    ("O21_COMPELLING", [(EU, Right.OBJECTION)], [(CA, Right.OBJECTION), (EU, Right.WITHDRAWAL)]),
    ("O21_LEGAL_CLAIMS", [(UK, Right.OBJECTION)], [(UK, Right.RESTRICTION)]),
    ("UK_EXEMPTION", [(UK, Right.ACCESS)], [(EU, Right.ACCESS), (UK, Right.COMPLAINT)]),
    ("UNVERIFIED", [(CA, Right.ACCESS)], [(EU, Right.ACCESS), (CA, Right.OPT_OUT)]),
    ("D_TRANSACTION", [(CA, Right.DELETION)], [(EU, Right.DELETION), (CA, Right.ACCESS)]),
    ("D_SECURITY", [(CA, Right.DELETION)], [(CA, Right.RECTIFICATION)]),
    ("D_DEBUG", [(CA, Right.DELETION)], [(UK, Right.DELETION)]),
    ("D_FREE_SPEECH", [(CA, Right.DELETION)], [(NONE, Right.DELETION)]),
    ("D_CALECPA", [(CA, Right.DELETION)], [(EU, Right.DELETION)]),
    ("D_RESEARCH", [(CA, Right.DELETION)], [(EU, Right.DELETION)]),
    ("D_INTERNAL_EXPECTED", [(CA, Right.DELETION)], [(EU, Right.DELETION)]),
    ("D_LEGAL_OBLIGATION", [(CA, Right.PLATFORM_DELETION)], [(EU, Right.DELETION)]),
    ("C_ACCURATE", [(CA, Right.RECTIFICATION)], [(EU, Right.RECTIFICATION), (CA, Right.DELETION)]),
    ("K_TWICE_12M", [(CA, Right.KNOW_CATEGORIES)], [(EU, Right.ACCESS), (CA, Right.DELETION)]),
    ("OPT_OUT_FRAUD", [(CA, Right.OPT_OUT), (CA, Right.LIMIT)], [(EU, Right.OPT_OUT), (CA, Right.ACCESS)]),
]  # fmt: skip
PARTS = [
    ("OTHERS_RIGHTS", EU, Right.ACCESS),
    ("UNVERIFIED_PIECES", CA, Right.ACCESS),
    ("A22_CONTRACT", EU, Right.OBJECTION),
    ("A22_LAW", UK, Right.OBJECTION),
    ("A22_CONSENT", EU, Right.OBJECTION),
]
RECORDED = {"NO_DATA", "WITHDRAWN"}


def keys(codes):
    return {code.key for code in codes}


@pytest.mark.parametrize(("key", "serves", "not_serves"), TABLE, ids=[row[0] for row in TABLE])
def test_a_ground_serves_what_its_source_names(key, serves, not_serves):
    for regime, right in serves:
        assert key in keys(codes_for(regime, right, partial=False)), (regime, right)
    for regime, right in not_serves:
        assert key not in keys(codes_for(regime, right, partial=False)), (regime, right)


@pytest.mark.parametrize(("key", "regime", "right"), PARTS)
def test_some_grounds_cover_a_part_only(key, regime, right):
    assert key in keys(codes_for(regime, right, partial=True))
    assert key not in keys(codes_for(regime, right, partial=False))


def test_the_table_names_every_ground():
    named = {row[0] for row in TABLE} | {row[0] for row in PARTS} | RECORDED | {"DUPLICATE"}
    assert named == set(CODES)


@pytest.mark.parametrize(
    "right", [Right.OPT_OUT, Right.LIMIT, Right.WITHDRAWAL, Right.COMPLAINT, Right.CHILD_REPORT]
)
@pytest.mark.parametrize("regime", Regime)
def test_what_needs_no_identity_is_never_refused_for_want_of_it(regime, right):
    offered = keys(codes_for(regime, right, partial=False)) | keys(codes_for(regime, right, partial=True))
    assert not offered & refusals.FOR_UNVERIFIED
    assert "UNFOUNDED" not in offered


@pytest.mark.parametrize("regime", Regime)
def test_a_fee_is_asked_only_for_what_is_manifestly_unfounded_or_excessive(regime):
    for right in Right:
        assert keys(codes_of_kind(regime, right, DecisionKind.FEE)) <= {"UNFOUNDED", "EXCESSIVE"}


@pytest.mark.parametrize("key", sorted(CODES))
def test_each_ground_has_its_source_its_sentence_and_its_evidence(key):
    code = CODES[key]
    assert str(code.title)
    assert str(code.says).endswith(".")
    assert str(code.evidence).endswith(".")
    assert code.article or key == "WITHDRAWN"
    assert code.approver in (refusals.LEGAL, refusals.OFFICER)


@pytest.mark.parametrize("key", [key for key in CODES if key[:2] in ("E1", "D_")])
def test_a_ground_for_keeping_says_when_the_data_go(key):
    assert str(CODES[key].release).endswith(".")


def faults(*chosen, verified=False, has_file=False, regime=EU, right=Right.ACCESS, kind=DecisionKind.REFUSAL):
    return refusals.faults(
        chosen, regime=regime, right=right, kind=kind, verified=verified, has_file=has_file
    )


def test_a_decision_needs_a_ground_that_serves_it():
    assert faults("UNFOUNDED") == []
    assert "at least one ground" in faults()[0]
    assert "does not serve" in faults("D_SECURITY")[0]
    assert "does not serve" in faults("NO_SUCH_CODE")[0]
    assert "does not serve" in faults("NO_DATA")[0]


def test_want_of_identity_is_no_ground_once_it_is_confirmed():
    assert faults("ID_NOT_PROVIDED") == []
    assert "identity is confirmed" in faults("ID_NOT_PROVIDED", verified=True)[0]


def test_fraud_must_be_documented():
    opt_out = {"regime": CA, "right": Right.OPT_OUT}
    assert "Attach the evidence" in faults("OPT_OUT_FRAUD", **opt_out)[0]
    assert faults("OPT_OUT_FRAUD", has_file=True, **opt_out) == []


def test_some_grounds_are_for_the_officer_alone():
    assert refusals.needs_officer(["EXCESSIVE"])
    assert not refusals.needs_officer(["E17_LEGAL_OBLIGATION"])


@pytest.mark.parametrize(
    ("regime", "first_due", "expected"),
    [
        (EU, date(2026, 11, 12), date(2026, 11, 12)),
        (EU, None, date(2026, 11, 12)),
        (UK, None, date(2026, 11, 12)),
        (CA, date(2026, 11, 26), date(2026, 11, 26)),
        (NONE, None, None),
    ],
)
def test_the_last_day_for_a_refusal_is_that_before_any_extension(regime, first_due, expected):
    assert refusals.refuse_by(regime, date(2026, 10, 12), first_due) == expected


def test_a_letter_names_the_source_of_its_own_law_alone():
    code = CODES["EXCESSIVE"]
    assert code.source(EU) == "GDPR Art. 12(5)"
    assert code.source(UK) == "UK GDPR Art. 12(5)"
    assert code.source(CA) == "Civ. Code 1798.145(h)(3)"
    assert code.source(NONE) == ""
    assert CODES["UK_EXEMPTION"].source(UK) == "DPA 2018, Schedules 2 to 4"
