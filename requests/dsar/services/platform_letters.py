"""What people read about the end of a linked account, and about the deletion of its data."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.services.audit import SYSTEM
from config.sentences import say, shown
from correspondence.enums import Template
from dsar.models import Case, PlatformDeletion
from dsar.services import codes, letters, story
from platforms import registry
from platforms.enums import RevocationOutcome
from platforms.models import Disconnection
from platforms.services import naming


def tell(job: Disconnection, now: datetime) -> None:
    """Say in the case's story and by letter what was revoked, what goes when and why, and what to do by hand.

    Called once, in the transaction that ends the asking.
    """
    row = PlatformDeletion.objects.filter(disconnection=job).select_related("case__subject").first()
    if row is None:
        return
    case, name = row.case, naming.name_of(job.connection.platform)
    outcome = RevocationOutcome(job.outcome)
    what = say("%(platform)s: %(outcome)s", platform=name, outcome=outcome.label)
    plain = say("Your account at %(platform)s is disconnected", platform=name)
    story.tell(case=case, kind="revoked", what=what, actor=SYSTEM, now=now, plain=plain)
    details = {"disconnection": str(job.pk), "outcome": outcome, "probe": job.probe_result}
    story.record(case=case, actor=SYSTEM, action="case.account_revoked", details=details)
    if case.is_open:
        with letters.writing(case):
            facts = _account(job, row)
        letters.write(case=case, template=Template.DISCONNECTED, now=now, **facts)


def _account(job: Disconnection, row: PlatformDeletion) -> dict[str, Any]:
    """Return what a letter says of one account, in the language of the letter that is being written."""
    entry = registry.current(job.connection.platform)
    return {
        "platform": naming.name_of(entry.key),
        "revoked": job.outcome == RevocationOutcome.REVOKED,
        "gone": job.outcome == RevocationOutcome.ALREADY_GONE,
        "by_hand": job.outcome in (RevocationOutcome.MANUAL_REQUIRED, RevocationOutcome.FAILED_RETRYING),
        "revoke_page": revoke_page(entry),
        "gone_by": job.due_at,
        "reasons": [shown(one.get("m", ""), one) for one in row.due_why],
    }


def revoke_page(entry: registry.Entry) -> str:
    """Return where a person revokes by hand, or how; empty where nothing is known."""
    return entry.legal.user_revoke_page or (entry.revocation.user_page if entry.revocation else "") or ""


def facts_of(case: Case) -> dict[str, Any]:
    """Return what the last letter says beside what was deleted: the platforms, our access there, the code."""
    rows = list(case.platform_deletions.select_related("disconnection__connection"))
    ended = {row.disconnection_id: row for row in rows if row.disconnection}
    code = codes.code_of(case)
    return {
        "platforms": ", ".join(dict.fromkeys(naming.name_of(row.platform) for row in rows)),
        "accounts": [_account(row.disconnection, row) for row in ended.values() if row.disconnection],
        "code": code,
        "code_link": letters.absolute(reverse("deletion_status", args=[code])),
    }
