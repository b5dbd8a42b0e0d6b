"""Invented facts for every letter: for previews of templates, and for the check that one can be published."""

from datetime import UTC, date, datetime
from typing import Any

from config.profile import active_profile
from correspondence.enums import Template
from correspondence.services import authorities, words

RECEIVED = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)
_REASONS = [{"text": "We must keep invoices for ten years.", "article": "GDPR, Article 17(3)(b)"}]
_SYSTEMS = [
    {"name": "Product database", "says": "12 rows.", "proof": "We looked again: none is left."},
]
_TOLD = ["Stripe, Inc."]
_PROOF = "https://example.org/proof/…"
_SINCE = date(2026, 10, 20)
_ACCOUNT = {
    "platform": "X", "revoked": True, "gone": False, "by_hand": False, "gone_by": date(2026, 10, 13),
    "revoke_page": "https://x.com/settings/connected_apps",
}  # fmt: skip
_PLACES = {"eu_gdpr": ("DE", "BY"), "uk_gdpr": ("GB", ""), "ccpa": ("US", "CA"), "policy": ("BR", "")}

FACTS: dict[str, dict[str, Any]] = {
    Template.ACKNOWLEDGEMENT: {"steps": [], "needs_proof": ""},
    Template.PROVE_EMAIL: {"link": "https://example.org/ask/confirm/…", "expires": RECEIVED},
    Template.ASK_IDENTITY: {
        "why": "The address from which you write is not the one of the account.", "method": "knowledge",
        "proof_link": _PROOF, "expires": RECEIVED, "pauses": True,
    },
    Template.IDENTITY_REMINDER: {
        "asked_on": date(2026, 10, 14), "closes_on": date(2026, 11, 11), "proof_link": _PROOF,
    },
    Template.IDENTITY_FAILED: {"proof_link": _PROOF},
    Template.CLARIFICATION_REQUEST: {"questions": ["Which workspace do you mean?"], "pauses": True},
    Template.FEE_REQUEST: {
        "reason": "It is the fourth request for the same data within a month.", "amount": "25 EUR",
        "pay_how": "Please transfer it and name the reference.",
    },
    Template.EXTENSION: {
        "extension_reason": "Four systems hold data about you.", "was_due_on": date(2026, 11, 12),
        "longer_until": date(2027, 1, 12),
    },
    Template.REMINDER_UNANSWERED: {
        "asked": ["The month in which you opened the account."], "asked_on": date(2026, 10, 14),
        "closes_on": date(2026, 11, 11),
    },
    Template.DOWNLOAD_CODE: {"code": "482913", "expires": RECEIVED},
    Template.PACKAGE_READY: {"expires": RECEIVED, "has_account": True},
    Template.ACCESS_CLOSED: {
        "systems": _SYSTEMS, "delivered_on": _SINCE, "rows": "1,204", "missing": ["Passwords and keys."],
        "where": "What we use it for", "kinds": ["Account data. Purposes: to run your account."],
        "automated": "No decision about you is made by automated means alone.",
        "transfers": ["Transfers: Stripe, Inc. (US), EU standard contractual clauses."],
    },
    Template.KNOW_CATEGORIES_ANSWER: {
        "categories": [
            {"name": "Account data", "purposes": "to run your account", "sources": "from you",
             "recipients": "our host", "period": "while the account exists", "sold": "no"},
        ],
    },
    Template.PORTABILITY_ANSWER: {"sent_to": "", "sent_on": _SINCE, "rows": "310"},
    Template.DELETION_CLOSED: {
        "systems": _SYSTEMS, "kept": [{"says": "3 entries stay: invoices, ten years."}], "complete": False,
        "account_closed": False, "plan_hash": "4f1c0a9be2d37755", "closed_on": _SINCE,
    },
    Template.DISCONNECTED: {
        **_ACCOUNT, "reasons": ["X: 24 hours after the person asked (Developer Agreement, IV.B)."],
    },
    Template.PLATFORM_DELETED: {
        "systems": _SYSTEMS, "kept": [], "complete": True, "platforms": "X", "accounts": [_ACCOUNT],
        "code": "4f1c0a9be2d377554f1c0a9be2d377554f1c0a9b", "code_link": "https://example.org/deletions/…",
        "plan_hash": "4f1c0a9be2d37755", "closed_on": _SINCE,
    },
    Template.RECTIFICATION_DONE: {"changes": ["Postal address in the product database"], "told": _TOLD},
    Template.RECTIFICATION_REFUSED: {"reasons": _REASONS},
    Template.RESTRICTION_PLACED: {"what": ["Messages in the inbox"], "since": _SINCE, "told": _TOLD},
    Template.RESTRICTION_LIFTING: {
        "lifts_on": date(2026, 11, 20), "reason": "The data were checked and are correct.",
    },
    Template.OBJECTION_UPHELD: {"stopped": ["News and offers by e-mail"], "told": _TOLD},
    Template.OBJECTION_REFUSED: {"reasons": _REASONS},
    Template.WITHDRAWAL_DONE: {"purposes": ["News and offers"], "since": _SINCE},
    Template.OPT_OUT_DONE: {"since": _SINCE, "told": _TOLD},
    Template.LIMIT_DONE: {"since": _SINCE, "told": _TOLD},
    Template.NOTHING_FOUND: {"systems": _SYSTEMS, "searched_for": "your e-mail address"},
    Template.ANSWERED: {"answered_on": _SINCE},
    Template.REFUSAL: {"reasons": _REASONS},
    Template.PART_REFUSAL: {"reasons": _REASONS, "done": ["We deleted your posts."]},
    Template.DUPLICATE: {"original": "XX-2026-0001", "original_due_on": date(2026, 11, 2)},
    Template.COMPLAINT_OUTCOME: {"finding": "We answered too late.", "actions": ["We check daily now."]},
    Template.CHILD_REPORT_DONE: {"actions": ["We closed the account."]},
    Template.AGENT_MANDATE_REQUEST: {"addressee": "Privacy Agents Ltd", "asked": ["A signed permission."]},
    Template.AGENT_CONFIRMATION: {
        "agent_name": "Privacy Agents Ltd", "confirm_link": "https://example.org/…", "expires": RECEIVED,
    },
    Template.RECIPIENT_NOTICE: {
        "addressee": "Stripe, Inc.", "what": "The person had the data deleted.", "identifiers": ["cus_1001"],
        "answer_by": _SINCE,
    },
    Template.PROCESSOR_INSTRUCTION: {
        "addressee": "Stripe, Inc.", "instruction": "Delete what belongs to these numbers.",
        "identifiers": ["cus_1001"], "answer_by": _SINCE,
    },
    Template.AUTHORITY_ANSWER: {
        "addressee": "BayLDA", "authority_reference": "LDA-1085.1-123/26", "inquiry_on": RECEIVED,
        "statement": "We answered the request on 2 November 2026.", "enclosures": ["Our letter."],
    },
    Template.BREACH_NOTICE: {
        "nature": "A copy of the mailing list was sent to a wrong address.", "data": ["E-mail addresses"],
        "consequences": "You may get unwanted mail.", "measures": "The copy was deleted.",
        "advice": ["Do not open attachments from strangers."],
    },
}  # fmt: skip


def context_for(template: str, regime: str) -> dict[str, Any]:
    """Return the context of a letter to an invented person under a regime, in the active language."""
    found = authorities.authority_for(*_PLACES.get(regime, ("", "")), regime=regime)
    common = {
        "name": "Leonie Hartwig", "reference": "XX-2026-0042", "right": words.say("rights.deletion"),
        "right_key": "deletion", "regime": regime, "received_on": words.day(RECEIVED),
        "due_on": words.weekday(date(2026, 11, 12)), "link": "https://example.org/requests/…",
        "site": "https://example.org/ask/", "mailbox": "privacy@example.org",
        "authority": {"name": found.called(words.current()), "website": found.website} if found else None,
        "complaint_mailbox": authorities.contact(active_profile()),
    }  # fmt: skip
    return {**common, **FACTS.get(template, {})}
