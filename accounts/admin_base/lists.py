"""Lists of the staff desk: keyset paging, saved views, exact search."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.admin_base.figures import Figure, figures_of

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

Text = str | Promise
AFTER_VAR, BEFORE_VAR, VIEW_VAR = "after", "before", "view"


@dataclass(frozen=True)
class Tab:
    """A saved view of a list: its key in the address, its label, and which rows it shows."""

    key: str
    label: Text
    rows: Callable[[Any], Any]
    ordering: tuple[str, ...] | None = None


def _pairs(ordering: Iterable[Any]) -> list[tuple[str, bool]]:
    """Return (field path, descending) of an ordering of plain names."""
    return [(name.lstrip("-"), name.startswith("-")) for name in map(str, ordering)]


class KeysetChangeList(ChangeList):
    """A list that pages by the last row shown, not by number: page 10,000 costs what page 1 costs.

    Ordering columns must not be null. Filters, search and sort stay in the address; a changed filter starts
    at the first page.
    """

    tabs: list[dict[str, Any]]

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        self.request = request
        super().__init__(request, *args)

    @property
    def admin(self) -> "ListAdmin":
        """Return the admin of this list."""
        assert isinstance(self.model_admin, ListAdmin)
        return self.model_admin

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """Return the filters alone: place and saved view are none. A changed filter forgets the place."""
        for name in (AFTER_VAR, BEFORE_VAR):
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        found = super().get_filters_params(params)
        found.pop(VIEW_VAR, None)
        return dict(found)

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Return the rows of the chosen view, filtered, searched and sorted."""
        self._choose_tab(request)
        return super().get_queryset(request, exclude_parameters)

    def _choose_tab(self, request: HttpRequest) -> None:
        offered: Sequence[Tab] = self.admin.get_tabs(request)
        wanted = request.GET.get(VIEW_VAR, "")
        self.tab = next((tab for tab in offered if tab.key == wanted), offered[0] if offered else None)
        self.tabs = []
        if self.tab is None:
            return
        figures, whole = figures_of(request), self.root_queryset
        for tab in offered:
            figures.ask(f"tab:{tab.key}", tab.rows(whole))
            self.tabs.append({"tab": tab, "on": tab is self.tab, "url": f"?{VIEW_VAR}={tab.key}"})
        self.root_queryset = self.tab.rows(whole)

    def tab_figures(self) -> Iterator[dict[str, Any]]:
        """Yield the saved views with their counts."""
        for entry in self.tabs:
            yield entry | {"figure": figures_of(self.request)[f"tab:{entry['tab'].key}"]}

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Return the chosen sort; without one, the saved view's own."""
        if self.tab and self.tab.ordering and "o" not in self.params:
            return list(self._get_deterministic_ordering(self.tab.ordering))
        return list(super().get_ordering(request, queryset))

    def _get_deterministic_ordering(self, ordering: Sequence[str]) -> list[str]:
        """End with a unique column, in the direction of the first: then one index serves the whole sort."""
        breaker, names = self.admin.tie_breaker, [str(name) for name in ordering]
        if breaker in {name.lstrip("-") for name in names}:
            return names
        descending = bool(names) and names[0].startswith("-")
        return [*names, f"-{breaker}" if descending else breaker]

    def get_results(self, request: HttpRequest) -> None:
        """Read one page and one row more, which says whether another page follows."""
        figures_of(request).ask("list", self.queryset)
        self._pairs = _pairs(self.get_ordering(request, self.queryset))
        backwards = BEFORE_VAR in request.GET
        place = self._place(request)
        rows = self.queryset if place is None else self.queryset.filter(self._beyond(place, backwards))
        if backwards and place is not None:
            rows = rows.reverse()
        found = list(rows[: self.list_per_page + 1])
        more = len(found) > self.list_per_page
        found = found[: self.list_per_page]
        if backwards and place is not None:
            found.reverse()
        self.result_list = found
        self.has_next = more if not backwards or place is None else True
        self.has_previous = more if backwards and place is not None else place is not None
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.full_result_count = None
        self.show_admin_actions = bool(found)
        self.paginator = Paginator(found, self.list_per_page)

    @property
    def result_count(self) -> int:  # type: ignore[override]  # counted when asked for, with all other counts
        """Return how many rows fit, at most COUNT_CAP + 1."""
        return self.figure.n or 0

    @property
    def figure(self) -> Figure:
        """Return how many rows fit, capped."""
        return figures_of(self.request)["list"]

    def next_url(self) -> str:
        """Return the address of the page after this one, or nothing."""
        return self._page_url(AFTER_VAR, -1) if self.has_next and self.result_list else ""

    def previous_url(self) -> str:
        """Return the address of the page before this one, or nothing."""
        return self._page_url(BEFORE_VAR, 0) if self.has_previous and self.result_list else ""

    def first_url(self) -> str:
        """Return the address of the first page, filters kept."""
        return str(self.get_query_string())

    def clear_url(self) -> str:
        """Return the address without search and filters, the saved view kept."""
        return f"?{VIEW_VAR}={self.tab.key}" if self.tab else "?"

    def hidden_params(self) -> list[tuple[str, str]]:
        """Return what a new search keeps: filters, sort and saved view."""
        return [(name, v) for name, vs in self.filter_params.items() if name != SEARCH_VAR for v in vs]

    def _page_url(self, name: str, index: int) -> str:
        row = self.result_list[index]
        values = [self._field(path).value_to_string(self._owner(row, path)) for path, _d in self._pairs]
        place = base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
        return str(self.get_query_string({name: place}))

    def _owner(self, row: Any, path: str) -> Any:
        for part in path.split("__")[:-1]:
            row = getattr(row, part)
        return row

    def _field(self, path: str) -> Any:
        model: Any = self.model
        *way, last = path.split("__")
        for part in way:
            model = model._meta.get_field(part).related_model
        return model._meta.pk if last == "pk" else model._meta.get_field(last)

    def _place(self, request: HttpRequest) -> list[Any] | None:
        """Return the values of the row to go on from; a damaged address starts at the first page."""
        text = request.GET.get(AFTER_VAR) or request.GET.get(BEFORE_VAR)
        if not text:
            return None
        try:
            raw = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            return [self._field(path).to_python(v) for (path, _d), v in zip(self._pairs, raw, strict=True)]
        except (ValueError, TypeError, binascii.Error, ValidationError):
            messages.warning(request, _("That page is not there any more. This is the first one."))
            return None

    def _beyond(self, place: list[Any], backwards: bool) -> Q:
        """Return what comes after `place`: a > x, or a = x and b > y … with a >= x first, for the index."""
        beyond, same = Q(pk__in=[]), Q()
        for (name, descending), value in zip(self._pairs, place, strict=True):
            word = "lt" if descending != backwards else "gt"
            beyond |= same & Q(**{f"{name}__{word}": value})
            same &= Q(**{name: value})
        first, descending = self._pairs[0]
        edge = "lte" if descending != backwards else "gte"
        return Q(**{f"{first}__{edge}": place[0]}) & beyond


