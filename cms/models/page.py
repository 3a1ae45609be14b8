"""The base of all page types: how an address finds its page, and what every page can say about itself."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.locks import BaseLock
from wagtail.models import Page, PagePermissionTester, PageViewRestriction, Revision, Workflow
from wagtail.url_routing import RouteResult

from cms.caching import PUBLIC_MAX_AGE, keep_for
from cms.forms import PortalPageForm

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cms.search_documents import SearchDocument


def ancestor_paths(page: Page) -> list[str]:
    """Tree paths from the root to the page itself."""
    return [page.path[:end] for end in range(page.steplen, len(page.path) + 1, page.steplen)]


def _restrictions_of(page: Page, pk: "int | OuterRef") -> "QuerySet[PageViewRestriction]":
    """View restrictions of a page and everything above it, or of another page given by its key as well."""
    return PageViewRestriction.objects.filter(Q(page=pk) | Q(page__path__in=ancestor_paths(page)))


class SealedLock(BaseLock):
    """Marks the lock of a step of a workflow that nobody passes, whatever rights they have, by no lock of their own."""


# Relations of ``Page``, and what of them pages do not show: read with the pages along an address, so that nobody has to
# ask what is above a page again. Apps above this one know the names.
joined_along_addresses: list[str] = []
left_along_addresses: list[str] = []

# Asked before a workflow that is assigned to a page is offered there, or below; apps above this one may say no.
workflow_reaches: list[Callable[[Workflow, Page], bool]] = []


class PortalPagePermissionTester(PagePermissionTester):
    """As Wagtail's, so that no button offers what is refused: fixed pages are neither deleted, moved nor withdrawn.

    Their order among their neighbours is free.
    """

    def is_kept(self) -> bool:
        """Whether the page stays where it is, whatever rights the person has."""
        return self.page.is_fixed and not self.user.is_superuser

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        # Moving asks this too.
        return not self.is_kept() and super().can_delete(ignore_bulk)

    def can_unpublish(self) -> bool:
        return not self.is_kept() and super().can_unpublish()

    def can_publish(self) -> bool:
        return bool(super().can_publish()) and not isinstance(self.page.get_lock(), SealedLock)


class BasePage(Page):
    """Abstract parent of every page type.

    Wagtail's router asks the database twice for each part of an address. A local service lies four levels deep and
    the public pages have a fixed budget of queries, so here one query fetches every page along the address.
    """

    base_form_class = PortalPageForm
    show_in_menus_default = False
    # All of the portal is public: lists, search and menus need not ask whether a page is private.
    private_page_options: list[str] = []
    can_be_copied = True
    # Pages without which a municipality does not work: only portal administrators withdraw, move or delete them.
    is_fixed = False
    # Whether somebody has to confirm now and then that the page is still correct. Lists of other pages, and news with
    # their date, say nothing that could become wrong.
    is_reviewed = True
    # Relations that the public page always shows; the router fetches them together with the page.
    route_related: tuple[str, ...] = ()

    # As a tab of its own, for page types whose address follows something else.
    search_engine_panels = [
        MultiFieldPanel([FieldPanel("seo_title"), FieldPanel("search_description")], heading=_("Search engines"))
    ]

    class Meta:
        abstract = True

    def permissions_for_user(self, user: Any) -> PortalPagePermissionTester:
        return PortalPagePermissionTester(user, self)

    def get_workflow(self) -> Workflow | None:
        workflow = super().get_workflow()
        return workflow if workflow is None or all(reaches(workflow, self) for reaches in workflow_reaches) else None

    def get_lock(self) -> BaseLock | None:
        """As Wagtail's, but who has locked the page for others does not pass a step at which nobody may change it."""
        lock = super().get_lock()
        task = None if lock is None else self.current_workflow_task
        if task is not None and issubclass(task.lock_class, SealedLock):
            return task.lock_class(self, task)
        return lock

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        if not path_components:
            return self.route_remaining(request, [])
        prefixes, url_path = [], self.url_path
        for component in path_components:
            url_path += component + "/"
            prefixes.append(url_path)
        found = list(
            Page.objects.descendant_of(self)
            .filter(url_path__in=prefixes)
            .annotate(
                is_restricted=Exists(_restrictions_of(self, OuterRef("pk"))),
                # While a version waits for its time the page is locked, so that it is the latest.
                next_version_at=F("latest_revision__approved_go_live_at"),
            )
            .order_by("depth")
            .select_related("content_type", *joined_along_addresses)
            .defer_streamfields()
            .defer(*left_along_addresses)
        )
        if not found:
            return self.route_remaining(request, path_components)
        if not all(page.live for page in found[:-1]):
            # What lies below a withdrawn page is withdrawn with it.
            raise Http404
        page = self._with_related(found[-1])
        if not isinstance(page, BasePage):
            return page.route(request, path_components[page.depth - self.depth :])
        page.__dict__["pages_above"] = [self, *found[:-1]]
        page.__dict__["next_version_at"] = found[-1].next_version_at
        if not any(above.is_restricted or above.alias_of_id for above in found) and not self.alias_of_id:
            page.__dict__["_view_restrictions"] = PageViewRestriction.objects.none()
        return page.route_remaining(request, path_components[page.depth - self.depth :])

    @staticmethod
    def _with_related(page: Page) -> Page:
        # The route has fetched the content type already; a process that has just started knows none.
        model = page.content_type.model_class()
        if model is None or not issubclass(model, BasePage):
            return page.specific
        pages = model._default_manager.all()
        # Without names, select_related would follow every relation.
        return (pages.select_related(*model.route_related) if model.route_related else pages).get(pk=page.pk)

    def get_view_restrictions(self) -> "QuerySet[PageViewRestriction]":
        """As Wagtail's, but the router's own query has mostly answered already, and the answer is kept."""
        return self._view_restrictions

    @cached_property
    def _view_restrictions(self) -> "QuerySet[PageViewRestriction]":
        if self.alias_of_id or any(page.alias_of_id for page in self.pages_above):
            return super().get_view_restrictions()
        return _restrictions_of(self, self.pk)

    def save_revision(self, *args: Any, **kwargs: Any) -> Revision:
        """As Wagtail's, but the title of a draft stays inside the draft while the page is published.

        Wagtail copies it to ``draft_title``, which lists and choosers show to editors of other municipalities too.
        """
        revision = super().save_revision(*args, **kwargs)
        if self.live:
            Page.objects.filter(pk=self.pk).update(draft_title=F("title"))
        return revision

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.allow_caching(request, super().serve(request, *args, **kwargs))

    def allow_caching(
        self, request: HttpRequest, response: HttpResponse, max_age: int = PUBLIC_MAX_AGE
    ) -> HttpResponse:
        """Let proxies keep the page for ``max_age`` seconds; never a preview or a restricted page."""
        if getattr(request, "is_preview", False) or self.get_view_restrictions():
            patch_cache_control(response, private=True, no_store=True)
        else:
            keep_for(response, min(max_age, self._seconds_to_planned_change()))
        return response

    @cached_property
    def next_version_at(self) -> datetime | None:
        """When a further version of this published page is to appear; the router's own query has mostly answered."""
        if not self.has_unpublished_changes or self.latest_revision is None:
            return None
        return self.latest_revision.approved_go_live_at

    def _seconds_to_planned_change(self) -> int:
        """How long the page may be kept at most: not beyond the time at which it, or what is above it, changes."""
        times = [self.next_version_at, *(page.expire_at for page in [self, *self.pages_above])]
        seconds = [int((at - timezone.now()).total_seconds()) for at in times if at is not None]
        return max(0, min([PUBLIC_MAX_AGE, *seconds]))

    def route_remaining(self, request: HttpRequest, path_components: Sequence[str]) -> RouteResult:
        """Answer for what is left of the address once the deepest existing page, this one, is found.

        Page types that answer addresses without a page of their own override this.
        """
        if path_components or not self.live:
            raise Http404
        return RouteResult(self)

    @cached_property
    def pages_above(self) -> list[Page]:
        """The pages from the site's root down to the parent, without the tree's invisible root."""
        return list(self.get_ancestors().filter(depth__gt=1).order_by("depth").defer_streamfields())

    def breadcrumbs(self) -> list[tuple[str, str]]:
        """Title and address of each page above this one, from the home page down."""
        return [(page.title, page.url or "") for page in self.pages_above]

    def search_documents(self) -> "list[SearchDocument]":
        """What the portal's search shall find of this page; nothing unless the page type says so."""
        return []

    def search_dependents(self) -> "Iterable[BasePage]":
        """Pages whose search documents hold words of this one and must follow when it is deleted.

        While it exists, whoever knows of them has them follow in the background; see ``services.inheritance``.
        """
        return []

    def addresses_below(self) -> Iterable[str]:
        """Last parts of addresses that this page answers though no page stands there."""
        return []

    def answers_for(self, subject_id: int) -> bool:
        """Whether one of these addresses shows the content of the page with this key."""
        return False

    def counterpart_below(self, parent: Page) -> Page | None:
        """The page below another parent that says the same as this one, where there can be only one of it."""
        return None

    @property
    def meta_description(self) -> str:
        return self.search_description

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        context["breadcrumbs"] = self.breadcrumbs()
        context["meta_description"] = self.meta_description
        context["canonical_url"] = self.full_url or ""
        return context
