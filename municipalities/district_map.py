"""The district map: boundaries as paths of an inline SVG, each municipality a link."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from municipalities.boundaries import rings
from municipalities.models import MunicipalityPage

WIDTH = 1000


@dataclass(frozen=True)
class MapShape:
    """One municipality: outline as SVG path data, and where its name stands (both in SVG units)."""

    municipality: MunicipalityPage
    path: str
    label_x: float
    label_y: float


@dataclass(frozen=True)
class DistrictMap:
    width: int
    height: int
    shapes: list[MapShape]
    attribution: str


def district_map(municipalities: Iterable[MunicipalityPage]) -> DistrictMap | None:
    """Lay out the map; ``None`` when no boundary is known.

    At the size of a district an equirectangular projection, with longitudes shrunk by the cosine of the mean
    latitude, is indistinguishable from a conformal one.
    """
    outlines = [(page, rings(page.boundary)) for page in municipalities if page.boundary]
    points = [point for _page, page_rings in outlines for ring in page_rings for point in ring]
    if not points:
        return None
    west, east = min(lon for lon, _ in points), max(lon for lon, _ in points)
    south, north = min(lat for _, lat in points), max(lat for _, lat in points)
    shrink = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * shrink, 1e-9)

    def project(point: tuple[float, float]) -> tuple[float, float]:
        return (round((point[0] - west) * shrink * scale, 1), round((north - point[1]) * scale, 1))

    shapes = []
    for page, page_rings in outlines:
        projected = [[project(point) for point in ring] for ring in page_rings]
        path = " ".join("M" + " L".join(f"{x} {y}" for x, y in ring) + " Z" for ring in projected)
        label_x, label_y = _centroid(max(projected, key=len))
        shapes.append(MapShape(page, path, label_x, label_y))
    attribution = next((page.boundary_source for page, _rings in outlines if page.boundary_source), "")
    return DistrictMap(WIDTH, math.ceil((north - south) * scale), shapes, attribution)


def _centroid(ring: list[tuple[float, float]]) -> tuple[float, float]:
    """Centre of gravity of a ring; the mean of its corners where it has no area."""
    area = x_sum = y_sum = 0.0
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
        cross = x0 * y1 - x1 * y0
        area += cross
        x_sum += (x0 + x1) * cross
        y_sum += (y0 + y1) * cross
    if not area:
        return (round(sum(x for x, _ in ring) / len(ring), 1), round(sum(y for _, y in ring) / len(ring), 1))
    return (round(x_sum / (3 * area), 1), round(y_sum / (3 * area), 1))
