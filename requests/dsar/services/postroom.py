"""What happens to a case when one of its letters cannot be sent."""

from django.utils import timezone

from accounts.services.audit import SYSTEM
from config.sentences import say
from correspondence.models import Letter
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
        case.attention = sentence[: story.ATTENTION_LENGTH]
        case.save(update_fields=["attention"])
    story.tell(case=case, kind="letter_failed", what=sentence, note=letter.last_error, actor=SYSTEM, now=now)
