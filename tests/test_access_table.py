"""Who may open what: one row a URL, one column a person. A URL that the resolver has and no row names fails.

A row is a word of nine letters, one for each of PEOPLE:
O opens, L is sent to sign in, D is sent to a page of the staff desk, E is sent to the second step, F is
forbidden, N is not found (which is what other people's things look like), P must prove again who they are,
R goes to another page, M wrong method, G gone, U wants a token. Everybody proved a moment ago who they are.
Stock pages of the admin site follow the permissions of the roles; each page that we added has a row.
"""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from accounts.models import MfaDevice, User
from accounts.services import audit
from dsar.enums import CaseStatus
from dsar.models import HolidayCalendar
from dsar.services import links
from platforms.models import RegistryEntry
from platforms.services import registry
from retention.services import backups
from tests import factories as make
from tests.access import PEOPLE, ROLES, TABLE
from tests.correspondence import factories as post
from tests.dsar.scenes import incident_file
from tests.people import BACKEND
from tests.platforms.callbacks import factories as callbacks

# Stock pages of the admin site, by the end of their address.
STOCK = re.compile(
    r"staff/(\w+/\w+/(|add/|<path:object_id>/(|change/|history/|delete/))"
    r"|login/|logout/|password_change/(done/)?|autocomplete/|jsi18n/"
    r"|r/<path:content_type_id>/<path:object_id>/|\^\(\?P<app_label>.*|\(\?P<url>\.\*\)\$)$"
)


