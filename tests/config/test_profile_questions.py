"""What the portal asks a profile: regime, promise, verification, category, mailbox rule, schedule."""

from pathlib import Path

import pytest

from config.profile import RegimeKey, load_profile, parse_period
from tests.config.profile_files import changed

MEDIUX, MIXORA = load_profile("mediux_ai"), load_profile("mixora")


@pytest.mark.parametrize(
    ("country", "region", "regime"),
    [
        ("DE", None, "eu_gdpr"),
        ("de", "BY", "eu_gdpr"),
        ("IS", None, "eu_gdpr"),
        ("NO", None, "eu_gdpr"),
        ("EL", None, "eu_gdpr"),
        ("GB", "SCT", "uk_gdpr"),
        ("UK", None, "uk_gdpr"),
        ("US", "CA", "ccpa"),
        ("US", "us-ca", "ccpa"),
        ("US", None, "ccpa"),
        ("US", "", "policy"),
        ("US", "NJ", "policy"),
        ("CA", "CA", "policy"),
        ("CH", None, "policy"),
        ("BR", None, "policy"),
        (None, None, "eu_gdpr"),
        ("", "CA", "eu_gdpr"),
    ],
)
def test_the_place_decides_the_regime(country, region, regime):
    assert MEDIUX.regime_for(country, region) == MIXORA.regime_for(country, region) == regime


@pytest.mark.parametrize("regime", list(RegimeKey))
@pytest.mark.parametrize("right", ["access", "deletion", "portability", "rectification"])
def test_mediux_ai_promises_thirty_days_to_everybody_and_the_shorter_promise_wins_in_california(
    right, regime
):
    assert MEDIUX.promise_days(right, regime) == 30


def test_where_only_the_californian_section_speaks_its_45_days_count():
    assert MEDIUX.promise_days("limit", "ccpa") == 45
    assert MEDIUX.promise_days("limit", "eu_gdpr") is None


def test_a_promise_names_its_sentence():
    promised = MEDIUX.promise_for("access", "ccpa")
    assert promised is not None
    assert (promised.days, promised.source) == (30, "Policy, section 9: within 30 days, or as law requires")


def test_working_days_and_rolling_follow_the_regime(tmp_path: Path):
    assert [MEDIUX.calendar_for(regime) for regime in RegimeKey] == ["DE", "GB-ENG", "NONE", "NONE"]
    assert not any(MIXORA.is_home(regime) for regime in RegimeKey)
    german = load_profile(changed(tmp_path, ("seat: {country: US", "seat: {country: DE")))
    assert [german.is_home(regime) for regime in RegimeKey] == [True, False, False, False]


def test_the_switch_special_lets_the_californian_section_win(tmp_path: Path):
    special = load_profile(changed(tmp_path, ("promise_combine: min", "promise_combine: special")))
    assert special.promise_days("access", "ccpa") == 45
    assert special.promise_days("access", "eu_gdpr") == 30


def test_promptly_is_a_figure_at_mediux_ai_and_the_law_alone_at_mixora():
    assert MEDIUX.promise_days("child_report", "policy") == 7
    assert MIXORA.promise_days("child_report", "policy") is None


@pytest.mark.parametrize("regime", list(RegimeKey))
def test_mixora_promises_no_period(regime):
    assert MIXORA.promise_days("access", regime) is None


def test_a_right_or_regime_nobody_knows_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match="Did you mean deletion"):
        MEDIUX.promise_days("deletoin", "eu_gdpr")
    with pytest.raises(ValueError, match="Did you mean eu_gdpr"):
        MEDIUX.promise_days("access", "eu-gdpr")


def test_mediux_ai_gives_its_rights_to_everybody_and_mixora_by_region():
    assert "access" in MEDIUX.rights_for("policy")
    assert "access" not in MIXORA.rights_for("policy")
    assert "portability" not in MIXORA.rights_for("ccpa")
    assert "complaint" in MEDIUX.rights_for("uk_gdpr")
    assert "complaint" not in MEDIUX.rights_for("eu_gdpr")


def test_the_verification_matrix_holds_the_ceilings():
    california = MEDIUX.verification_for("access", "ccpa")
    assert california is not None
    assert (california.with_account, california.without_account, california.ceiling) == ("L2", "L4", "L4")
    assert california.ceiling.rank == 4
    opt_out = MIXORA.verification_for("opt_out", "policy")
    assert opt_out is not None
    assert opt_out.ceiling == "L0"


def test_deletion_needs_four_eyes_and_access_by_itself_does_not():
    assert MEDIUX.needs_four_eyes("deletion")
    assert not MEDIUX.needs_four_eyes("access")
    assert MEDIUX.cases.four_eyes.access_plan
    assert MIXORA.cases.four_eyes.package_release


@pytest.mark.parametrize(
    ("data_category", "collection", "category"),
    [
        ("user.contact.email", "", "account"),
        ("user.contact.email", "support_tickets", "communications"),
        ("user.contact.email", "SupportTickets", "communications"),
        ("user.contact.address.street", "invoices", "payment"),
        ("user.contact.address.street", "InvoiceLine", "payment"),
        ("user.device.cookie_id", "", "cookies"),
        ("user.device.cookie_identity", "", "device"),
        ("user.behavior.purchase_history", "", "payment"),
        ("user.behavior.browsing_history", "", "usage"),
        ("user.health_and_medical", "", "other"),
    ],
)
def test_a_field_is_shown_in_the_category_of_its_collection_or_of_its_closest_prefix(
    data_category, collection, category
):
    found = MEDIUX.category_for(data_category, collection)
    assert found is not None
    assert found.key == category


def test_what_is_no_data_category_belongs_nowhere():
    assert MEDIUX.category_for("users.contact") is None


