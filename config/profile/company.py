"""Who the company is: names, addresses, officers, authorities, brand and languages."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from config.profile.base import (
    Address,
    Area,
    Colour,
    Country,
    Host,
    Key,
    Label,
    Language,
    Part,
    Text,
    Url,
    absent,
    gap,
)

# The surfaces of both modes that links and buttons stand on (static/portal/css/tokens.css).
LIGHT_SURFACES, DARK_SURFACES, ON_FILL = (
    ("#ffffff", "#f7f8fa", "#e7ebf1"),
    ("#0e1217", "#171d24", "#242d37"),
    "#ffffff",
)
READABLE = 4.5  # WCAG 2.2, 1.4.3, normal text


class PostalAddress(Part):
    """A place that takes letters."""

    lines: Annotated[tuple[Label, ...], Field(min_length=1)]
    postal_code: Label | None = absent("The country has no postal codes.")
    city: Label
    region: Label | None = absent("The country is not divided, or the region is no part of the address.")
    country: Country


class Seat(Part):
    """Where the company is established: it decides holiday calendar and rolling, so it is asked for apart."""

    country: Country
    region: Label | None = gap("The state or region of the seat is not known: name it.")


class Officer(Part):
    """The data protection officer."""

    name: Label | None = gap("The data protection officer has no name here: letters name the office only.")
    mailbox: Key


class Representative(Part):
    """A representative under Art. 27 of the GDPR or the UK GDPR."""

    name: Label
    address: PostalAddress
    email: Address


class Representatives(Part):
    """Who stands for a company without establishment there."""

    eu: Representative | None = gap("No representative in the EU is named (GDPR Art. 27).")
    uk: Representative | None = gap("No representative in the UK is named (UK GDPR Art. 27).")


class Company(Part):
    """Legal identity, as letters, notices and the footer give it."""

    legal_name: Label
    trade_name: Label
    legal_form: Label | None = gap("The legal form of the company is not stated.")
    website: Url | None = gap("No website is named.")
    website_domain: Host
    privacy_policy: Url | None = gap("The address of the published policy is not known.")
    address: PostalAddress | None = gap("No postal address is published: people cannot write a letter.")
    seat: Seat
    dpo: Officer | None = gap("No data protection officer is named.")
    representatives: Representatives
    lead_authority: Label | None = absent(
        "No establishment in the EEA, so each authority is competent for its own people."
    )

    @property
    def footer(self) -> str:
        """Return the one line that stands under every page and letter."""
        if self.address is None:
            return self.legal_name
        parts = (*self.address.lines, self.address.city, self.address.region, self.address.postal_code)
        return ", ".join([self.legal_name, *(part for part in parts if part), self.address.country])


class Shades(Part):
    """One colour for the light and one for the dark mode."""

    light: Colour
    dark: Colour


class Brand(Part):
    """The mark (one or two letters) and the accent; nothing else of the look may change."""

    mark: Annotated[str, Field(min_length=1, max_length=2)]
    accent: Shades
    accent_fill: Shades
    accent_soft: Shades

    @model_validator(mode="after")
    def _readable(self) -> Self:
        pairs = [("accent", self.accent.light, s) for s in (*LIGHT_SURFACES, self.accent_soft.light)]
        pairs += [("accent", self.accent.dark, s) for s in (*DARK_SURFACES, self.accent_soft.dark)]
        pairs += [("accent_fill", fill, ON_FILL) for fill in (self.accent_fill.light, self.accent_fill.dark)]
        for name, ink, ground in pairs:
            if contrast(ink, ground) < READABLE:
                raise ValueError(
                    f"{name} {ink} cannot be read on {ground} (contrast below {READABLE}): make it stronger"
                )
        return self


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2.2 contrast ratio (1 to 21) of two colours written #rrggbb."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    shares = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


class Languages(Part):
    """Languages of pages and letters; the first one offered where nothing fits is `default`."""

    default: Language
    offered: Annotated[tuple[Language, ...], Field(min_length=1)]


class Authority(Part):
    """A supervisory authority that letters name for people of an area."""

    area: Area
    name: Text
    website: Url


class Mailbox(Part):
    """An address that people or authorities write to."""

    key: Key
    address: Address
    label: Label
    uses: Annotated[tuple[Key, ...], Field(min_length=1)]
    shared: bool
