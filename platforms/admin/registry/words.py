"""Words of the registry as staff read them."""

from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.templatetags.portal_ui import badge
from platforms.enums import Confidence

# Short, for badges in tables; the legend of the page has the long ones.
KNOWN = {
    Confidence.READ: (_("read"), "verified"),
    Confidence.SECOND_HAND: (_("second-hand"), "review"),
    Confidence.MEMORY: (_("unverified"), "not checked"),
    Confidence.NONE: (_("not established"), "not checked"),
}
SUBJECTS = {
    "account_owner": _("the account's owner"), "organisation": _("an organisation"),
    "aggregate": _("figures about many"), "third_party": _("other people"), "all": _("everybody"),
}  # fmt: skip
SENSITIVITY = {
    "low": _("low"), "medium": _("medium"), "high": _("high"), "identifier": _("identifies a person"),
    "secret": _("secret"),
}  # fmt: skip
STORAGE = {
    "store": _("stored"), "store_in_sync": _("stored, kept in step with the platform"),
    "store_if_reverified": _("stored while it is verified again"),
    "store_with_consent": _("stored with consent"), "refresh_or_delete": _("fetched anew or deleted"),
    "cache": _("held for a short time"), "none_live_only": _("never stored, only looked at"),
    "only_inside_post": _("only inside its post"), "reference_only": _("only a reference"),
    "transient": _("only while it is processed"),
}  # fmt: skip
DSAR = {
    "full": _("in full"), "redacted": _("without other people"), "live": _("looked up when asked"),
    "none": _("not given"), "own_copy_only": _("our own copy"), "not_applicable": _("does not apply"),
}  # fmt: skip
USES = {
    "ai_processor": _("Processing by an AI processor"), "ai_training": _("Training of AI models"),
    "ad_profiling": _("Advertising profiles"), "sell": _("Sale or sharing"),
    "cross_platform_combine": _("Combination across platforms"), "human_read": _("Reading by people"),
    "sensitive_inference": _("Conclusions about sensitive traits"), "dsar_export": _("Copy for a person"),
}  # fmt: skip
RULES = {
    "allowed": _("allowed"), "contract": _("only with a contract"), "consent": _("only with consent"),
    "inference_only": _("only to answer, never to train"), "review": _("only after a legal review"),
    "forbidden": _("forbidden"), "forbidden_without_consent": _("forbidden without consent"),
    "opt_in": _("only after a clear yes"), "no_derived_metrics": _("no figures derived from several"),
    "source_visible": _("only with the source visible"), "support_only": _("only for support"),
    "consent_or_security_or_law": _("only with consent, for security or by law"), "full": _("in full"),
    "others_display_only": _("others' data only shown, not handed out"),
}  # fmt: skip
MODES = {
    "http": _("by a call to the platform"), "http_then_manual": _("by a call; if refused, by hand"),
    "manual": _("by hand at the platform"),
}  # fmt: skip
YES, NO = _("yes"), _("no")


def known(confidence: Confidence) -> SafeString:
    """Return how well a fact is known, as a badge."""
    label, kind = KNOWN[confidence]
    return badge(label, "", kind)


def said(words: dict[str, Any], text: str | None) -> Any:
    """Return a word of the registry in the reader's language; what has no words is shown as written."""
    return words.get(text or "", text or "–")


def yes(value: bool) -> Any:
    """Return yes or no."""
    return YES if value else NO
