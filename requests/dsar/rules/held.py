"""What may be decided about rows of a deletion that belong to others too, and what the person is told."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: Mapping[str, str | Promise] = {
    "shared": _("Rows that other people share"),
    "third": _("Rows about another person"),
    "values": _("Words and names of other people in this person's rows"),
}
_KEEP, _CUT = _("Keep them as they are"), _("Keep them, cut the link to this person")
LABELS: Mapping[str, Mapping[str, str | Promise]] = {
    "shared": {"keep": _KEEP, "detach": _CUT, "mask": _("Mask them: the other people lose them too")},
    "third": {"keep": _KEEP, "detach": _CUT},
    "values": {"keep": _KEEP, "mask": _("Mask them together with this person's data")},
}
# Source: GDPR art. 15(4) and 20(4) by analogy, art. 17(3)(a), (b), (e). The letter prints the sentence.
CODES: Mapping[str, str | Promise] = {
    "OTHERS_RIGHTS": _("other people have the same right to them as you"),
    "E17_EXPRESSION": _("others have a right to express and inform themselves"),
    "E17_LEGAL_OBLIGATION": _("the law makes us keep them"),
    "E17_LEGAL_CLAIMS": _("we need them for legal claims"),
}
