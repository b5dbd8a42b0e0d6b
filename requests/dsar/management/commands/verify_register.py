"""`manage.py verify_register FILE [SIGNATURE]`: whether an export is what we signed."""

from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dsar.services.registers import signing


class Command(BaseCommand):
    """A JSON export carries its signature; the others need the signature file."""

    help = "Check an exported register against its signature."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file and the signature file."""
        parser.add_argument("file", type=Path)
        parser.add_argument("signature", type=Path, nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and name what was changed."""
        try:
            signature = _checked(options["file"].read_bytes(), options["signature"])
        except OSError as fault:
            raise CommandError(f"{fault.filename} cannot be read: {fault.strerror}.") from fault
        except signing.Untrue as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(
            f"Unchanged: register {signature.register} as of {signature.as_of}, {signature.rows:,} rows,"
            f" signed with {signature.key_id}."
        )


def _checked(content: bytes, path: Path | None) -> signing.Signature:
    if path is None:
        return signing.check_json(content)
    signature = signing.read(path.read_bytes())
    signing.check(signature, digest=sha256(content).hexdigest())
    return signature
