"""The services of one municipality. Every service of the catalogue has an address here, written locally or not."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.contrib.redirects.models import Redirect
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from cms.blocks import PLAIN_RICH_TEXT_FEATURES
from cms.models import BasePage
from municipalities.tenancy import municipality_of
from services.addresses import LOCAL_SERVICES_SLUG
from services.languages import GERMAN, Language, in_language, languages
from services.models.catalogue import by_initial
from services.models.local_service import LocalServicePage, LocalState, LocalTextModule
from services.models.service import ServicePage
from services.translations import languages_of


class LocalServiceIndexPage(BasePage):
    intro = RichTextField(_("introduction"), blank=True, features=PLAIN_RICH_TEXT_FEATURES)

    page_description = _("All services of a municipality, from A to Z.")
    parent_page_types = ["municipalities.MunicipalityPage"]
    subpage_types = ["services.LocalServicePage"]
    max_count_per_parent = 1
    is_fixed = True
    # Never withdrawn, hence without a day on which it ends.
    settings_panels: list[Panel] = []
    is_reviewed = False
    template = "services/local_service_index_page.html"

    content_panels = [*BasePage.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("services of a municipality")

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        # Addresses are built alike in every municipality, so that lists can name them without asking the database.
        self.slug = LOCAL_SERVICES_SLUG
        super().full_clean(*args, **kwargs)

    def route_remaining(self, request: HttpRequest, path_components: Sequence[str]) -> RouteResult:
        """A service without a local page is answered here, from the reference text."""
        slug, language = (*path_components, "", "")[:2]
        is_language = language in languages() and language != GERMAN
        if not self.live or len(path_components) != (2 if is_language else 1):
            return super().route_remaining(request, path_components)
        local = LocalServicePage.objects.live().child_of(self).filter(reference=OuterRef("pk"))
        services = ServicePage.objects.live().filter(slug=slug)
        service = services.annotate(local_pk=Subquery(local.values("pk")[:1])).first()
        if service is None:
            service = self._renamed_service(slug)
        return RouteResult(self, kwargs={"service": service, "language": language or GERMAN})

    def _renamed_service(self, slug: str) -> ServicePage:
        """The service that had this address until it was renamed; its redirect in the catalogue remembers it."""
        # Wagtail writes redirects with the address below the site's root, such as /leistungen/old-name.
        redirects = Redirect.objects.filter(old_path__endswith=f"/{slug}", redirect_page__isnull=False)
        service = ServicePage.objects.live().filter(pk__in=redirects.values("redirect_page")).first()
        if service is None:
            raise Http404
        return service

    def serve(
        self,
        request: HttpRequest,
        *args: Any,
        service: ServicePage | None = None,
        language: str = GERMAN,
        **kwargs: Any,
    ) -> HttpResponse:
        if service is None:
            return super().serve(request, *args, **kwargs)
        # The locality goes along.
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        ending = in_language(f"/{service.slug}/", language)
        if not f"{request.path.rstrip('/')}/".endswith(ending) and not getattr(request, "is_preview", False):
            return redirect(f"{self.get_url(request)}{ending[1:]}{query}", permanent=True)
        if local_pk := getattr(service, "local_pk", None):
            # The reference got another address and the local page still has the old one: one address counts.
            address = LocalServicePage.objects.get(pk=local_pk).get_url(request)
            return redirect(f"{in_language(address, language)}{query}")
        from services.local_view import render_local_service

        return render_local_service(request, page=self, service=service, local=None, language=language)

    def _services_without_page(self) -> QuerySet[ServicePage]:
        written = LocalServicePage.objects.live().child_of(self).values("reference")
        return ServicePage.objects.live().exclude(pk__in=written)

    def addresses_below(self) -> Iterable[str]:
        services = self._services_without_page().only("slug", "translations").order_by("slug")
        return [
            in_language(f"{service.slug}/", language.code).rstrip("/")
            for service in services
            for language in languages_of(service)
        ]

    def answers_for(self, subject_id: int) -> bool:
        return self._services_without_page().filter(pk=subject_id).exists()

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        """This page, the address of every service without a local page, and every service in its other languages.

        Local pages list themselves, but for their languages each of them would have to ask the database.
        """
        base = self.get_full_url(request)
        services = ServicePage.objects.live().only("slug", "last_published_at", "translations").in_bulk()
        pages = LocalServicePage.objects.live().child_of(self).only("slug", "last_published_at", "reference")
        own: dict[int, set[str]] = defaultdict(set)
        for key, language in LocalTextModule.objects.filter(page__in=pages).values_list("page", "language").distinct():
            own[key].add(language)
        written = {page.reference_id for page in pages}
        addresses: list[tuple[Page, Iterable[Language]]] = [
            *((service, languages_of(service)) for key, service in services.items() if key not in written),
            *((page, languages_of(services.get(page.reference_id), own[page.pk])[1:]) for page in pages),
        ]
        return [
            *super().get_sitemap_urls(request),
            *(
                {"location": in_language(f"{base}{page.slug}/", language.code), "lastmod": page.last_published_at}
                for page, found in addresses
                for language in found
            ),
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        not_offered = set(
            LocalServicePage.objects.child_of(self)
            .live()
            .filter(state=LocalState.NOT_OFFERED)
            .values_list("reference_id", flat=True)
        )
        services = [service for service in ServicePage.objects.live().listing() if service.pk not in not_offered]
        context["place"] = municipality_of(self)
        context["letters"] = by_initial(services)
        return context
