"""A year of cases for demonstrations and measurements: the same seed and end give the same year."""

from dsar.services.demo_year.building import NotADemonstration, make

__all__ = ["NotADemonstration", "make"]
