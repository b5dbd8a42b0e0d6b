"""The portal's own data about a person after a deletion: forgotten as far as proof allows.

What goes at once: name, identities, the person's words, addresses and files in proofs, the sign-in, and mail
that proves nothing. What stays, encrypted, until the records of the case may go (`records`): decisions,
notes, letters and mail as they left and came, the plan. What stays for good: the case with its dates and
counts, and the audit trail, which never held a personal value.
"""

import uuid
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet

from accounts.models import DataSubject, User
from accounts.services import audit, sessions
from accounts.services.audit import SYSTEM
from correspondence.services import ending
from correspondence.services.ending import GONE
from dsar.models import Case, ChildReport, Clarification, EmailProof, IdentityCheck, Representative
from dsar.services import uploads
from dsar.services.rights import forgetting as rights


def may_close_account(case: Case) -> bool:
    """Whether the person has a sign-in here and no other open request that needs it."""
    user = case.subject.user
    others = case.subject.cases.exclude(pk=case.pk).exclude(status="closed")
    return user is not None and not user.is_staff and not others.exists()


def forget(*, case: Case, close_account: bool, now: datetime) -> None:
    """Forget the person of a closed deletion, unless another request of theirs is still open."""
    subject = case.subject
    if subject.cases.exclude(status="closed").exists():
        return
    _forget_words(subject, now)
    rights.forget(subject)
    ending.end_stray(one.value for one in subject.identities.filter(key="email"))
    if close_account and subject.user:
        _close(subject.user, subject)
    subject.identities.all().delete()
    subject.name, subject.pseudonymised_at = "", now
    subject.save(update_fields=["name", "pseudonymised_at"])
    audit.record(actor=SYSTEM, action="person.pseudonymised", obj=subject, fields=["name", "identities"])


def _forget_words(subject: DataSubject, now: datetime) -> None:
    """Words and addresses of all the person's requests: all of them are closed."""
    for case in subject.cases.exclude(words=""):
        case.words = ""
        case.save(update_fields=["words"])
    _forget_others(subject)
    for proof in EmailProof.objects.filter(case__subject=subject):
        proof.email = ""
        proof.save(update_fields=["email"])
    for check in IdentityCheck.objects.filter(case__subject=subject):
        check.statement = check.reason = check.file_name = ""
        check.doubt = check.doubt and "There was a doubt; its words are forgotten."
        check.save(update_fields=["statement", "reason", "file_name", "doubt"])
        _destroy_file(check, now)


def _destroy_file(check: IdentityCheck, now: datetime) -> None:
    """A mandate or a declaration is a file with names in it; its hash stays."""
    if not check.file:
        return
    path, check.file, check.file_key, check.destroyed_at = check.file, "", "", now
    check.save(update_fields=["file", "file_key", "destroyed_at"])
    uploads.forget(path)


def _forget_others(subject: DataSubject) -> None:
    """Who acted for the person, what we asked back, what was reported; decisions stay as sent."""
    for somebody in Representative.objects.filter(case__subject=subject):
        somebody.name = somebody.email = somebody.organisation = somebody.relation = ""
        somebody.save(update_fields=["name", "email", "organisation", "relation"])
        uploads.drop_from(somebody)
    for asked in Clarification.objects.filter(case__subject=subject):
        asked.question, asked.answer = GONE, GONE if asked.answer else ""
        asked.save(update_fields=["question", "answer"])
    for report in _reports(subject).exclude(account=""):
        report.account = ""
        report.save(update_fields=["account"])


def _reports(subject: DataSubject) -> QuerySet[ChildReport]:
    """Return the reports that a person made, and those about an account of theirs."""
    return ChildReport.objects.filter(Q(case__subject=subject) | Q(deletion__subject=subject))


def _close(user: User, subject: DataSubject) -> None:
    """End the sign-in: nothing that names the person stays in the account's row."""
    sessions.end_sessions(user=user, actor=SYSTEM)
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    subject.user = None
    subject.save(update_fields=["user"])
    user.email, user.name, user.is_active = f"closed-{uuid.uuid4().hex}@invalid", "", False
    user.set_unusable_password()
    user.save(update_fields=["email", "name", "is_active", "password"])
    audit.record(actor=SYSTEM, action="account.closed", obj=user, fields=["email", "name", "is_active"])
