"""Deletion of what came from a platform: which platforms, and which elements of theirs. Kept as the scope.

An element is `<platform>.<field>` of the profile, such as `meta_facebook.posts`. An empty scope means what
came from any platform.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from config.profile import active_profile
from correspondence.services import words
from dsar.enums import Right
from dsar.models import Case
from dsar.rules.transitions import NotAllowed
from dsar.services.rights import platform_data
from dsar.services.rights.facts import Asked
from platforms.enums import Trigger

ELEMENTS: Mapping[str, Any] = {
    "account": _l("account"), "account_stats": _l("statistics of the account"),
    "ad_account": _l("ad account"),
    "asid": _l("app-scoped user id"), "audience_demographics": _l("make-up of the audience"),
    "channel_identity": _l("identity of the channel"), "comments": _l("comments"),
    "cover_urls": _l("cover pictures"), "engagement_metrics": _l("figures on engagement"),
    "follower_counts": _l("numbers of followers"), "insights": _l("insights"), "media": _l("media"),
    "messages": _l("messages"), "metrics": _l("metrics"), "open_id": _l("open id"), "openid": _l("open id"),
    "org_page": _l("page of the organisation"), "org_reporting": _l("reports of the organisation"),
    "org_social_activity": _l("activity on the organisation's page"), "own_drafts": _l("own drafts"),
    "own_posts": _l("own posts"), "own_profile": _l("own profile"), "own_urn": _l("own id (URN)"),
    "page_identity": _l("identity of the page"), "playlists": _l("playlists"), "posts": _l("posts"),
    "profile": _l("profile"), "property": _l("analytics property"), "reports": _l("reports"),
    "statistics_authorised": _l("statistics with permission"), "statistics_public": _l("public statistics"),
    "timeline": _l("timeline"), "token": _l("access token"), "video_metadata": _l("data about videos"),
    "videos": _l("videos"),
}  # fmt: skip
"""Words for the fields of the profile's platforms."""


def offered() -> dict[str, str]:
    """Return the platforms in use: key -> name."""
    return {one.key: one.label for one in active_profile().platforms if one.enabled}


def scope_of(platforms: Iterable[str]) -> list[str]:
    """Return the data elements of platforms as a scope, in the profile's order. Raises NotAllowed."""
    chosen, known = list(platforms), offered()
    unknown = next((one for one in chosen if one not in known), None)
    if unknown is not None:
        raise NotAllowed(
            _("We use no platform called “%(name)s”. Choose from the list.") % {"name": unknown[:40]}
        )
    found = [one for one in active_profile().platforms if one.key in chosen]
    return [f"{one.key}.{field}" for one in found for field in one.fields]


def wanted(asked: Asked, scope: Iterable[str], received_at: datetime) -> tuple[Asked, list[str]]:
    """Return what a deletion at platforms asks for, and its scope: the elements of the platforms it names.

    The platforms are those of the form, of the accounts that are known already, or of an earlier scope; none
    means all of them. Raises NotAllowed for an element or platform that is not ours.
    """
    given = list(scope)
    if asked.deletions:
        named = {one.platform for one in asked.deletions}
        return asked, [one for one in sorted(elements()) if one.partition(".")[0] in named]
    if unknown := sorted(set(given) - elements()):
        raise NotAllowed(
            _("There is no kind of data called “%(name)s”. Choose from the list.") % {"name": unknown[0]}
        )
    keys = asked.platforms or tuple(dict.fromkeys(one.partition(".")[0] for one in given))
    about = tuple(platform_data.About(key, Trigger.USER_DELETE_REQUEST, received_at) for key in keys)
    return replace(asked, deletions=about), scope_of(keys)


def elements() -> frozenset[str]:
    """Return every element that a scope may name."""
    return frozenset(f"{one.key}.{field}" for one in active_profile().platforms for field in one.fields)


def named_in(scope: Iterable[str]) -> list[str]:
    """Return the names of the platforms of a scope, each once, in the profile's order."""
    keys = {entry.partition(".")[0] for entry in scope if "." in entry}
    return [one.label for one in active_profile().platforms if one.key in keys]


def lines_of(scope: Sequence[str]) -> list[str]:
    """Return a scope as people read it: a line a platform with its elements, other entries by their label."""
    profile = active_profile()
    labels = {one.key: one.label for one in profile.categories}
    found = [labels.get(entry, entry) for entry in scope if "." not in entry]
    for platform in profile.platforms:
        fields = [e.partition(".")[2] for e in scope if e.partition(".")[0] == platform.key and "." in e]
        if fields:
            said = ", ".join(str(ELEMENTS.get(one, one.replace("_", " "))) for one in fields)
            found.append(f"{platform.label}: {said}")
    return found


def right_in_words(case: Case) -> str:
    """Return the right of a case as its letters name it; a deletion at platforms names them."""
    names = named_in(case.scope) if case.right == Right.PLATFORM_DELETION else []
    if not names:
        return words.say(f"rights.{case.right}")
    last = words.words_of(words.current())["identities"]["and"]
    said = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"
    return words.say("rights.platform_deletion_named", platforms=said)
