"""`make bench`: runs every benchmark, or those whose names begin with $BENCH.

Exits 1 when a figure misses its goal.

Each benchmark is a module of this folder with `NAMES` (what it reports) and `run(smoke)`. Each runs in a
process of its own, so that memory and CPU figures are not those of another one.
"""

import importlib
import os
import subprocess
import sys

MODULES = (
    "access",
    "erasure",
    "export",
    "orchestration",
    "audit",
    "lists",
    "mail",
    "registers",
    "callbacks",
    "retention",
)


def wanted(prefix: str) -> list[str]:
    """Return the modules that report at least one name beginning with `prefix`."""
    return [
        m for m in MODULES if any(n.startswith(prefix) for n in importlib.import_module(f"bench.{m}").NAMES)
    ]


def run_one(module: str, smoke: bool) -> int:
    """Run one benchmark in this process; a smoke run only has to work, not to meet its goals."""
    figures = importlib.import_module(f"bench.{module}").run(smoke)
    for figure in figures:
        print(figure.line(), flush=True)
    return 0 if smoke or all(figure.holds for figure in figures) else 1


def main() -> int:
    """Run what $BENCH asks for; $BENCH_SMOKE makes everything small."""
    smoke = bool(os.environ.get("BENCH_SMOKE"))
    if len(sys.argv) == 2:
        return run_one(sys.argv[1], smoke)
    modules = wanted(os.environ.get("BENCH", ""))
    codes = [
        subprocess.run([sys.executable, "-m", "bench", module], check=False).returncode for module in modules
    ]
    return max(codes, default=1)


if __name__ == "__main__":
    sys.exit(main())
