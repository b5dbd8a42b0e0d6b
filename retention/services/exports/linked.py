"""The record as linked data: terms of the Data Privacy Vocabulary, and of our own where it has none."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import slugify

from retention.rules import dpv, words
from retention.services.exports.reports import Record

Node = dict[str, Any]


def document(record: Record, role: str) -> Node:
    """Return the record of a role as JSON-LD. The context stands in it: nothing is fetched to read it."""
    who = record.document["controller"]
    made: Node = {
        "@context": {**dpv.PREFIXES, "own": f"{who['website'].rstrip('/')}/privacy/terms#"},
        "@id": f"own:record-{role}",
        "@type": dpv.RECORD,
        "dct:title": "Record of processing activities",
        "dct:identifier": record.version.sha256,
        "dct:date": {"@type": "xsd:date", "@value": record.day.isoformat()},
        "dpv:hasProcess": [_process(record, one) for one in record.activities(role)],
    }
    company = {"@id": "own:company", "rdfs:label": who["legal_name"], "dct:description": who["address"]}
    made["dpv:hasDataController" if role == "controller" else "dpv:hasDataProcessor"] = company
    if who["officer"]:
        made["dpv:hasDataProtectionOfficer"] = _own(
            "officer", who["officer"]["name"] or who["officer"]["address"]
        )
    return made


def _own(key: str, label: str, *broader: str) -> Node:
    """Return a term of our own, below the terms of the vocabulary that are nearest."""
    node: Node = {"@id": f"own:{key}", "rdfs:label": label}
    if broader:
        node["skos:broader"] = [{"@id": one} for one in broader]
    return node


def _process(record: Record, one: Mapping[str, Any]) -> Node:
    node: Node = {
        "@id": f"own:activity-{one['key']}",
        "@type": dpv.PROCESS,
        "rdfs:label": one["label"],
        "dct:description": one["does"],
        "dpv:hasPurpose": [_purpose(record, key) for key in one["purposes"]],
        "dpv:hasPersonalData": [_data(record, key) for key in one["categories"]],
        "dpv:hasDataSubject": [
            _own(f"subject-{key}", words.of(words.SUBJECTS, key)) for key in one["subjects"]
        ],
        "dpv:hasDataProcessor": [_processor(record, key) for key in one["processors"]],
        "dpv:hasRecipient": [_own(f"recipient-{slugify(name)}", name) for name in one["recipients"]],
        "dpv:hasStorageCondition": [_storage(record, key) for key in one["schedules"]],
        "dpv:hasTechnicalMeasure": [
            _own(f"measure-{key}", words.of(words.MEASURES, key), dpv.TECHNICAL[key])
            for key in one["measures"] if key in dpv.TECHNICAL
        ],
        "dpv:hasOrganisationalMeasure": [
            _own(f"measure-{key}", words.of(words.MEASURES, key))
            for key in one["measures"] if key not in dpv.TECHNICAL
        ],
        "dct:relation": [_transfer(record, key) for key in one["transfers"]],
    }  # fmt: skip
    if one["basis"]:
        node["dpv:hasLegalBasis"] = {"@id": dpv.BASES[one["basis"]["kind"]]}
    if one["on_behalf_of"]:
        node["dpv:hasDataController"] = _own(f"controllers-{one['key']}", one["on_behalf_of"])
    return {name: value for name, value in node.items() if value != []}


def _purpose(record: Record, key: str) -> Node:
    one = record.one("purposes", key)
    return _own(f"purpose-{key}", one["label"], *([f"dpv:{one['term']}"] if one.get("term") else []))


def _data(record: Record, key: str) -> Node:
    held = [category for one in record.elements(category=key) for category in one["data_categories"]]
    return _own(f"data-{key}", record.one("categories", key)["label"], *dpv.personal_data(held))


def _processor(record: Record, key: str) -> Node:
    one = record.one("processors", key)
    node = _own(f"processor-{key}", one.get("legal_name") or one["label"])
    return node | ({"dpv:hasJurisdiction": one["country"]} if one.get("country") else {})


def _storage(record: Record, key: str) -> Node:
    one = record.one("schedules", key)
    node = _own(f"schedule-{key}", one.get("reason") or one["label"]) | {"@type": dpv.STORAGE}
    period = one.get("max_period") or one.get("min_period")
    return node | ({"dct:extent": {"@type": "xsd:duration", "@value": period}} if period else {})


def _transfer(record: Record, key: str) -> Node:
    one = record.one("transfers", key)
    node = _own(f"transfer-{key}", ", ".join(one.get("areas", [key])))
    if "importer" in one:
        node["dpv:hasDataExporter"] = one["exporter"]
        node["dpv:hasDataImporter"] = {"@id": f"own:importer-{key}", "rdfs:label": one["importer"]}
        node["dpv:hasJurisdiction"] = one["to_country"]
        if term := dpv.MECHANISMS.get(one["mechanism"]):
            node["dpv:hasLegalBasis"] = {"@id": term}
    return node
