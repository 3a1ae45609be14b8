"""Demonstration content: the district, its municipalities and their offices."""

from datetime import date, time
from typing import Any

from cms.publishing import publish_child
from home.demo.files import BOUNDARIES, read
from home.installation import Portal
from municipalities import register
from municipalities.boundaries import import_boundaries
from municipalities.models import Locality, MunicipalityPage, PostalCode
from municipalities.tenants.default_pages import default_pages
from services.addresses import LOCAL_SERVICES_SLUG, OFFICES_SLUG
from services.models import OfficeIndexPage, OfficePage, OpeningHours


def sources(entries: list[dict[str, Any]]) -> list[tuple[str, dict[str, str]]]:
    return [
        ("source", {"label": entry["label"][:500], "url": entry.get("url") or "", "as_of": entry.get("as_of") or ""})
        for entry in entries
    ]


def load_municipalities(portal: Portal) -> dict[str, MunicipalityPage]:
    """Create the district and its municipalities; returns them by AGS."""
    places: dict[str, MunicipalityPage] = {}
    for row in read("municipalities"):
        page = MunicipalityPage(
            title=row["name"],
            slug=row["slug"],
            kind=row["kind"],
            official_name=row["official_name"],
            ags=row["ags"],
            ars=row["ars"] or "",
            district=places.get(row["ags"][:5]) if len(row["ags"]) == 8 else None,
            intro=row["intro"] or "",
            population=row["population"],
            population_as_of=_date(row["population_as_of"]),
            area_ha=row["area_ha"],
            website=row["website"] or "",
            street=row["street"] or "",
            postcode=row["postcode"] or "",
            town=row["town"] or "",
            phone=row["phone"] or "",
            email=row["email"] or "",
            sources=sources(row["sources"]),
        )
        page.postal_codes.add(*(PostalCode(code=code) for code in register.postcodes(row["ags"])))
        page.localities.add(*(Locality(name=name) for name in row["localities"]))
        places[row["ags"]] = publish_child(portal.home, page)
        for default in default_pages():
            if default.slug in (LOCAL_SERVICES_SLUG, OFFICES_SLUG):
                publish_child(page, default.make(page))
    import_boundaries(BOUNDARIES)
    return places


def load_offices(places: dict[str, MunicipalityPage]) -> dict[str, OfficePage]:
    """Create the offices; returns them by key, which is also their slug."""
    rows = read("offices")
    indexes = {ags: OfficeIndexPage.objects.child_of(place).get() for ags, place in places.items()}
    offices = {row["key"]: publish_child(indexes[row["municipality"]], _office(row)) for row in rows}
    for row in rows:
        if row["reached_through"]:
            office = offices[row["key"]]
            office.reached_through = offices[row["reached_through"]]
            office.save_revision(log_action=True).publish()
    return offices


def _office(row: dict[str, Any]) -> OfficePage:
    contacts = [
        ("contact", {"type": "phone", "value": entry["number"], **_contact(entry)}) for entry in row["phones"]
    ] + [("contact", {"type": "email", "value": entry["address"], **_contact(entry)}) for entry in row["emails"]]
    if row["website"]:
        contacts.append(("contact", {"type": "web", "label": "", "value": row["website"], "source": "", "as_of": ""}))
    office = OfficePage(
        title=row["name"],
        slug=row["key"],
        purpose=row["purpose"] or "",
        confirmed=row["confirmed"],
        street=row["street"] or "",
        postcode=row["postcode"] or "",
        town=row["town"] or "",
        is_independent=row.get("independent", False),
        building_note=row["building_note"] or "",
        serves_note=row["serves_note"] or "",
        contacts=contacts,
        hours_note=row["opening_hours_note"] or "",
        hours_source=row["opening_hours_source"] or "",
        hours_as_of=row["opening_hours_as_of"] or "",
        sources=sources(row["sources"]),
    )
    office.opening_hours = [
        OpeningHours(
            weekday=slot["weekday"],
            opens=time.fromisoformat(slot["opens"]),
            closes=time.fromisoformat(slot["closes"]),
            note=slot["note"] or "",
            is_regular=not slot["note"],
        )
        for slot in row["opening_hours"]
    ]
    return office


def _contact(entry: dict[str, Any]) -> dict[str, str]:
    return {"label": entry["label"] or "", "source": entry["source"] or "", "as_of": entry["as_of"] or ""}


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
