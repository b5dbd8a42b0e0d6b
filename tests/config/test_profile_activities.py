"""The record of processing in a profile: complete, supported, and in agreement with the other parts."""

from pathlib import Path

import pytest

from config.profile import Profile, load_profile
from tests.config.profile_files import GOOD, changed, faults_of, line_of, only_fault

MEDIUX, MIXORA = load_profile("mediux_ai"), load_profile("mixora")
BOTH = pytest.mark.parametrize("profile", [MEDIUX, MIXORA], ids=["mediux_ai", "mixora"])


def fault_at(path: Path, key: str) -> str:
    """The first fault at a key path, with line and remedy."""
    found = [str(fault) for fault in faults_of(path) if fault.path == key]
    assert found, faults_of(path)
    return found[0]


@BOTH
def test_every_category_has_an_activity_for_each_of_its_purposes(profile: Profile):
    done = {(c, p) for one in profile.activities for c in one.categories for p in one.purposes}
    assert {(one.key, purpose) for one in profile.categories for purpose in one.purposes} <= done


@BOTH
def test_each_activity_says_what_supports_its_basis(profile: Profile):
    for one in profile.activities:
        if one.basis is None:
            assert one.role == "processor"
            continue
        given = [one.basis.contract, one.basis.laws, one.basis.interest, one.basis.consent]
        assert sum(map(bool, given)) == 1, one.key


@BOTH
def test_work_for_agencies_is_that_of_a_processor(profile: Profile):
    agency = profile.activity("agency_clients")
    assert (agency.role, agency.basis, agency.source) == ("processor", None, None)
    assert agency.on_behalf_of


@BOTH
def test_third_persons_children_and_ai_are_marked(profile: Profile):
    """Inbox: people who write in. Children: accounts to be deleted. AI: suggestions and training."""
    assert profile.activity("inbox").third_persons
    assert [one.key for one in profile.activities if one.children] == ["accounts", "children"]
    assert profile.activity("ai_writing").ai_use == "suggests"
    assert profile.activity("ai_training").ai_use == "trains"
    assert profile.activity("ai_training").basis.consent == "ai_training"


@BOTH
def test_a_balancing_test_that_nobody_wrote_is_a_gap(profile: Profile):
    gaps = dict(profile.gaps())
    assert "GDPR Art. 6(1)(f)" in gaps["activities.protection.basis.interest.assessment"]
    assert gaps["activities.agency_clients.source"] == "The published policy does not name this activity."


def test_the_measures_are_those_that_the_policies_promise():
    assert "password_hashing" in MEDIUX.activity("accounts").measures  # section 8: bcrypt
    assert "multi_factor" in MEDIUX.activity("accounts").measures  # section 8
    assert "multi_factor" not in MIXORA.activity("accounts").measures
    assert "encryption_at_rest" in MIXORA.activity("accounts").measures  # section 8


def test_platforms_stand_for_those_that_are_switched_on():
    named = MIXORA.recipients_of(MIXORA.activity("publishing"))
    assert named == ["Facebook", "Instagram", "X (Twitter)", "TikTok", "YouTube"]
    assert MIXORA.recipients_of(MIXORA.activity("published_figures")) == ["The public"]


BASIS = "      kind: contract\n      contract: Terms of Service\n"
WRONG = [
    (BASIS, BASIS.replace("Terms of Service", "null"), "activities.0.basis", "needs contract"),
    (
        BASIS,
        BASIS.replace("kind: contract", "kind: consent"),
        "activities.0.basis",
        "contract does not support",
    ),
    ("    role: controller\n", "    role: processor\n", "activities.0", "on_behalf_of belongs to"),
    ("    children: true\n", "    children: false\n", "activities.0", "make the two agree"),
    ("    special_categories: []\n", "    special_categories: [health]\n", "activities.0", "belong together"),
]


@pytest.mark.parametrize(("old", "new", "where", "says"), WRONG)
def test_an_entry_that_contradicts_itself_is_refused(tmp_path: Path, old, new, where, says):
    fault = only_fault(changed(tmp_path, (old, new)))
    assert fault.path.startswith(where)
    assert says.lower() in str(fault).lower()


ACCOUNTS = "categories: [account, device, cookies, other]"
CROSS = [
    ((ACCOUNTS, ACCOUNTS.replace(", other", "")), "categories.12.key", "no activity uses the category other"),
    ((ACCOUNTS, ACCOUNTS.replace("device, ", "")), "categories.6.purposes.0", "uses device for service"),
    ((ACCOUNTS, ACCOUNTS.replace("other", "othr")), "activities.0.categories.3", "Did you mean other?"),
    (("processors: [stripe, gcp]", "processors: [gcp]"), "processors.1.key", "names the processor stripe"),
    (("processors: [stripe, gcp]", "processors: [anthropic]"), "activities.6.processors.0", "gets none of"),
    (
        ("      consent: marketing\n", "      consent: markting\n"),
        "activities.16.basis.consent",
        "marketing?",
    ),
    (("lawful_basis: consent", "lawful_basis: contract"), None, ""),
    (("lawful_basis: contract", "lawful_basis: legal_obligation"), "activities.0.basis.kind", "two agree"),
    (("key: publishing\n", "key: accounts\n"), "activities.1.key", "stands twice in activities"),
]


@pytest.mark.parametrize(("pair", "where", "says"), CROSS)
def test_what_is_left_out_or_leads_nowhere_is_found_at_its_line(tmp_path: Path, pair, where, says):
    path = changed(tmp_path, pair)
    if where is None:  # consent may stand in for a contract
        load_profile(path)
        return
    assert says in fault_at(path, where)


def test_a_fault_of_an_activity_names_its_line(tmp_path: Path):
    fault = only_fault(changed(tmp_path, ("    ai_use: none\n", "    ai_use: sometimes\n")))
    assert (fault.path, fault.line) == ("activities.0.ai_use", line_of(GOOD, "    ai_use: none\n"))
