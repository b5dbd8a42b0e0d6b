"""The last door: no letter asks who somebody is where nobody may be asked, whoever wrote it.

Mail, drafts, replies in a thread and letters of the portal itself all pass here before they can leave.
"""

from django.utils.translation import gettext as _

from config.profile.law import NO_CHECK
from correspondence.enums import Template
from correspondence.models import Letter, Thread
from correspondence.rules.clauses import TO_OTHERS
from dsar.models import Case
from dsar.rules.asking_words import asks_who
from dsar.rules.transitions import NotAllowed
from dsar.services.identity.needs import need_of

ASKING = frozenset(
    {
        Template.PROVE_EMAIL, Template.ASK_IDENTITY, Template.IDENTITY_REMINDER, Template.IDENTITY_FAILED,
        Template.AGENT_CONFIRMATION,
    }
)  # fmt: skip
"""Letters whose only purpose is to ask for proof."""


def why_not_send(letter: Letter, thread: Thread | None) -> str:
    """Return why a letter may not leave because it asks for identity, or the empty string."""
    words = _asking(letter)
    if not words or not _is_free(letter, thread):
        return ""
    return _(
        "For this right nobody may be asked who they are. The letter does: “%(words)s”. Leave that out."
    ) % {"words": words[:120]}


def _asking(letter: Letter) -> str:
    if letter.template in ASKING:
        return str(Template(letter.template).label)
    return "" if letter.template in TO_OTHERS else asks_who(f"{letter.title}\n{letter.body}")


def _is_free(letter: Letter, thread: Thread | None) -> bool:
    """Whether a letter is about a right for which nobody is asked; a thread without a case by its mail."""
    if letter.case_id:
        case = Case.objects.select_related("subject__user").filter(pk=letter.case_id).first()
        return case is not None and _nothing_allowed(case)
    if thread is None:
        return False
    rights = {one for message in thread.messages.all() for one in message.proposed_rights}
    return bool(rights) and rights <= set(NO_CHECK)


def _nothing_allowed(case: Case) -> bool:
    try:
        return need_of(case).ceiling == 0
    except NotAllowed:
        return case.right in NO_CHECK
