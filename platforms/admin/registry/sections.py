"""What the page of a platform shows: every fact of its entry, with how well it is known."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from config.profile import Profile
from config.sentences import shown, stored
from platforms.admin.registry import words
from platforms.admin.registry.words import known, said
from platforms.admin.rows import worded
from platforms.registry import Entry
from platforms.registry.schema import Callback, Element, Term
from platforms.rules import confidence, deadlines, spoken, terms, wording
from platforms.rules.labels import plain
from platforms.services import naming, secrets


@dataclass
class Section:
    """One block of the page: facts as label and value, or a table, or both."""

    key: str
    title: str
    mark: Any = ""
    facts: list[tuple[Any, Any]] = field(default_factory=list)
    columns: tuple[Any, ...] = ()
    rows: list[tuple[Any, ...]] = field(default_factory=list)


def of(entry: Entry, profile: Profile) -> Iterator[Section]:
    """Yield the blocks of an entry, without those that it has nothing for."""
    yield _terms(entry)
    if entry.oauth:
        yield _oauth(entry)
        yield _scopes(entry, profile)
    yield _elements(entry)
    if entry.callbacks:
        yield _callbacks(entry)
    if entry.revocation:
        yield _revocation(entry)
    if entry.restrictions:
        yield _restrictions(entry)
    if entry.message_policy:
        yield _messages(entry)
    if entry.operations or entry.gates or entry.controls:
        yield _processor(entry)


def period(text: str | None) -> str:
    """Return a value of the registry in words of the reader's language."""
    return shown("", stored(wording.value(text)))


def _mark(entry: Entry, section: str, own: str | None = None) -> Any:
    return known(confidence.of(entry, section, own))


def _facts(*pairs: tuple[Any, Any]) -> list[tuple[Any, Any]]:
    """Return the pairs that have a value."""
    return [(label, value) for label, value in pairs if value not in (None, "", ())]


def _terms(entry: Entry) -> Section:
    legal, incident = entry.legal, entry.legal.incident
    told = f"{incident.rule} {incident.channel or ''}".strip() if incident else ""
    return Section(
        "terms", _("Terms"),
        facts=_facts(
            (_("Incidents"), told),
            (_("Known"), known(confidence.of_basis(incident.basis)) if incident else ""),
            (_("Revoked by the person at"), legal.user_revoke_page),
            (_("Links that our policy must hold"), ", ".join(legal.required_links)),
            (_("Consent must record"), ", ".join(legal.consent_record_fields)),
            (_("Transfers"), ", ".join(legal.transfers)),
            (_("Certificates"), ", ".join(legal.certifications)),
            (_("Read again every"), period(legal.review_every)),
        ),
        columns=(_("Document"), _("Last seen"), _("Known")),
        rows=[_term(term) for term in legal.terms],
    )  # fmt: skip


def _term(term: Term) -> tuple[Any, ...]:
    seen = date_format(date.fromisoformat(term.seen), "j M Y") if term.seen else _("never")
    return (_two(term.name, term.section), seen, known(confidence.of_basis(term.basis)))


def _oauth(entry: Entry) -> Section:
    oauth, refresh = entry.oauth, entry.oauth.refresh_token if entry.oauth else None
    assert oauth is not None
    long = oauth.long_lived
    return Section(
        "oauth", "OAuth", _mark(entry, "lifetimes"),
        facts=_facts(
            (_("People agree at"), oauth.authorize_url),
            (_("Tokens come from"), oauth.token_url),
            (_("Our client"), f"{oauth.client_settings.id}, {oauth.client_settings.secret}"),
            ("PKCE", oauth.pkce),
            (_("Access token lives"), period(oauth.access_token_ttl)),
            (_("Long-lived token"), period(long.ttl) if long else ""),
            (_("Refresh token lives"), period(refresh.ttl) if refresh else _("there is none")),
            (_("Unused for"), period(refresh.idle_max) if refresh and refresh.idle_max else ""),
            (_("Each refresh gives a new one"), words.yes(refresh.rotating) if refresh else ""),
            (_("People may grant a part"), words.yes(oauth.partial_consent)),
            (_("Note"), oauth.ttl_note),
        ),
    )  # fmt: skip


