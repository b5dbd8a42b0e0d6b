"""How far the law lets anybody verify a person. Versioned; no profile and no member of staff goes beyond it.

Levels: 0 nothing, 1 control of the contact channel, 2 sign-in and the password again, 3 two data that we
hold, 4 three data and a signed declaration, 5 identity document on recorded doubt.
"""

from dataclasses import dataclass

PACK = "verification 2026-11-25"
ALL = ("eu_gdpr", "uk_gdpr", "ccpa", "policy")
GDPR = ("eu_gdpr", "uk_gdpr", "policy")
CCPA = ("ccpa",)
PLATFORM_CEILING = 1
"""A platform proves itself by its signature; of the person nothing is asked."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The highest levels for some rights under some regimes, and where that stands.

    `login`: the person can sign in; `no_login`: cannot; `sensitive`: cannot, and the data are sensitive;
    `represented`: of the person, when somebody acts for them (agent, parent, estate).
    """

    rights: tuple[str, ...]
    regimes: tuple[str, ...]
    login: int
    no_login: int
    sensitive: int
    represented: int
    source: str

    @property
    def highest(self) -> int:
        """Return the level beyond which nobody may go, whoever asks."""
        return max(self.login, self.no_login, self.sensitive, self.represented)


CEILINGS = (
    Ceiling(("opt_out", "limit"), ALL, 0, 0, 0, 0, "11 CCR 7026(d), 7027(e), 7060(b); GDPR Art. 12(2)"),
    Ceiling(("withdrawal",), ALL, 0, 0, 0, 0, "GDPR Art. 7(3); 11 CCR 7060(b)"),
    Ceiling(("complaint",), ALL, 0, 0, 0, 0, "GDPR Art. 77; DPA 2018 s. 164A"),
    Ceiling(("child_report",), ALL, 0, 0, 0, 0, "16 CFR 312.6; GDPR Art. 8"),
    Ceiling(("objection", "restriction"), ALL, 1, 1, 1, 1, "GDPR Art. 12(6), 18, 21"),
    Ceiling(("access", "portability"), GDPR, 2, 5, 5, 1, "GDPR Art. 12(6); Recital 64"),
    Ceiling(("access", "portability"), CCPA, 2, 4, 4, 4, "11 CCR 7061, 7062(c), 7063(a), 7060(d)"),
    Ceiling(("know_categories",), GDPR, 2, 3, 3, 1, "GDPR Art. 12(6); Recital 64"),
    Ceiling(("know_categories",), CCPA, 2, 3, 3, 3, "11 CCR 7061, 7062(b), 7063(a)"),
    Ceiling(("rectification",), GDPR, 2, 3, 3, 1, "GDPR Art. 12(6), 16"),
    Ceiling(("rectification",), CCPA, 2, 3, 3, 3, "11 CCR 7061, 7062(d)-(e), 7063(a)"),
    Ceiling(("deletion",), GDPR, 2, 5, 5, 1, "GDPR Art. 12(6); Recital 64"),
    Ceiling(("deletion",), CCPA, 2, 3, 4, 4, "11 CCR 7061, 7062(d), 7063(a)"),
    Ceiling(("platform_deletion",), ALL, 1, 1, 1, 1, "GDPR Art. 12(6); the platform's signature proves it"),
)


def ceiling_for(right: str, regime: str) -> Ceiling:
    """Return the row of a right under a regime; raises LookupError for one that the pack does not know."""
    found = next((row for row in CEILINGS if right in row.rights and regime in row.regimes), None)
    if found is None:
        raise LookupError(f"The pack {PACK} has no ceiling for {right} under {regime}.")
    return found
