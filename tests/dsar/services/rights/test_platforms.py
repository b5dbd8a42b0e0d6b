"""Deletion of what came from a platform: chosen by staff, the person or a subject rule, named in letters."""

import pytest
from django.utils import translation

from accounts.enums import Role
from accounts.services.audit import SYSTEM, Actor
from config.profile import active_profile, load_profile
from correspondence.models import Letter
from dsar.models import Case
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, intake, planning, relations, sources
from dsar.services.rights import platforms
from tests import desk
from tests import factories as make
from tests.correspondence.post import arrive, mail
from tests.dsar.shop import work
from tests.dsar.social import Social, finished
from tests.factories import NOW
from tests.people import text_of

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Leonie Hartwig", "email": "leonie@example.org", "right": "platform_deletion", "channel": "post",
    "received_at": "2026-10-10T09:00", "country": "DE", "region": "", "language": "en", "words": "",
}  # fmt: skip


@pytest.fixture
def handler():
    return desk.staff("Jonas Feld", Role.HANDLER)


@pytest.fixture
def client(handler):
    return desk.signed_in(handler)


@pytest.fixture
def social(tmp_path, settings):
    """The product's database, which says where it keeps the accounts of every platform."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return Social(tmp_path / "social.sqlite3", NOW)


def registered(client, **more):
    answer = client.post("/staff/dsar/case/add/", FORM | more, follow=True)
    assert answer.status_code == 200
    return Case.objects.get(), text_of(answer)


def verified(case, handler):
    """Let a handler confirm who asks; returns the handler as an actor."""
    staff = Actor.of(handler)
    cases.verify(case=case, level=1, method="", actor=staff, now=NOW)
    case.refresh_from_db()
    return staff


def letter(template="acknowledgement"):
    return Letter.objects.get(template=template)


def test_staff_choose_the_platform_and_the_scope_is_its_data_elements(client):
    case, page = registered(client, platforms=["meta_instagram"])
    fields = active_profile().platform("meta_instagram").fields
    assert case.scope == [f"meta_instagram.{one}" for one in fields]
    assert "Instagram: access token" in page
    assert "Facebook" not in page.partition("Scope")[2][:200]


def test_the_letters_name_the_platform(client, handler, dpo, social):
    chosen = ["meta_facebook", "meta_instagram", "x"]
    case, _page = registered(client, platforms=chosen, email="ann@example.com")
    assert "the deletion of what we received from Facebook, Instagram and X (Twitter)" in letter().body
    finished(case, verified(case, handler), dpo, NOW)
    assert "the data which we have from Facebook, Instagram, X (Twitter)" in letter("platform_deleted").body


def test_the_letter_names_it_in_german_as_well(client):
    registered(client, platforms=["meta_facebook", "tiktok"], language="de")
    assert "Löschung dessen, was wir von Facebook und TikTok erhalten haben" in letter().body


def test_without_a_choice_it_is_every_platform(client):
    case, page = registered(client)
    assert case.scope == []
    assert "what we received from a platform" in letter().body
    assert "everything" in page.partition("Scope")[2][:60]


@pytest.mark.parametrize("wrong", ["myspace", "meta_facebook.posts", "", "<b>"])
def test_a_platform_that_is_not_ours_is_refused_by_form_and_service(client, wrong, handler):
    answer = client.post("/staff/dsar/case/add/", FORM | {"platforms": [wrong]})
    assert answer.status_code == 422
    with pytest.raises(NotAllowed, match="no platform called"):
        platforms.scope_of([wrong])
    assert not Case.objects.exists()


def test_a_platform_that_is_switched_off_is_not_offered(monkeypatch):
    profile = active_profile()
    off = tuple(one.model_copy(update={"enabled": one.key != "x"}) for one in profile.platforms)
    monkeypatch.setattr(platforms, "active_profile", lambda: profile.model_copy(update={"platforms": off}))
    assert "x" not in platforms.offered()
    with pytest.raises(NotAllowed, match="no platform called"):
        platforms.scope_of(["x"])


@pytest.mark.parametrize("right", ["access", "deletion"])
def test_a_platform_narrows_no_other_right(client, right):
    case, _page = registered(client, right=right, platforms=["meta_facebook"])
    assert case.scope == []
    subject = make.IdentityFactory().subject
    with pytest.raises(NotAllowed, match="no kind of data"):
        intake.open_case(
            subject=subject, right=right, channel="post", received_at=NOW, actor=SYSTEM, now=NOW,
            scope=["meta_facebook.posts"],
        )  # fmt: skip


def test_a_kind_of_data_of_another_right_is_no_element_of_a_platform():
    subject = make.IdentityFactory().subject
    with pytest.raises(NotAllowed, match="no kind of data"):
        intake.open_case(
            subject=subject, right="platform_deletion", channel="post", received_at=NOW,
            actor=SYSTEM, now=NOW, scope=["payment"],
        )  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "names"),
    [("Meta Data Deletion Request", ["Facebook", "Instagram"]), ("Data Deletion Request", [])],
)
def test_a_subject_rule_narrows_to_its_platforms(subject, names):
    arrive(mail(subject, "Please delete it."))
    assert platforms.named_in(Case.objects.get().scope) == names


def test_the_person_chooses_the_platform_on_the_public_form(client):
    from django.test import Client

    page = Client().get("/ask/").content.decode()
    assert 'data-right="platform_deletion"' in page
    assert 'value="meta_instagram"' in page


def test_a_request_taken_up_again_keeps_its_platforms(client, handler):
    case, _page = registered(client, platforms=["reddit"])
    Case.objects.filter(pk=case.pk).update(status="closed", closed_at=NOW, outcome="unverified")
    case.refresh_from_db()
    again = relations.refile(case=case, reason="Our mistake.", actor=Actor.of(handler), now=NOW)
    assert platforms.named_in(again.scope) == ["Reddit"]


def test_the_plan_names_the_accounts_of_the_chosen_platform_alone(client, handler, social):
    case, _page = registered(client, platforms=["reddit"], email="ann@example.com")
    verified(case, handler)
    work()
    plan = sources.document_of(case.plans.get())
    assert [(one.platform, one.ids) for one in plan.platforms] == [("reddit", ())]
    assert not plan.blocked
    planned = {row for group in plan.collections["social.accounts"].groups for (row,) in group.keys}
    theirs = "FROM accounts WHERE network = 'reddit' AND owner_id = 1"
    assert planned == {row for (row,) in social.rows(f"SELECT id {theirs}")}
    assert len(planned) == 2
    assert not {"social.users", "social.posts", "social.invoices"} & set(plan.collections)


def test_a_platform_that_no_system_claims_blocks_the_plan(client, handler, shop):
    case, _page = registered(client, platforms=["reddit"])
    staff = verified(case, handler)
    work()
    plan = case.plans.get()
    (block,) = planning.blocks(plan)
    assert (block["code"], block["field"]) == ("NO_PLATFORM_SCOPE", "reddit")
    assert not sources.document_of(plan).collections
    with pytest.raises(NotAllowed, match="No system says where"):
        planning.propose(plan=plan, actor=staff, now=NOW)


@pytest.mark.parametrize("name", ["mediux_ai", "mixora"])
def test_every_element_of_the_shipped_profiles_has_words_in_both_languages(name):
    for platform in load_profile(name).platforms:
        for field in platform.fields:
            assert field in platforms.ELEMENTS, field
            with translation.override("de"):
                assert str(platforms.ELEMENTS[field])


def test_an_element_without_words_is_shown_by_its_key():
    assert platforms.lines_of(["payment", "meta_facebook.posts"])[0] != "payment"
    assert platforms.lines_of(["x.some_new_field"]) == ["X (Twitter): some new field"]
