"""Demonstration content: cooperations, news and standard pages."""

from datetime import date

from cms.headings import sections
from cms.publishing import publish_child
from cooperations.models import CooperationPage, Participation
from home.demo.files import read
from home.demo.places import sources
from home.installation import Portal
from home.models import NewsIndexPage, NewsPage, StandardPage
from municipalities.consent.workflow import offer_on
from municipalities.models import MunicipalityPage
from services.models import ServicePage

# What the municipalities have agreed about how the portal works: they can be asked before it changes.
RULES_SLUG = "so-funktioniert-das-portal"


def blocks(html: str) -> list[tuple[str, str]]:
    """Text as stream blocks: each heading becomes a block of its own, so that it has the right level on the page."""
    pairs = (pair for heading, text in sections(html) for pair in (("heading", heading), ("text", text)))
    return [(name, part) for name, part in pairs if part]


def load_cooperations(portal: Portal, places: dict[str, MunicipalityPage], services: dict[str, ServicePage]) -> None:
    for row in read("cooperations"):
        page = CooperationPage(
            title=row["title"],
            slug=row["slug"],
            summary=row["summary"],
            field_of_activity=row["field_of_activity"],
            legal_form=row["legal_form"],
            legal_form_note=row["legal_form_note"] or "",
            start=date.fromisoformat(row["start"]) if row["start"] else None,
            start_note=row["start_note"] or "",
            status=row["status"],
            body=row["body"] or "",
            sources=sources(row["sources"]),
        )
        page.participations = [
            Participation(
                name=partner["name"], municipality=places.get(partner["ags"] or ""), role=partner["role"] or ""
            )
            for partner in row["partners"]
        ]
        page.services = [services[slug] for slug in row["related_services"]]
        publish_child(portal.cooperations, page)


def load_news(portal: Portal, places: dict[str, MunicipalityPage]) -> None:
    for row in read("news"):
        index = portal.news if not row["municipality"] else _news_index(places[row["municipality"]])
        page = NewsPage(
            title=row["title"],
            slug=row["slug"],
            date=date.fromisoformat(row["date"]),
            summary=row["summary"],
            body=blocks(row["body"]),
            source=row["source"] or "",
        )
        publish_child(index, page)


def _news_index(place: MunicipalityPage) -> NewsIndexPage:
    index = NewsIndexPage.objects.child_of(place).first()
    return index or publish_child(place, NewsIndexPage(title="Aktuelles", slug="aktuelles"))


def load_standard_pages(portal: Portal) -> None:
    for row in read("pages"):
        page = StandardPage(
            title=row["title"],
            slug=row["slug"],
            intro=row["intro"] or "",
            body=blocks(row["body"]),
            show_in_footer=True,
        )
        published = publish_child(portal.home, page)
        if row["slug"] == RULES_SLUG:
            offer_on(published)
