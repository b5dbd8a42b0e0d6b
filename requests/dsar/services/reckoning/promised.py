"""What a profile promises, as the rules take it. A figure without a sentence of the policy is no promise."""

from config.profile import Profile, parse_period
from dsar.rules.clocks import Promise


def of_answer(profile: Profile, right: str, regime: str) -> tuple[Promise | None, Promise | None]:
    """Return the shortest promise for answering, and the shortest of a section for this regime alone."""
    rows = [row for row in profile.rights.promises if right in row.rights and regime in row.regimes]
    every = [Promise(days=row.days, source=row.source) for row in rows]
    special = [Promise(days=row.days, source=row.source) for row in rows if row.special]
    promptly = profile.rights.promptly
    if promptly.days is not None and right in promptly.rights:
        every.append(Promise(days=promptly.days, source='Our figure for "promptly"'))
    return _shortest(every), _shortest(special)


def _shortest(promises: list[Promise]) -> Promise | None:
    return min(promises, key=lambda one: one.days, default=None)


def _period(text: str | None, source: str | None) -> Promise | None:
    if text is None or source is None:
        return None
    period = parse_period(text)
    days = period.days + -(-period.hours // 24)
    return Promise(days=days, months=period.years * 12 + period.months, source=source)


def of_trigger(profile: Profile, obligation: str) -> Promise | None:
    """Return the promise behind an obligation that begins with a trigger, or None: nothing is promised."""
    names = profile.named_schedules
    if obligation == "promise_backup_purged":
        return _period(profile.backups.max_period, profile.backups.source)
    if obligation == "promise_policy_notice":
        days = profile.notices.days
        return None if days is None else Promise(days=days, source=profile.notices.source or "our policy")
    key = {
        "promise_account_data_deleted": names.account,
        "promise_platform_data_deleted": names.platform_data,
        "promise_payment_retention": names.payments,
        "promise_log_deleted": names.logs,
    }.get(obligation)
    if key is None:
        return None
    schedule = profile.schedule(key)
    return _period(schedule.period, schedule.source)
