"""Asking for somebody else: agents, parents and guardians, heirs, lawyers; with or without an account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import DataSubject, User
from accounts.services.audit import ANONYMOUS, Actor
from config.sentences import say
from dsar.enums import CaseStatus, Channel, LinkKind, Right
from dsar.models import Case, Representative
from dsar.rules import mandates
from dsar.rules.transitions import NotAllowed
from dsar.services import letters, limits, opening, relations, representation, story, subjects
from dsar.services.uploads import Upload


@dataclass(frozen=True, slots=True)
class Claim:
    """Who says to act for somebody, as what, and what they say that their mandate covers."""

    acts_as: str
    name: str
    email: str
    organisation: str = ""
    person_age: int | None = None
    jurisdiction: str = ""
    gets_letters: bool = False
    gets_package: bool = False
    account: User | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """The person they act for, as they describe them. Nothing is believed."""

    name: str
    email: str
    country: str
    region: str


@transaction.atomic
def open_for_somebody(
    *,
    claim: Claim,
    person: Person,
    rights: Sequence[str],
    words: str,
    language: str,
    now: datetime,
    address: str,
    file: Upload | None = None,
) -> list[Case]:
    """Open a case for each right that somebody asks for in another person's name.

    The clocks run from now. The person's address is only claimed; nothing is looked at before the mandate is
    checked, for each right: a mandate covers what it names. `address`: the visitor's network address. Raises
    TooManyAttempts, NotAllowed for none or a right not offered where the person lives.
    """
    limits.check_address(address, now)
    if not rights:
        raise NotAllowed(_("Choose what you want us to do."))
    subject = DataSubject.objects.create(
        name=person.name, country=person.country, region=person.region, language=language
    )
    if person.email:
        subjects.add_identity(
            subject=subject, key="email", value=person.email, source="representative", verified_at=None
        )
    wanted = list(dict.fromkeys(map(Right, rights)))
    made = [_open(subject, right, claim, words, language, now, file) for right in wanted]
    for other in made[1:]:
        relations.link(case=other, other=made[0], kind=LinkKind.SPLIT, actor=_actor(claim), now=now)
    return made


def _actor(claim: Claim) -> Actor:
    return Actor.of(claim.account) if claim.account else ANONYMOUS


def _open(
    subject: DataSubject, right: Right, claim: Claim, words: str, language: str, now: datetime,
    file: Upload | None,
) -> Case:  # fmt: skip
    actor = _actor(claim)
    case = opening.create(
        subject=subject, right=right, received_at=now, actor=actor, now=now, words=words, language=language,
        channel=Channel.DASHBOARD if claim.account else Channel.PUBLIC_FORM,
    )  # fmt: skip
    made = representation.register(
        case=case, acts_as=claim.acts_as, name=claim.name, email=claim.email, actor=actor, now=now,
        organisation=claim.organisation, person_age=claim.person_age, jurisdiction=claim.jurisdiction,
        gets_letters=claim.gets_letters, gets_package=claim.gets_package, file=file, account=claim.account,
    )  # fmt: skip
    story.move(case, CaseStatus.NEW, attention=say("Somebody acts for the person: check the mandate."))
    with letters.writing(case):
        missing = _missing(made, file is not None)
    opening.acknowledge(case=case, now=now, needs_proof=missing, to=claim.email, name=claim.name)
    return case


def _missing(representative: Representative, has_file: bool) -> str:
    if has_file:
        return str(_("We check the proof that you may act for the person."))
    wanted = mandates.proof_wanted(representative.acts_as, representative.case.regime)
    return str(_("Send us, as an answer to this letter: %(what)s.") % {"what": wanted})
