"""The two profiles in the repository say what the two policies say, and own up to what those leave open."""

import re
from itertools import chain
from pathlib import Path
from typing import get_args

import pytest
from fideslang.default_taxonomy import DEFAULT_TAXONOMY

from config import BASE_DIR
from config.profile import Profile, load_profile
from config.profile.base import Null, Part
from config.profile.company import contrast
from config.profile.holdings import ICONS
from tests.config.profile_files import GOOD

MEDIUX, MIXORA = load_profile("mediux_ai"), load_profile("mixora")
BOTH = pytest.mark.parametrize("profile", [MEDIUX, MIXORA], ids=["mediux_ai", "mixora"])


def parts(kind: type[Part] = Part) -> set[type[Part]]:
    return set(chain.from_iterable({sub} | parts(sub) for sub in kind.__subclasses__()))


def _takes_null(kind: object) -> bool:
    return type(None) in get_args(kind)


def test_no_key_of_the_schema_has_a_default():
    silent = [
        f"{part.__name__}.{name}"
        for part in parts()
        for name, f in part.model_fields.items()
        if not f.is_required()
    ]
    assert silent == []


def test_every_key_that_may_be_null_says_what_null_means():
    meanings = {meaning.value for meaning in Null}
    for part in parts():
        for name, field in part.model_fields.items():
            extra = field.json_schema_extra
            nullable = _takes_null(field.annotation)
            assert nullable == isinstance(extra, dict), f"{part.__name__}.{name}"
            if isinstance(extra, dict):
                assert extra["null"] in meanings
                assert str(extra["says"]).endswith((".", ")."))


def test_the_policies_figures_stand_in_the_profiles():
    """Between the two policies: answer, logs, account, backups, notice, age, mailboxes, platforms, hasher."""
    assert [p.schedule("logs").max_period for p in (MEDIUX, MIXORA)] == ["P12M", "P180D"]
    assert MIXORA.schedule("logs").min_period == "P30D"
    assert (MEDIUX.schedule("account").max_period, MEDIUX.schedule("account").source) == (
        "P60D",
        "Policy, section 7",
    )
    assert MIXORA.schedule("account").source is None
    assert [p.backups.max_period for p in (MEDIUX, MIXORA)] == [None, "P30D"]
    assert [p.notices.days for p in (MEDIUX, MIXORA)] == [14, None]
    assert [len(p.mailboxes) for p in (MEDIUX, MIXORA)] == [3, 1]
    assert [p.security.hasher for p in (MEDIUX, MIXORA)] == ["bcrypt_sha256", None]
    assert [len(p.platforms) for p in (MEDIUX, MIXORA)] == [9, 5]
    assert MEDIUX.platform("tiktok").limits.user_disconnect == "P30D"
    assert MIXORA.platform("tiktok").limits.user_disconnect is None


def test_identity_is_that_of_the_policies():
    assert MIXORA.identity.footer == "Ainara Innovations LLC, 2 Chapman Pl, Irvington, NJ, 07111, US"
    assert MEDIUX.identity.footer == "Mediux AI"
    assert [p.cases.reference_prefix for p in (MEDIUX, MIXORA)] == ["MX", "MI"]
    assert [p.identity.website_domain for p in (MEDIUX, MIXORA)] == ["mediuxai.com", "mixora.io"]


@BOTH
def test_switches_are_at_their_careful_defaults(profile: Profile):
    switches = profile.clocks.switches
    assert (switches.eu_identity_pause, switches.eu_identity_prompt_working_days) == ("elapsed", 5)
    assert (switches.roll_home_controller, switches.roll_foreign_controller, switches.ccpa_roll) == (
        True,
        False,
        False,
    )
    assert (switches.promise_combine, switches.promise_after_extension) == ("min", "binding")
    assert len(type(switches).model_fields) == 21


@BOTH
def test_every_data_category_is_one_of_the_public_taxonomy(profile: Profile):
    known = {category.fides_key for category in DEFAULT_TAXONOMY.data_category}
    used = {key for entry in (*profile.categories,) for key in entry.data_categories}
    used |= {key for schedule in profile.schedules for key in schedule.categories}
    assert used <= known


@BOTH
def test_nothing_held_is_without_a_place_and_without_a_schedule(profile: Profile):
    for category in DEFAULT_TAXONOMY.data_category:
        assert profile.category_for(category.fides_key) is not None
        if category.fides_key.startswith("user"):
            assert any(schedule.takes(category.fides_key) for schedule in profile.schedules)


@BOTH
def test_every_ledger_kind_has_one_severity(profile: Profile):
    kinds = [kind for row in profile.ledger.severities for kind in row.kinds]
    assert len(kinds) == len(set(kinds)) == 16


@BOTH
def test_payment_records_outrank_every_other_schedule(profile: Profile):
    keep = profile.schedule(profile.named_schedules.payments)
    assert keep.precedence == max(schedule.precedence for schedule in profile.schedules)
    assert len({schedule.precedence for schedule in profile.schedules}) == len(profile.schedules)


@BOTH
def test_the_demo_company_has_one_system_of_each_kind(profile: Profile):
    assert [(s.key, s.kind) for s in profile.systems] == [
        ("product_database", "sql"),
        ("media_storage", "http"),
        ("support_mailbox", "manual"),
    ]


@BOTH
def test_authorities_and_consent_ages_cover_the_eea_and_the_uk(profile: Profile):
    from config.profile.areas import EEA

    assert all(profile.authority_for(country, None) for country in EEA | {"GB"})
    assert set(profile.ages.digital_consent.ages) == EEA | {"GB"}


def test_icons_are_those_of_the_portal():
    sprite = BASE_DIR / "static" / "portal" / "icons.svg"
    assert set(re.findall(r'id="([a-z-]+)"', sprite.read_text(encoding="utf-8"))) >= ICONS


def test_gaps_are_told_by_key_with_a_sentence():
    gaps = dict(MEDIUX.gaps())
    assert gaps["identity.representatives.eu"] == "No representative in the EU is named (GDPR Art. 27)."
    assert gaps["backups.max_period"].startswith("No period for backups is set")
    assert gaps["schedules.support.max_period"].startswith("No longest period is set")
    assert "is not confirmed by counsel" in gaps["schedules.payments.statutes.0.confirmed"]
    assert (
        dict(MIXORA.gaps())["notices.days"] == "No notice period before a material change is promised or set."
    )


def test_what_the_law_alone_settles_and_what_does_not_exist_is_no_gap():
    paths = {path for path, _ in MIXORA.gaps()}
    assert not paths & {"rights.promptly.days", "security.hasher", "identity.lead_authority"}
    assert not any(path.startswith("platforms.tiktok.limits") for path in paths)


def test_a_gap_goes_when_it_is_filled(tmp_path: Path):
    path = tmp_path / "filled.yaml"
    path.write_text(GOOD.replace("  website: null", "  website: https://mediuxai.com"), encoding="utf-8")
    assert "identity.website" not in dict(load_profile(path).gaps())


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
