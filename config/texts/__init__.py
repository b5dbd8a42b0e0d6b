"""The portal's texts: found in the source, kept in locale/<language>/LC_MESSAGES/django.po, compiled for
Django. Pure Python, so that a clean machine needs no gettext tools.
"""

from config.texts.catalog import Entry, compile_all, compiled, read, write
from config.texts.extracting import extract
from config.texts.faults import faults
from config.texts.literals import bare_literals

__all__ = ["Entry", "bare_literals", "compile_all", "compiled", "extract", "faults", "read", "write"]
