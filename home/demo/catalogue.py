"""Demonstration content: services, life events, local texts and responsibilities."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from cms.publishing import publish_child
from home.demo.files import read
from home.demo.places import sources
from home.installation import Portal
from home.models import LifeEventPage
from municipalities.models import MunicipalityPage
from services.languages import GERMAN
from services.models import (
    LocalServiceIndexPage,
    LocalServicePage,
    LocalTextModule,
    OfficePage,
    Responsibility,
    ServiceLifeEvent,
    ServicePage,
)
from services.sources import read_source

_TEXT_FIELDS = (
    "title_citizen",
    "place_hint",
    "teaser",
    "short_text",
    "full_text",
    "requirements",
    "procedure",
    "notes",
)
# Services that the public may compare: those for which places say different things.
_COMPARED = ("sperrmuell", "personalausweis", "wohnsitz-anmelden")
_PLAIN_FIELDS = ("level", "level_note", "level_confirmed", "leika_key", "leika_source", "leika_confirmed")


def load_services(portal: Portal) -> dict[str, ServicePage]:
    """Create the services; returns them by slug."""
    services: dict[str, ServicePage] = {}
    translations: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
    for row in read("translations"):
        translations[row.pop("service")].append(("translation", row))
    for row in read("services"):
        page = ServicePage(
            title=row["title"],
            slug=row["slug"],
            synonyms="\n".join(row["synonyms"]),
            documents=[("document", document) for document in row["documents"]],
            costs=[("cost", _cost(cost)) for cost in row["costs"]],
            deadlines=[("deadline", _fact(deadline, "text", "legal_basis")) for deadline in row["deadlines"]],
            translations=translations[row["slug"]],
            legal_bases=[("legal_basis", _fact(basis, "law", "section", "title")) for basis in row["legal_bases"]],
            online_services=[
                ("online_service", {key: entry.get(key) or "" for key in ("title", "url", "provider", "source")})
                for entry in row["online_services"]
            ],
            has_comparison=row["slug"] in _COMPARED,
            **{field: row[field] or "" for field in _TEXT_FIELDS},
            **{field: row[field] for field in _PLAIN_FIELDS},
        )
        page.life_events = [ServiceLifeEvent(code=code) for code in row["life_events"]]
        services[row["slug"]] = publish_child(portal.catalogue, page)
    return services


def load_life_events(portal: Portal) -> None:
    for row in read("life_events"):
        page = LifeEventPage(title=row["title"], slug=row["slug"], code=row["code"], intro=row["intro"])
        publish_child(portal.life_events, page)


def load_local_texts(places: dict[str, MunicipalityPage], services: dict[str, ServicePage]) -> None:
    indexes = {ags: LocalServiceIndexPage.objects.child_of(place).get() for ags, place in places.items()}
    for row in read("local_texts"):
        label, url = read_source(row["source"] or "")
        index, reference = indexes[row["municipality"]], services[row["service"]]
        page = LocalServicePage(
            title=reference.title,
            slug=reference.slug,
            reference=reference,
            state=row["state"],
            sources=sources([{"label": label, "url": url, "as_of": row["as_of"]}]) if label else [],
        )
        if row["costs"]:
            page.costs_mode, page.costs = "add", [("cost", _cost(cost)) for cost in row["costs"]]
        if row["documents"]:
            page.documents_mode = "add"
            page.documents = [("document", document) for document in row["documents"]]
        page.text_modules = [LocalTextModule(**{"language": GERMAN} | module) for module in row["modules"]]
        publish_child(index, page)


def load_responsibilities(
    places: dict[str, MunicipalityPage], services: dict[str, ServicePage], offices: dict[str, OfficePage]
) -> None:
    """Create the responsibilities, one by one: Wagtail then knows which office and service each of them refers to."""
    for row in read("responsibilities"):
        Responsibility.objects.create(
            service=services[row["service"]],
            area=places[row["area"]],
            office=offices[row["office"]],
            role=row["role"],
            arrangement=row["arrangement"],
            evidence=row["evidence"],
            task=row["task"],
            legal_basis=row["legal_basis"] or "",
            reason=row["reason"] or "",
            source=row["source"] or "",
            as_of=row["as_of"] or "",
            note=row["note"] or "",
        )


def _cost(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **_fact(row, "condition", "legal_basis"),
        "type": row["type"],
        "amount": Decimal(row["amount"]) if row["amount"] else None,
        "amount_max": Decimal(row["amount_max"]) if row.get("amount_max") else None,
    }


def _fact(row: dict[str, Any], *fields: str) -> dict[str, Any]:
    texts = {field: row.get(field) or "" for field in (*fields, "source", "as_of")}
    return {**texts, "confirmed": row["confirmed"]}
