"""The pages about the end of a linked account in Chromium: readable by axe, no overflow, both modes."""

import pytest
from django.utils import timezone

from dsar.models import PlatformDeletion
from dsar.services.codes import code_of, index_of
from platforms.services import terms
from tests import factories as make
from tests.browser.people_scene import Scene
from tests.browser.test_staff_desk import at_ten_thirty, dpo, enter  # noqa: F401

EYES = [(1280, False), (360, True), (360, False), (1280, True)]


def ended(case, connection, **more):
    now = timezone.now()
    due, why = terms.due_at(platform=connection.platform, trigger="user_disconnect", clock_from=now)
    job = make.DisconnectionFactory(connection=connection, due_at=due, due_why=why, **more)
    PlatformDeletion.objects.create(
        case=case,
        platform=connection.platform,
        connection=connection,
        disconnection=job,
        trigger="user_disconnect",
        clock_from=now,
        due_at=due,
        due_why=why,
        made_at=now,
        code_index=index_of(code_of(case)),
    )
    return job


@pytest.mark.parametrize(("width", "dark"), EYES)
def test_people(new_page, make_user, tmp_path, sign_in, axe, no_overflow, shot, width, dark):
    scene = Scene(make_user, tmp_path)
    subject = scene.amara.subject
    first = make.ConnectionFactory(subject=subject, platform="google_youtube")
    second = make.ConnectionFactory(subject=subject, platform="linkedin", status="revoking")
    ended(scene.running, second)
    page = new_page(width=width, dark=dark)
    sign_in(page, scene.amara)
    for path, name in (
        (f"/connections/{first.pk}/disconnect/", "disconnect"),
        (f"/connections/{second.pk}/disconnecting/", "disconnecting"),
        (f"/deletion-status/{code_of(scene.running)}/", "code"),
    ):
        page.goto(path)
        shot(page, f"ends-{name}-{width}-{dark}")
        axe(page)
        no_overflow(page)


@pytest.mark.parametrize(("width", "dark"), EYES[:2])
def test_staff(new_page, dpo, enter, axe, no_overflow, shot, width, dark):  # noqa: F811
    case = make.CaseFactory(verified=True)
    job = ended(
        case,
        make.ConnectionFactory(platform="linkedin", status="revoking"),
        alarm={"m": "The work on this disconnection died. Look at it and try again."},
    )
    page = new_page(width=width, dark=dark)
    enter(page, dpo)
    for path, name in (
        ("/staff/platforms/disconnection/?view=hand", "list"),
        (f"/staff/platforms/disconnection/{job.pk}/change/", "page"),
        (f"/staff/platforms/disconnection/{job.pk}/attest/", "attest"),
    ):
        page.goto(path)
        shot(page, f"ends-{name}-{width}-{dark}")
        axe(page)
        no_overflow(page)
