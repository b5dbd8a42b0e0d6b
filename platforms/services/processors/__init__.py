"""The register of processors (GDPR Art. 28, 30): made from the profile, completed by people."""

from platforms.services.processors.changing import (
    add_processor,
    change_processor,
    confirm_end,
    end_processor,
    record_contract,
)
from platforms.services.processors.naming import legal_names, named_recipients, register
from platforms.services.processors.storing import ProcessorRefused
from platforms.services.processors.subprocessors import (
    add_subprocessor,
    announce_subprocessor,
    end_subprocessor,
    object_to_subprocessor,
)
from platforms.services.processors.syncing import sync
from platforms.services.processors.transfers import (
    add_transfer,
    change_transfer,
    end_transfer,
    record_assessment,
)
from platforms.services.processors.wiring import install_processor_systems

__all__ = [
    "ProcessorRefused",
    "add_processor",
    "add_subprocessor",
    "add_transfer",
    "announce_subprocessor",
    "change_processor",
    "change_transfer",
    "confirm_end",
    "end_processor",
    "end_subprocessor",
    "end_transfer",
    "install_processor_systems",
    "legal_names",
    "named_recipients",
    "object_to_subprocessor",
    "record_assessment",
    "record_contract",
    "register",
    "sync",
]
