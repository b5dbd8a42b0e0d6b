"""Scopes, features, kinds of data and periods in plain words. Pure."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from platforms.registry.schema import Element
from platforms.rules import periods

Text = str | Promise
_YOUTUBE = "https://www.googleapis.com/auth/"
_NAME = _("See your name and your account")
_POSTS = _("Publish posts for you")
_FIGURES = _("Read how your posts do")
_COMMENTS_READ = _("Read comments below your posts")
_COMMENTS = _("Read and answer comments below your posts")
_MESSAGES = _("Read and answer your messages")

SCOPES: dict[str, Text] = {
    "openid": _("Recognise your account again"),
    "email": _("See your e-mail address there"),
    "profile": _NAME,
    f"{_YOUTUBE}analytics.readonly": _("Read the figures of your Google Analytics"),
    f"{_YOUTUBE}youtube.readonly": _("See your channel, videos and playlists"),
    f"{_YOUTUBE}youtube.upload": _("Upload videos for you"),
    f"{_YOUTUBE}yt-analytics.readonly": _("Read how your videos do"),
    f"{_YOUTUBE}youtube.force-ssl": _("Read and answer comments below your videos"),
    "w_member_social": _POSTS,
    "w_organization_social": _("Publish posts for your pages"),
    "r_organization_social": _("Read posts, comments and reactions of your pages"),
    "rw_organization_admin": _("Read the figures of your pages, and manage them"),
    "public_profile": _NAME,
    "pages_show_list": _("See which pages you manage"),
    "pages_read_engagement": _("Read the posts of your pages and how they do"),
    "pages_manage_posts": _("Publish posts for your pages"),
    "read_insights": _("Read the figures of your pages"),
    "pages_read_user_content": _("Read what people write on your pages"),
    "pages_manage_engagement": _("Answer comments on your pages"),
    "pages_manage_metadata": _("Be told when something happens on your pages"),
    "pages_messaging": _("Read and answer messages to your pages"),
    "ads_read": _("Read the figures of your advertisements"),
    "instagram_business_basic": _("See your profile and your posts"),
    "instagram_business_content_publish": _POSTS,
    "instagram_business_manage_insights": _FIGURES,
    "instagram_business_manage_comments": _COMMENTS,
    "instagram_business_manage_messages": _MESSAGES,
    "threads_basic": _("See your profile and your posts"),
    "threads_content_publish": _POSTS,
    "threads_manage_insights": _FIGURES,
    "threads_read_replies": _COMMENTS_READ,
    "threads_manage_replies": _COMMENTS,
    "user_accounts:read": _NAME,
    "boards:read": _("See your boards"),
    "pins:read": _("See your pins and how they do"),
    "pins:write": _("Publish pins for you"),
    "identity": _NAME,
    "submit": _POSTS,
    "read": _("Read posts that you can see"),
    "history": _("Read what you posted and voted on"),
    "user.info.basic": _NAME,
    "video.publish": _("Publish videos for you"),
    "video.upload": _("Upload videos as drafts"),
    "user.info.stats": _("Read your numbers of followers and likes"),
    "video.list": _("See your videos and how they do"),
    "users.read": _NAME,
    "tweet.read": _("Read posts that you can see"),
    "offline.access": _("Stay connected while you are away"),
    "tweet.write": _POSTS,
    "media.write": _("Upload pictures and videos for your posts"),
    "dm.read": _("Read your messages"),
    "dm.write": _("Answer your messages"),
}
FEATURES: dict[str, Text] = {
    "connect": _("Know your account"),
    "publish": _("Publish posts"),
    "publish_page": _("Publish posts for pages"),
    "publish_draft": _("Prepare drafts"),
    "schedule": _("Schedule posts"),
    "analytics": _("Show how your posts do"),
    "inbox_comments": _("Read and answer comments"),
    "inbox_messages": _("Read and answer messages"),
    "ads_insights": _("Show how your advertisements do"),
}
ELEMENTS: dict[str, Text] = {
    "token": _("The key to your account, encrypted"),
    "property": _("Your Analytics property"),
    "reports": _("Reports of your Analytics property"),
    "channel_identity": _("Your channel: name and picture"),
    "video_metadata": _("Titles and descriptions of your videos"),
    "statistics_authorised": _("Figures of your videos that only you can see"),
    "statistics_public": _("Figures of your videos that everybody can see"),
    "playlists": _("Your playlists"),
    "comments": _("Comments that others wrote to you"),
    "own_profile": _("Your name and picture"),
    "own_urn": _("The number of your account"),
    "org_page": _("Your pages"),
    "org_reporting": _("Figures of your pages"),
    "org_social_activity": _("Posts and reactions of your pages"),
    "member_social_activity": _("Reactions of others to your posts"),
    "other_member_profile": _("Names of people who commented"),
    "page_identity": _("Your pages: name and picture"),
    "asid": _("The number of your account"),
    "posts": _("Your posts"),
    "engagement_metrics": _("How your posts do"),
    "audience_demographics": _("Your audience in figures"),
    "messages": _("Messages between you and others"),
    "ad_account": _("Your advertising account and its figures"),
    "profile": _("Your profile: name and picture"),
    "media": _("Your pictures and videos"),
    "insights": _("How your posts do"),
    "replies": _("Replies of others to you"),
    "account": _("Your account: name and picture"),
    "boards": _("Your boards"),
    "pins": _("Your pins"),
    "organic_analytics": _("How your pins do"),
    "campaign_analytics": _("Figures of your own campaigns"),
    "own_drafts": _("Drafts that you write here"),
    "own_posts": _("Your posts"),
    "others_content": _("What others posted"),
    "metrics": _("How your posts do"),
    "open_id": _("The number of your account"),
    "account_stats": _("Your numbers of followers and likes"),
    "videos": _("Your videos"),
    "cover_urls": _("Preview pictures of your videos"),
    "timeline": _("Posts of others in your timeline"),
    "follower_counts": _("Your number of followers"),
    "direct_messages": _("Messages between you and others"),
    "geo": _("Places that you added to posts"),
}
_KEPT: dict[str, Text] = {
    "until_disconnect": _("until you disconnect"),
    "until_account_deleted": _("until you close your account"),
    "forever": _("for good"),
    "by_schedule": _("as our other records"),
    "never_standalone": _("never apart from the post"),
    "PT0H": _("not at all: read only while you look"),
}


def scope_words(scope: str) -> str:
    """Return what a permission allows; one that we have no words for by its own name."""
    return str(SCOPES.get(scope, scope))


def scopes_words(scopes: Iterable[str]) -> list[str]:
    """Return what permissions allow, each sentence once, in the order of the table."""
    order = {scope: number for number, scope in enumerate(SCOPES)}
    listed = sorted(scopes, key=lambda scope: (order.get(scope, len(order)), scope))
    return list(dict.fromkeys(scope_words(scope) for scope in listed))


def feature_words(feature: str) -> str:
    """Return what a feature does."""
    return str(FEATURES.get(feature, feature))


def element_words(element: Element) -> str:
    """Return what a kind of data is."""
    return str(ELEMENTS.get(element.key, element.key))


def kept_words(element: Element) -> str:
    """Return how long it is kept: the shorter of our own period and the platform's limit."""
    lengths = [text for text in (element.ship, element.platform_max) if text and text[0] == "P"]
    if lengths and (element.ship or "P")[0] == "P":
        shortest = min(lengths, key=lambda text: periods.parse(text).longest)
        return str(_KEPT.get(shortest) or period_words(shortest))
    return str(_KEPT.get(element.ship or "", element.ship or ""))


def period_words(text: str) -> str:
    """Return an ISO 8601 period in words, in its largest whole unit."""
    months, days, seconds = periods.parse(text)
    if months:
        return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}
    if days:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    hours = round(seconds / 3600)
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
