"""A profile that says something unknown, too little or impossible: file, line, key, remedy, all at once."""

from pathlib import Path

import pytest

from config.profile import ProfileError, load_profile
from tests.config.profile_files import GOOD, changed, faults_of, line_of, only_fault


def test_an_unknown_key_offers_the_nearest_known_one(tmp_path: Path):
    fault = only_fault(changed(tmp_path, ("privacy_policy: null", "privacy_policy: null\n  legal_nmae: X")))
    assert fault.line == line_of(GOOD, "privacy_policy") + 1
    assert str(fault) == f"line {fault.line}, identity.legal_nmae: unknown key. Did you mean legal_name?"


def test_an_unknown_key_like_nothing_known_lists_what_is_known(tmp_path: Path):
    fault = only_fault(changed(tmp_path, ("region: null} #", "region: null, zzz: 1} #")))
    assert fault.remedy == "Known here: country, region."


def test_a_missing_key_says_that_there_is_no_default(tmp_path: Path):
    fault = only_fault(changed(tmp_path, ("  trade_name: Mediux AI\n", "")))
    assert (fault.path, fault.line) == ("identity.trade_name", line_of(GOOD, "identity:"))
    assert str(fault).endswith("missing key. Add it; it has no default.")


def test_a_missing_key_that_may_be_null_says_what_null_means(tmp_path: Path):
    fault = only_fault(changed(tmp_path, ("  address: null\n", "")))
    assert (
        fault.remedy
        == "Add it; null means gap: No postal address is published: people cannot write a letter."
    )


def test_a_whole_missing_part_is_named(tmp_path: Path):
    whole = GOOD[GOOD.index("\nbackups:") : GOOD.index("\nplatforms:")]
    assert only_fault(changed(tmp_path, (whole, ""))).path == "backups"


def test_several_faults_are_reported_together_in_the_order_of_the_file(tmp_path: Path):
    path = changed(
        tmp_path,
        ("  mark: M", "  mark: MMM"),
        ("zone: America/Los_Angeles", "zone: America/Hollywood"),
        ("reference_prefix: MX", "reference_prefix: mx"),
        ("    days: 30", "    days: thirty"),
    )
    faults = faults_of(path)
    assert [f.path for f in faults] == [
        "brand.mark",
        "clocks.zone",
        "rights.promises.0.days",
        "cases.reference_prefix",
    ]
    assert [f.line for f in faults] == sorted(f.line for f in faults)
    with pytest.raises(ProfileError, match="has 4 problems"):
        load_profile(path)


