"""What staff can do to an incident. Each act asks once and calls one service."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act
from dsar.admin import incident_forms as forms
from dsar.admin.case_acts import by
from dsar.models import Incident
from dsar.services import incidents


def _describe(request: HttpRequest, incident: Incident, form: Any) -> str:
    incidents.describe(incident=incident, **form.cleaned_data, **by(request))
    return _("Written down. What was known earlier stays.")


def _awareness(request: HttpRequest, incident: Incident, form: Any) -> str:
    incidents.correct_awareness(incident=incident, **form.cleaned_data, **by(request))
    return _("The 72 hours run from the earlier time now.")


def _assess(request: HttpRequest, incident: Incident, form: Any) -> str:
    made = incidents.assess(incident=incident, **form.cleaned_data, **by(request))
    return _("Assessed: %(risk)s.") % {"risk": made.get_risk_display()}


def _propose(request: HttpRequest, incident: Incident, form: Any) -> str:
    incidents.propose(incident=incident, **form.cleaned_data, **by(request))
    return _("Proposed. A colleague decides.")


def _decide(request: HttpRequest, incident: Incident, form: Any) -> str:
    del incident
    made = incidents.decide(**form.cleaned_data, **by(request))
    return _("Agreed.") if made.approved else _("Not agreed. The proposal is settled.")


def _notify(request: HttpRequest, incident: Incident, form: Any) -> str:
    made = incidents.notify(incident=incident, **form.cleaned_data, **by(request))
    return _("Recorded as notice %(n)s to %(who)s.") % {"n": made.phase, "who": made.recipient}


def _file(request: HttpRequest, incident: Incident, form: Any) -> str:
    incidents.attach(incident=incident, **form.cleaned_data, **by(request))
    return _("Kept, encrypted.")


def _assign(request: HttpRequest, incident: Incident, form: Any) -> str:
    incidents.assign(incident=incident, **form.cleaned_data, **by(request))
    return _("%(who)s works on it now.") % {"who": incident.owner}


def _close(request: HttpRequest, incident: Incident, _form: Any) -> str:
    incidents.close(incident=incident, **by(request))
    return _("The incident is closed.")


def _shut(request: HttpRequest, incident: Incident) -> str:
    del request
    return "" if incident.is_open else _("This incident is closed.")


def _not_assessed(request: HttpRequest, incident: Incident) -> str:
    if _shut(request, incident) or incident.assessments.exists():
        return _shut(request, incident)
    return _("Assess the risk first: what follows depends on it.")


def _nothing_waits(request: HttpRequest, incident: Incident) -> str:
    waiting = incident.decisions.filter(decided_at=None)
    if _shut(request, incident) or not waiting.exists():
        return _shut(request, incident) or _("No proposal waits.")
    if not waiting.exclude(proposed_by=request.user.pk).exists():
        return _("You proposed this. Somebody else has to decide.")
    return ""


def _gaps(request: HttpRequest, incident: Incident) -> str:
    return _shut(request, incident) or " ".join(incidents.closing_gaps(incident))


ACTS = (
    Act("describe", _l("Write down what is known"), _describe, "dsar.change_incident", icon="flag",
        form=forms.DescribeForm, why_not=_shut, question=_l("What is known now?"),
        explain=_l("Facts, effects and remedy are kept whether the incident is notified or not.")),
    Act("assess", _l("Assess the risk"), _assess, "dsar.assess_incident", icon="eye", form=forms.AssessForm,
        why_not=_shut, question=_l("How bad is it for the people?")),
    Act("propose", _l("Propose whom to tell"), _propose, "dsar.decide_incident", icon="hand",
        form=forms.ProposeForm, why_not=_not_assessed, question=_l("Who should be told?"),
        explain=_l("A second person decides. One of the two is the data protection officer or the deputy.")),
    Act("decide", _l("Decide on the proposal"), _decide, "dsar.decide_incident", icon="check",
        form=forms.DecideForm, step_up=True, why_not=_nothing_waits, question=_l("Do you agree?")),
    Act("notify", _l("Record a notice"), _notify, "dsar.change_incident", icon="send", form=forms.NotifyForm,
        why_not=_shut, question=_l("Who was told, and when?"),
        explain=_l("What is not known yet follows in a further notice to the same recipient.")),
    Act("evidence", _l("Add evidence"), _file, "dsar.change_incident", icon="plus", form=forms.FileForm,
        why_not=_shut),
    Act("awareness", _l("We were aware earlier"), _awareness, "dsar.change_incident", icon="clock",
        form=forms.AwarenessForm, why_not=_shut, danger=True,
        explain=_l("The time can only be set earlier. The old one stays in the story.")),
    Act("assign", _l("Assign"), _assign, "dsar.change_incident", icon="person", form=forms.OwnerForm,
        why_not=_shut, question=_l("Who works on this incident?")),
    Act("close", _l("Close the incident"), _close, "dsar.close_incident", icon="check", why_not=_gaps,
        question=_l("Close this incident?"),
        explain=_l("It stays in the register.")),
)  # fmt: skip
