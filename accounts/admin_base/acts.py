"""Acts on one object: a page that says what will happen, and a POST that calls a service."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise

from accounts.admin_base.lists import ModelAdmin, Text
from accounts.models import User


class ActForm(forms.Form):
    """The form of an act. Gets the object and the user, for choices that depend on them."""

    def __init__(self, *args: Any, obj: Any, user: User, **kwargs: Any) -> None:
        self.obj, self.user = obj, user
        super().__init__(*args, **kwargs)


Done = str | Promise | HttpResponse | None


@dataclass(frozen=True)
class Act:
    """One thing staff can do to one object: a page that says what happens, and a POST that calls a service.

    `run(request, obj, form)` returns the message to show, a response of its own, or None.
    `why_not(request, obj)` returns why it cannot be done now, or nothing. `step_up` demands a fresh factor.
    """

    key: str
    label: Text
    run: Callable[[HttpRequest, Any, Any], Done]
    permission: str
    question: Text = ""
    explain: Text = ""
    icon: str = "next"
    form: type[ActForm] = ActForm
    danger: bool = False
    step_up: bool = False
    why_not: Callable[[HttpRequest, Any], str] = field(default=lambda _request, _obj: "")
    template: str = "admin/act.html"
    context: Callable[[HttpRequest, Any], dict[str, Any]] = field(default=lambda _request, _obj: {})
    back: Callable[[Any], str] | None = None


class ActsMixin(ModelAdmin):
    """Object pages with acts. `refusals` are the exceptions whose sentence may be shown as it stands."""

    acts: ClassVar[Sequence[Act]] = ()
    refusals: ClassVar[tuple[type[Exception], ...]] = ()

    def get_urls(self) -> list[URLPattern]:
        """Add one address for each act, named `<app>_<model>_<key>`, before the stock catch-all."""
        stem = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view(self.act_view)
        own = [
            path(f"<path:object_id>/{act.key}/", view, {"key": act.key}, name=f"{stem}_{act.key}")
            for act in self.acts
        ]
        return [*own, *super().get_urls()]

    def act_url(self, obj: Any, key: str) -> str:
        """Return the address of one act on one object."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{key}", args=[obj.pk])

    def may(self, request: HttpRequest, key: str) -> bool:
        """Return whether this user holds the permission of an act."""
        return any(act.key == key and request.user.has_perm(act.permission) for act in self.acts)

    def page_url(self, obj: Any) -> str:
        """Return the address of the object's page."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])

    def act_view(self, request: HttpRequest, object_id: str, key: str) -> HttpResponse:
        """Ask (GET) or do (POST). Refused: 403 without permission, 404 without object or act."""
        act = next((act for act in self.acts if act.key == key), None)
        obj = self.get_object(request, unquote(object_id))
        if act is None or obj is None:
            raise Http404
        if not (self.has_view_permission(request, obj) and request.user.has_perm(act.permission)):
            raise PermissionDenied
        # The plain page asks for the proof before anything is typed; own pages say it in their own words.
        if act.step_up and (request.method == "POST" or act.template == Act.template):
            from accounts.services.stepup import step_up_required

            answer: HttpResponse = step_up_required(self._perform)(request, obj, act)
            return answer
        return self._perform(request, obj, act)

    def _perform(self, request: HttpRequest, obj: Any, act: Act) -> HttpResponse:
        assert isinstance(request.user, User)
        if request.method != "POST":
            form = act.form(obj=obj, user=request.user, initial=request.GET.dict())
            return self._ask(request, obj, act, form)
        form = act.form(request.POST, request.FILES, obj=obj, user=request.user)
        if not form.is_valid():
            return self._ask(request, obj, act, form, status=422)
        try:
            done = act.run(request, obj, form)
        except self.refusals as refused:
            form.add_error(None, str(refused))
            return self._ask(request, obj, act, form, status=409)
        if isinstance(done, HttpResponse):
            return done
        if done:
            messages.success(request, str(done))
        return HttpResponseRedirect(act.back(obj) if act.back else self.page_url(obj))

    def _ask(
        self, request: HttpRequest, obj: Any, act: Act, form: forms.Form, status: int = 200
    ) -> HttpResponse:
        """Show the page of an act, with what was typed."""
        context = {
            **self.admin_site.each_context(request),
            "act": act,
            "object": obj,
            "opts": self.opts,
            "form": form,
            "title": act.question or act.label,
            "refused": act.why_not(request, obj),
            "back_url": act.back(obj) if act.back else self.page_url(obj),
            **act.context(request, obj),
        }
        return TemplateResponse(request, act.template, context, status=status)
