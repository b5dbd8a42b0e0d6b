"""Words and looks of the pages of retention."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accounts.models import User
from accounts.services.audit import Actor
from accounts.templatetags.portal_ui import badge, told
from config.profile import active_profile
from retention.enums import HoldState, ProblemKind, StepState, SweepState, SweepWhy
from retention.models import Hold, Sweep, SweepStep

SWEEP_LOOKS = {
    SweepState.PLANNED: "planned", SweepState.WAITING: "approval", SweepState.RUNNING: "running",
    SweepState.PAUSED: "paused", SweepState.DONE: "done", SweepState.STOPPED: "cancelled",
}  # fmt: skip
STEP_LOOKS = {
    StepState.READY: "ready", StepState.RUNNING: "running", StepState.DONE: "done", StepState.HELD: "held",
    StepState.FAILED: "attention",
}  # fmt: skip
HOLD_LOOKS = {
    HoldState.PLACING: "running", HoldState.ACTIVE: "held", HoldState.RELEASE_ASKED: "approval",
    HoldState.RELEASED: "released",
}  # fmt: skip
HOLD_WORDS = {
    HoldState.PLACING: _l("Takes effect soon"), HoldState.ACTIVE: _l("In effect"),
    HoldState.RELEASE_ASKED: _l("Release asked for"), HoldState.RELEASED: _l("Released"),
}  # fmt: skip

# What to do next, one sentence a kind. A kind that is missing here fails a test.
NEXT: dict[str, str | Promise] = {
    ProblemKind.NO_TRIGGER: _l(
        "Mark the column in the dataset under trigger_fields and import the dataset again."
    ),
    ProblemKind.NO_KEY: _l(
        "Ask the owner of the system for a primary key. Until then delete what is due by hand."
    ),
    ProblemKind.NO_TABLE: _l("Take the collection out of the dataset, or mend the name of its table."),
    ProblemKind.NOT_EMPTIED: _l(
        "Give the field a masking rule in the dataset, or let the column be empty in the system."
    ),
    ProblemKind.READ_ONLY: _l(
        "Give the portal a user of the system that may delete, or have its owner delete what is due."
    ),
    ProblemKind.NO_INDEX: _l("Ask the owner of the system for an index. The sweep works without it, slowly."),
    ProblemKind.UNDATED: _l("Have the owner of the system fill the dates in, or delete these rows by hand."),
    ProblemKind.REFERENCED: _l(
        "Nothing now: they go in the sweep after the one that removes the rows that point at them."
    ),
    ProblemKind.FAILED: _l("Test the connection of the system. Then pause the sweep and let it go on."),
    ProblemKind.LEFT: _l(
        "Plan a new sweep. If rows are left again, look up one of them under “Why still here?”."
    ),
}
WHY_SHORT = {
    SweepWhy.SIZE: _l("many rows"), SweepWhy.SHARE: _l("large share"),
}  # fmt: skip


def by(request: HttpRequest) -> dict[str, Any]:
    """Return who acts and when, as services take it."""
    assert isinstance(request.user, User)
    return {"actor": Actor.of(request.user), "now": timezone.now()}


def when(moment: Any) -> str:
    """Return a moment for a page, or nothing."""
    return date_format(timezone.localtime(moment), "j M Y, H:i") if moment else ""


def on_day(day: Any) -> str:
    """Return a day for a page, or nothing."""
    return date_format(day, "j M Y") if day else ""


def rows_of(number: int) -> str:
    """Return "1 row", "12,000 rows"."""
    return ngettext("%(n)s row", "%(n)s rows", number) % {"n": f"{number:,}"}


def sweep_state(sweep: Sweep) -> SafeString:
    """Return where a sweep stands, as a badge."""
    return badge(sweep.get_state_display(), "", SWEEP_LOOKS[SweepState(sweep.state)])


def step_state(step: SweepStep) -> SafeString:
    """Return where a step stands, as a badge."""
    return badge(step.get_state_display(), "plain", STEP_LOOKS[StepState(step.state)])


def hold_state(hold: Hold) -> SafeString:
    """Return where a hold stands, as a badge of few words."""
    state = HoldState(hold.state)
    return badge(str(HOLD_WORDS[state]), "", HOLD_LOOKS[state])


def why_words(codes: Iterable[str]) -> list[str]:
    """Return why a second person is needed, in sentences."""
    return [str(SweepWhy(code).label) for code in codes if code in SweepWhy.values]


def schedule_label(key: str) -> str:
    """Return the words of a schedule; its key where the profile does not know it any more."""
    return told(next((one.label for one in active_profile().schedules if one.key == key), key))


def period_words(text: str | None) -> str:
    """Return a period as people say it: "P7Y" → "7 years"."""
    if not text:
        return _("no limit")
    number, unit = text.lstrip("PT")[:-1], text[-1]
    if not number.isdigit():
        return text
    n = int(number)
    words = {
        "Y": ngettext("%(n)s year", "%(n)s years", n), "M": ngettext("%(n)s month", "%(n)s months", n),
        "W": ngettext("%(n)s week", "%(n)s weeks", n), "D": ngettext("%(n)s day", "%(n)s days", n),
        "H": ngettext("%(n)s hour", "%(n)s hours", n),
    }  # fmt: skip
    return words[unit] % {"n": n} if unit in words else text
