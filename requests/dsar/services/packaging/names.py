"""Names of the files in a package: no path, no trick, no two alike on any system."""

import re
import unicodedata

LONGEST = 80
_NOT_ALLOWED = re.compile(r"[^\w.-]+")
_REPEATED = re.compile(r"([._-])[._-]+")
# Names that Windows keeps for devices, whatever their ending.
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)


def safe_name(text: str, otherwise: str) -> str:
    """Return text as a file name without its ending: letters, digits, `_ - .`, at most LONGEST characters.

    `otherwise` is taken when nothing is left of it.
    """
    words = unicodedata.normalize("NFC", text[: 4 * LONGEST])
    words = _REPEATED.sub(r"\1", _NOT_ALLOWED.sub("_", words)).strip("._-")
    words = words[:LONGEST].rstrip("._-") or otherwise
    return f"_{words}" if _RESERVED.match(words) else words


class MemberNames:
    """Gives out names within one package. Two that differ in case only would overwrite each other on some
    disks.
    """

    def __init__(self) -> None:
        self._given: set[str] = set()

    def give(self, folder: str, text: str, *endings: str, otherwise: str = "collection") -> str:
        """Return `folder/name` for which none of `endings` has been given out before; append an ending
        yourself.
        """
        stem, number = safe_name(text, otherwise), 1
        name = stem
        while any(self._key(folder, name, ending) in self._given for ending in endings):
            number += 1
            name = f"{stem}-{number}"
        self._given.update(self._key(folder, name, ending) for ending in endings)
        return f"{folder}/{name}"

    @staticmethod
    def _key(folder: str, name: str, ending: str) -> str:
        return unicodedata.normalize("NFKC", f"{folder}/{name}{ending}").casefold()
