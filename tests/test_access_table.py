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

from accounts.enums import Role
from accounts.models import MfaDevice, User
from accounts.services import audit
from dsar.enums import CaseStatus
from dsar.models import HolidayCalendar
from dsar.services import links
from tests import factories as make
from tests.correspondence import factories as post
from tests.dsar.scenes import incident_file
from tests.people import BACKEND

PEOPLE = (
    "anonymous", "person", "other", "clerk", "handler", "dpo", "auditor", "technical", "no_factor",
)  # fmt: skip
ROLES = {
    "clerk": Role.CLERK,
    "handler": Role.HANDLER,
    "dpo": Role.DPO,
    "auditor": Role.AUDITOR,
    "technical": Role.TECHNICAL_ADMIN,
    "no_factor": Role.DPO,
}

EVERYBODY = "OOOOOOOOO"
OWN = "LONDDDDDD"  # the person alone; another person finds nothing
MINE = "LOODDDDDD"  # every person, each with their own things
SIGNED_IN = "LOOOOOOOO"
NO_PAGE = "MMMMMMMMM"  # takes a POST only
PAGES = {
    "": MINE,
    "held/<slug:key>/": "LRRDDDDDD",
    "requests/": MINE,
    "requests/new/": MINE,
    "requests/new/data/": "LRRDDDDDD",
    "requests/new/send/": "LRRDDDDDD",
    "requests/<uuid:pk>/": OWN,
    "requests/<uuid:pk>/withdraw/": OWN,
    "requests/<uuid:pk>/letters/<uuid:letter>/": OWN,
    "requests/<uuid:pk>/letters/<uuid:letter>/letter.pdf": OWN,
    "packages/<uuid:pk>/": OWN,
    "packages/<uuid:pk>/download/": "LMMDDDDDD",
    "packages/<uuid:pk>/renew/": "LMMDDDDDD",
    "ask/": EVERYBODY,
    "ask/sent/": EVERYBODY,
    "ask/for-somebody/": EVERYBODY,
    "ask/for-somebody/sent/": EVERYBODY,
    "requests/<uuid:pk>/answer/": "LMMDDDDDD",
    "ask/status/<uuid:pk>/<str:key>/answer/": NO_PAGE,
    "ask/confirm/<str:token>/": EVERYBODY,
    "ask/confirm/<str:token>/again/": NO_PAGE,
    "ask/status/<uuid:pk>/<str:key>/": EVERYBODY,
    "ask/status/<uuid:pk>/<str:key>/withdraw/": EVERYBODY,
    "ask/status/<uuid:pk>/<str:key>/letters/<uuid:letter>/": "RRRRRRRRR",
    "ask/status/<uuid:pk>/<str:key>/letters/<uuid:letter>/letter.pdf": "RRRRRRRRR",
    "ask/status/<uuid:pk>/<str:key>/code/": EVERYBODY,
    "ask/status/<uuid:pk>/<str:key>/download/": NO_PAGE,
    "ask/status/<uuid:pk>/<str:key>/proof/": NO_PAGE,
    "ask/status/<uuid:pk>/<str:key>/reopen/": NO_PAGE,
    "identity/sent/": EVERYBODY,
    "identity/<str:token>/": "GGGGGGGGG",  # nobody holds a link that works
    "identity/<str:token>/again/": NO_PAGE,
    "requests/<uuid:pk>/identity/": OWN,
    "requests/<uuid:pk>/reopen/": "LMMDDDDDD",
    "callbacks/steps/<uuid:pk>/": NO_PAGE,
    "mail/<slug:key>/": NO_PAGE,
    "contact/": EVERYBODY,
    "brand.css": EVERYBODY,
    "healthz": EVERYBODY,
    ".well-known/security.txt": EVERYBODY,
}
SIGN_IN = {
    "accounts/login/": "ORRDDDDDD",
    "accounts/login/code/confirm/": "LRRDDDDDD",
    "accounts/logout/": "LOOOOOOOO",
    "accounts/inactive/": EVERYBODY,
    "accounts/signup/": "ORRDDDDDD",
    "accounts/reauthenticate/": "LOOPPPPPO",
    "accounts/email/": SIGNED_IN,
    "accounts/confirm-email/": EVERYBODY,
    r"accounts/^confirm-email/(?P<key>[-:\w]+)/$": EVERYBODY,
    "accounts/password/change/": SIGNED_IN,
    "accounts/password/set/": "LRRRRRRRR",
    "accounts/password/reset/": EVERYBODY,
    "accounts/password/reset/done/": EVERYBODY,
    "accounts/password/reset/key/done/": EVERYBODY,
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": EVERYBODY,
    "accounts/sessions/end/": NO_PAGE,
    "accounts/language/": NO_PAGE,
    "accounts/preferences/": SIGNED_IN,
    "accounts/2fa/": SIGNED_IN,
    "accounts/2fa/authenticate/": "LRRDDDDDD",
    "accounts/2fa/reauthenticate/": "LPPOOOOOP",
    "accounts/2fa/totp/activate/": "LOOEEEEEO",
    "accounts/2fa/totp/deactivate/": "LNNOOOOON",
    "accounts/2fa/recovery-codes/": "LNNNNNNNN",
    "accounts/2fa/recovery-codes/kept/": NO_PAGE,
    "accounts/2fa/recovery-codes/generate/": SIGNED_IN,
    "accounts/2fa/recovery-codes/download/": "LNNNNNNNN",
    "accounts/2fa/webauthn/": SIGNED_IN,
    "accounts/2fa/webauthn/add/": SIGNED_IN,
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": "LNNNNNNNN",
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": "LNNNNNNNN",
    "accounts/2fa/webauthn/login/": "LRRDDDDDD",
    "accounts/2fa/webauthn/reauthenticate/": "LPPPPPPPP",
}
CASE, SYSTEM, LETTER = (
    f"staff/{name}/<path:object_id>/" for name in ("dsar/case", "platforms/system", "correspondence/letter")
)
TEXT = "staff/correspondence/lettertemplate/"
DECISION, MANDATE, NOTICE, KEPT = (
    f"staff/dsar/{name}/<path:object_id>/"
    for name in ("decision", "representative", "recipientnotice", "keptitem")
)
MESSAGE, THREAD = (f"staff/correspondence/{name}/<path:object_id>/" for name in ("message", "thread"))
INCIDENT = "staff/dsar/incident/<path:object_id>/"
REGISTERS = {
    "staff/registers/": "LLLFFOOFL",
    "staff/registers/report/": "LLLFFOOFL",
    "staff/registers/report/pdf/": "LLLFFMMFL",  # a POST alone makes a file
    "staff/registers/<slug:key>/": "LLLFFOOFL",
    "staff/registers/<slug:key>/<slug:form>/": "LLLFFMMFL",
    "staff/dsar/registerexport/<path:object_id>/signature/": "LLLFFOOFL",
    f"{INCIDENT}files/<uuid:file>/": "LLLFFOOFL",
    f"{INCIDENT}describe/": "LLLFFOFFL",
    f"{INCIDENT}assess/": "LLLFFOFFL",
    f"{INCIDENT}propose/": "LLLFFOFFL",
    f"{INCIDENT}decide/": "LLLFFOFFL",
    f"{INCIDENT}notify/": "LLLFFOFFL",
    f"{INCIDENT}evidence/": "LLLFFOFFL",
    f"{INCIDENT}awareness/": "LLLFFOFFL",
    f"{INCIDENT}assign/": "LLLFFOFFL",
    f"{INCIDENT}close/": "LLLFFOFFL",
}
USER = "staff/accounts/user/<path:object_id>/"
DESK = {
    "staff/": "LLLOOOOOL",
    "staff/find/": "LLLOOOOOL",
    "staff/clock/": "LLLOOOOFL",
    "staff/dsar/holidaycalendar/<path:object_id>/add_day/": "LLLFFOFFL",
    f"{USER}roles/": "LLLFFFFOL",
    f"{USER}reset/": "LLLFFFFOL",
    f"{USER}close/": "LLLFFFFOL",
    f"{USER}open/": "LLLFFFFOL",
    "staff/accounts/auditevent/export/": "LLLFFOOFL",
    "staff/accounts/auditevent/<int:pk>/proof/": "LLLFFDDFL",  # not sealed yet
    f"{SYSTEM}test/": "LLLFFOFOL",
    f"{SYSTEM}edit/": "LLLFFFFOL",
    f"{SYSTEM}secret/": "LLLFFFFOL",
    f"{SYSTEM}import/": "LLLFFOFOL",
    f"{LETTER}raw/": "LLLOOOOFL",
    f"{LETTER}resend/": "LLLFOOFFL",
    f"{LETTER}letter.pdf": "LLLOOOOFL",
    f"{LETTER}edit/": "LLLFOOFFL",
    f"{LETTER}submit/": "LLLFOOFFL",
    f"{LETTER}approve/": "LLLFFOFFL",
    f"{LETTER}return/": "LLLFFOFFL",
    f"{LETTER}discard/": "LLLFOOFFL",
    f"{LETTER}print/": "LLLFOOFFL",
    f"{LETTER}posted/": "LLLFOOFFL",
    f"{TEXT}text/<slug:template>/<slug:language>/": "LLLOOOOFL",
    f"{TEXT}<path:object_id>/publish/": "LLLFFOFFL",
    f"{TEXT}<path:object_id>/return/": "LLLFFOFFL",
    f"{TEXT}<path:object_id>/retire/": "LLLFFOFFL",
    "staff/authorities/": "LLLOOOOFL",
    f"{MESSAGE}raw/": "LLLOOOOFL",
    f"{MESSAGE}files/<uuid:file>/": "LLLOOOOFL",
    f"{MESSAGE}newcase/": "LLLOOOFFL",
    f"{MESSAGE}attach/": "LLLOOOFFL",
    f"{MESSAGE}thread/": "LLLOOOFFL",
    f"{MESSAGE}counterpart/": "LLLOOOFFL",
    f"{MESSAGE}dismiss/": "LLLOOOFFL",
    f"{MESSAGE}spam/": "LLLOOOFFL",
    f"{MESSAGE}undo/": "LLLOOOFFL",
    f"{THREAD}reply/": "LLLFOOFFL",
    f"{THREAD}dates/": "LLLFOOFFL",
    f"{THREAD}retype/": "LLLFOOFFL",
    f"{THREAD}status/": "LLLFOOFFL",
    f"{THREAD}assign/": "LLLFOOFFL",
    f"{THREAD}advice/": "LLLFFOFFL",
    f"{CASE}live/": "LLLOOOOFL",
    f"{CASE}plan.csv/": "LLLOOOOFL",
    f"{CASE}review/": "LLLFOOFFL",
    f"{CASE}mend/": "LLLDDDDFL",
    f"{CASE}attest/": "LLLDDDDFL",
    f"{CASE}verify/": "LLLFOOFFL",
    f"{CASE}prove/": "LLLFOOFFL",
    f"{CASE}seeproof/": "LLLFOOFFL",
    f"{CASE}decideproof/": "LLLFOOFFL",
    f"{CASE}reopen/": "LLLFOOFFL",
    f"{CASE}plan/": "LLLFOOFFL",
    f"{CASE}block/": "LLLFOOFFL",
    f"{CASE}propose/": "LLLFOOFFL",
    f"{CASE}stop/": "LLLFOOFFL",
    f"{CASE}restrict/": "LLLFOOFFL",
    f"{CASE}prepare/": "LLLFOOFFL",
    f"{CASE}weigh/": "LLLFFOFFL",
    f"{CASE}notice/": "LLLFFOFFL",
    f"{CASE}lift/": "LLLFFOFFL",
    f"{CASE}correction/": "LLLFOOFFL",
    f"{CASE}correct/": "LLLFOOFFL",
    f"{CASE}proof/": "LLLFOOFFL",
    f"{CASE}endpoint/": "LLLFFOFFL",
    f"{CASE}transfer/": "LLLFFOFFL",
    f"{CASE}decide/": "LLLFFOFFL",
    f"{CASE}return/": "LLLFFOFFL",
    f"{CASE}retry/": "LLLFOOFFL",
    f"{CASE}skip/": "LLLFOOFFL",
    f"{CASE}held/": "LLLFOOFFL",
    f"{CASE}reprobe/": "LLLFOOFFL",
    f"{CASE}assign/": "LLLFOOFFL",
    f"{CASE}note/": "LLLOOOFFL",
    f"{CASE}letter/": "LLLFOOFFL",
    f"{CASE}draft/": "LLLFOOFFL",
    f"{CASE}close/": "LLLFOOFFL",
    f"{CASE}withdraw/": "LLLFOOFFL",
    f"{CASE}complete/": "LLLFOOFFL",
    f"{CASE}release/": "LLLFFOFFL",
    f"{CASE}revoke/": "LLLFFOFFL",
    f"{CASE}renew/": "LLLFFOFFL",
    f"{CASE}extend/": "LLLFFOFFL",
    f"{CASE}evidence/": "LLLFFOOFL",
    f"{CASE}ruling/": "LLLDDDDFL",
    f"{CASE}mandate/": "LLLDDDDFL",
    f"{CASE}refuse/": "LLLFOOFFL",
    f"{CASE}refuse-part/": "LLLFOOFFL",
    f"{CASE}fee/": "LLLFOOFFL",
    f"{CASE}repeats/": "LLLFOOFFL",
    f"{CASE}clarify/": "LLLFOOFFL",
    f"{CASE}answered/": "LLLFOOFFL",
    f"{CASE}split/": "LLLOOOFFL",
    f"{CASE}merge/": "LLLOOOFFL",
    f"{CASE}relate/": "LLLOOOFFL",
    f"{CASE}refile/": "LLLOOOFFL",
    f"{CASE}represent/": "LLLOOOFFL",
    f"{CASE}tell/": "LLLFOOFFL",
    f"{CASE}name-recipients/": "LLLFOOFFL",
    f"{CASE}inquire/": "LLLFFOFFL",
    f"{CASE}about/": "LLLFFOFFL",
    f"{CASE}conclude/": "LLLFFOFFL",
    f"{CASE}judge/": "LLLFOOFFL",
    f"{DECISION}approve/": "LLLFFOFFL",
    f"{DECISION}return/": "LLLFFOFFL",
    f"{DECISION}paid/": "LLLFFOFFL",
    f"{DECISION}evidence/": "LLLOOOOFL",
    f"{MANDATE}accept/": "LLLFOOFFL",
    f"{MANDATE}refuse/": "LLLFOOFFL",
    f"{MANDATE}add-proof/": "LLLOOOFFL",
    f"{MANDATE}end/": "LLLFOOFFL",
    f"{MANDATE}proof/": "LLLFOOFFL",
    f"{NOTICE}write/": "LLLFOOFFL",
    f"{NOTICE}told/": "LLLFOOFFL",
    f"{NOTICE}leave-out/": "LLLFOOFFL",
    f"{NOTICE}answer/": "LLLFOOFFL",
    f"{KEPT}release/": "LLLFOOFFL",
    f"{KEPT}date/": "LLLFOOFFL",
    "staff/dsar/manualtask/<path:object_id>/attest/": "LLLFOOFNL",
}
TABLE = PAGES | SIGN_IN | DESK | REGISTERS
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
        self.notice = make.RecipientNoticeFactory(case=self.case)
        self.kept = make.KeptItemFactory(case=self.case)
        self.message = post.MessageFactory()
        self.file = post.AttachmentFactory(message=self.message)
        self.thread = post.ThreadFactory(address="dpa@example.org")
        self.incident = make.IncidentFactory()
        self.proof = incident_file(self.incident)
        self.export = make.RegisterExportFactory()
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
            "uidb36": "1",
            "template": "refusal",
            "language": "en",
        }
        plain = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", route).replace("^", "").replace("$", "")
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(things[found.group(1)]), plain)

    def key_of(self, route: str, case: Any) -> str:
        """Return the name that `key` stands for in a route."""
        keys = {"held/": self.system.key, "staff/registers/": "requests"}
        return next((key for start, key in keys.items() if route.startswith(start)), links.key_of(case.pk))

    def pk_of(self, route: str, case: Any) -> object:
        """Return the key that `pk` stands for in a route."""
        keys = {
            "packages/": self.package.pk,
            "callbacks/": self.step.pk,
            "staff/": self.event.pk,
            "accounts/": 1,
        }
        return next((key for start, key in keys.items() if route.startswith(start)), case.pk)

    def of_model(self, route: str) -> object:
        """Return the key of a row of the model that a staff page is about."""
        rows = {
            "case": self.case,
            "system": self.system,
            "letter": self.letter,
            "lettertemplate": self.text,
            "message": self.message,
            "thread": self.thread,
            "manualtask": self.task,
            "holidaycalendar": HolidayCalendar.objects.get(code="DE"),
            "decision": self.decision,
            "representative": self.mandate,
            "recipientnotice": self.notice,
            "keptitem": self.kept,
            "incident": self.incident,
            "registerexport": self.export,
            "user": self.colleague,
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
