"""Encrypted fields: bound to their place, unreadable without the key, silent about nothing."""

import pytest
from django.db import connection

from accounts.models import DataSubject
from config import crypto

pytestmark = pytest.mark.django_db


def stored(subject: DataSubject) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM accounts_datasubject WHERE id = %s",
            [subject.pk.hex if connection.vendor == "sqlite" else subject.pk],
        )
        return cursor.fetchone()[0]


def test_the_database_never_sees_the_value():
    subject = DataSubject.objects.create(name="Leonie Hartwig")
    assert "Leonie" not in stored(subject)
    assert DataSubject.objects.get(pk=subject.pk).name == "Leonie Hartwig"


def test_a_value_moved_to_another_row_cannot_be_read():
    one, other = DataSubject.objects.create(name="One"), DataSubject.objects.create(name="Other")
    DataSubject.objects.filter(pk=other.pk).update(name=stored(one))
    with pytest.raises(crypto.DecryptionFailed):
        _ = DataSubject.objects.get(pk=other.pk).name


def test_an_untouched_value_is_written_back_as_it_came():
    subject = DataSubject.objects.create(name="Leonie Hartwig")
    before = stored(subject)
    again = DataSubject.objects.get(pk=subject.pk)
    again.country = "DE"
    again.save()
    assert stored(subject) == before


def test_a_look_up_by_the_value_itself_is_refused():
    with pytest.raises(TypeError, match="blind index"):
        DataSubject.objects.filter(name__startswith="Leo")


def test_an_unknown_key_fails_closed(settings):
    subject = DataSubject.objects.create(name="Leonie Hartwig")
    settings.KEY_RING = crypto.new_key("other")
    with pytest.raises(crypto.DecryptionFailed, match="not in KEY_RING"):
        _ = DataSubject.objects.get(pk=subject.pk).name


def test_after_rotation_old_values_stay_readable_and_new_ones_use_the_new_key(settings):
    old = DataSubject.objects.create(name="Before")
    settings.KEY_RING = f"{crypto.new_key('new1')},{settings.KEY_RING}"
    new = DataSubject.objects.create(name="After")
    assert DataSubject.objects.get(pk=old.pk).name == "Before"
    assert stored(new).startswith("new1.")