@pytest.mark.parametrize(
    ("subject", "key"),
    [
        ("Data Deletion Request", "data_deletion"),
        ("Re: FWD: data deletion   request.", "data_deletion"),
        ('"Meta Data Deletion Request"', "meta_deletion"),
        ("Urgent: Meta Data Deletion Request for my page", "meta_deletion"),
        ("California Privacy Request", "california"),
        ("Hello", None),
        ("", None),
    ],
)
def test_the_longest_fitting_subject_line_decides(subject, key):
    rule = MEDIUX.subject_rule("Privacy@MediuxAI.com", subject)
    assert (rule.key if rule else None) == key


def test_a_subject_counts_only_in_the_mailboxes_of_its_rule():
    assert MEDIUX.subject_rule("support@mediuxai.com", "Data Deletion Request") is None
    assert MEDIUX.subject_rule("someone@else.example", "Data Deletion Request") is None


def test_mixora_finds_requests_in_its_shared_mailbox():
    rule = MIXORA.subject_rule("support@mixora.io", "Please delete my account")
    assert rule is not None
    assert rule.right == "deletion"


def test_a_letter_names_the_authority_of_the_place():
    french, british = MEDIUX.authority_for("FR", None), MEDIUX.authority_for("UK", "ENG")
    assert french is not None
    assert "CNIL" in french.name
    assert british is not None
    assert british.area == "GB"
    assert MEDIUX.authority_for("BR", None) is None
    assert MEDIUX.authority_for("US", None) is None


def test_ages_follow_the_place_and_are_the_strictest_where_it_is_unknown():
    assert MEDIUX.ages.minimum_for("US", "CA") == 16
    assert [MIXORA.ages.minimum_for(c, None) for c in ("US", "FR", "GB", None)] == [13, 16, 13, 16]


def test_marketing_needs_a_yes_where_the_table_says_so_and_where_the_place_is_unknown():
    marketing = next(p for p in MIXORA.consent_purposes if p.key == "marketing")
    assert [marketing.needs_yes(c, None) for c in ("DE", "US", None)] == [True, False, True]


def test_gpc_is_honoured_in_california_by_mediux_ai_and_everywhere_by_mixora():
    assert [
        MEDIUX.signals.honours(c, r) for c, r in (("US", "CA"), ("US", None), ("DE", None), (None, None))
    ] == [
        True,
        True,
        False,
        True,
    ]
    assert MIXORA.signals.honours("DE", None)


def test_recipients_are_named_and_platforms_stand_for_the_enabled_ones():
    content = next(c for c in MIXORA.categories if c.key == "content")
    assert MIXORA.recipients(content) == [
        "Hosting and storage",
        "AI provider",
        "Facebook",
        "Instagram",
        "X (Twitter)",
        "TikTok",
        "YouTube",
    ]


def test_parts_are_found_by_key_and_a_wrong_key_offers_the_nearest():
    assert MEDIUX.system("support_mailbox").kind == "manual"
    assert MEDIUX.mailbox("dpo").address == "dpo@mediuxai.com"
    assert MEDIUX.platform("x").family == "x"
    with pytest.raises(KeyError, match="Did you mean payments"):
        MEDIUX.schedule("payment")


PAYMENTS = MEDIUX.schedule("payments")


@pytest.mark.parametrize(
    "name",
    [
        "invoice",
        "Invoice",
        "InvoiceLine",
        "invoices",
        "invoice_lines",
        "public.invoice",
        "PAYMENTS",
        "payment_p2022_01",
    ],
)
def test_the_whole_row_of_a_payment_table_is_kept_whatever_its_fields_are_called(name):
    assert PAYMENTS.reach(name, [], ["user.contact.address.street"], holds_identity=True) == "row"


def test_a_payment_row_is_known_by_its_collection_s_category_too():
    assert PAYMENTS.reach("bookings", ["user.financial"], [], holds_identity=True) == "row"


def test_one_financial_field_makes_a_record_but_not_a_person_a_payment_record():
    fields = ["user.contact.address.street", "user.financial.bank_account"]
    assert PAYMENTS.reach("orders", [], fields, holds_identity=False) == "row"
    assert PAYMENTS.reach("customer", [], fields, holds_identity=True) == "fields"


def test_other_tables_are_no_payment_records():
    assert PAYMENTS.reach("customer", [], ["user.contact.email"], holds_identity=True) is None
    assert PAYMENTS.reach("paymentless", [], ["user.financials"], holds_identity=False) is None


def test_the_payment_schedule_gives_code_and_reason_and_the_deciding_period():
    assert (PAYMENTS.action, PAYMENTS.period, PAYMENTS.code) == ("keep", "P7Y", "E17_LEGAL_OBLIGATION")
    assert PAYMENTS.reason == "payment records, 7 years"
    assert (MEDIUX.schedule("account").period, MEDIUX.schedule("support").period) == ("P60D", None)


def test_a_schedule_for_names_alone_takes_the_whole_row():
    inbox = MEDIUX.schedule("inbox")
    assert inbox.reach("inbox_messages", [], ["user.content.private"], holds_identity=False) == "row"
    assert inbox.reach("messages", [], ["user.content.private"], holds_identity=False) is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("P7Y", (7, 0, 0, 0)),
        ("P1Y6M2W3D", (1, 6, 17, 0)),
        ("PT72H", (0, 0, 0, 72)),
        ("P1DT12H", (0, 0, 1, 12)),
    ],
)
def test_periods_are_taken_apart(text, parts):
    assert parse_period(text) == parts


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "7Y", "P-1D", "P1.5D", "P1H", "p7y", "P999999D", "P7Y\n"]
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError, match="is no period"):
        parse_period(text)
