"""What binds us: documents, incidents, deadlines of deletion."""

from typing import Annotated

from pydantic import Field

from config.profile.base import IsoDate, Key, Text, Url
from platforms.registry.schema.words import Basis, Fact, PeriodText, TermText, Words


class Term(Fact):
    """A document that binds us, with the section, the day we last read it and how well it is known."""

    name: Text
    section: Text | None = None
    seen: IsoDate | None = None
    basis: Basis


class Incident(Fact):
    """How soon the platform wants to hear of an incident; `within` null: no fixed period, see `rule`."""

    within: PeriodText | None
    rule: Text
    channel: Text | None = None
    basis: Basis


class Legal(Fact):
    """The terms, what they oblige us to, and where a person revokes by hand."""

    terms: Annotated[tuple[Term, ...], Field(min_length=1)]
    review_every: PeriodText = "P180D"
    required_links: tuple[Text, ...] = ()
    incident: Incident | None = None
    user_revoke_page: Url | None = None
    consent_record_fields: tuple[Key, ...] = ()
    reconsent_on_token_expiry: bool = False
    deletion_evidence_within: Text | None = None
    encryption_at_rest_required: bool = False
    service_provider_list_required: bool = False
    tech_provider_client_list_required: bool = False
    proof_of_deletion_on_request: bool = False
    transfers: Words = ()
    certifications: Words = ()


class Deadline(Fact):
    """Until when data go after a trigger. `platform`: the term; `promise`: what policies usually promise.

    `platform`: a period, `asap` (no delay that could be avoided), `unknown` (not established) or null (the
    terms set none). `happens` false: the platform has no such trigger for what we hold.
    """

    platform: TermText | None
    promise: PeriodText | None
    happens: bool = True
    note: Text | None = None
    steps: tuple[Text, ...] = ()
    basis: Basis | None = None