IMPOSSIBLE = [
    (
        "    instructions: Search",
        "    instructions: null # Search",
        "systems.2",
        "a manual system needs instructions",
    ),
    (
        "collections: [inbox_threads, inbox_messages, inbox_replies]\n    whole_row",
        "collections: []\n    whole_row",
        "schedules.2",
        "it applies to nothing",
    ),
    (
        "code: null\n    ccpa_code: null",
        "code: null\n    ccpa_code: D_DEBUG",
        "schedules.1",
        "has no exception code",
    ),
    ("purpose: analytics\n", "purpose: null\n", "cookies.2", "Name the consent purpose"),
    ("areas: [EEA]", "areas: [DE-]", "regimes.rules.0.areas.0", "is no area"),
    ("key: mediux_ai", "key: Mediux AI", "key", "has the wrong shape. Write for example privacy_mailbox."),
    ("seat: {country: US", "seat: {country: UK", "identity.seat.country", "Write GB."),
    ("seat: {country: US", "seat: {country: XX", "identity.seat.country", "is no ISO 3166 country"),
    (
        "areas: [US-CA]",
        "areas: [US-CALI]",
        "regimes.rules.2.areas.0",
        "is no area. Write for example DE, US-CA, EU",
    ),
    (
        "zone: America/Los_Angeles",
        "zone: ../etc/passwd",
        "clocks.zone",
        "is no time zone. Write for example Europe/",
    ),
    ("calendar: DE", "calendar: Germany", "regimes.rules.0.calendar", "DE, GB-ENG or NONE"),
    ("key: ccpa\n      label", "key: lgpd\n      label", "regimes.rules.2.key", "lgpd is not possible here."),
    ("eu_fee: none", "eu_fee: nine", "clocks.switches.eu_fee", "Did you mean none?"),
    ("ccpa_roll: false", "ccpa_roll: no", "clocks.switches.ccpa_roll", "Write true or false."),
    (
        "uk_same_day_answer: 1",
        "uk_same_day_answer: 2",
        "clocks.switches.uk_same_day_answer",
        "less than or equal to 1",
    ),
    ("    days: 30", "    days: -1", "rights.promises.0.days", "greater than or equal to 1"),
    ("    days: 30", '    days: "30"', "rights.promises.0.days", "Write a whole number without quotes."),
    (
        "[access, know_categories,",
        "[acces, know_categories,",
        "rights.offered.2.rights.0",
        "Did you mean access?",
    ),
    ("address: privacy@mediuxai.com", "address: privacy@", "mailboxes.0.address", "privacy@example.com"),
    ("min_period: P7Y", "min_period: 7 years", "schedules.0.min_period", "Write for example P30D, P12M, P7Y"),
    ("min_period: P7Y", "min_period: PT", "schedules.0.min_period", "is no period"),
    (
        "    max_period: P7Y",
        "    max_period: P6Y",
        "schedules.0",
        "min_period P7Y is longer than max_period P6Y",
    ),
    (
        "code: E17_LEGAL_OBLIGATION",
        "code: E17_LEGAL_OBLIGATON",
        "schedules.0.code",
        "Did you mean E17_LEGAL_OBLIGATION?",
    ),
    (
        "code: E17_LEGAL_OBLIGATION",
        "code: null",
        "schedules.0",
        "action keep needs min_period, code and ccpa_code",
    ),
    ("trigger: issued", "trigger: isued", "schedules.0.trigger", "Did you mean issued?"),
    ("[user.financial, user.payment]", "[financial]", "schedules.0.categories.0", "user.contact.email"),
    ("icon: keep", "icon: kepe", "categories.1.icon", "Did you mean keep?"),
    ("step_up_minutes: 15", "step_up_minutes: 60", "cases.step_up_minutes", "less than or equal to 15"),
    ("    refusal: true", "    refusal: false", "cases.four_eyes.refusal", "false is not possible here."),
    ("age: 16}", "age: 12}", "ages.minimum.0.age", "greater than or equal to 13"),
    ("AT: 14, BE", "AT: 14, UK", "ages.digital_consent.ages.UK", "Write GB."),
    ("as_of: 2026-11-24", "as_of: 24.11.2026", "ages.digital_consent.as_of", "2026-11-24"),
    (
        "url_setting: DEMO_COMPANY_URL",
        "url_setting: null",
        "systems.0",
        "a system of kind sql needs url_setting",
    ),
    ("dataset: dataset.yml", "dataset: ../../etc/x.yml", "systems.0.dataset", "pattern"),
    ("dataset: dataset.yml", "dataset: null", "systems.0", "a system of kind sql needs dataset"),
    ('light: "#2450b8"', 'light: "#aaccff"', "brand", "cannot be read on #ffffff"),
    ('light: "#2450b8"', "light: blue", "brand.accent.light", "with quotes"),
    ("terms: https://cloud", "terms: http://cloud", "processors.0.terms", "https://example.com/privacy"),
    ('module: "2"', "module: null", "transfers.0", "module belongs to the mechanism scc"),
    ('module: "2"', 'module: "9"', "transfers.0.module", "9 is not possible here."),
    ("collections: [cookies]", 'collections: ["*"]', "categories.8.collections.0", "invoice_* or payments"),
    ("offered: [en, de]", "offered: []", "languages.offered", "Add at least one entry."),
    ("mark: M", "mark: [M]", "brand.mark", "a list is not possible here"),
    ("schema_version: 1", "schema_version: 2", "schema_version", "2 is not possible here."),
    ("note: Never by the datum that is contested.", "note: 7", "rights.verification.5.note", "in quotes"),
    ("identity:\n", "identity: x\nidentity_:\n", "identity", "Write keys and values below it."),
]


