"""`python -m config.profile FILE`: check a profile, print what is wrong with it or what it leaves open."""

import sys

from config.profile.errors import ProfileError
from config.profile.loading import load_profile

USAGE = "usage: python -m config.profile KEY_OR_FILE\n"


def main(arguments: list[str]) -> int:
    """Check the profile named by the one argument; returns 0 usable, 1 faulty, 2 wrong call."""
    if len(arguments) != 1:
        sys.stderr.write(USAGE)
        return 2
    try:
        profile = load_profile(arguments[0])
    except ProfileError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    gaps = profile.gaps()
    lines = [f"{profile.identity.trade_name}: usable, version {profile.version[:12]}, {len(gaps)} gaps"]
    sys.stdout.write("\n".join([*lines, *(f"  {path}: {sentence}" for path, sentence in gaps), ""]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
