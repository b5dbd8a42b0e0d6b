"""The embedded demonstration: its folder, its keys, its company, its staff and people. Idempotent."""

import hashlib
import io
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from accounts.enums import IdentityKind, Role
from accounts.models import DataSubject
from accounts.services import demo as demo_accounts
from accounts.services.audit import SYSTEM
from config import crypto
from config.profile import active_profile
from platforms import demo as company
from platforms.fakes import World
from platforms.services import demo_connections, findings, install_profile_systems, processors, registry

STAFF = (
    ("Katrin Vogelsang", "dpo", Role.DPO),
    ("Jonas Feld", "handler", Role.HANDLER),
    ("Mirela Stanciu", "deputy", Role.DEPUTY_DPO),
    ("Tobias Lindqvist", "owner", Role.SYSTEM_OWNER),
    ("Amara Osei", "auditor", Role.AUDITOR),
    ("Ines Carvalho", "admin", Role.TECHNICAL_ADMIN),
)
PEOPLE = 3
COMPANY_PEOPLE = 500
SEED = 1


@dataclass(frozen=True)
class Door:
    """One account made for the demonstration; the password exists nowhere else."""

    role: str
    name: str
    email: str
    password: str


def prepare_folders() -> None:
    """Make var/<profile>/ with its broker, mail and media folders, and remember the profile for later
    commands.
    """
    home: Path = settings.HOME
    for name in ("broker/queue", "broker/processed", "broker/control", "mail", "media"):
        (home / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    (settings.VAR / "profile").write_text(settings.PROFILE + "\n")


def make_secrets() -> None:
    """Write the random SECRET_KEY and KEY_RING once, readable by the owner alone."""
    path: Path = settings.HOME / "secrets.json"
    if not path.exists():
        made = {"SECRET_KEY": secrets.token_urlsafe(48), "KEY_RING": crypto.new_key("demo1")}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made, file)
    made = json.loads(path.read_text())
    settings.SECRET_KEY, settings.KEY_RING = made["SECRET_KEY"], made["KEY_RING"]


def _fingerprint(*folders: Path) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
            digest.update(f"{path}:{path.stat().st_mtime_ns}:{path.stat().st_size}".encode())
    return digest.hexdigest()


def _unless_unchanged(name: str, mark: str, *commands: tuple[str, ...]) -> bool:
    """Run management commands unless the mark of the last run is the same; returns whether they ran."""
    stamp: Path = settings.HOME / f".{name}"
    if stamp.exists() and stamp.read_text() == mark:
        return False
    for command, *args in commands:
        call_command(command, *args, verbosity=0, stdout=io.StringIO())
    stamp.write_text(mark)
    return True


def update_code_artifacts() -> None:
    """Migrate and collect static files when they changed since the last start."""
    apps = [
        settings.BASE_DIR / name for name in ("accounts", "platforms", "policies", "retention", "requests")
    ]
    _unless_unchanged("migrated", _fingerprint(*apps), ("migrate", "--no-input"))
    _unless_unchanged(
        "static", _fingerprint(settings.BASE_DIR / "static"), ("collectstatic", "--no-input", "--clear")
    )


def make_company() -> bool:
    """Generate the demo company's product database unless it is there; returns whether it was made."""
    mark = f"{settings.DEMO_COMPANY_URL} {COMPANY_PEOPLE} {SEED}"
    command = (
        "demo_company",
        "--url",
        settings.DEMO_COMPANY_URL,
        "--people",
        str(COMPANY_PEOPLE),
        "--seed",
        str(SEED),
    )
    return _unless_unchanged("company", mark, (*command, "--force"))


def make_doors() -> list[Door]:
    """Create the staff and a few people, each with a random password; returns only those made now."""
    domain = f"{settings.PROFILE.replace('_', '-')}.example"
    made = [_staff(name, f"{box}@{domain}", role) for name, box, role in STAFF]
    made += [_person(person) for person in company.people(seed=SEED, n=COMPANY_PEOPLE)[:PEOPLE]]
    return [door for door in made if door]


def _staff(name: str, email: str, role: Role) -> Door | None:
    password = secrets.token_urlsafe(12)
    user = demo_accounts.create_staff(email=email, name=name, password=password, role=role, actor=SYSTEM)
    return Door(str(role.label), name, email, password) if user else None


def _person(person: company.DemoPerson) -> Door | None:
    password = secrets.token_urlsafe(12)
    user = demo_accounts.create_person(
        email=person.email,
        name=person.name,
        password=password,
        country=person.country,
        region=person.region,
        identities=[(IdentityKind.USER_ID, "user_id", str(person.user_id))],
        actor=SYSTEM,
    )
    return Door("Person", person.name, person.email, password) if user else None


def make_connections() -> None:
    """Link accounts at the stand-ins of the platforms for the people of the demonstration, once."""
    people = company.people(seed=SEED, n=COMPANY_PEOPLE)[:PEOPLE]
    subjects = [DataSubject.objects.filter(user__email__iexact=person.email).first() for person in people]
    demo_connections.link_accounts(
        subjects=[subject for subject in subjects if subject], world=World(settings.FAKES_FILE),
        now=timezone.now(),
    )  # fmt: skip


def set_up() -> list[Door]:
    """Do everything but start. Safe to repeat; a second run changes nothing and takes little time."""
    prepare_folders()
    make_secrets()
    update_code_artifacts()
    make_company()
    registry.sync(actor=SYSTEM, now=timezone.now())
    install_profile_systems(
        profile=active_profile(), product_url=settings.DEMO_COMPANY_URL, actor=SYSTEM, now=timezone.now()
    )
    processors.sync(profile=active_profile(), actor=SYSTEM, now=timezone.now())
    processors.install_processor_systems(actor=SYSTEM, now=timezone.now())
    doors = make_doors()
    make_connections()
    findings.sweep(timezone.now())
    return doors