class ListAdmin(ModelAdmin):
    """A model of the staff desk: keyset lists, no bulk actions unless named, nothing deleted from a form.

    `exact_search` names a function (queryset, text) -> queryset: search finds exact values, never substrings.
    """

    list_per_page = 25
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions: Any = None
    sortable_by: ClassVar[Any] = ()
    tie_breaker: ClassVar[str] = "pk"
    search_fields = ()
    exact_search: ClassVar[Any] = None
    search_hint: ClassVar[Text] = ""
    search_explained: ClassVar[Text] = ""
    list_title: ClassVar[Text] = ""
    add_label: ClassVar[Text] = ""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Return the keyset list."""
        return KeysetChangeList

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views; the first is the one shown."""
        return ()

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Say that there is a search, for the form; the fields themselves are never searched by substring."""
        return ("pk",) if type(self).exact_search else tuple(self.search_fields)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return the rows with exactly this value."""
        search = type(self).exact_search
        if search is None:
            return super().get_search_results(request, queryset, search_term)
        text = search_term.strip()
        return (search(queryset, text) if text else queryset), False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: what staff may remove has a service and a page of its own."""
        return False

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Lead to the audit trail of the object: the stock log of the admin is not kept."""
        try:
            trail = reverse("admin:accounts_auditevent_changelist")
        except NoReverseMatch:
            raise Http404 from None
        return HttpResponseRedirect(f"{trail}?{urlencode({SEARCH_VAR: unquote(object_id)})}")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list; an address with an impossible filter starts anew instead of failing."""
        try:
            return super().changelist_view(
                request, {"search_explained": self.search_explained, **(extra_context or {})}
            )
        except IncorrectLookupParameters:
            messages.warning(request, _("A filter in that address is not possible. All are shown."))
            return HttpResponseRedirect(request.path)


class ReadOnlyAdmin(ListAdmin):
    """A model that staff read and never write."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False
