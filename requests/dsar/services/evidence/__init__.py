"""The evidence of a case: what was asked, done, kept and proved, signed, to be verified without the portal.

`docs/evidence.md` says what a bundle holds; `dsar/verify_bundle.py` goes with every bundle and checks it.
"""

from dsar.services.evidence.building import EvidenceFile, build_bundle

__all__ = ["EvidenceFile", "build_bundle"]
