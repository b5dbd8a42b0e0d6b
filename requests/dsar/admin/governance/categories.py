"""One click: a copy that cannot be given for want of proof becomes an answer with the categories."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, ActForm
from accounts.models import User
from accounts.services.audit import Actor
from dsar.admin.governance.forms import text
from dsar.models import Case
from dsar.services import decisions, offering_categories, rulings


class CategoriesForm(ActForm):
    """The reasons, filled in; a word about being late where it is."""

    reasons = text(
        _l("Reasons"), rows=5,
        help_text=_l("The person reads this in our letter, after the sentence of each ground."),
    )  # fmt: skip
    late_reason = forms.CharField(
        label=_l("Why it comes late"), max_length=500, required=False,
        help_text=_l("The last day for refusing has passed. The letter says why, and that we are sorry."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("reasons", offering_categories.reasons_of(self.obj))
        if not decisions.is_late(self.obj, timezone.now()):
            del self.fields["late_reason"]


def _propose(request: HttpRequest, case: Case, form: Any) -> str:
    assert isinstance(request.user, User)
    offering_categories.propose(
        case=case, **form.cleaned_data, actor=Actor.of(request.user), now=timezone.now()
    )
    return _("Proposed. A colleague decides; until then the person is told nothing.")


def context(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return the letter as it would leave with these reasons, and the last day for refusing."""
    if offering_categories.why_not(case):
        return {}
    reasons = request.POST.get("reasons") or offering_categories.reasons_of(case)
    made = offering_categories.draft(
        case=case, reasons=reasons, late_reason=request.POST.get("late_reason", "")
    )
    title, body = rulings.preview(made)
    late = decisions.is_late(case, timezone.now())
    return {"letter_title": title, "letter_body": body, "refuse_by": rulings.refuse_by(case), "late": late}


CATEGORIES = Act(
    "categories", _l("Unverified: answer with the categories"), _propose, "dsar.propose_decision",
    icon="flag", form=CategoriesForm, template="admin/dsar/governance/categories.html", context=context,
    why_not=lambda _request, case: offering_categories.why_not(case),
    question=_l("Refuse the copy and answer with the categories?"),
    explain=_l(
        "What was shown is not enough for a copy, but for the kinds of data (11 CCR 7024(a)). A colleague"
        " decides. Then the letter goes out and the case goes on as one for the categories, with its first"
        " day."
    ),
)  # fmt: skip
