"""Connections that the product made, holds, and what finders find."""

from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from platforms.enums import ConnectionSource, ConnectionStatus, FindingKind, TokenKind
from platforms.models import Connection, Token
from platforms.services import oauth
from platforms.services.finders import scopes as scope_finder
from platforms.services.oauth import holding, probing, tokens
from tests.platforms.oauth.conftest import NOW


def register(person, **changed):
    values = {
        "subject": person.subject, "platform": "reddit", "external_id": "1001", "handle": "ana.demo",
        "features": ["publish"], "scopes": ["identity", "submit"], "product_reference": "c-1",
        "given": [oauth.GivenToken(TokenKind.REFRESH, "secret-refresh-token")],
        "actor": person.actor, "now": NOW,
    }  # fmt: skip
    return oauth.register_connection(**(values | changed))


def test_the_product_registers_a_connection(person):
    made = register(person)
    assert (made.source, made.product_reference, made.status) == (ConnectionSource.PRODUCT, "c-1", "active")
    assert tokens.value_of(made, TokenKind.REFRESH) == "secret-refresh-token"
    assert sorted(s.scope for s in made.scopes.all()) == ["identity", "submit"]
    assert made.probe_at == NOW + timedelta(days=1)


def test_registering_again_changes_nothing_twice(person):
    first, again = register(person), register(person)
    assert (first.pk, Connection.objects.count(), Token.objects.count()) == (again.pk, 1, 1)
    page = [oauth.GivenToken(TokenKind.PAGE, value) for value in ("page-one-token-1", "page-two-token-2")]
    for _again in range(2):
        register(person, given=page)
    assert Token.objects.living().filter(kind=TokenKind.PAGE).count() == 2


def test_a_registered_connection_can_be_taken_up_in_the_portal(person):
    registered = register(person)
    assert person.connect("reddit").pk == registered.pk


def test_a_registered_connection_without_tokens_is_known_and_not_probed(person):
    made = register(person, given=[])
    assert (made.refresh_at, tokens.value_of(made, TokenKind.ACCESS)) == (None, "")
    assert probing.probe(made, now=NOW) == "impossible"


@pytest.mark.parametrize(("changed", "code"), [
    ({"external_id": "  "}, "bad_account"), ({"external_id": "x" * 201}, "bad_account"),
    ({"handle": "x" * 201}, "bad_account"), ({"platform": "friendster"}, "not_offered"),
    ({"features": ["inbox_messages"]}, "unknown_feature"),
    ({"platform": "x", "features": []}, "matching_needed"),
    ({"given": [oauth.GivenToken("cookie", "v")]}, "bad_token"),
    ({"given": [oauth.GivenToken("access", "")]}, "bad_token"),
])  # fmt: skip
def test_what_is_not_sound_is_refused(person, changed, code):
    with pytest.raises(oauth.OAuthRefused) as refused:
        register(person, **changed)
    assert refused.value.code == code
    assert not Connection.objects.exists()


def test_an_account_of_somebody_else_is_refused(person, somebody):
    register(person)
    with pytest.raises(oauth.OAuthRefused) as refused:
        register(somebody)
    assert refused.value.code == "taken"
    assert person.subject.name not in str(refused.value)


def test_a_signal_about_age_holds_the_connection_until_somebody_looked(person):
    made = register(person)
    held = holding.note_minor_signal(connection=made, signal="tiktok:3", actor=person.actor, now=NOW)
    assert (held.status, held.minor_signal) == (ConnectionStatus.HELD, "tiktok:3")
    free = holding.release(connection=made, why="Looked at the passport.", actor=person.actor, now=NOW)
    assert (free.status, free.hold_reason, free.minor_signal) == (ConnectionStatus.ACTIVE, "", "tiktok:3")
    with pytest.raises(oauth.OAuthRefused):
        holding.release(connection=made, why="Again.", actor=person.actor, now=NOW)
    actions = list(AuditEvent.objects.about(made).values_list("action", flat=True))
    assert actions[-2:] == ["connection.minor_signal", "connection.hold_released"]


def test_a_permission_that_no_feature_needs_is_found_and_one_that_is_needed_is_not(person, somebody):
    register(person, scopes=["identity", "submit", "history", "modconfig"])
    register(somebody, external_id="1002", features=["analytics", "publish"],
             scopes=["identity", "submit", "history", "read"])  # fmt: skip
    found = list(scope_finder.find(now=NOW))
    assert [(f.kind, f.platform, f.element) for f in found] == [
        (FindingKind.SCOPE_SURPLUS, "reddit", "history"), (FindingKind.SCOPE_SURPLUS, "reddit", "modconfig"),
    ]  # fmt: skip
    assert {f.connection.subject for f in found} == {person.subject}


def surplus():
    return [one for one in scope_finder.find(now=NOW) if one.kind == FindingKind.SCOPE_SURPLUS]


def test_a_surplus_ends_with_the_permission_and_with_the_connection(person):
    made = register(person, scopes=["identity", "modconfig"])
    register(person, scopes=["identity"])
    assert not surplus()
    register(person, scopes=["identity", "modconfig"])
    assert surplus()
    Connection.objects.filter(pk=made.pk).update(status=ConnectionStatus.REVOKING)
    assert not surplus()
