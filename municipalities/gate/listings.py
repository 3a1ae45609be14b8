"""Lists of the editors' interface that would show more than the person's own.

Wagtail's lists show only what a person may explore, but their filters offer every owner, editor and locker there is.
Its reports go further: to the pages above the own ones, with the titles of their drafts, and to what the person locked
before a role was taken away.
"""

from typing import Any

from django_filters import FilterSet
from wagtail.admin.views.pages.listing import ExplorableIndexView, GenericPageFilterSet
from wagtail.admin.views.pages.search import SearchView
from wagtail.admin.views.reports.aging_pages import AgingPagesView
from wagtail.admin.views.reports.audit_logging import LogEntriesView
from wagtail.admin.views.reports.base import ReportView
from wagtail.admin.views.reports.locked_pages import LockedPagesView
from wagtail.admin.views.reports.workflows import WorkflowTasksView, WorkflowView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page, PageLogEntry, Site, Task, Workflow

from cms.models import User
from municipalities import permissions
from municipalities.bin import without_bin
from municipalities.editing.removal import (
    PortalCopyView,
    PortalDeleteView,
    PortalMoveConfirmView,
    PortalUnpublishView,
)
from municipalities.editing.two_editors import PortalCreateView, PortalEditView, PortalRevertView


class _ScopedFilters:
    """Filters offer colleagues, and the sites and workflows of the own municipalities; reports show own pages."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.filters.values():
            # Histories set the people that they offer as an option, all others as a queryset.
            offered = getattr(one, "queryset", None)
            offered = one.extra.get("queryset") if offered is None else offered
            queryset = offered(self.request) if callable(offered) else offered
            scoped = _scoped(self.request.user, queryset) if queryset is not None else None
            if scoped is not None:
                one.queryset = one.extra["queryset"] = scoped


class _ScopedReport(_ScopedFilters):
    def filter_queryset(self: Any, queryset: Any) -> Any:
        filtered = super().filter_queryset(queryset)  # type: ignore[misc]
        if permissions.is_portal_admin(self.request.user):
            return filtered
        key = "page" if filtered.model is PageLogEntry else "pk" if issubclass(filtered.model, Page) else ""
        return (
            filtered.filter(**{f"{key}__in": permissions.own_pages(self.request.user).values("pk")})
            if key
            else filtered
        )


def _scoped(user: Any, queryset: Any) -> Any:
    if permissions.is_portal_admin(user):
        return None
    if queryset.model is User:
        return queryset.filter(pk__in=permissions.visible_people(user))
    places = permissions.municipalities_of(user)
    if queryset.model is Site:
        return queryset.filter(root_page__in=places.values("pk"))
    if issubclass(queryset.model, Workflow):
        return queryset.filter(workflow_pages__page__in=places.values("pk")).distinct()
    if issubclass(queryset.model, Task):
        return queryset.filter(workflow_tasks__workflow__workflow_pages__page__in=places.values("pk")).distinct()
    return None


class PortalPageFilterSet(_ScopedFilters, GenericPageFilterSet):
    class Meta(GenericPageFilterSet.Meta):
        pass


class PortalIndexView(ExplorableIndexView):
    base_filterset_class = PortalPageFilterSet


class PortalSearchView(SearchView):
    """Portal administrators may see everything; what was deleted is in the bin and nowhere else."""

    def annotate_queryset(self, queryset: Any) -> Any:
        return without_bin(super().annotate_queryset(queryset))


class PortalPageViewSet(PageViewSet):
    """Wagtail's views of pages, with a list that names only colleagues."""

    index_view_class = PortalIndexView
    filterset_class = PortalPageFilterSet
    search_view_class = PortalSearchView
    add_view_class = PortalCreateView
    edit_view_class = PortalEditView
    revisions_revert_view_class = PortalRevertView
    copy_view_class = PortalCopyView
    delete_view_class = PortalDeleteView
    unpublish_view_class = PortalUnpublishView
    move_confirm_view_class = PortalMoveConfirmView


REPORTS: tuple[type[ReportView], ...] = (
    LockedPagesView,
    WorkflowView,
    WorkflowTasksView,
    LogEntriesView,
    AgingPagesView,
)


def scope_reports() -> None:
    """Wagtail offers no other way to change the filters of its own reports than to set them."""
    for view in REPORTS:
        filters: type[FilterSet] = view.filterset_class
        if not issubclass(filters, _ScopedReport):
            view.filterset_class = type(f"Scoped{filters.__name__}", (_ScopedReport, filters), {"Meta": filters.Meta})
