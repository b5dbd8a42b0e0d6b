"""What the person was sent and given: letters and packages, by hash and time."""

from typing import Any

from correspondence.enums import Direction, Template
from correspondence.models import Letter
from dsar.models import Case, Download, Package
from dsar.services.evidence.facts import Document
from dsar.services.evidence.minimal import Minimiser, committed, moment


def letters(case: Case, clean: Minimiser) -> Document:
    """Return the letters: subject, template and its version, times, and the hash of what left. No text."""
    found = Letter.objects.filter(case_id=case.pk).order_by("created_at", "pk")
    return [
        {
            "id": str(letter.pk),
            "direction": letter.direction,
            "template": letter.template,
            "template_version": letter.template_version,
            "template_sha256": letter.template_sha256,
            "dispatch": letter.dispatch,
            "stage": letter.stage,
            "language": letter.language,
            **_subject(letter, clean),
            "to_commitment": committed(letter.to, "letter-address"),
            "body_commitment": committed(letter.body, "letter-body"),
            "status": letter.status,
            "created_at": moment(letter.created_at),
            "sent_at": moment(letter.sent_at),
            "sha256_as_sent": letter.sha256,
        }
        for letter in found
    ]


def _subject(letter: Letter, clean: Minimiser) -> dict[str, str]:
    """Return the subject of a letter from a template; what somebody wrote freely may hold anything."""
    if letter.template == Template.FREE or letter.direction == Direction.IN:
        return {"subject": "", "subject_commitment": committed(letter.title, "letter-subject")}
    return {"subject": clean.text(letter.title), "subject_commitment": ""}


def packages(case: Case, clean: Minimiser) -> Document:
    """Return the packages: hash and size of what was given out, review, release, and every attempt to fetch
    it.
    """
    return [_package(package, clean) for package in case.packages.order_by("made_at", "pk")]


def _package(package: Package, clean: Minimiser) -> dict[str, Any]:
    downloads = package.downloads.order_by("at", "pk").select_related("package__case__subject")
    return {
        "id": str(package.pk),
        "status": package.status,
        "sha256": package.sha256,
        "size": package.size,
        "rows": package.contents,
        "made_at": moment(package.made_at),
        "reviewed_by": package.reviewed_by_id,
        "reviewed_at": moment(package.reviewed_at),
        "released_by": package.released_by_id,
        "released_at": moment(package.released_at),
        "expires_at": moment(package.expires_at),
        "third_persons": _redactions(package, clean),
        "downloads": [_download(download) for download in downloads],
    }


def _redactions(package: Package, clean: Minimiser) -> list[dict[str, Any]]:
    """Return the decisions about other people's values, counted: the values themselves are nobody's
    evidence.
    """
    counted: dict[tuple[str, str, str, str], int] = {}
    words = {None: "not decided, left out", False: "left out", True: "released"}
    for one in package.redactions.order_by("collection", "field", "pk").iterator():
        key = (one.collection, one.field, words[one.release], clean.text(one.decision_reason))
        counted[key] = counted.get(key, 0) + 1
    return [
        {"collection": collection, "field": field, "decision": decision, "reason": reason, "values": count}
        for (collection, field, decision, reason), count in sorted(counted.items())
    ]


def _download(download: Download) -> dict[str, Any]:
    own = download.user_id is not None and download.user_id == download.package.case.subject.user_id
    return {
        "at": moment(download.at),
        "served": download.served,
        "refused_because": download.reason,
        "by": "the person" if own else "somebody else" if download.user_id else "nobody signed in",
        "address_commitment": download.address_commitment,
    }
