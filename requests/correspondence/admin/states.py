"""Where a letter is, in a word for lists and pages."""

from django.utils.translation import gettext as _

from config.jobs import JobStatus
from correspondence.enums import Dispatch, Stage
from correspondence.models import Letter


def state_of(letter: Letter) -> tuple[str, str]:
    """Return the stored word and its label for where a letter is."""
    if letter.stage != Stage.FINAL:
        kind = {Stage.DRAFT: "draft", Stage.APPROVAL: "approval"}.get(Stage(letter.stage), "cancelled")
        return kind, str(letter.get_stage_display())
    if letter.bounced_at:
        return "failed", _("Came back")
    if letter.sent_at:
        return "sent", _("Posted") if letter.dispatch == Dispatch.POST else _("Sent")
    if letter.status == JobStatus.ATTENTION:
        return "failed", _("Not sent")
    if letter.status == JobStatus.CANCELLED:
        return "cancelled", _("Cancelled")
    if letter.dispatch == Dispatch.POST:
        return "review", _("To be posted")
    return "waiting", _("Queued")