def _scopes(entry: Entry, profile: Profile) -> Section:
    used = next((one.features for one in profile.platforms if one.key == entry.key), ())
    return Section(
        "scopes", _("Permissions by feature"), _mark(entry, "scopes"),
        columns=(_("Feature"), _("In use"), _("Permissions"), _("Note")),
        rows=[
            (
                worded(spoken.feature_words(name), name), words.yes(name in used), ", ".join(one.scopes),
                one.note or ", ".join(one.extra_review) or "–",
            )
            for name, one in entry.features.items()
        ],
    )  # fmt: skip


def _elements(entry: Entry) -> Section:
    return Section(
        "elements", _("Data and how long we keep them"),
        columns=(_("Data"), _("Whose"), _("How"), _("We keep"), _("Platform's limit"), _("In a copy")),
        rows=[_element(entry, one) for one in entry.data_elements],
    )  # fmt: skip


def _element(entry: Entry, one: Element) -> tuple[Any, ...]:
    return (
        _three(naming.element_of(one.key), one.key, one.api),
        _two(said(words.SUBJECTS, one.subject), said(words.SENSITIVITY, one.sensitivity)),
        _two(said(words.STORAGE, one.storage), "; ".join(_duties(one))),
        _stricter(entry, f"data_elements.{one.key}.ship", period(one.ship) if one.ship else "–"),
        _two(_stricter(entry, f"data_elements.{one.key}.platform_max", period(one.platform_max)),
             _mark(entry, "elements", one.basis)),
        said(words.DSAR, one.dsar),
    )  # fmt: skip


def _duties(one: Element) -> Iterator[str]:
    duties = [
        (_("verify every %(period)s"), one.reverify_every), (_("compare every %(period)s"), one.sync_every),
        (_("processor keeps: %(period)s"), one.processor_retention),
    ]  # fmt: skip
    return (pattern % {"period": period(value)} for pattern, value in duties if value)


def _two(first: Any, second: Any) -> Any:
    """Return two lines of a cell, the second one small; a single line without a second."""
    return format_html("{}<small>{}</small>", first, second) if second else first


def _three(words: Any, key: str, api: str) -> Any:
    """Return what something is, our key for it and the platform's own words."""
    return format_html('{}<small class="mono">{}</small><small>{}</small>', words, key, api)


def _stricter(entry: Entry, path: str, text: str) -> str:
    """Return a value; one that the company made stricter says so."""
    before = entry.overridden.get(path)
    if before is None:
        return text
    return _("%(value)s (ours; before: %(before)s)") % {"value": text, "before": period(before or None)}


def _callbacks(entry: Entry) -> Section:
    return Section(
        "callbacks", _("What the platform tells us"), _mark(entry, "callbacks"),
        columns=(_("Address"), _("Secrets"), _("Answers"), _("Leads to"), _("Known")),
        rows=[_callback(entry, one) for one in entry.callbacks],
    )  # fmt: skip


def _callback(entry: Entry, one: Callback) -> tuple[Any, ...]:
    return (
        _two(one.path, one.verify), ", ".join(_secret(name) for name in one.secrets) or one.audiences or "–",
        f"{one.success.status} / {one.failure.status}", _breakable(one.effect),
        _mark(entry, "callbacks", one.basis),
    )  # fmt: skip


def _breakable(name: str) -> str:
    """Return a long name of the registry as words, so that a narrow column can break it."""
    return name.replace("_", " ")


def _secret(name: str) -> str:
    return name if secrets.values(name) else _("%(name)s (not set)") % {"name": name}


