"""Every text that people or staff read has a sound German translation, and none stands outside a mark."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from config.profile import load_profile
from config.profile.speaking import path_of, spoken, texts_of, told_to_people
from config.texts import Entry, bare_literals, compile_all, compiled, extract, faults, read, write
from config.texts.extracting import in_python, in_template, merged

ROOT = Path(settings.BASE_DIR)
GERMAN = ROOT / "locale" / "de" / "LC_MESSAGES" / "django.po"
PROFILES = sorted(path.stem for path in (ROOT / "config" / "profiles").glob("*.yaml"))
# Sentences for technicians: settings, files, commands. They are English, like the log.
FOR_TECHNICIANS = ("management/commands", "config/env.py", "config/crypto.py", "config/checks.py")


@pytest.fixture(scope="module")
def found():
    return extract(ROOT)


def test_the_german_catalogue_is_whole_and_sound(found):
    entries = list(merged(found, read(GERMAN)))
    assert len(entries) > 1_500
    assert list(faults(entries)) == []


def test_the_catalogue_holds_nothing_that_is_gone(found):
    assert [key[1] for key in read(GERMAN) if key not in found] == []


def sources(*ends: str) -> Iterable[Path]:
    for folder in ("accounts", "config", "platforms", "requests", "retention", "templates"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.name.endswith(ends) and not {"migrations", "letters"} & set(path.parts):
                yield path


def test_no_words_stand_outside_a_mark():
    bare = {
        str(path.relative_to(ROOT)): texts
        for path in sources(".py", ".html")
        if not any(part in str(path) for part in FOR_TECHNICIANS) and (texts := bare_literals(path))
    }
    assert bare == {}


@pytest.mark.parametrize("key", PROFILES)
def test_what_a_profile_tells_people_has_a_translation_for_each_language_offered(key):
    profile = load_profile(key)
    for language in set(profile.languages.offered) - {profile.languages.default}:
        texts = texts_of(key, language)
        assert [text for text in told_to_people(profile) if text not in texts] == [], path_of(key, language)


@pytest.mark.parametrize("key", PROFILES)
def test_a_profile_speaks_german_and_keeps_its_keys(key):
    profile = load_profile(key)
    german = spoken(profile, "de")
    assert german.categories[0].label == "Konto und Profil"
    assert [one.key for one in german.categories] == [one.key for one in profile.categories]
    assert german.version == profile.version
    assert spoken(profile, "de") is german
    assert spoken(profile, "fr") is profile


def test_texts_of_a_profile_are_texts(tmp_path, monkeypatch):
    from config.profile import ProfileError, speaking

    monkeypatch.setattr(speaking, "FOLDER", tmp_path)
    (tmp_path / "acme.de.yaml").write_text("Brands: [Marken]\n")
    with pytest.raises(ProfileError, match="no text"):
        texts_of("acme", "de")


def test_every_pattern_of_a_date_has_a_german_form():
    from config.formats.de import formats

    marked = re.compile(r"""\|date:"([^"]+)"|date_format\(.*?, "([^"]+)"\)""")
    used = {a or b for path in sources(".py", ".html") for a, b in marked.findall(path.read_text())}
    assert len(used) > 10
    assert {one for one in used if "j" in one and not hasattr(formats, one)} == set()


def test_a_date_is_written_as_its_reader_writes_it():
    day = date(2026, 11, 28)
    with translation.override("de"):
        assert date_format(day, "l j F Y") == "Samstag, 28. November 2026"
    with translation.override("en"):
        assert date_format(day, "l j F Y") == "Saturday 28 November 2026"


# What the tools themselves do.
BOTH = [
    Entry("Plain", texts=["Schlicht"]),
    Entry('With "quotes", \\ and\nlines', texts=["Mit „Zeichen“\nund Zeilen"]),
    Entry("%(n)s row", "%(n)s rows", texts=["%(n)s Zeile", "%(n)s Zeilen"]),
    Entry("May", context="month", texts=["Mai"]),
    Entry("Not yet", texts=[""]),
    Entry("Perhaps", texts=["Vielleicht"], fuzzy=True),
]


def test_a_catalogue_survives_writing_and_reading(tmp_path):
    path = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    write(path, "de", BOTH)
    again = read(path)
    assert {key: (one.texts, one.fuzzy) for key, one in again.items()} == {
        one.key: (one.texts, one.fuzzy) for one in BOTH
    }


def test_what_is_compiled_is_what_django_reads(tmp_path):
    import gettext as stock

    path = tmp_path / "x.mo"
    path.write_bytes(compiled("de", BOTH))
    with path.open("rb") as stream:
        read_back = stock.GNUTranslations(stream)
    assert read_back.gettext("Plain") == "Schlicht"
    assert read_back.gettext('With "quotes", \\ and\nlines') == "Mit „Zeichen“\nund Zeilen"
    assert read_back.ngettext("%(n)s row", "%(n)s rows", 2) == "%(n)s Zeilen"
    assert read_back.pgettext("month", "May") == "Mai"
    assert read_back.gettext("Perhaps") == "Perhaps"


def test_only_what_changed_is_compiled_again(tmp_path):
    write(tmp_path / "de" / "LC_MESSAGES" / "django.po", "de", BOTH)
    assert len(compile_all(tmp_path)) == 1
    assert compile_all(tmp_path) == []
    assert len(compile_all(tmp_path, force=True)) == 1


def test_nonsense_in_a_catalogue_is_named(tmp_path):
    path = tmp_path / "django.po"
    path.write_text('msgid "a"\nmsgstr nonsense\n')
    with pytest.raises(ValueError, match="block 1"):
        read(path)


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (Entry("Text", texts=[""]), "no translation"),
        (Entry("Text", texts=["Text"], fuzzy=True), "guess"),
        (Entry("%(who)s left", texts=["%(wer)s ging"]), "placeholders differ"),
        (Entry("%(who)s left", texts=["Jemand ging"]), "placeholders differ"),
        (Entry("<b>Now</b>", texts=["Jetzt"]), "markup differ"),
        (Entry(" or ", texts=["oder"]), "blanks"),
        (Entry("%(n)s row", "%(n)s rows", texts=["%(n)s Zeile", ""]), "no translation"),
    ],
)
def test_each_fault_of_a_translation_is_seen(entry, fault):
    (said,) = faults([entry])
    assert fault in said


def test_a_singular_may_leave_its_number_out():
    assert list(faults([Entry("%(n)s row", "%(n)s rows", texts=["eine Zeile", "%(n)s Zeilen"])])) == []


def test_texts_are_found_in_python_and_templates(tmp_path):
    code, page = tmp_path / "a.py", tmp_path / "a.html"
    code.write_text(
        'x = _("One")\ny = ngettext("%(n)s row", "%(n)s rows", n)\nz = say("Plan %(n)s made", n=3)\n'
        'class Right(TextChoices):\n    ACCESS = "access", "Access"\n'
    )
    assert {one.msgid for one in in_python(code)} == {"One", "%(n)s row", "Plan %(n)s made", "Access"}
    page.write_text(
        '{% load i18n %}{% translate "Two" %}{% blocktranslate with a=b count n=c %}{{ a }} thing'
        '{% plural %}{{ a }} things{% endblocktranslate %}{{ _("100 %") }}'
    )
    assert {one.msgid for one in in_template(page)} == {"Two", "%(a)s thing", "100 %%"}


def test_a_text_with_values_in_it_cannot_be_marked(tmp_path):
    code = tmp_path / "a.py"
    code.write_text('x = _(f"{n} rows")\n')
    with pytest.raises(ValueError, match="use %"):
        list(in_python(code))


def test_unmarked_words_are_seen(tmp_path):
    code, page = tmp_path / "a.py", tmp_path / "a.html"
    code.write_text(
        'raise NotAllowed("This cannot be done.")\nraise NotAllowed(f"{x} cannot.")\n'
        'class Right(models.TextChoices):\n    ACCESS = "access", "Access"\n'
    )
    assert len(bare_literals(code)) == 3
    page.write_text(
        '<p class="x">{{ name }} is here</p><a title="Go there" href="/">{% translate "Go" %}</a>'
    )
    assert bare_literals(page) == ["Go there", "is here"]


def test_the_command_says_what_is_missing(monkeypatch, tmp_path, settings):
    from django.core.management import CommandError

    settings.LOCALE_PATHS = [tmp_path]
    with pytest.raises(CommandError, match="has no translation"):
        call_command("texts", "--check")


def test_german_is_spoken():
    compile_all(ROOT / "locale")
    with translation.override("de"):
        assert gettext("Your data") == "Ihre Daten"
        assert ngettext("%(n)s row", "%(n)s rows", 2) % {"n": 2} == "2 Zeilen"
