"""Begins the work on content that a callback names: one job for each system that can hold copies of it."""

import json
from collections.abc import Sequence

from django.db import transaction

from config import jobs
from platforms.enums import Trigger
from platforms.models import CallbackReceipt, ContentDeletion
from platforms.services import terms
from platforms.services.content.places import holders


@transaction.atomic
def begin(*, receipt: CallbackReceipt, platform: str, content: Sequence[str]) -> int:
    """Have every copy of some content deleted; returns in how many systems it is looked for.

    `content`: ids at the platform. The clock starts with the receipt, when we learned of it. Several messages
    of one callback fill the same jobs; a job that somebody has begun to work on stays as it is, so that the
    same receipt again does nothing. The caller is the effect of the callback, which writes the audit event.
    """
    due_at, why = terms.due_at(
        platform=platform, trigger=Trigger.CONTENT_DELETED, clock_from=receipt.received_at
    )
    systems = holders(platform)
    for system in systems:
        job, made = ContentDeletion.objects.get_or_create(
            receipt=receipt, platform=platform, system=system,
            defaults={
                "content": json.dumps(sorted(set(content))), "items": len(set(content)),
                "clock_from": receipt.received_at, "due_at": due_at, "due_why": why,
            },
        )  # fmt: skip
        if made:
            jobs.enqueue(job)
        elif not job.attempts:
            _add(job, content)
    return len(systems)


def _add(job: ContentDeletion, content: Sequence[str]) -> None:
    ids = sorted({*json.loads(job.content), *content})
    job.content, job.items = json.dumps(ids), len(ids)
    job.save(update_fields=["content", "items"])
