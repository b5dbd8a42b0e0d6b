"""Loading by name or path, the active profile and its cache, and the check on the command line."""

import os
from pathlib import Path

import pytest

from config.profile import ProfileError, active_profile, load_profile
from config.profile.__main__ import main
from tests.config.profile_files import GOOD, changed


@pytest.mark.parametrize("name", ["mediux_ai", "mediux"])
def test_a_key_or_its_first_words_name_a_profile(name):
    assert load_profile(name).key == "mediux_ai"


def test_a_path_names_a_profile_anywhere(tmp_path: Path):
    path = changed(tmp_path, ("key: mediux_ai", "key: third_company"))
    profile = load_profile(path)
    assert (profile.key, profile.file) == ("third_company", str(path))
    assert load_profile(str(path)).version == profile.version


def test_a_short_name_that_fits_two_profiles_is_refused(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("config.profile.loading.FOLDER", tmp_path)
    for name in ("demo_one", "demo_two"):
        (tmp_path / f"{name}.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ProfileError, match="There is no profile of this name"):
        load_profile("demo")


def test_a_profile_cannot_be_changed_in_memory():
    profile = load_profile("mixora")
    with pytest.raises(ValueError, match="frozen"):
        profile.cases.step_up_minutes = 14  # type: ignore[misc]


def test_the_active_profile_is_that_of_the_setting_and_is_read_once(settings):
    settings.PROFILE = "mixora"
    assert active_profile().identity.trade_name == "Mixora"
    assert active_profile() is active_profile()
    settings.PROFILE = "mediux"
    assert active_profile().key == "mediux_ai"


def test_a_changed_file_is_read_again_and_a_touched_one_is_not(settings, tmp_path: Path):
    path = changed(tmp_path)
    settings.PROFILE = str(path)
    first = active_profile()
    os.utime(path, ns=(1, 1))
    assert active_profile() is first
    path.write_text(GOOD.replace("step_up_minutes: 15", "step_up_minutes: 5"), encoding="utf-8")
    assert active_profile().cases.step_up_minutes == 5
    assert active_profile().version != first.version


def test_a_file_that_turned_bad_stops_the_portal_instead_of_serving_the_old_one(settings, tmp_path: Path):
    path = changed(tmp_path)
    settings.PROFILE = str(path)
    active_profile()
    path.write_text(GOOD.replace("step_up_minutes: 15", "step_up_minutes: x"), encoding="utf-8")
    with pytest.raises(ProfileError, match="step_up_minutes"):
        active_profile()
    path.unlink()
    with pytest.raises(ProfileError, match="cannot be read"):
        active_profile()


def test_the_command_tells_gaps_of_a_good_profile(capsys):
    assert main(["mixora"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("Mixora: usable, version ")
    assert "identity.dpo: No data protection officer is named." in out


def test_the_command_tells_faults_of_a_bad_profile(capsys, tmp_path: Path):
    assert main([str(changed(tmp_path, ("  mark: M", "  mark: MMM")))]) == 1
    assert "brand.mark" in capsys.readouterr().err


def test_the_command_wants_one_argument(capsys):
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err
