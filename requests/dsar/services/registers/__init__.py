"""Registers: what was asked, decided, sent and broken, as of any date; on a page, as CSV, JSON and PDF.

A register is one module with its columns, its rows as of a moment and an independent count. It reads
append-only facts, so that yesterday's register is the same tomorrow.
"""

from dsar.services.registers.base import AsOf, Chosen, Column, Kind, Register, Total, as_of, now_or
from dsar.services.registers.catalogue import ALL, BY_KEY

__all__ = [
    "ALL",
    "BY_KEY",
    "AsOf",
    "Chosen",
    "Column",
    "Kind",
    "Register",
    "Total",
    "as_of",
    "now_or",
]
