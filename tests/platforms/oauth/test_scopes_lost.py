"""Permissions that features need and that are not granted (any more): a finding until they are back."""

from datetime import timedelta

import pytest

from config.sentences import shown
from platforms import registry
from platforms.enums import ConnectionStatus, FindingKind
from platforms.models import Connection, Finding, ScopeGrant
from platforms.rules import grants
from platforms.rules.found import NEXT
from platforms.services import findings
from platforms.services.finders import scopes
from platforms.services.oauth import probing, refreshing
from tests.platforms.oauth.conftest import NOW, declared

LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def only_scopes(monkeypatch):
    """The sweep asks this finder alone."""
    monkeypatch.setattr(
        findings, "_finders", lambda: {"scopes": (scopes.find, frozenset(scopes.KINDS))}
    )  # fmt: skip


def lost():
    rows = Finding.objects.open().filter(kind=FindingKind.SCOPE_LOST)
    return sorted(rows.values_list("platform", "element"))


def test_what_the_person_unticked_is_found_and_ends_when_it_is_granted(person):
    person.connect("tiktok", ["publish"], granted=["user.info.basic"])
    findings.sweep(NOW)
    assert lost() == [("tiktok", "video.publish")]
    person.connect("tiktok", ["publish"])
    findings.sweep(LATER)
    assert lost() == []
    assert Finding.objects.get().ended_at == LATER


def test_the_finding_names_every_feature_that_does_not_work_and_what_to_do(person):
    person.connect("tiktok", ["publish", "schedule"], granted=["user.info.basic"])
    findings.sweep(NOW)
    row = Finding.objects.get(kind=FindingKind.SCOPE_LOST, element="video.publish")
    said = shown(row.detail["m"], row.detail)
    assert said == "video.publish is not granted, so this does not work: Publish posts, Schedule posts."
    assert NEXT[FindingKind.SCOPE_LOST]


def test_a_feature_that_was_given_up_needs_no_permission(person):
    made = person.connect("tiktok", ["publish"], granted=["user.info.basic"])
    Connection.objects.filter(pk=made.pk).update(features=["connect"])
    findings.sweep(NOW)
    assert lost() == []


@pytest.mark.parametrize("status", [ConnectionStatus.EXPIRED, ConnectionStatus.REVOKING])
def test_an_account_that_is_no_more_in_use_has_no_such_finding(person, status):
    made = person.connect("tiktok", ["publish"], granted=["user.info.basic"])
    Connection.objects.filter(pk=made.pk).update(status=status)
    findings.sweep(NOW)
    assert lost() == []


def test_permissions_that_we_never_knew_are_not_lost_and_those_that_all_ended_are(person):
    made = person.connect("reddit", ["publish"])
    ScopeGrant.objects.filter(connection=made).update(ended_at=NOW)
    findings.sweep(NOW)
    assert lost() == [("reddit", "identity"), ("reddit", "submit")]
    ScopeGrant.objects.all().delete()
    findings.sweep(LATER)
    assert lost() == []


def take_away(world, scope):
    """The platform takes one permission away from a grant."""
    for grant in world.grants.values():
        grant.scopes = [one for one in grant.scopes if one != scope]


def test_what_the_platform_took_away_is_seen_with_the_next_renewal(person):
    made = person.connect("x", ["publish"])
    take_away(person.world, "tweet.write")
    refreshing.refresh(connection=made, now=LATER)
    findings.sweep(LATER)
    assert lost() == [("x", "tweet.write")]


@pytest.mark.parametrize(
    ("key", "scope"), [("meta_facebook", "pages_manage_posts"), ("linkedin", "w_member_social")]
)
def test_what_the_platform_took_away_is_seen_with_the_next_probe(person, key, scope):
    made = person.connect(key, ["publish"])
    take_away(person.world, scope)
    probing.probe(made, now=LATER)
    findings.sweep(LATER)
    assert lost() == [(key, scope)]


def test_the_rule_names_features_with_what_they_lack():
    entry = registry.shipped("reddit")
    assert grants.stopped(entry, ["publish"], ["identity"], declared("reddit").scopes) == {
        "publish": ["submit"]
    }
    assert grants.stopped(entry, ["publish"], ["identity"], ["identity"]) == {}