@pytest.mark.parametrize(
    ("old", "new", "path", "says"), IMPOSSIBLE, ids=[f"{i[2]}-{i[1][-12:]}" for i in IMPOSSIBLE]
)
def test_an_impossible_value_names_the_key_and_the_remedy(tmp_path: Path, old, new, path, says):
    found = [fault for fault in faults_of(changed(tmp_path, (old, new))) if fault.path == path]
    assert found, faults_of(changed(tmp_path, (old, new)))
    assert says in str(found[0])
    assert found[0].line >= 1


CONTRADICTIONS = [
    ("key: uk_gdpr", "key: eu_gdpr", "regimes.rules.1.key", "the regime eu_gdpr stands twice"),
    (
        "regime: ccpa\n      rights",
        "regime: policy\n      rights",
        "rights.offered",
        "people under ccpa are offered nothing",
    ),
    (
        "mailbox: dpo}",
        "mailbox: dp}",
        "identity.dpo.mailbox",
        "dp is not one of the mailboxes. Did you mean dpo?",
    ),
    ("payments: payments", "payments: payment", "named_schedules.payments", "Did you mean payments?"),
    (
        "named_schedules: {account: account, platform_data: platform_data, payments: payments",
        "named_schedules: {account: account, platform_data: platform_data, payments: logs",
        "schedules.3.action",
        "Use keep",
    ),
    ("recipients: [gcp, anthropic]", "recipients: [gpc]", "categories.2.recipients.0", "Did you mean gcp?"),
    (
        "purposes: [service, communicate]",
        "purposes: [servise]",
        "categories.0.purposes.0",
        "Did you mean service?",
    ),
    ("gets: [payment]", "gets: [paymnt]", "processors.1.gets.0", "Did you mean payment?"),
    (
        "platforms: [meta_facebook,",
        "platforms: [meta_fcebook,",
        "subject_rules.0.platforms.0",
        "Did you mean meta_facebook?",
    ),
    ("key: dpo, address", "key: privacy, address", "mailboxes.1.key", "stands twice in mailboxes"),
    (
        "offered: [en, de]",
        "offered: [en, de, fr]",
        "letters.other_languages",
        "Write them, with language: fr.",
    ),
    (
        "    other_languages:\n      - language: de\n        instructions: Durch",
        "    other_languages:\n      - language: it\n        instructions: Durch",
        "systems.2.other_languages",
        "Write them, with language: de.",
    ),
    (
        "    other_languages:\n      - language: de\n        instructions: Durch",
        "    other_languages:\n      - language: en\n        instructions: Look.\n"
        "      - language: de\n        instructions: Durch",
        "systems.2.other_languages",
        "Keep one",
    ),
    ("default: en", "default: fr", "languages.default", "Add it to languages.offered."),
    ("remind_after_days: 10", "remind_after_days: 30", "cases.remind_after_days", "after the case is closed"),
    (
        "rights: [deletion, platform_deletion]\n    access_plan",
        "rights: [access]\n    access_plan",
        "cases.four_eyes.rights",
        "Add deletion",
    ),
    ("from_age: 16", "from_age: 18", "ages.parental_permission.from_age", "Swap the two."),
    ("areas: [WORLD], age", "areas: [EEA], age", "ages.minimum", "End with areas: [WORLD]."),
    ("regime: uk_gdpr\n", "regime: eu_gdpr\n", "rights.offered.1.regime", "offered twice"),
    (
        "data_categories: [user.social]",
        "data_categories: [user.content]",
        "categories.9.data_categories.0",
        "belongs to content already",
    ),
    (
        "rights: [platform_deletion]\n      regimes: [eu_gdpr, uk_gdpr, ccpa, policy]\n      with",
        "rights: [platform_deletion]\n      regimes: [eu_gdpr, uk_gdpr, ccpa]\n      with",
        "rights.offered.3.rights",
        "platform_deletion has no row in rights.verification for policy",
    ),
    (
        "rights: [know_categories]\n",
        "rights: [know_categories, access]\n",
        "rights.verification",
        "Keep one of them.",
    ),
    (
        "gpc_turns_off: [analytics",
        "gpc_turns_off: [analitics",
        "signals.gpc_turns_off.0",
        "Did you mean analytics?",
    ),
    ("processor: gcp", "processor: gpc", "systems.0.processor", "Did you mean gcp?"),
]


