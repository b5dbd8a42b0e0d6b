"""What happens to a case when one of its letters is final, or cannot be sent."""

from datetime import datetime

from django.utils import timezone

from accounts.services.audit import SYSTEM, Actor
from config.sentences import say
from correspondence.enums import Dispatch
from correspondence.models import Letter
from correspondence.rules.clauses import TO_OTHERS
from dsar.models import Case
from dsar.services import story


def letter_failed(letter: Letter) -> None:
    """Say so on the case; called inside the transaction that gives the letter up."""
    case = Case.objects.filter(pk=letter.case_id).first() if letter.case_id else None
    if case is None:
        return
    now, sentence = timezone.now(), say("A letter could not be sent: %(title)s", title=letter.title)
    story.lock(case)
    if case.is_open and not case.attention:
        story.alert(case, sentence)
    story.tell(case=case, kind="letter_failed", what=sentence, note=letter.last_error, actor=SYSTEM, now=now)


def letter_written(letter: Letter, actor: Actor, now: datetime) -> None:
    """Say on the timeline that a drafted letter may leave, in the transaction that made it final."""
    case = Case.objects.filter(pk=letter.case_id).first() if letter.case_id else None
    if case is None:
        return
    by_post = letter.dispatch == Dispatch.POST
    what = say("Letter written, by post") if by_post else say("Letter written, by e-mail")
    plain = "" if letter.template in TO_OTHERS else say("We wrote to you")
    story.tell(
        case=case, kind="letter", what=what, note=letter.title, plain=plain,
        actor=actor, now=now,
    )  # fmt: skip
    details = {"letter": str(letter.pk), "template": letter.template}
    story.record(case=case, actor=actor, action="case.letter", details=details)
