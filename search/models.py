"""The read model of the search: one row for each thing that can be found."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.search_documents import SearchKind
from cms.validity import holds_on
from municipalities.models import MunicipalityPage
from services.resolver import offices_for_others

KIND_LABELS = {
    SearchKind.SERVICE: _("Services"),
    SearchKind.OFFICE: _("Offices"),
    SearchKind.LIFE_EVENT: _("Life events"),
    SearchKind.MUNICIPALITY: _("Towns and municipalities"),
    SearchKind.COOPERATION: _("Cooperation"),
    SearchKind.NEWS: _("News"),
    SearchKind.PAGE: _("Pages"),
}

# What one hit is, where the plural of its kind would read oddly.
HIT_LABELS = KIND_LABELS | {
    SearchKind.SERVICE: _("Service"),
    SearchKind.OFFICE: _("Office"),
    SearchKind.LIFE_EVENT: _("Life event"),
    SearchKind.MUNICIPALITY: _("Local authority"),
    SearchKind.PAGE: _("Page"),
}


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    def findable(self, day: date) -> "SearchEntryQuerySet":
        return self.filter(holds_on(day))

    def near(self, place: MunicipalityPage | None, day: date) -> "SearchEntryQuerySet":
        """What counts at a place: its own, its district's except services, and what holds everywhere.

        Of the district's offices those are left out that help other places alone, such as the youth welfare office
        where the town has its own.

        A service that the place does not offer is left out altogether, its shared text too. Without a place everything
        counts except the municipalities' own versions of services: they show that a service exists, not that it is
        offered where the visitor lives.
        """
        if place is None:
            return self.exclude(kind=SearchKind.SERVICE.value, municipality__isnull=False)
        nearby = Q(municipality__isnull=True) | Q(municipality=place.pk)
        if place.district_id is not None:
            elsewhere = Q(page__in=offices_for_others(place, day))
            nearby |= Q(municipality=place.district_id) & ~Q(kind=SearchKind.SERVICE.value) & ~elsewhere
        withdrawn = SearchEntry.objects.filter(municipality=place.pk, offered=False)
        return self.filter(nearby).exclude(group__in=withdrawn.values("group"))

    def below(self, page: Page) -> "SearchEntryQuerySet":
        """The entries of a page and of everything below it."""
        return self.filter(page__path__startswith=page.path)


class SearchEntry(models.Model):
    """Everything a result list shows, so that it renders without loading pages.

    The words themselves lie in the full-text table of the engine, under the same id.
    """

    key = models.CharField(max_length=80, unique=True)
    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="search_entries")
    kind = models.CharField(max_length=20, choices=[(kind.value, label) for kind, label in KIND_LABELS.items()])
    group = models.CharField(max_length=40, db_index=True)
    title = models.CharField(max_length=255)
    summary = models.TextField(blank=True)
    synonyms = models.TextField(blank=True)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=500)
    slug = models.CharField(max_length=255, blank=True)
    municipality = models.ForeignKey(MunicipalityPage, null=True, on_delete=models.CASCADE, related_name="+")
    life_events = models.JSONField(default=list)
    online = models.BooleanField(default=False)
    offered = models.BooleanField(default=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = models.Manager.from_queryset(SearchEntryQuerySet)()

    class Meta:
        indexes = [models.Index(fields=("kind", "municipality"), name="search_entry_kind_place")]

    def __str__(self) -> str:
        return self.title
