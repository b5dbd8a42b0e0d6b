"""The package's file format is that of every file the portal keeps (config.sealed)."""

from config.sealed import CHUNK, HEADER_BYTES, TAG_BYTES, PackageDamaged, SealedFile, open_sealed

__all__ = ["CHUNK", "HEADER_BYTES", "TAG_BYTES", "PackageDamaged", "SealedFile", "open_sealed"]
