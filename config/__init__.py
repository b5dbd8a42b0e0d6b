"""Composition root. Puts `requests/` on the import path, so that its apps are `dsar` and `correspondence`.

`requests/` must never become a package: the name belongs to the HTTP library (see docs/decisions/0001).
"""

import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
_APPS = str(BASE_DIR / "requests")
if _APPS not in sys.path:
    sys.path.append(_APPS)
