"""No address of the portal, no mail and no background work asks who somebody is where nobody may be asked.

Every address of the resolver × every right that is free (and an objection to marketing): crafted values are
posted as the officer, the person and a stranger. Afterwards no question, link, letter or clock event asks.
"""

from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from accounts.services.audit import SYSTEM
from config.celery import app
from correspondence.models import Letter, Message
from correspondence.rules.clauses import TO_OTHERS
from correspondence.services import drafts, threads, triage
from correspondence.services.letters import LetterFault
from dsar.enums import CaseStatus, DecisionKind, Method, Regime, Right
from dsar.models import Case, ClockEvent, EmailProof
from dsar.rules import refusals
from dsar.rules.asking_words import asks_who
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, clocks, drafting, representation, uploads
from dsar.services import letters as case_letters
from dsar.services.identity.unasked import ASKING
from tests import factories as make
from tests.correspondence import factories as post
from tests.correspondence.post import arrive, mail
from tests.dsar.test_no_identity_asked import FREE
from tests.identity_routes import ASK, ASK_DE, CRAFTED, EVERYWHERE, PLAIN
from tests.test_access_table import STOCK, World, routes

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MARKETING = "marketing"
RIGHTS = (*FREE, MARKETING)
PEOPLE = ("dpo", "person", "anonymous")
REGIMES = {Right.OPT_OUT: Regime.CCPA, Right.LIMIT: Regime.CCPA, Right.COMPLAINT: Regime.UK_GDPR}
ASKED_BY_LETTER = (
    *ASKING, "download_code", "unverified",
)  # fmt: skip
"""Letters that ask for proof, or say that it did not come."""
PAPERS = ("passport", "personalausweis")


def as_free(case, right):
    """Make a case one of a right that is free, as if nothing had freed it yet: the moment to ask."""
    case.regime, case.status = REGIMES.get(right, Regime.EU_GDPR), CaseStatus.NEW
    case.right = Right.OBJECTION if right == MARKETING else right
    case.verified_at, case.verification_level, case.verification_method = None, None, ""
    case.save()
    if right == MARKETING:
        case.opt_outs.create(kind="objection", purpose="marketing", asked_at=make.NOW)
    return case


class Hunt(World):
    """A world in which every thing belongs to a case for which nobody may be asked who they are."""

    def __init__(self, right):
        super().__init__()
        self.right = right
        as_free(self.case, right)
        as_free(self.public, right)
        self.case.plans.update(status="superseded")  # a new case has no plan that lives
        self.mandate.delete()
        self.mandate = make.RepresentativeFactory.build(case=self.public)
        uploads.attach(self.mandate, SimpleUploadedFile("mandate.pdf", b"%PDF-1.7"))
        self.mandate.save()
        self.letter = make.LetterFactory(
            case_id=self.case.pk, stage="draft", status="waiting", body=ASK, to="who@example.org",
            subject_person=self.case.subject,
        )  # fmt: skip
        self.thread = post.ThreadFactory(
            case_id=self.case.pk, counterpart="person", address="who@example.org",
            subject_person=self.case.subject,
        )  # fmt: skip
        self.clients = {name: self.client(name) for name in PEOPLE}

    def values(self, route):
        """Return what is posted to a route."""
        typed = EVERYWHERE | {"right": self.case.right} | CRAFTED.get(route, {})
        if route == "staff/correspondence/message/<path:object_id>/attach/":
            typed["reference"] = self.case.reference
        return typed | {"file": SimpleUploadedFile("passport.png", b"\x89PNG\r\n\x1a\n")}

    def post_to(self, route):
        """Post to a route as everybody; returns (person, status, what was asked), and undoes it."""
        for name in PEOPLE:
            with transaction.atomic():
                answer = self.clients[name].post(self.path(route), self.values(route))
                yield name, answer.status_code, list(asked())
                transaction.set_rollback(True)


def is_free(case):
    return case.right in FREE or (case.right == Right.OBJECTION and case.opt_outs.exists())


def asked():
    """Yield, in words, what any person was asked who may not be asked."""
    for case in filter(is_free, Case.objects.all()):
        checks = case.identity_checks.exclude(method=Method.NONE)
        yield from (f"check {check.method}" for check in checks)
        yield from ("link" for _ in EmailProof.objects.filter(case=case))
        kinds = ClockEvent.objects.filter(case=case).values_list("kind", flat=True)
        yield from (f"clock {kind}" for kind in kinds if kind.startswith("identity"))
        if case.status == CaseStatus.VERIFYING or (case.verification_level or 0) > 0:
            yield f"case {case.status} at level {case.verification_level}"
    for letter in Letter.objects.filter(stage="final"):
        said = f"{letter.title} {letter.body}".casefold()
        if letter.template in ASKED_BY_LETTER or any(paper in said for paper in PAPERS):
            yield f"letter {letter.template}"


