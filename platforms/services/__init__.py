"""Writes of the platforms app, one module a journey."""

from platforms.services.checking import check_system
from platforms.services.datasets import import_dataset, specs_of
from platforms.services.installing import install_profile_systems
from platforms.services.sources import connector_of
from platforms.services.systems import SystemRefused, create_system, set_secret, update_system

__all__ = [
    "SystemRefused",
    "check_system",
    "connector_of",
    "create_system",
    "import_dataset",
    "install_profile_systems",
    "set_secret",
    "specs_of",
    "update_system",
]
