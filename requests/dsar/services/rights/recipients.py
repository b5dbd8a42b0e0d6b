"""Who must hear of a correction, a restriction or an opt-out (GDPR Art. 19)."""

from datetime import datetime

from accounts.services.audit import Actor
from config.profile import active_profile
from dsar.enums import Right, Verdict
from dsar.models import Case
from dsar.services import recipients, story
from platforms.services import processors

_WHAT = {
    Right.RECTIFICATION: "rectified",
    Right.RESTRICTION: "restricted",
    Right.OPT_OUT: "opted_out",
}


def concerned(case: Case) -> list[str]:
    """Return the recipients of what a case corrects or restricts, by name, as the register says."""
    profile = active_profile()
    collections = case.corrections.filter(verdict=Verdict.ACCEPTED).values_list("collection", flat=True)
    names = [one.rpartition(".")[2] for one in collections]
    found = [profile.category_for("user", name) for name in names] if names else list(profile.categories)
    known = processors.register()
    named = (processors.named_recipients(profile, one, known) for one in found if one is not None)
    return list(dict.fromkeys(who for names in named for who in names))


def tell(*, case: Case, actor: Actor, now: datetime) -> None:
    """Have recipients told of what was just done in the systems, before the case is answered."""
    what = _WHAT.get(Right(case.right))
    if what is None:
        return
    recipients.notify(case=case, what=what, actor=actor, now=now)
    details = {"recipients": len(concerned(case)), "of": what}
    story.record(case=case, actor=actor, action="recipients.concerned", details=details)
