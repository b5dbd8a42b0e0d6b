"""How identities are compared."""

import re
import unicodedata


def normalise_identity(key: str, value: str) -> str:
    """Return the form under which an identity is compared.

    E-mail addresses are NFC-normalised and case-folded; phone numbers keep their digits and a leading plus;
    anything else is only stripped.
    """
    text = unicodedata.normalize("NFC", value).strip()
    if key == "email":
        return text.casefold()
    if key in {"phone", "phone_number"}:
        digits = re.sub(r"\D", "", text)
        return ("+" if text.startswith("+") else "") + digits
    return text