def _revocation(entry: Entry) -> Section:
    how, alive = entry.revocation, entry.liveness
    assert how is not None
    call = f"{how.request.method} {how.request.url}" if how.request else ""
    return Section(
        "revocation", _("Revoking a grant"), _mark(entry, "revocation", how.basis),
        facts=_facts(
            (_("How"), said(words.MODES, how.mode)),
            (_("Call"), call),
            (_("Revoked when"), how.success_when),
            (_("Already gone when"), how.already_gone_when),
            (_("Refused when"), how.unsupported_when),
            (_("Tried again on"), how.retry_when),
            (_("Answers known"), _mark(entry, "revocation_answers", how.answers_basis)),
            (_("Before"), how.precondition),
            (_("Side effects"), how.side_effects),
            (_("By hand at"), how.user_page or entry.legal.user_revoke_page),
            (_("Note"), how.note),
            (_("Looked at with"), alive.probe if alive else ""),
            (_("Every"), _stricter(entry, "liveness.every", period(alive.every)) if alive else ""),
            (_("At the latest every"), period(alive.hard_max) if alive and alive.hard_max else ""),
            (_("Dead when"), alive.dead_when if alive else ""),
            (_("Known"), _mark(entry, "liveness") if alive else ""),
        ),
    )  # fmt: skip


def _restrictions(entry: Entry) -> Section:
    rules = entry.restrictions
    assert rules is not None
    return Section(
        "restrictions", _("What may be done with the data"), _mark(entry, "restrictions"),
        columns=(_("Use"), _("Rule"), _("In the terms' words")),
        rows=[
            (label, said(words.RULES, getattr(rules, name)), rules.notes.get(name, "–"))
            for name, label in words.USES.items()
        ],
    )  # fmt: skip


def _messages(entry: Entry) -> Section:
    policy = entry.message_policy
    assert policy is not None
    return Section(
        "messages", _("Messages to people"), known(confidence.of_basis(policy.basis)),
        facts=_facts(
            (_("Automated, after a person's message"), period(policy.automated_within)),
            (_("Written by a person"), period(policy.human_within)),
            (_("Marked as"), policy.human_tag),
            (_("Note"), policy.note),
        ),
    )  # fmt: skip


def _processor(entry: Entry) -> Section:
    gates = entry.gates
    rows = [
        (
            worded(plain(name), name),
            one.availability,
            one.request or one.scope or "–",
            known(confidence.of_basis(one.basis)),
        )
        for name, one in entry.operations.items()
    ]
    return Section(
        "operations", _("What the processor can be asked to do"), _mark(entry, "operations"),
        facts=_facts(
            (_("Blocked sources"), _sources(gates.blocked_sources) if gates else ""),
            (_("Sources after a legal review"), _sources(gates.review_sources) if gates else ""),
            (_("Sources with consent"), _sources(gates.consent_sources) if gates else ""),
            *((plain(name), value if isinstance(value, str) else words.yes(value))
              for name, value in entry.controls.items()),
        ),
        columns=(_("Operation"), _("Availability"), _("Call"), _("Known")) if rows else (),
        rows=rows,
    )  # fmt: skip


def _sources(keys: Iterable[str]) -> str:
    return ", ".join(naming.registered(key) for key in keys)


def limits(entry: Entry, profile: Profile) -> list[dict[str, Any]]:
    """Return the limit of every trigger of an entry, with its derivation in sentences."""
    own = [name for name in entry.deletion if name not in terms.TRIGGERS]
    common = terms.TRIGGERS if entry.kind == "social_platform" else entry.deletion
    names = list(dict.fromkeys([*common, *own]))
    return [_limit(entry, cell) for row in deadlines.table(profile, [entry], names) for cell in row.cells]


def _limit(entry: Entry, cell: deadlines.Cell) -> dict[str, Any]:
    term = terms.term_of(entry, cell.trigger)
    return {
        "label": worded(naming.trigger_of(cell.trigger), cell.trigger),
        "text": shown("", stored(cell.text)),
        "known": known(cell.known) if cell.found.term is not None else "",
        "why": list(_spoken(wording.reasons(entry, cell.found))),
        "note": "; ".join(filter(None, (term.note, *term.steps))),
        "looser": cell.found.looser_promise and not (cell.found.promise and cell.found.promise.own),
    }


def _spoken(sentences: Iterable[Any]) -> Iterator[str]:
    return (shown("", stored(sentence)) for sentence in sentences)
