"""Import of boundaries from a GeoJSON file, checked before anything is written."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from municipalities.models import MunicipalityPage

# Longitudes and latitudes between which Germany lies. They do not overlap: what was swapped lies outside.
GERMANY = ((5, 16), (47, 56))


class BoundaryError(Exception):
    """The file cannot be used; the message says why in the user's language."""


@dataclass(frozen=True)
class BoundaryImport:
    """How many boundaries were stored, and the AGS in the file that no municipality here has."""

    stored: int
    unknown: list[str]


def import_boundaries(path: Path) -> BoundaryImport:
    """Store the boundaries of a GeoJSON feature collection, all or none.

    Each feature needs the property ``ags`` and a polygon in longitude and latitude (degrees, WGS 84).
    """
    features, attribution = _read(path)
    known = {page.ags: page.pk for page in MunicipalityPage.objects.only("pk", "ags")}
    stored, unknown = 0, []
    with transaction.atomic():
        for ags, geometry in features:
            if ags not in known:
                unknown.append(ags)
                continue
            MunicipalityPage.objects.filter(pk=known[ags]).update(boundary=geometry, boundary_source=attribution[:255])
            stored += 1
    return BoundaryImport(stored, unknown)


def _read(path: Path) -> tuple[list[tuple[str, dict[str, Any]]], str]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BoundaryError(_("The file cannot be read: %(reason)s") % {"reason": error.strerror}) from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise BoundaryError(_("The file is not valid JSON: %(reason)s") % {"reason": error}) from error
    if (
        not isinstance(data, dict)
        or data.get("type") != "FeatureCollection"
        or not isinstance(data.get("features"), list)
    ):
        raise BoundaryError(_("The file is not a GeoJSON feature collection."))
    if not data["features"]:
        raise BoundaryError(_("The file contains no boundaries."))
    features = []
    for number, feature in enumerate(data["features"], start=1):
        try:
            ags = str(feature["properties"]["ags"])
            geometry = feature["geometry"]
            polygons = rings(geometry)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise BoundaryError(
                _("Feature %(number)d has no AGS or no usable polygon.") % {"number": number}
            ) from error
        fault = _fault(polygons)
        if fault:
            raise BoundaryError(fault % {"number": number})
        features.append((ags, {"type": geometry["type"], "coordinates": geometry["coordinates"]}))
    return features, str(data.get("attribution", ""))


def _fault(polygons: list[list[tuple[float, float]]]) -> str:
    """What keeps a feature from being drawn as it should, or nothing."""
    (west, east), (south, north) = GERMANY
    if not polygons or any(len(ring) < 4 or len(set(ring)) < 3 for ring in polygons):
        return _("The polygon of feature %(number)d has fewer than three different points.")
    if any(ring[0] != ring[-1] for ring in polygons):
        return _("The polygon of feature %(number)d is not closed: its last point differs from its first.")
    if any(not (west <= lon <= east and south <= lat <= north) for ring in polygons for lon, lat in ring):
        return _("Feature %(number)d lies outside Germany. Each point is longitude first, then latitude.")
    return ""


def rings(geometry: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """All rings of a polygon or multipolygon as lists of (longitude, latitude) in degrees."""
    match geometry["type"]:
        case "Polygon":
            polygons = [geometry["coordinates"]]
        case "MultiPolygon":
            polygons = geometry["coordinates"]
        case other:
            raise ValueError(other)
    found = []
    for polygon in polygons:
        for ring in polygon:
            found.append([(float(point[0]), float(point[1])) for point in ring])
    return found
