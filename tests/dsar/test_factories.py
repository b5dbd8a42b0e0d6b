"""Every factory makes a row that the database accepts."""

import pytest
from factory.django import DjangoModelFactory

from tests import factories

FACTORIES = [
    f
    for f in vars(factories).values()
    if isinstance(f, type) and issubclass(f, DjangoModelFactory) and f is not DjangoModelFactory
]


@pytest.mark.django_db
@pytest.mark.parametrize("factory", FACTORIES, ids=lambda f: f.__name__)
def test_the_factory_makes_a_row(factory):
    assert factory().pk
