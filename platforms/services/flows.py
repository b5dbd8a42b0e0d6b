"""The data-flow picture of this company: from the inventory and the register, in the reader's language."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from config import pdf, spreadsheets
from config.profile import Profile, active_profile
from config.sentences import shown, stored
from platforms.models import Processor, SubProcessor, System, Transfer
from platforms.rules import flows, processors
from platforms.rules.flows import Graph, Kind, Node, Party
from platforms.services.processors import reading

PAPER = Path(settings.BASE_DIR) / "templates" / "flows" / "flow.typ"
# The categories of the profile that hold what platforms send.
PLATFORM_DATA = frozenset({"platform_data", "inbox"})
# What a processor's record may lack and the picture shows: the way out of the area.
WAY_OUT = frozenset(
    {"transfer", "mechanism", "module", "assessed_on", "uk_addendum", "eu_clauses", "adequacy", "dpf"}
)


def graph() -> Graph:
    """Return the graph of today's inventory; a few statements, whatever its size."""
    profile = active_profile()
    labels = {one.key: one.label for one in profile.categories}
    who = profile.identity
    company = Node("company", Kind.COMPANY, who.trade_name, who.seat.country)
    systems = System.objects.exclude(key__endswith="-api").exclude(enabled=False)
    running = Processor.objects.running().whole()
    return flows.build(
        flows.Facts(
            company,
            [*_people(labels), *_platforms(profile, labels)],
            [_system(one) for one in systems],
            [_processor(one, labels) for one in running],
        )
    )


def _people(labels: dict[str, str]) -> list[Party]:
    """Return the people of each area, with the transfer by which their data reach the company."""
    every = tuple(labels.values())
    own = list(Transfer.objects.running().filter(processor=None))
    found = [_coming(one, every) for one in own]
    elsewhere = Node("people", Kind.SOURCE, _("People elsewhere") if found else _("People"))
    return [*found, Party(elsewhere, every, _("no transfer out of an area"))]


def _coming(one: Transfer, every: tuple[str, ...]) -> Party:
    areas = ", ".join(one.areas)
    name = one.exporter or _("People in %(areas)s") % {"areas": areas}
    lacks = processors.lacks_of(reading.transfer_facts(one))
    node = Node(f"people-{one.key}", Kind.SOURCE, name, areas)
    return Party(node, every, _mechanism([one]), _said(lacks))


def _platforms(profile: Profile, labels: dict[str, str]) -> list[Party]:
    data = tuple(label for key, label in labels.items() if key in PLATFORM_DATA)
    nodes = (
        Node(f"platform-{one.key}", Kind.PLATFORM, one.label, _("platform"))
        for one in profile.platforms
        if one.enabled
    )
    return [Party(node, data, _("the person connected it")) for node in nodes]


def _system(one: System) -> Node:
    return Node(f"system-{one.key}", Kind.SYSTEM, one.name, _("our system"), link=f"system:{one.pk}")


def _processor(one: Processor, labels: dict[str, str]) -> Party:
    node = Node(
        f"processor-{one.key}", Kind.PROCESSOR, one.legal_name or one.name,
        ", ".join(filter(None, [one.country, one.region])), one.country, f"processor:{one.pk}",
    )  # fmt: skip
    lacks = [lack for lack in processors.missing(reading.facts_of(one)) if lack.fact in WAY_OUT]
    running = [sub for sub in one.subprocessors.all() if sub.ended_on is None]
    return Party(
        node, tuple(labels.get(key, key) for key in one.categories), _mechanism(one.transfers.all()),
        _said(lacks), tuple(f"system-{system.key}" for system in one.systems.all()),
        tuple(_below(sub, one, labels) for sub in running),
    )  # fmt: skip


def _below(sub: SubProcessor, one: Processor, labels: dict[str, str]) -> Party:
    node = Node(f"sub-{sub.pk}", Kind.SUBPROCESSOR, sub.name, sub.country, sub.country, f"processor:{one.pk}")
    unsaid = () if sub.announced_on else (_("It was never announced or approved on record."),)
    return Party(node, tuple(labels.get(key, key) for key in one.categories), _("by its contract"), unsaid)


def _mechanism(transfers: Iterable[Transfer]) -> str:
    return "; ".join(reading.mechanisms(transfers))


def _said(lacks: Sequence[processors.Lack]) -> tuple[str, ...]:
    return tuple(shown(lack.says, stored(lack.says)) for lack in lacks)


def heads() -> list[str]:
    """Return the titles of the four columns."""
    return [_("People and platforms"), _("The company"), _("Processors"), _("Their processors")]


def summary(made: Graph) -> str:
    """Return what the picture shows, in a sentence, for those who do not see it."""
    many = len(made.arrows)
    said = ngettext("%(n)s flow of data.", "%(n)s flows of data.", many) % {"n": many}
    lacking = made.incomplete
    more = ngettext(
        "%(n)s of them lacks something.", "%(n)s of them lack something.", lacking
    ) % {"n": lacking}  # fmt: skip
    return f"{said} {more if lacking else _('Nothing is missing.')}"


def _picture(made: Graph) -> dict[str, Any]:
    return {"picture": flows.wide(made, heads()), "name": "wide", "summary": summary(made)}


def svg() -> str:
    """Return the picture as a file of its own, in light colours."""
    return str(render_to_string("flows/picture.svg", _picture(graph()) | {"alone": True, "links": {}}))


HEAD = ("number", "from", "to", "country", "categories", "mechanism", "missing")


def flows_csv() -> bytes:
    """Return the flows as CSV, one a line, with the numbers of the picture."""
    rows = [
        (
            arrow.number, arrow.source.name, arrow.target.name, arrow.target.group or arrow.target.place,
            "; ".join(arrow.categories), arrow.mechanism, " ".join(arrow.lacks),
        )
        for arrow in graph().arrows
    ]  # fmt: skip
    return spreadsheets.table(HEAD, rows)


def paper(*, now: datetime) -> bytes:
    """Return the picture with its table as PDF/A and PDF/UA."""
    made = graph()
    drawn = render_to_string("flows/picture.svg", _picture(made) | {"alone": True, "links": {}})
    data = {
        "language": (get_language() or "en")[:2],
        "title": _("Where personal data go"),
        "company": active_profile().identity.legal_name,
        "made": _("Made on %(day)s") % {"day": date_format(now, "j F Y, H:i")},
        "page": _("Page"),
        "svg": drawn,
        "alt": f"{summary(made)} {_('The table below says the same.')}",
        "columns": ["", _("From"), _("To"), _("Categories"), _("Mechanism"), _("Missing")],
        "rows": [
            [
                str(arrow.number), arrow.source.name, arrow.target.name, ", ".join(arrow.categories),
                arrow.mechanism, " ".join(arrow.lacks) or _("nothing"),
            ]
            for arrow in made.arrows
        ],
    }  # fmt: skip
    return pdf.compiled(PAPER, data, moment=now)
