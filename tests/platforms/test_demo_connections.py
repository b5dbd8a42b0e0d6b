"""The linked accounts of the demonstration: on every platform, once, with one permission too many."""

from django.utils import timezone

from config.profile import active_profile
from platforms.fakes import World
from platforms.models import Connection, Token
from platforms.services import demo_connections
from platforms.services.finders import scopes
from tests import factories as make


def test_people_are_linked_on_every_platform_once(db, tmp_path):
    people, world = make.SubjectFactory.create_batch(3), World(tmp_path / "fakes.json")
    now = timezone.now()
    made = demo_connections.link_accounts(subjects=people, world=world, now=now)
    assert made == Connection.objects.count() > len(active_profile().platforms)
    used = {platform.key for platform in active_profile().platforms if platform.enabled}
    assert set(Connection.objects.filter(subject=people[0]).values_list("platform", flat=True)) == used
    assert demo_connections.link_accounts(subjects=people, world=world, now=now) == 0
    assert [(f.platform, f.element) for f in scopes.find(now=now)] == [("reddit", "history")]
    token = Token.objects.living().filter(kind="access").first()
    assert World(tmp_path / "fakes.json").holder(token.value, "access", "short")


def test_production_links_nothing(db, tmp_path, settings):
    settings.PRODUCTION = True
    people = [make.SubjectFactory()]
    made = demo_connections.link_accounts(
        subjects=people, world=World(tmp_path / "x.json"), now=timezone.now()
    )
    assert (made, Connection.objects.count()) == (0, 0)
