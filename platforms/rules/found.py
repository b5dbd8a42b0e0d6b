"""What a finder hands to the sweep, and what staff should do about each kind. Pure."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from platforms.enums import FindingKind


@dataclass(frozen=True)
class Found:
    """Something that is not as it must be, as a finder sees it now.

    `kind` is a FindingKind; `platform` a key of the registry; `connection` the linked account it is about,
    if any; `detail` a sentence of `config.sentences.say` without personal values.
    """

    kind: str
    platform: str
    element: str = ""
    connection: Any = None
    detail: Any = None


NEXT: dict[str, tuple[str | Promise, ...]] = {
    FindingKind.SCOPE_SURPLUS: (
        _("Ask the person to connect again, with the permissions that the features need."),
        _("Take the permission out of what we ask for, if no feature needs it."),
    ),
    FindingKind.SCOPE_LOST: (
        _("Wait: the person reads on their page what does not work, and can connect again there."),
        _("Look at the platform's console: a permission that many people lose is one it took from our app."),
        _("Take the feature out of what the company offers, if the platform does not give it any more."),
    ),
    FindingKind.PROCESSOR_INCOMPLETE: (
        _("Open the processor and complete what its page says is missing."),
        _("Where a fact cannot be had, stop sending data to it until the contract says it."),
    ),
    FindingKind.TERMS_UNREVIEWED: (
        _("Read the present terms of the platform and compare them with the entry of the registry."),
        _("Record the review with what changed. Set stricter values where the terms became stricter."),
    ),
    FindingKind.OVER_AGE: (
        _("Have the product fetch these items anew, or delete them. Then sweep again."),
        _("Look why the deletion did not run: the schedule, the job, the time column of the dataset."),
    ),
    FindingKind.NEVER_STORE: (
        _("Delete what is stored. This platform allows live reads only."),
        _("Find the code that stores it, and stop it."),
    ),
    FindingKind.REVERIFY: (
        _("Have the product check grant and item at the platform again, and drop what is gone there."),
        _("Delete what cannot be checked any more."),
    ),
    FindingKind.GRANT_DEAD: (
        _("Ask the person to connect again, or disconnect the account: its data must go in time."),
    ),
    FindingKind.SECRET_MISSING: (
        _("Set the secret in the environment, or switch the platform off in the profile."),
    ),
    FindingKind.PROMISE_LOOSER: (
        _("Shorten the promise in the published policy, or record why it stays. The stricter term binds."),
    ),
    FindingKind.CONTRACT_EXPIRES: (_("Renew the contract or get the new evidence, and record its date."),),
    FindingKind.TRANSFER_UNASSESSED: (
        _("Assess the transfer (GDPR Art. 46, clauses and law of the country), and record the day."),
    ),
    FindingKind.DELETION_LATE: (
        _("Open the case and finish the deletion today."),
        _("Ask the data protection officer whether the platform must be told."),
    ),
    FindingKind.CONTENT_LATE: (
        _("Open the callback. Its page says in which system the copies are and what holds them."),
        _("Delete them today, there or by hand, and record it on that page."),
    ),
    FindingKind.MANUAL_REVOCATION: (
        _("Revoke the grant at the platform by hand, and attest it on the page of the connection."),
    ),
    FindingKind.UNDECLARED: (
        _("Ask who brought it in, and what it is for. Drop it if nobody needs it."),
        _("Declare it in the dataset with its data category, and import the dataset again."),
        _("See in the record whether an activity and a schedule cover it, and whether people were told."),
    ),
    FindingKind.VANISHED: (
        _("Ask whether it was renamed or dropped. Until then nothing in it is found or erased."),
        _("Mend the dataset, and import it again."),
    ),
    FindingKind.CONTENT: (
        _("Look at the column where it stands. Values are neither kept nor shown here."),
        _("Stop what writes them, and remove them; or declare the category in the dataset."),
        _("Card numbers and access tokens may be an incident: ask the security officer."),
    ),
}
"""Kind → what to do next, in order."""
