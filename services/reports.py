"""Editors' reports about services: one service everywhere, and how fresh each municipality keeps its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.auth import PermissionPolicyChecker
from wagtail.permissions import page_permission_policy

from cms.keys import key_of
from municipalities import permissions
from municipalities.admin_views import AdminPageMixin
from services.comparison import ComparedPlace, compare
from services.freshness import Freshness, freshness
from services.freshness_checks import ToMend
from services.gap_report import Spot
from services.models import LocalServiceIndexPage, LocalServicePage, ServicePage
from services.responsibility_policy import areas, decides_for_all

# What is more stands behind the heading of its kind, in the list where it is mended.
SHOWN = 10


@dataclass(frozen=True)
class ComparedRow:
    """A municipality in the comparison; ``edit_url`` is empty where the person may not write."""

    compared: ComparedPlace
    edit_url: str


class ComparisonView(AdminPageMixin, TemplateView):
    """``?leistung=`` names the service; all that is shown is published."""

    page_title = _("Comparison of a service")
    header_icon = "list-ul"
    template_name = "services/admin/comparison.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        services = list(ServicePage.objects.live().only("pk", "title", "content_type_id").order_by("title"))
        wanted = key_of(self.request.GET.get("leistung", ""))
        known = {service.pk for service in services}
        key = wanted if wanted in known else next((service.pk for service in services), None)
        service = ServicePage.objects.filter(pk=key).first()
        rows = self._rows(compare(service, timezone.localdate())) if service is not None else []
        return super().get_context_data(services=services, service=service, rows=rows, **kwargs)

    def _rows(self, found: list[ComparedPlace]) -> list[ComparedRow]:
        """An own page is edited; where there is none it may be added."""
        user: Any = self.request.user
        own = permissions.own_pages(user)
        keys = set(own.filter(pk__in=[one.local.pk for one in found if one.local]).values_list("pk", flat=True))
        indexes = LocalServiceIndexPage.objects.filter(pk__in=own.values("pk"))
        by_place = {index.path[: -index.steplen]: index.pk for index in indexes.only("path")}

        def address(one: ComparedPlace) -> str:
            if one.local is not None:
                return reverse("wagtailadmin_pages:edit", args=[one.local.pk]) if one.local.pk in keys else ""
            index = by_place.get(one.place.path)
            names = (LocalServicePage._meta.app_label, LocalServicePage._meta.model_name, index)
            return reverse("wagtailadmin_pages:add", args=names) if index else ""

        return [ComparedRow(one, address(one)) for one in found]


@dataclass(frozen=True)
class KindRow:
    """One kind of thing in one municipality, with the first few that are to be mended."""

    result: Any
    spots: list[Spot]
    more: int


@dataclass(frozen=True)
class PlaceSection:
    found: Freshness
    kinds: list[KindRow]


class FreshnessView(AdminPageMixin, TemplateView):
    """The person's own municipalities; all of them for those who look after all."""

    page_title = _("Freshness")
    header_icon = "calendar-check"
    template_name = "services/admin/freshness.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        day = timezone.localdate()
        places = areas(user).live().on_day(day).listing().alphabetical()
        found = freshness(places, day)
        shown = {
            thing.page_id
            for one in found
            for result in one.results
            for thing in result.found.to_mend[:SHOWN]
            if thing.page_id is not None
        }
        own = permissions.own_pages(user).filter(pk__in=shown)
        self.own = set(own.values_list("pk", flat=True))
        self.decides_for: set[int] = {place.pk for place in places}
        if not decides_for_all(user):
            published = permissions.municipalities_published_by(user)
            self.decides_for = set(published.values_list("pk", flat=True))
        return super().get_context_data(sections=[self._section(one) for one in found], **kwargs)

    def _section(self, found: Freshness) -> PlaceSection:
        kinds = [
            KindRow(
                result,
                list(self._spots(found.place.pk, result.found.to_mend[:SHOWN])),
                max(0, len(result.found.to_mend) - SHOWN),
            )
            for result in found.results
        ]
        return PlaceSection(found, kinds)

    def _spots(self, place: int, things: Iterable[ToMend]) -> Iterable[Spot]:
        for thing in things:
            address = ""
            if thing.page_id in self.own:
                address = reverse("wagtailadmin_pages:edit", args=[thing.page_id])
            elif thing.responsibility_id is not None and place in self.decides_for:
                address = reverse("wagtailsnippets_services_responsibility:edit", args=[thing.responsibility_id])
            yield Spot(thing.title, address, why=thing.why)


_for_editors = PermissionPolicyChecker(page_permission_policy).require_any("add", "change", "publish")
comparison_view = _for_editors(ComparisonView.as_view())
freshness_view = _for_editors(FreshnessView.as_view())
