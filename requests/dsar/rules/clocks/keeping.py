"""Promises and duties about keeping, deleting, asking again and telling of changes, from a trigger."""

from dataclasses import replace
from datetime import date, timedelta

from dsar.rules.calendar import DAY, add_months, end_of, local_date
from dsar.rules.clocks.answering import after
from dsar.rules.clocks.derivation import place
from dsar.rules.clocks.facts import Alternative, Evaluation, Inputs, NoSuchClock, Switches
from dsar.rules.clocks.pack import REASK_MONTHS, REASK_SOURCE, RECORD_MONTHS, RECORD_SOURCE
from dsar.rules.clocks.wording import step

DELETED = (
    "promise_account_data_deleted", "promise_platform_data_deleted", "promise_log_deleted",
    "promise_backup_purged",
)  # fmt: skip
CALIFORNIA = ("ccpa_record_keep_until", "ccpa_reask_opt_in_from")
KEEPING = (*DELETED, *CALIFORNIA, "promise_payment_retention", "promise_policy_notice")


def evaluate_keeping(obligation: str, inputs: Inputs, switches: Switches) -> Evaluation:
    """Return the last or first day of something kept, deleted, asked again or told, from its trigger.

    Nothing here rolls or pauses. Without a promise there is no date: the sentences say so. Raises
    NoSuchClock for a Californian duty under another regime.
    """
    if obligation in CALIFORNIA and inputs.regime != "ccpa":
        raise NoSuchClock(f"{obligation} exists under ccpa, not under {inputs.regime}.")
    zone = inputs.zone
    if obligation in CALIFORNIA and not inputs.fixed_zone:
        zone = str(switches["ccpa_zone"])
    local = local_date(inputs.received_at, zone)
    made = Evaluation(
        obligation=obligation, rule="none", regime=inputs.regime, right=inputs.right, local_date=local,
        zone=zone, start_on=local, start_reason="triggered",
        pause_valid=False if any(event.kind != "processor_aware" for event in inputs.events) else None,
        steps=(step("triggered", local, day=local, zone=place(zone)),),
    )  # fmt: skip
    if obligation in CALIFORNIA:
        return _california(made, local)
    if obligation in DELETED:
        return _deleted(made, inputs, local)
    if inputs.promise is None:
        return _nothing(made)
    if obligation == "promise_policy_notice":
        return _notice(made, inputs, switches, local)
    return _kept(made, inputs, local)


def _nothing(made: Evaluation) -> Evaluation:
    return replace(made, steps=(*made.steps, step("nothing", total=True)))


def _california(made: Evaluation, local: date) -> Evaluation:
    if made.obligation == "ccpa_reask_opt_in_from":
        day = add_months(local, REASK_MONTHS)
        said = step("reask", day, REASK_SOURCE, total=True, n=REASK_MONTHS, day=day)
        return replace(made, rule="ccpa.1798_135_c_4", not_before=day, steps=(*made.steps, said))
    last = add_months(local, RECORD_MONTHS)
    steps = (
        *made.steps,
        step("record_keep", last, RECORD_SOURCE, n=RECORD_MONTHS, day=last),
        step("delete_from", last + DAY, total=True, day=last + DAY),
    )
    return replace(made, rule="ccpa.7101_a", keep_through=last, delete_from=last + DAY, steps=steps)


def _deleted(made: Evaluation, inputs: Inputs, local: date) -> Evaluation:
    """The earlier of what we promise and what the platform's terms demand."""
    promise = inputs.promise
    promised = after(promise, local) if promise else None
    platform = local + timedelta(days=inputs.platform_days) if inputs.platform_days is not None else None
    due = min((day for day in (promised, platform) if day), default=None)
    if due is None:
        return _nothing(made)
    steps = list(made.steps)
    if promise and promised:
        code, n = (
            ("promised_delete_months", promise.months)
            if promise.months
            else ("promised_delete_days", promise.days)
        )
        steps.append(step(code, promised, promise.source, n=n))
    if platform:
        steps.append(step("platform_term", platform, inputs.platform_source, n=inputs.platform_days))
    both = promised and platform
    code = "binds_earliest" if both else "binds_promise" if promised else "binds_platform"
    return replace(
        made, rule="promise" if promised else "platform", promised_on=promised, platform_on=platform,
        due_on=due, due_at=end_of(due, made.zone), conservative_on=due,
        steps=(*steps, step(code, due, total=True)),
    )  # fmt: skip


def _kept(made: Evaluation, inputs: Inputs, local: date) -> Evaluation:
    assert inputs.promise is not None
    last = after(inputs.promise, local)
    steps = (
        *made.steps,
        step("promised_keep", last, inputs.promise.source, n=inputs.promise.months, day=last),
        step("delete_from", last + DAY, total=True, day=last + DAY),
    )
    return replace(made, rule="promise", keep_through=last, delete_from=last + DAY, steps=steps)


def _notice(made: Evaluation, inputs: Inputs, switches: Switches, local: date) -> Evaluation:
    assert inputs.promise is not None
    days = {"date_plus_n": 0, "n_clear_days": 1}
    reading = str(switches["notice_days"])
    first = after(inputs.promise, local) + timedelta(days=days[reading])
    other = next(name for name in days if name != reading)
    otherwise = after(inputs.promise, local) + timedelta(days=days[other])
    said = step("promised_notice", first, inputs.promise.source, total=True, n=inputs.promise.days, day=first)
    return replace(
        made, rule="promise", effective_on=first, ambiguity="low", steps=(*made.steps, said),
        alternatives=(Alternative(f"notice_days: {other}", "low", otherwise),),
    )  # fmt: skip