def routes(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """Yield the route of every URL, includes joined."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        else:
            yield route


class World:
    """One of everything that an address can name."""

    def __init__(self) -> None:
        now = timezone.now()
        self.users = {"person": make.UserFactory(), "other": make.UserFactory()}
        for name in ("person", "other"):
            make.SubjectFactory(user=self.users[name])
        for name, role in ROLES.items():
            self.users[name] = make.StaffFactory(role=role)
            if name != "no_factor":
                factor = Authenticator.objects.create(user=self.users[name], type="totp", data={})
                MfaDevice.objects.get_or_create(authenticator=factor, defaults={"user": self.users[name]})
        self.colleague = make.StaffFactory()
        with transaction.atomic():
            self.event = audit.record(actor=audit.SYSTEM, action="test.made", obj=self.colleague)
        self.case = make.CaseFactory(
            subject=self.users["person"].subject, verified=True, status=CaseStatus.DELIVERED
        )
        self.public = make.CaseFactory(verified=True)
        self.system = make.SystemFactory(key="product")
        registry.sync(actor=audit.SYSTEM, now=now)
        self.entry = RegistryEntry.objects.get(key="x")
        self.connection = make.ConnectionFactory()
        self.transfer = make.TransferFactory()
        plan = make.PlanFactory(case=self.case)
        self.package = make.PackageFactory(
            plan=plan, case=self.case, status="released", released_at=now, reviewed_at=now,
            expires_at=now + timedelta(days=7),
        )  # fmt: skip
        self.step = make.StepFactory(plan=plan)
        self.task = make.ManualTaskFactory(step=self.step)
        self.letter = make.LetterFactory(
            case_id=self.case.pk, sent_at=now, sha256="0" * 64, raw="eA==", status="attention"
        )
        self.text = make.LetterTemplateFactory()
        self.decision = make.DecisionFactory(case=self.case)
        self.mandate = make.RepresentativeFactory(case=self.case)
        self.override = make.ClockOverrideFactory(case=self.case)
        self.notice = make.RecipientNoticeFactory(case=self.case)
        self.kept = make.KeptItemFactory(case=self.case)
        self.message = post.MessageFactory()
        self.file = post.AttachmentFactory(message=self.message)
        self.thread = post.ThreadFactory(address="dpa@example.org")
        self.incident = make.IncidentFactory()
        self.linked = make.ConnectionFactory(subject=self.users["person"].subject)
        self.ended = make.DisconnectionFactory()
        self.proof = incident_file(self.incident)
        self.export = make.RegisterExportFactory()
        self.finding = make.FindingFactory()
        self.review = make.LegalReviewFactory()
        self.backup = backups.record_set(
            system=self.system, label="nightly", taken_at=now, keep_days=30, where="Cellar",
            actor=audit.SYSTEM, now=now,
        )  # fmt: skip
        self.receipt = callbacks.CallbackReceiptFactory(code="abc")
        self.hold = make.HoldFactory()
        self.sweep = make.SweepStepFactory(position=1, system=self.system).sweep
        self.public_letter = make.LetterFactory(case_id=self.public.pk, sent_at=now, sha256="0" * 64)

    def client(self, name: str) -> Client:
        """Return a client of one of PEOPLE, who proved a moment ago who they are."""
        client = Client(raise_request_exception=False)
        if name == "anonymous":
            return client
        user: User = self.users[name]
        client.force_login(user, backend=BACKEND)
        session = client.session
        proof: dict[str, Any] = {"method": "password", "at": time.time()}
        device = MfaDevice.objects.filter(user=user).first()
        if device:
            session[DEVICE_ID_SESSION_KEY] = device.persistent_id
            proof = {"method": "mfa", "type": "totp", "id": device.authenticator_id, "at": time.time()}
        session["account_authentication_methods"] = [proof]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
        return client

    def path(self, route: str) -> str:
        """Return an address of a route with the things of this world."""
        case = self.public if route.startswith("ask/") else self.case
        letter = self.public_letter if route.startswith("ask/") else self.letter
        things = {
            "key": self.key_of(route, case),
            "form": "csv",
            "file": self.proof.pk if "/incident/" in route else self.file.pk,
            "token": "abc",
            "letter": letter.pk,
            "pk": self.pk_of(route, case),
            "object_id": self.of_model(route),
            "platform": "reddit",
            "uidb36": "1",
            "code": "abc",
            "template": "refusal",
            "language": "en",
            "position": 1,
        }
        plain = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", route).replace("^", "").replace("$", "")
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(things[found.group(1)]), plain)

    def key_of(self, route: str, case: Any) -> str:
        """Return the name that `key` stands for in a route."""
        record = "staff/retention/inventoryversion/"
        keys = {
            "held/": self.system.key,
            "staff/registers/": "requests",
            record + "activity/": "accounts",
            record + "export/": "controller",
        }
        return next((key for start, key in keys.items() if route.startswith(start)), links.key_of(case.pk))

    def pk_of(self, route: str, case: Any) -> object:
        """Return the key that `pk` stands for in a route."""
        keys = {
            "packages/": self.package.pk,
            "connections/": self.linked.pk,
            "callbacks/": self.step.pk,
            "staff/": self.event.pk,
            "accounts/": 1,
        }
        return next((key for start, key in keys.items() if route.startswith(start)), case.pk)

    def of_model(self, route: str) -> object:
        """Return the key of a row of the model that a staff page is about."""
        rows = {
            "case": self.case,
            "connection": self.connection,
            "system": self.system,
            "registryentry": self.entry,
            "processor": self.transfer.processor,
            "transfer": self.transfer,
            "letter": self.letter,
            "lettertemplate": self.text,
            "message": self.message,
            "thread": self.thread,
            "manualtask": self.task,
            "holidaycalendar": HolidayCalendar.objects.get(code="DE"),
            "decision": self.decision,
            "representative": self.mandate,
            "clockoverride": self.override,
            "recipientnotice": self.notice,
            "keptitem": self.kept,
            "incident": self.incident,
            "callbackreceipt": self.receipt,
            "disconnection": self.ended,
            "registerexport": self.export,
            "user": self.colleague,
            "finding": self.finding,
            "legalreview": self.review,
            "sweep": self.sweep,
            "hold": self.hold,
            "backupset": self.backup,
        }
        found = next((row for name, row in rows.items() if f"/{name}/" in route), None)
        return found.pk if found else "1"


@pytest.fixture
def world(db: None) -> World:
    return World()


def letter_of(response: Any) -> str:
    """Return the letter of the table for an answer."""
    if response.status_code in (301, 302):
        return _redirected(response.url)
    return {200: "O", 401: "U", 403: "F", 404: "N", 405: "M", 410: "G"}.get(response.status_code, "?")


def _redirected(url: str) -> str:
    """Return the letter of the place that an answer sends to; the first that fits counts."""
    places = {
        r"/(accounts|staff)/login/": "L",
        r"/accounts/(2fa/)?(webauthn/)?reauthenticate/": "P",
        r"/accounts/2fa/": "E",
        r"/staff/": "D",
    }
    return next((letter for place, letter in places.items() if re.match(place, url)), "R")


def row_of(world: World, route: str) -> str:
    """Return what everybody gets at a route."""
    path = world.path(route)
    return "".join(letter_of(world.client(name).get(path)) for name in PEOPLE)


def test_every_url_has_a_row():
    missing = [route for route in routes() if route not in TABLE and not STOCK.match(route)]
    assert not missing, "Add a row for: " + ", ".join(sorted(missing))


def test_no_row_is_left_over():
    assert not set(TABLE) - set(routes())


@pytest.mark.slow
@pytest.mark.parametrize("route", TABLE)
def test_everybody_gets_what_the_table_says(world, route):
    found = row_of(world, route)
    assert found == TABLE[route], f"columns: {', '.join(PEOPLE)}"


@pytest.mark.parametrize("name", ["anonymous", "person", "other", "no_factor"])
def test_no_staff_page_opens_without_role_and_second_step(world, name):
    client = world.client(name)
    inside = (r for r in routes() if r.startswith("staff/") and "(?P<" not in r and "/r/" not in r)
    opened = [
        path
        for path in map(world.path, inside)
        if letter_of(client.get(path)) not in "LEFRDM" or letter_of(client.post(path)) not in "LEFRDM"
    ]
    assert [path for path in opened if path not in ("/staff/login/", "/staff/logout/")] == []


def stock_pages() -> Iterator[tuple[str, str, str]]:
    """Yield (path, permission, model) of the lists and add pages of every registered model."""
    for model in admin.site._registry:
        app, name = model._meta.app_label, model._meta.model_name
        yield f"/staff/{app}/{name}/", f"{app}.view_{name}", name
        yield f"/staff/{app}/{name}/add/", f"{app}.add_{name}", name


@pytest.mark.parametrize("name", ["clerk", "handler", "dpo", "auditor", "technical"])
def test_stock_staff_pages_follow_the_permissions_of_the_role(world, name):
    client, user = world.client(name), world.users[name]
    for path, permission, model in stock_pages():
        answer = client.get(path)
        assert answer.status_code < 500, path
        if not user.has_perm(permission) and not user.has_perm(permission.replace("view_", "change_")):
            assert answer.status_code in (302, 403), f"{name} opens {path} without {permission}"
        elif path.endswith(f"/{model}/"):
            assert answer.status_code == 200, f"{name} has {permission} but not {path}"
