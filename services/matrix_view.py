"""The report "Responsibilities at a glance": a table with a link wherever the person may mend something."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.paginator import WagtailPaginator

from municipalities.admin_views import AdminPageMixin
from municipalities.models import MunicipalityPage
from services.matrix import DAYS_AHEAD, Cell, Line, Problem, lines, places_of, services_named
from services.models import ServicePage
from services.responsibility_policy import areas_decided_by

_ADDRESSES = "wagtailsnippets_services_responsibility"
PER_PAGE = 25
_ICONS = {
    Problem.GAP: "circle-xmark",
    Problem.CONTESTED: "openquote",
    Problem.OVERLAP: "copy",
    Problem.EXPIRING: "time",
    Problem.UNCONFIRMED: "help",
}


class MatrixForm(forms.Form):
    service = forms.CharField(label=_("Service"), required=False, max_length=100)
    area = forms.ChoiceField(label=_("Municipality"), required=False)
    problems = forms.BooleanField(label=_("Only services with something to mend"), required=False)

    def __init__(self, *args: Any, places: Sequence[MunicipalityPage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(places) < 2:
            del self.fields["area"]
            return
        area: Any = self.fields["area"]
        area.choices = [("", _("All")), *((str(place.pk), place.title) for place in places)]


@dataclass(frozen=True)
class Linked:
    """A cell with where it leads, and what the person does there; both empty where nothing is to be done."""

    cell: Cell
    url: str = ""
    action: Promise | str = ""

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        return [(problem.value, _ICONS[problem], str(problem.label)) for problem in self.cell.problems]


class MatrixView(AdminPageMixin, TemplateView):
    page_title = _("Responsibilities at a glance")
    header_icon = "table"
    template_name = "services/admin/matrix.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        day = timezone.localdate()
        every_place = places_of(self.request.user, day)
        form = MatrixForm(self.request.GET, places=every_place)
        # What is wrong with a filter is said at its field; the table goes without it.
        form.is_valid()
        asked = form.cleaned_data
        places = [place for place in every_place if asked.get("area", "") in ("", str(place.pk))]
        services = services_named(asked.get("service", ""))
        shown: Any = services
        if asked.get("problems"):
            shown = [line for line in lines(services, places, day) if line.has_problems]
        page = WagtailPaginator(shown, PER_PAGE).get_page(self.request.GET.get("p"))
        found = list(page.object_list) if asked.get("problems") else lines(page.object_list, places, day)
        mender = _Mender(self.request.user)
        return super().get_context_data(
            form=form,
            places=places,
            rows=[(line.service, mender.linked(line)) for line in found],
            page_obj=page,
            elided_page_range=page.paginator.get_elided_page_range(page.number),
            legend=[(problem.value, _ICONS[problem], problem.label, _EXPLANATIONS[problem]) for problem in Problem],
            days_ahead=DAYS_AHEAD,
            **kwargs,
        )


_EXPLANATIONS = {
    Problem.GAP: _("Citizens are told that no office is recorded."),
    Problem.CONTESTED: _("Citizens are told that it is not settled."),
    Problem.OVERLAP: _("Several offices have the same role at the same time and are not run jointly."),
    Problem.EXPIRING: _("An entry ends within 90 days, and nothing follows it."),
    Problem.UNCONFIRMED: _("Citizens see the office with a note that the entry is not confirmed."),
}


class _Mender:
    """Knows where a person may mend a cell."""

    def __init__(self, user: Any) -> None:
        self.decided = set(areas_decided_by(user).values_list("pk", flat=True))

    def linked(self, line: Line) -> list[Linked]:
        return [self._linked(line.service, cell) for cell in line.cells]

    def _linked(self, service: ServicePage, cell: Cell) -> Linked:
        own = [row for row in cell.rows if row.area_id == cell.place.pk]
        rows = own or [row for row in cell.rows if row.area_id in self.decided]
        is_gap = not cell.rows or Problem.GAP in cell.problems
        if not rows and is_gap and not cell.absence and cell.place.pk in self.decided:
            query = urlencode({"service": service.pk, "area": cell.place.pk})
            return Linked(cell, f"{reverse(f'{_ADDRESSES}:add')}?{query}", _("Add the responsibility"))
        if not rows:
            return Linked(cell)
        if len(rows) == 1 and rows[0].area_id in self.decided:
            return Linked(cell, reverse(f"{_ADDRESSES}:edit", args=[rows[0].pk]), _("Edit the entry"))
        query = urlencode({"service": service.pk, "area": rows[0].area_id})
        return Linked(cell, f"{reverse(f'{_ADDRESSES}:list')}?{query}", _("Show the entries"))
