"""Countries and the areas made of them (ISO 3166-1, ISO 3166-2 and the groups EU, EEA and WORLD)."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EU = _words("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")
EEA = EU | {"IS", "LI", "NO"}
COUNTRIES = _words(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV
    BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES
    ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE
    IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY
    MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU
    NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM
    SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE
    VG VI VN VU WF WS YE YT ZA ZM ZW
    """
)
GROUPS = {"EU": EU, "EEA": EEA, "WORLD": COUNTRIES}
# How people write two countries that ISO writes otherwise.
OTHER_CODES = {"UK": "GB", "EL": "GR"}


def country(code: str) -> str:
    """Return the ISO 3166-1 code; raises ValueError for anything else, offering the right code if known."""
    if code in COUNTRIES:
        return code
    hint = (
        f"write {OTHER_CODES[code]}" if code in OTHER_CODES else "write two capital letters, for example DE"
    )
    raise ValueError(f"{code[:20]!r} is no ISO 3166 country: {hint}")


def area(code: str) -> str:
    """Return a country, a part of one such as US-CA, or a group; raises ValueError for anything else."""
    if code in GROUPS:
        return code
    head, dash, part = code.partition("-")
    if dash and not (1 <= len(part) <= 3 and part.isascii() and part.isalnum() and part.upper() == part):
        raise ValueError(f"{code[:20]!r} is no area: write for example DE, US-CA, EU, EEA or WORLD")
    country(head)
    return code


def contains(code: str, of_country: str | None, region: str | None, *, unknown_region: bool = False) -> bool:
    """Whether the area `code` holds a place.

    `of_country` is an ISO code in any case (UK and EL are understood), `region` the part after the dash, with
    or without its country. Region None = not known: then `unknown_region` says whether a part of the country
    holds the place. Region "" = the person chose "elsewhere in this country": no part holds it. A place
    without country is inside nothing, not even WORLD.
    """
    if not of_country:
        return False
    of_country = normal_country(of_country)
    if code in GROUPS:
        return of_country in GROUPS[code]
    head, _, part = code.partition("-")
    if head != of_country:
        return False
    if not part:
        return True
    return unknown_region if region is None else region.strip().upper().removeprefix(f"{head}-") == part


def normal_country(code: str) -> str:
    """Return the ISO spelling of a code as people give it."""
    code = code.strip().upper()
    return OTHER_CODES.get(code, code)
