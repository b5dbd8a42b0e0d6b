"""Registry files: typed, checked, and every fault named with file, line and remedy."""

import hashlib

import pytest

from platforms.registry import RegistryError, shipped, shipped_entries
from platforms.registry.loading import FOLDER, load_file, parse

PLATFORMS = {
    "meta_facebook", "meta_instagram", "meta_threads", "google_youtube", "google_analytics", "x", "linkedin",
    "tiktok", "pinterest", "reddit",
}  # fmt: skip
PROCESSORS = {"stripe", "anthropic", "google_cloud", "email_provider", "analytics"}


def test_ten_platforms_and_five_processors_are_shipped():
    kinds = {key: entry.kind for key, entry in shipped_entries().items()}
    assert {key for key, kind in kinds.items() if kind == "social_platform"} == PLATFORMS
    assert {key for key, kind in kinds.items() if kind == "processor"} == PROCESSORS


def test_the_version_of_an_entry_is_the_hash_of_its_file():
    raw = (FOLDER / "x.yaml").read_bytes()
    assert shipped("x").sha256 == hashlib.sha256(raw).hexdigest()
    assert shipped("x").source.encode() == raw


@pytest.mark.parametrize("key", ["myspace", "../x", "", "schema.py"])
def test_an_unknown_key_is_a_key_error(key):
    with pytest.raises(KeyError):
        shipped(key)


def _changed(old: str, new: str) -> tuple[bytes, int]:
    text = (FOLDER / "google_youtube.yaml").read_text()
    assert text.count(old) == 1, old
    return text.replace(old, new).encode(), text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "path", "says"),
    [
        ("client_auth: body", "client_auht: body", "oauth.client_auht", "Did you mean client_auth?"),
        ("client_auth: body", "client_auth: header", "oauth.client_auth", "Known here: basic, body."),
        ("access_token_ttl: PT1H", "access_token_ttl: 1h", "oauth.access_token_ttl", "'1h' is no period"),
        ("_deleted: {platform: P7D", "_deleted: {platform: 7D", "deletion.account_deleted", "no period"),
        ("account_deleted: {", "account_gone: {", "deletion.account_gone", "is not possible here"),
        ("revocation:\n  mode: http", "revocation:\n  mode: manual", "revocation", "every mode but manual"),
        ("schema_version: 1", "schema_version: 2", "schema_version", "Known here: 1."),
        ("statistics_authorised", "comments", "", "the data element comments stands there twice"),
        ('note: "profile or', '<<: "profile or', "", "a key that is no plain word"),
    ],
)  # fmt: skip
def test_a_fault_names_the_line_the_path_and_the_remedy(old, new, path, says):
    raw, line = _changed(old, new)
    with pytest.raises(RegistryError, match=r"The registry file registry/google_youtube.yaml") as caught:
        parse(raw, "registry/google_youtube.yaml")
    fault = next(one for one in caught.value.faults if one.path.startswith(path) and says in str(one))
    whole_file = "twice" in says
    assert fault.line == (1 if whole_file else line)


def test_a_key_of_another_name_is_refused():
    raw = (FOLDER / "x.yaml").read_bytes()
    with pytest.raises(RegistryError, match=r"line 2, key: x is not the name of the file. Write twitter."):
        parse(raw, "twitter.yaml")


def test_a_platform_without_its_revocation_is_refused():
    text = (FOLDER / "meta_threads.yaml").read_text()
    rest = "\n".join(line for line in text.splitlines() if not line.startswith("revocation:"))
    with pytest.raises(RegistryError, match="a social platform needs revocation"):
        parse(rest.encode(), "meta_threads.yaml")


def test_a_processor_without_a_role_is_refused():
    text = (FOLDER / "analytics.yaml").read_text().replace("role: processor\n", "")
    with pytest.raises(RegistryError, match="a processor needs its role"):
        parse(text.encode(), "analytics.yaml")


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(RegistryError, match="no_such"):
        load_file(tmp_path / "no_such.yaml")


def test_every_needed_secret_is_listed_once_and_previous_ones_are_not():
    assert shipped("meta_facebook").secrets == ("META_APP_ID", "META_APP_SECRET")
    assert shipped("google_youtube").secrets == ("GOOGLE_CLIENT_IDS", "GOOGLE_CLIENT_SECRET")
    assert shipped("stripe").secrets == ("STRIPE_RESTRICTED_KEY", "STRIPE_WEBHOOK_SECRET")
