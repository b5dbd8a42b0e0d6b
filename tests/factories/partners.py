"""Rows of the register of processors."""

import factory
from factory.django import DjangoModelFactory

from platforms.models import Processor, SubProcessor, Transfer
from tests.factories.base import NOW


class ProcessorFactory(DjangoModelFactory[Processor]):
    """A processor in the United States with the least that the register can hold."""

    class Meta:
        model = Processor

    key = factory.Sequence(lambda n: f"processor-{n}")
    name = factory.Sequence(lambda n: f"Processor {n}")
    service = "support"
    country = "US"
    changed_at = NOW


class SubProcessorFactory(DjangoModelFactory[SubProcessor]):
    """A sub-processor that was never announced."""

    class Meta:
        model = SubProcessor

    processor = factory.SubFactory(ProcessorFactory)
    name = factory.Sequence(lambda n: f"Sub-processor {n}")
    does = "Hosts."
    country = "IE"


class TransferFactory(DjangoModelFactory[Transfer]):
    """A transfer under clauses that nobody has assessed."""

    class Meta:
        model = Transfer

    key = factory.Sequence(lambda n: f"transfer-{n}")
    processor = factory.SubFactory(ProcessorFactory)
    areas = factory.LazyFunction(lambda: ["EEA"])
    importer = "Processor, Inc."
    to_country = "US"
    mechanism = "scc"
    module = "2"
    changed_at = NOW