@pytest.fixture(autouse=True)
def media(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setenv("MAIL_PRIVACY_SECRET", "a-secret-of-twenty-and-more")


def test_every_address_is_in_the_table():
    known = PLAIN | set(CRAFTED)
    new = [route for route in routes() if route not in known and not STOCK.match(route)]
    assert not new, "Put into tests/identity_routes.py: " + ", ".join(sorted(new))
    assert not known - set(routes()), "No such address any more."
    assert not PLAIN & set(CRAFTED)


@pytest.mark.slow
@pytest.mark.parametrize("right", RIGHTS)
def test_no_address_asks(right):
    hunt = Hunt(right)
    assert list(asked()) == []
    found = {}
    for route in (*CRAFTED, *PLAIN):
        for name, status, what in hunt.post_to(route):
            assert status < 500, (route, name, status)
            if what:
                found[f"{route} as {name}"] = what
    assert found == {}


@pytest.mark.parametrize("right", RIGHTS)
def test_no_stock_page_of_the_desk_makes_a_check_a_link_or_an_event(right):
    hunt = Hunt(right)
    for model in admin.site._registry:
        stem = f"/staff/{model._meta.app_label}/{model._meta.model_name}/"
        for path in (f"{stem}add/", f"{stem}{hunt.case.pk}/change/", f"{stem}{hunt.case.pk}/delete/"):
            with transaction.atomic():
                hunt.clients["dpo"].post(path, hunt.values("") | {"case": str(hunt.case.pk), "post": "yes"})
                assert list(asked()) == [], path
                transaction.set_rollback(True)


def free_case(right, **fields):
    """Return a case of a free right that was freed, as intake leaves it."""
    return as_free(make.CaseFactory(subject=make.IdentityFactory().subject, **fields), right)


@pytest.mark.parametrize("right", RIGHTS)
@pytest.mark.parametrize("template", sorted(ASKING))
def test_no_letter_that_asks_leaves_whoever_writes_it(right, template, dpo):
    case = free_case(right)
    facts = {"link": "https://x", "confirm_link": "https://x", "proof_link": "https://x", "expires": make.NOW,
             "agent_name": "Ada", "why": ASK, "method": "document", "pauses": False, "asked_on": make.NOW,
             "closes_on": make.NOW.date(), "reasons": []}  # fmt: skip
    for actor in (dpo, SYSTEM):
        with pytest.raises(LetterFault, match="nobody may be asked"):
            case_letters.write(case=case, template=template, actor=actor, now=make.NOW, **facts)
    assert list(asked()) == []


@pytest.mark.parametrize("right", RIGHTS)
@pytest.mark.parametrize("words", [ASK, ASK_DE])
def test_no_words_of_staff_ask_by_any_kind_of_letter(right, words, dpo, deputy):
    case = free_case(right)
    given = {"case": case, "actor": dpo, "now": make.NOW}
    with pytest.raises(NotAllowed, match="nobody may be asked"):
        cases.write_letter(title="One question", body=words, **given)
    for template in drafting.BY_HAND:
        draft = drafting.begin(template=template, language="en", dispatch="email", to="who@example.org",
                               reasons=[words], on=None, **given)  # fmt: skip
        if template in TO_OTHERS:
            continue
        draft = drafts.edit(
            letter=draft, title="x", body=words, to=draft.to, dispatch="email", facts={}, actor=dpo
        )
        with pytest.raises(LetterFault, match="nobody may be asked"):
            drafts.submit(letter=draft, actor=dpo, now=make.NOW)
        Letter.objects.filter(pk=draft.pk).update(stage="approval")
        with pytest.raises(LetterFault, match="nobody may be asked"):
            drafts.approve(letter=draft, actor=deputy, now=make.NOW)
    assert list(asked()) == []


def test_where_proof_may_be_asked_for_the_same_letter_leaves(dpo):
    case = make.CaseFactory(subject=make.IdentityFactory().subject)
    assert cases.write_letter(case=case, title="One question", body=ASK, actor=dpo, now=make.NOW)


def test_an_objection_that_is_weighed_is_no_free_right(dpo):
    case = free_case(MARKETING)
    case.balancings.create(purpose="analytics", opened_at=make.NOW)
    assert cases.write_letter(case=case, title="One question", body=ASK, actor=dpo, now=make.NOW)


@pytest.mark.parametrize("rights", [["opt_out"], ["limit", "withdrawal"]])
def test_no_reply_asks_before_a_case_was_opened(rights, dpo):
    message = post.MessageFactory(proposed_rights=rights)
    thread = triage.start_thread(message=message, counterpart="other", actor=dpo, now=make.NOW)
    with pytest.raises(threads.ThreadFault, match="nobody may be asked"):
        threads.reply(thread=thread, title="Re", body=ASK, actor=dpo, now=make.NOW)
    assert threads.reply(thread=thread, title="Re", body="We have stopped.", actor=dpo, now=make.NOW).thread


@pytest.mark.parametrize("rights", [[], ["opt_out", "access"]])
def test_a_reply_may_ask_where_something_else_is_asked_for(rights, dpo):
    thread = triage.start_thread(
        message=post.MessageFactory(proposed_rights=rights), counterpart="other", actor=dpo, now=make.NOW
    )
    assert threads.reply(thread=thread, title="Re", body=ASK, actor=dpo, now=make.NOW).body.startswith(ASK)


MAILS = {
    "opt_out": "Do not sell or share my personal information. I am Nina Roth.",
    "limit": "Limit the use of my sensitive personal information.",
    "withdrawal": "I withdraw my consent to the newsletter.",
    "complaint": "I complain about how you handled my data.",
    "child_report": "A child of nine years uses your app.",
    "objection": "I object to the use of my data for direct marketing. Please stop your newsletters.",
}


@pytest.mark.parametrize("right", MAILS)
@pytest.mark.parametrize("sender", ["who@example.org", "a@mailer.example.net"])
def test_mail_that_becomes_a_case_asks_nothing(right, sender, dpo):
    place = {"complaint": ("GB", ""), "opt_out": ("US", "CA"), "limit": ("US", "CA")}.get(right, ("DE", ""))
    message = arrive(mail("Please", MAILS[right], sender=sender))
    triage.make_case(message=message, right=right, country=place[0], region=place[1], actor=dpo, now=make.NOW)
    case = Case.objects.get()
    assert (case.right, case.verification_level) == (right, 0)
    assert list(asked()) == []
    arrive(mail(f"Re: {case.reference}", "Here is my passport.", sender=sender, number=2))
    assert list(asked()) == []


def test_mail_placed_by_a_rule_asks_nothing_for_the_rights_that_are_free(dpo):
    arrive(mail("California Privacy Request", "Do not sell my personal information. Delete nothing."))
    assert Case.objects.exists() or Message.objects.filter(in_triage=True).exists()
    assert list(asked()) == []


@pytest.mark.parametrize("right", RIGHTS)
def test_no_background_work_asks_or_reminds(right):
    case = free_case(right)
    case.received_at = make.NOW - timedelta(days=200)
    case.save()
    app.loader.import_default_modules()
    for entry in configured.CELERY_BEAT_SCHEDULE.values():
        app.tasks[entry["task"]].apply(throw=True)
    assert list(asked()) == []


@pytest.mark.parametrize("regime", Regime)
@pytest.mark.parametrize("right", FREE)
def test_no_ground_of_refusal_says_that_somebody_did_not_prove_who_they_are(right, regime):
    about_proof = {"ID_NOT_PROVIDED", "NOT_IDENTIFIABLE", "UNVERIFIED", "UNVERIFIED_PIECES"}
    for kind in DecisionKind:
        assert not about_proof & {code.key for code in refusals.codes_of_kind(regime, right, kind)}


@pytest.mark.parametrize("right", FREE)
def test_no_clock_waits_for_a_proof(right, dpo):
    case = free_case(right)
    with pytest.raises(NotAllowed, match="nobody may be asked"):
        clocks.record_event(
            case=case,
            kind="identity_requested",
            on=make.NOW.date(),
            actor=dpo,
            now=make.NOW,
            note="By phone.",
        )
    assert list(asked()) == []


@pytest.mark.parametrize("right", FREE)
def test_an_agent_shows_the_permission_and_is_not_asked_who_they_are(right, dpo):
    case = free_case(right)
    mandate = make.RepresentativeFactory(case=case)
    representation.refuse(representative=mandate, reason="Not signed", actor=dpo, now=make.NOW)
    letter = Letter.objects.get()
    assert letter.template == "agent_mandate_request"
    assert not asks_who(letter.body)
