"""Who must hear of a correction or a restriction (GDPR Art. 19). The notices belong to whoever registers."""

from collections.abc import Callable
from datetime import datetime

from accounts.services.audit import Actor
from config.profile import active_profile
from dsar.enums import Verdict
from dsar.models import Case
from dsar.services import story

Notify = Callable[..., object]
_notify: list[Notify] = []


def register(notify: Notify) -> None:
    """Have somebody told of what is to be passed on: `notify(case=, recipients=, what=, actor=, now=)`."""
    _notify.append(notify)


def concerned(case: Case) -> list[str]:
    """Return the recipients of what a case corrects or restricts, by name, as the profile says."""
    profile = active_profile()
    collections = case.corrections.filter(verdict=Verdict.ACCEPTED).values_list("collection", flat=True)
    names = [one.rpartition(".")[2] for one in collections]
    found = [profile.category_for("user", name) for name in names] if names else list(profile.categories)
    return list(
        dict.fromkeys(who for one in found if one is not None for who in profile.named_recipients(one))
    )


def tell(*, case: Case, what: str, actor: Actor, now: datetime) -> None:
    """Pass a correction or restriction on to whoever keeps the notices, and keep the list in the trail."""
    found = concerned(case)
    for notify in _notify:
        notify(case=case, recipients=found, what=what, actor=actor, now=now)
    story.record(case=case, actor=actor, action="recipients.concerned", details={"n": len(found), "of": what})


def told(case: Case) -> list[str]:
    """Return the recipients that the letter names."""
    return concerned(case)
