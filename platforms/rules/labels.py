"""Words for the keys of the registry, as staff read them. Pure.

People read of their own data in other words: `spoken`. A test holds the tables to the files of the registry.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from platforms.enums import FindingKind

Text = str | Promise

ELEMENTS: dict[str, Text] = {
    "account": _("Account: name and picture"),
    "account_stats": _("Figures of the account"),
    "ad_account": _("Advertising account and its figures"),
    "aggregates": _("Aggregated reports"),
    "asid": _("Id of the account for our app"),
    "audience_demographics": _("Audience in figures"),
    "backups": _("Backups"),
    "boards": _("Boards"),
    "campaign_analytics": _("Figures of campaigns"),
    "channel_identity": _("Channel: name and picture"),
    "comments": _("Comments of others"),
    "cover_urls": _("Addresses of preview pictures"),
    "customer": _("Customer record"),
    "direct_messages": _("Private messages"),
    "engagement_metrics": _("Figures of posts"),
    "events": _("Events of single visitors"),
    "files": _("Files handed over"),
    "flagged_content": _("Content under safety review"),
    "follower_counts": _("Numbers of followers"),
    "geo": _("Places of posts"),
    "grant": _("The grant itself"),
    "hosted_data": _("All data that are hosted there"),
    "insights": _("Figures of posts"),
    "invoices": _("Invoices and payments"),
    "media": _("Pictures and videos"),
    "member_social_activity": _("Posts, comments and reactions of members"),
    "message_events": _("Delivery, opening and complaints of mail"),
    "messages": _("Private messages"),
    "metrics": _("Figures of posts"),
    "open_id": _("Id of the account for our app"),
    "org_page": _("Pages of organisations"),
    "org_reporting": _("Figures of pages"),
    "org_social_activity": _("Posts of pages"),
    "organic_analytics": _("Figures of pins"),
    "other_member_profile": _("Names and pictures of other members"),
    "others_content": _("Posts and comments of others"),
    "own_drafts": _("Drafts written here"),
    "own_posts": _("Posts of the account"),
    "own_profile": _("Profile: name and picture"),
    "own_urn": _("Id of the account"),
    "page_identity": _("Pages: name and picture"),
    "payment_method": _("Means of payment"),
    "pins": _("Pins"),
    "playlists": _("Playlists"),
    "posts": _("Posts"),
    "profile": _("Profile: name and picture"),
    "prompts_outputs": _("Prompts and answers"),
    "property": _("Analytics property"),
    "replies": _("Replies of others"),
    "reports": _("Analytics reports"),
    "statistics_authorised": _("Figures only the owner sees"),
    "statistics_public": _("Figures everybody sees"),
    "suppression": _("Addresses that get no mail"),
    "timeline": _("Posts of others and mentions"),
    "token": _("Access tokens"),
    "video_metadata": _("Titles and descriptions of videos"),
    "videos": _("Videos and their figures"),
}
ENDPOINTS: dict[str, Text] = {
    "data_deletion": _("Somebody wants their data deleted"),
    "deauthorize": _("Somebody removed our app"),
    "uninstall": _("Somebody removed our app"),
    "webhooks": _("Notifications"),
    "risc": _("Security events"),
    "events": _("Delivery events"),
}
"""By the end of an endpoint's name; its beginning is the platform."""
FACTS: dict[str, Text] = {
    "contract_signed_on": _("Signed contract"),
    "contract_ends_on": _("End of the contract"),
    "evidence_expires_on": _("End of the evidence"),
    "end_confirmed_on": _("Confirmation of the end"),
    "transfer": _("Transfer"),
    "assessed_on": _("Assessment of the transfer"),
    "mechanism": _("Transfer mechanism"),
    "module": _("Module of the clauses"),
    "dpf": _("Data Privacy Framework"),
}
"""Facts of processors and transfers."""
TERMS, JOB = _("Terms"), _("Disconnection")
OF_JOBS = frozenset({FindingKind.DELETION_LATE, FindingKind.MANUAL_REVOCATION})
OF_SCOPES = frozenset({FindingKind.SCOPE_SURPLUS, FindingKind.SCOPE_LOST})
OF_ELEMENTS = frozenset({FindingKind.OVER_AGE, FindingKind.NEVER_STORE, FindingKind.REVERIFY})


def plain(key: str) -> str:
    """Return a key that nobody gave words to as words: no underscores, a capital first."""
    return key.replace("_", " ").capitalize()


def element(key: str) -> str:
    """Return what a data element is."""
    return str(ELEMENTS.get(key) or plain(key))


def endpoint(name: str) -> str:
    """Return what a platform tells us at an endpoint."""
    return next((str(words) for end, words in ENDPOINTS.items() if name.endswith(f"_{end}")), plain(name))


def fact(key: str) -> str:
    """Return what a fact of a processor is; `transfer.fact` names the fact of a transfer."""
    last = key.rpartition(".")[2]
    return str(FACTS.get(last) or plain(last))