@pytest.mark.parametrize(("old", "new", "path", "says"), CONTRADICTIONS, ids=lambda value: str(value)[:30])
def test_a_contradiction_between_two_parts_is_found_at_its_line(tmp_path: Path, old, new, path, says):
    faults = [fault for fault in faults_of(changed(tmp_path, (old, new))) if fault.path == path]
    assert faults, faults_of(changed(tmp_path, (old, new)))
    assert says in str(faults[0])
    assert faults[0].line > 1


def test_a_right_that_needs_no_identity_cannot_be_verified(tmp_path: Path):
    old = "ceiling: L0\n      note: Only what is needed"
    fault = only_fault(changed(tmp_path, (old, old.replace("L0", "L1"))))
    assert "opt_out must not be verified" in str(fault)
    assert fault.remedy == "Set every level to L0."


def test_a_regime_without_a_rule_cannot_be_the_one_for_elsewhere(tmp_path: Path):
    british = GOOD[GOOD.index("    - key: uk_gdpr") : GOOD.index("    - key: ccpa")]
    faults = faults_of(changed(tmp_path, (british, ""), ("elsewhere: policy", "elsewhere: uk_gdpr")))
    assert [str(fault) for fault in faults if fault.path == "regimes.elsewhere"] == [
        f"line {faults[0].line}, regimes.elsewhere: uk_gdpr has no rule. Add a rule for it, or write policy."
    ]


def test_nobody_is_asked_for_more_than_the_ceiling(tmp_path: Path):
    path = changed(
        tmp_path,
        (
            "without_account: L4\n      sensitive: null\n",
            "without_account: L5\n      sensitive: null\n",
        ),
    )
    assert "without_account asks for L5, above the ceiling L4. Lower it." in str(only_fault(path))


@pytest.mark.parametrize(
    ("place", "name", "high", "said"),
    [
        ("with_account: L2\n      without_account: L4", "with_account: L2", "L3", "the law allows L2"),
        ("sensitive: L3\n      agent: L1", "agent: L1", "L2", "the law allows L1"),
        ("ceiling: L3\n      note: Never by", "ceiling: L3", "L5", "the law allows L3"),
        ("ceiling: L4\n      note: No fee", "ceiling: L4", "L5", "the law allows L4"),
        ("platform: L1\n      estate: L0\n      ceiling: L5", "platform: L1", "L2", "the law allows L1"),
    ],
)
def test_no_profile_goes_beyond_the_law(tmp_path: Path, place: str, name: str, high: str, said: str):
    higher = place.replace(name, f"{name[:-2]}{high}")
    assert said in str(faults_of(changed(tmp_path, (place, higher)))[0])


def test_essential_cookies_cannot_wait_for_consent(tmp_path: Path):
    path = changed(
        tmp_path, ("consent_areas: []\n    max_age: P14D", "consent_areas: [EEA]\n    max_age: P14D")
    )
    assert "essential cookies wait for nobody" in str(only_fault(path))


def test_a_name_that_no_profile_has_offers_the_nearest():
    with pytest.raises(ProfileError, match="Did you mean mixora"):
        load_profile("mixorra")


@pytest.mark.parametrize("name", ["", "m", "nothing", "../etc/passwd", "/etc", "gone.yaml", "a" * 500])
def test_a_name_or_path_without_a_profile_is_refused(name):
    with pytest.raises(ProfileError):
        load_profile(name)


def test_a_profile_in_the_folder_must_bear_the_name_of_its_file(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("config.profile.loading.FOLDER", tmp_path)
    (tmp_path / "other.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ProfileError, match="Write other, or rename the file"):
        load_profile("other")


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch):
    path = changed(tmp_path)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ProfileError, match="cannot be read: Permission denied"):
        load_profile(path)
