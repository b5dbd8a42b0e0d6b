#!/usr/bin/env python
"""Django's command line.

Without production settings in the environment it works on the demonstration in var/.
"""

import os
import sys


def settings_module() -> str:
    """Production when its database is named in the environment, the embedded demonstration otherwise."""
    named = any(os.environ.get(name) for name in ("SECRET_KEY", "SECRET_KEY_FILE", "PORTAL_PRODUCTION"))
    return "config.settings.production" if named else "config.settings.demo"


def main() -> None:
    """Run the command that the shell asks for."""
    if sys.argv[1:2] == ["clock"]:
        # It needs no settings and no database: a thousand dates must not wait for Django to start.
        import config  # noqa: F401  (adds the folder of dsar to the path)
        from dsar.services.reckoning import command

        sys.exit(command.main(sys.argv[2:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module())
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here. Run `make setup`, then use .venv/bin/python manage.py …")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
