"""What an answer tells besides the data: GDPR Art. 15(1) and (2), and the categories of the CCPA."""

import io
import json
import zipfile

import pytest

from config.profile import active_profile
from dsar.enums import Regime, Right
from dsar.rules.rights import covered_from, is_provided
from dsar.services import cases, packaging, telling
from dsar.services.rights import categories
from tests.dsar.services.rights import drive
from tests.factories import NOW, ProcessorFactory, SystemFactory, TransferFactory

pytestmark = pytest.mark.django_db


def made(case):
    raw = b"".join(packaging.read_package(package=case.packages.get()))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        page, readme = (archive.read(name).decode() for name in ("index.html", "README.txt"))
        return page, json.loads(archive.read("about.json")), readme


@pytest.fixture
def access(shop, handler, dpo):
    return drive.carried_out(drive.ask(drive.leonie(), Right.ACCESS), handler, dpo)


def test_every_item_of_article_15_stands_in_page_json_and_letter(access, handler, dpo):
    page, about, readme = made(access)
    profile = active_profile()
    account = next(one for one in about["categories"] if one["key"] == "account")
    for item in ("why", "kept", "recipients", "sources", "lawful_bases", "purposes"):
        assert account[item], item
    words = {"What we use it for", "How long we keep it", "Where it comes from", "Who else gets it",
             "Decisions by machines", "Your rights", profile.letters.complaint_route[:30]}  # fmt: skip
    assert [one for one in words if one not in page] == []
    assert about["automated_decisions"] == profile.automated_decisions
    assert {"object to a use", "have data deleted"} <= set(about["rights"])
    drive.delivered(access, handler, dpo)
    letter = drive.closed(access, "fulfilled", handler)
    category = next(one for one in profile.categories if one.key == "account")
    assert "README.txt in it says what each part is" in letter.body
    assert category.kept in readme
    assert about["automated_decisions"] in readme


def test_recipients_are_named_by_their_legal_name():
    profile = active_profile()
    named = [one for one in profile.processors if one.legal_name]
    assert named
    for category in profile.categories:
        told = " ".join(profile.named_recipients(category))
        for one in named:
            assert (one.legal_name in told) == (one.label in profile.recipients(category))


def test_transfers_name_what_protects_the_data(access):
    profile = active_profile()
    told = telling.told(access)
    assert len(told.transfers) == len(
        [one for one in profile.transfers if set(one.areas) & {"EEA", "DE", "EU", "WORLD"}]
    )
    assert all("Ask us for a copy of these safeguards" in one for one in told.transfers)


def test_transfers_are_those_of_the_register_once_it_is_filled(access):
    TransferFactory(processor=None, areas=["EEA"], importer="Mediux AI", mechanism="dpf", module="")
    TransferFactory(areas=["EEA"], importer="Stripe, Inc.", mechanism="bcr", module="")
    TransferFactory(areas=["GB"], importer="Somebody for others")
    ended = ProcessorFactory(ended_on=NOW.date(), end_data="deleted")
    TransferFactory(areas=["EEA"], importer="Gone Ltd", processor=ended)
    told = telling.told(access).transfers
    assert [one.partition(":")[0] for one in told] == ["Mediux AI (US)", "Stripe, Inc. (US)"]
    assert "binding corporate rules" in told[1]


def test_a_californian_answer_reaches_back_and_speaks_of_selling(shop, handler, dpo):
    case = drive.carried_out(drive.ask(drive.leonie("ccpa"), Right.ACCESS), handler, dpo)
    page, about, _ = made(case)
    assert "1 January 2022" in about["period"]
    assert "1 January 2022" in page
    assert "have not sold your data" in about["sold_or_shared"]
    assert covered_from(Regime.EU_GDPR) is None


def test_a_californian_answer_never_holds_account_numbers(shop, handler, dpo):
    row = shop.system.datasets.get()
    row.source = row.source.replace("[user.contact.phone_number]", "[user.financial.bank_account]")
    row.save(update_fields=["source"])
    case = drive.carried_out(drive.ask(drive.leonie("ccpa"), Right.ACCESS), handler, dpo)
    page, _, _ = made(case)
    assert "+49 170 1" not in page
    assert "held, not shown" in page


def test_categories_are_told_as_they_were_really_found(shop, handler, dpo):
    case = drive.carried_out(drive.ask(drive.leonie("ccpa"), Right.KNOW_CATEGORIES), handler, dpo)
    found = categories.counts_of(case, case.plans.get())
    assert sum(found.values()) == sum(one["found"] for one in case.plans.get().summary["systems"])
    letter = drive.closed(case, "fulfilled", handler)
    profile = active_profile()
    for key, n in found.items():
        label = next((one.label for one in profile.categories if one.key == key), "Other data")
        assert f"{label}: {n} " in letter.body
    empty = next(one for one in profile.categories if one.key not in found)
    assert f"{empty.label}: " not in letter.body
    assert "Leonie@" not in letter.body


def test_systems_without_rows_are_counted_by_who_can(shop, handler, dpo):
    SystemFactory(key="folder", name="Folder", position=9)
    case = drive.ask(drive.leonie("ccpa"), Right.KNOW_CATEGORIES)
    plan = drive.planned(case, handler)
    drive.planning.propose(plan=plan, actor=handler, now=NOW)
    drive.work()
    case.refresh_from_db()
    assert cases.allowed_outcomes(case) == ()
    drive.finish(case, handler, rows=4)
    assert categories.counts_of(case, plan)[""] >= 4
    assert list(case.steps.values_list("operation", "rows_done")) == [("count", 4)]


def test_a_person_we_do_not_know_is_told_so(shop, handler, dpo):
    user = drive.leonie("ccpa")
    shop.run("UPDATE customers SET email = 'else@example.org' WHERE id = 1")
    case = drive.carried_out(drive.ask(user, Right.KNOW_CATEGORIES), handler, dpo)
    assert cases.allowed_outcomes(case) == ("nothing_found",)
    assert "found nothing about you." in drive.closed(case, "nothing_found", handler).body


@pytest.mark.parametrize(
    ("categories_", "marker", "provided"),
    [
        (["user.contact.email"], "", True),
        (["user.behavior.search_history"], "", True),
        (["user.demographic.profile"], "", False),
        (["user.unique_id.pseudonymous"], "", False),
        (["user.unique_id_card"], "", True),
        (["user.contact.email"], "derived", False),
        (["user.contact.email"], "third_party", False),
        (["user.demographic.profile"], "subject", True),
        ([], "", False),
        ([], "observed", True),
    ],
)
def test_what_counts_as_provided(categories_, marker, provided):
    assert is_provided(categories_, marker) is provided
