"""The register of authorities: whole, without inventions, and the right one for a place."""

import pytest

from config.profile.areas import EEA
from correspondence.services import authorities

LAENDER = set(
    ["BW", "BY", "BE", "BB", "HB", "HH", "HE", "MV", "NI", "NW", "RP", "SL", "SN", "ST", "SH", "TH"]
)


def test_every_country_of_the_area_is_there_and_every_land():
    found = authorities.register()
    assert {one.country for one in found} == EEA | {"GB", "CH", "US", None}
    assert {one.region for one in found if one.country == "DE" and one.region} == LAENDER
    assert len({one.key for one in found}) == len(found)


def test_every_entry_says_how_sure_it_is():
    found = authorities.register()
    assert {one.confidence for one in found} == {"certain", "to_confirm"}
    assert all(one.website.startswith("https://") and one.reviewed_on for one in found)
    assert not [one.key for one in found if one.confidence == "to_confirm" and one.post]


@pytest.mark.parametrize(
    ("country", "region", "key"),
    [
        ("DE", "BY", "de_by"),
        ("de", "DE-NW", "de_nw"),
        ("DE", "", "de_list"),
        ("DE", "XX", "de_list"),
        ("FR", "IDF", "fr"),
        ("EL", "", "gr"),
        ("UK", "", "gb"),
        ("GB", "SCT", "gb"),
        ("CH", "ZH", "ch"),
        ("US", "CA", "us_ca"),
    ],
)
def test_the_competent_one_is_found(country, region, key):
    found = authorities.authority_for(country, region)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(("country", "region"), [("US", "NY"), ("US", ""), ("BR", ""), ("", "")])
def test_elsewhere_there_is_none(country, region):
    assert authorities.authority_for(country, region) is None


def test_somebody_under_the_gdpr_whose_country_is_not_known_is_shown_the_way():
    found = authorities.authority_for("", "", regime="eu_gdpr")
    assert found is not None
    assert "edpb.europa.eu" in found.website


def test_a_bavarian_company_is_not_sent_to_the_authority_of_public_bodies():
    assert authorities.authority_for("DE", "BY").key == "de_by"
    assert authorities.by_key("de_by_public").role == "public_sector"


def test_letters_call_it_by_its_own_name_outside_english():
    cnil = authorities.by_key("fr")
    assert cnil.called("de") == "Commission nationale de l'informatique et des libertés (CNIL)"
    assert cnil.called("en").startswith("National Commission on Informatics and Liberty / Commission")
    assert authorities.by_key("gb").called("en") == "Information Commissioner's Office (ICO)"


@pytest.mark.parametrize(("text", "n"), [("DE-BY", 2), ("de", 19), ("datatilsynet", 2), ("nobody at all", 0)])
def test_the_list_is_searched_by_name_place_and_website(text, n):
    assert len(authorities.search(text)) == n


def test_an_entry_with_a_stray_key_is_refused():
    entry = authorities.register()[0].model_dump()
    with pytest.raises(ValueError, match="fax"):
        type(authorities.register()[0])(**entry, fax="123")
