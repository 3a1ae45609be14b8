"""Import of boundaries, and the map that is drawn from them."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from municipalities.boundaries import BoundaryError, import_boundaries
from municipalities.district_map import district_map
from municipalities.models import MunicipalityPage
from tests.factories import MunicipalityFactory

pytestmark = pytest.mark.django_db

SQUARE = [[6.0, 51.0], [6.2, 51.0], [6.2, 51.1], [6.0, 51.1], [6.0, 51.0]]
NEIGHBOUR = [[[6.2, 51.0], [6.3, 51.0], [6.3, 51.1], [6.2, 51.1], [6.2, 51.0]]]


SWAPPED = [[lat, lon] for lon, lat in SQUARE]


def feature(ags: str, coordinates: Any = None, kind: str = "Polygon") -> dict[str, Any]:
    return {"properties": {"ags": ags}, "geometry": {"type": kind, "coordinates": coordinates or [SQUARE]}}


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "attribution": "© Vermessungsamt", "features": list(features)}


@pytest.fixture
def place() -> MunicipalityPage:
    return MunicipalityFactory()


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def to_file(content: Any) -> Path:
        path = tmp_path / "grenzen.geojson"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return to_file


def test_a_good_file_is_stored_with_its_attribution(place: MunicipalityPage, write: Any) -> None:
    result = import_boundaries(write(collection(feature(place.ags), feature("00000000"))))
    place.refresh_from_db()
    assert (result.stored, result.unknown) == (1, ["00000000"])
    assert place.boundary == {"type": "Polygon", "coordinates": [SQUARE]}
    assert place.boundary_source == "© Vermessungsamt"


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{",
        "[]",
        "null",
        json.dumps({"type": "Feature"}),
        json.dumps({"type": "FeatureCollection", "features": {}}),
        json.dumps({"type": "FeatureCollection", "features": []}),
        "[" * 100_000,
    ],
    ids=["empty", "cut off", "a list", "null", "one feature", "features are no list", "no features", "deeply nested"],
)
def test_a_file_that_is_no_collection_is_refused(write: Any, broken: str) -> None:
    with pytest.raises(BoundaryError):
        import_boundaries(write(broken))


@pytest.mark.parametrize(
    "broken",
    [
        {"geometry": {"type": "Polygon", "coordinates": [SQUARE]}},
        {"properties": None, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}},
        {"properties": {"ags": "1"}, "geometry": None},
        {"properties": {"ags": "1"}, "geometry": {"type": "Point", "coordinates": [6, 51]}},
        feature("1", [SQUARE[:3]]),
        feature("1", [[]]),
        feature("1", [[["x", "y"]] * 4]),
        feature("1", [[[600, 51], [601, 51], [601, 52], [600, 51]]]),
        feature("1", [SWAPPED]),
        feature("1", [[[6, 51]] * 4]),
        feature("1", [SQUARE[:4]]),
        feature("1", [[SQUARE], [SQUARE[:4]]], "MultiPolygon"),
        feature("1", [[[float("nan"), 51], *SQUARE[1:4], [float("nan"), 51]]]),
        feature("1", [[[6]] * 4]),
        "feature",
        None,
    ],
    ids=[
        "no AGS",
        "no properties",
        "no geometry",
        "a point",
        "too short",
        "empty ring",
        "words",
        "outside the world",
        "latitude first",
        "the same point again and again",
        "not closed",
        "second part not closed",
        "no number",
        "half a point",
        "a word",
        "null",
    ],
)
def test_one_broken_feature_and_nothing_is_stored(place: MunicipalityPage, write: Any, broken: Any) -> None:
    with pytest.raises(BoundaryError, match="2"):
        import_boundaries(write(collection(feature(place.ags), broken)))
    place.refresh_from_db()
    assert place.boundary is None


def test_the_command_gives_one_clear_line(write: Any, tmp_path: Path, capsys: Any, place: MunicipalityPage) -> None:
    for path in (write("{"), tmp_path / "fehlt.geojson", tmp_path):
        with pytest.raises(CommandError) as error:
            call_command("import_boundaries", path)
        assert len(str(error.value).splitlines()) == 1
    call_command("import_boundaries", write(collection(feature(place.ags), feature("00000000"))))
    assert "00000000" in capsys.readouterr().out


def test_a_file_of_other_places_is_no_success(write: Any) -> None:
    with pytest.raises(CommandError, match="5370004") as error:
        call_command("import_boundaries", write(collection(feature("5370004"))))
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("ring", "said"),
    [
        (SWAPPED, "außerhalb Deutschlands"),
        ([[6, 51]] * 4, "weniger als drei verschiedene Punkte"),
        (SQUARE[:4], "nicht geschlossen"),
    ],
)
def test_the_message_says_what_is_wrong(write: Any, ring: Any, said: str) -> None:
    with pytest.raises(BoundaryError, match=said) as error:
        import_boundaries(write(collection(feature("1", [ring]))))
    assert len(str(error.value).splitlines()) == 1


def test_the_map_keeps_the_proportions_of_the_land() -> None:
    west = MunicipalityFactory.build(boundary={"type": "Polygon", "coordinates": [SQUARE]}, boundary_source="© Amt")
    east = MunicipalityFactory.build(boundary={"type": "MultiPolygon", "coordinates": [NEIGHBOUR]})
    drawn = district_map([west, east, MunicipalityFactory.build()])
    assert drawn is not None
    assert [shape.municipality for shape in drawn.shapes] == [west, east]
    assert drawn.attribution == "© Amt"
    # 0.3 degrees of longitude at 51.05° north are 0.1886 degrees of latitude wide; the map is 0.1 high.
    assert drawn.width == 1000
    assert drawn.height == pytest.approx(1000 * 0.1 / 0.1886, abs=2)
    # North is up: the square begins at its south-west corner, which is bottom left; its name stands in the middle.
    assert drawn.shapes[0].path.startswith("M0.0 ")
    assert drawn.shapes[0].path.endswith(" Z")
    assert drawn.shapes[0].label_x == pytest.approx(1000 / 3, abs=1)
    assert drawn.shapes[0].label_y == pytest.approx(drawn.height / 2, abs=1)


def test_without_boundaries_there_is_no_map() -> None:
    assert district_map([MunicipalityFactory.build()]) is None


def test_a_ring_without_area_does_not_break_the_map() -> None:
    flat = MunicipalityFactory.build(boundary={"type": "Polygon", "coordinates": [[[6, 51]] * 4]})
    drawn = district_map([flat])
    assert drawn is not None
    assert drawn.shapes[0].label_x == 0
