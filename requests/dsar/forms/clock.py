"""The question of the deadline simulator, as a form that needs no script."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from dsar.enums import Regime, Right
from dsar.rules.clocks import EVENTS
from dsar.rules.clocks.wording import EVENT_NAMES
from dsar.services.clocks.calendars import codes
from dsar.services.reckoning.asking import OBLIGATIONS

ROWS = 6
OBLIGATION_WORDS: dict[str, Any] = {
    "dsar_response": _("Answer to a request"),
    "ccpa_confirm_receipt": _("California: confirm receipt"),
    "ccpa_opt_out": _("California: opt-out"),
    "ccpa_limit": _("California: limit"),
    "ccpa_record_keep_until": _("California: keep the record of a request"),
    "ccpa_reask_opt_in_from": _("California: ask again to opt in"),
    "breach_72h": _("Breach: tell the authority"),
    "complaint_acknowledgement": _("United Kingdom: acknowledge a complaint"),
    "art14_information": _("Article 14: tell people whose data came from others"),
    "promise_rights_response": _("Promise: answer to a request"),
    "promise_account_data_deleted": _("Promise: account data deleted"),
    "promise_platform_data_deleted": _("Promise: platform data deleted"),
    "promise_payment_retention": _("Promise: payment records kept"),
    "promise_log_deleted": _("Promise: logs deleted"),
    "promise_backup_purged": _("Promise: backups purged"),
    "promise_policy_notice": _("Promise: notice before a change of the policy"),
}


def _select(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, **more)


class SimulatorForm(forms.Form):
    """One question. `question()` returns the object that `manage.py clock` would read."""

    obligation = _select(_("What is due"), list(OBLIGATION_WORDS.items()))
    regime = _select(_("Law"), Regime.choices)
    right = _select(_("Right"), Right.choices)
    received_on = forms.DateField(
        label=_("Received, or begun, on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    received_time = forms.TimeField(
        label=_("at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial="12:00"
    )
    reckoning_tz = forms.CharField(
        label=_("Time zone"), max_length=60, help_text=_("There a moment becomes a day: Europe/Berlin.")
    )
    holiday_calendar = _select(_("Holidays"), [])
    roll = _select(
        _("Weekends and holidays"),
        [("", _("As the rules say")), ("yes", _("Move the end")), ("no", _("Do not move it"))],
        required=False,
    )
    profile = _select(_("Promises"), [("", _("The law alone"))], required=False)

    def __init__(self, *args: Any, profile_key: str, profile_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices("holiday_calendar", [(code, code) for code in codes()])
        self._choices("profile", [(profile_key, profile_name), ("", _("The law alone"))])
        for n in range(ROWS):
            kinds = [("", "–"), *((kind, _(EVENT_NAMES[kind])) for kind in EVENTS)]
            self.fields[f"event_{n}"] = _select(_("Event"), kinds, required=False)
            self.fields[f"on_{n}"] = forms.DateField(
                label=_("on"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        found = self.fields[name]
        assert isinstance(found, forms.ChoiceField)
        found.choices = choices

    def main_fields(self) -> list[Any]:
        """Return the fields of the question itself."""
        return [field for field in self if not field.name.startswith(("event_", "on_"))]

    def event_rows(self) -> list[tuple[Any, Any]]:
        """Return the rows of events: kind and day."""
        return [(self[f"event_{n}"], self[f"on_{n}"]) for n in range(ROWS)]

    def clean_reckoning_tz(self) -> str:
        """Refuse a zone that does not exist."""
        zone = str(self.cleaned_data["reckoning_tz"]).strip()
        if zone not in available_timezones():
            raise forms.ValidationError(_("There is no such zone. Write for example Europe/Berlin."))
        return zone

    def clean(self) -> dict[str, Any]:
        """Refuse an event without its day and a day without its event."""
        data: dict[str, Any] = super().clean() or {}
        for n in range(ROWS):
            kind, on = data.get(f"event_{n}"), data.get(f"on_{n}")
            if kind and not on and f"on_{n}" not in self.errors:
                self.add_error(f"on_{n}", _("On which day?"))
            if on and not kind:
                self.add_error(f"event_{n}", _("What happened on this day?"))
        return data

    def question(self) -> dict[str, Any]:
        """Return the object of a form that is valid."""
        data = self.cleaned_data
        zone = ZoneInfo(data["reckoning_tz"])
        moment = datetime.combine(data["received_on"], data["received_time"], zone)
        asked = {
            "regime": data["regime"],
            "obligation": data["obligation"],
            "right": OBLIGATIONS[data["obligation"]][1] or data["right"],
            "received_at": moment.isoformat(timespec="minutes"),
            "reckoning_tz": data["reckoning_tz"],
            "holiday_calendar": data["holiday_calendar"],
            "profile": data["profile"] or None,
            "events": list(self._events()),
        }
        return asked | {"roll_to_working_day": data["roll"] == "yes"} if data["roll"] else asked

    def _events(self) -> Iterator[dict[str, str]]:
        for n in range(ROWS):
            if self.cleaned_data[f"event_{n}"]:
                on = self.cleaned_data[f"on_{n}"]
                yield {"type": self.cleaned_data[f"event_{n}"], "date": on.isoformat()}
