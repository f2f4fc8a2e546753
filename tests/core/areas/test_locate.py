from __future__ import annotations

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from core.areas.queries import LEVELS, AreaRow, Tree, get_area, locate, tree
from core.errors import NotFound
from tests.core.areas.conftest import make_area

pytestmark = pytest.mark.django_db


def codes(lon: float, lat: float) -> list[str] | None:
    chain = locate(lon, lat)
    return None if chain is None else [row.code for row in chain]


@pytest.fixture
def small():
    gemeente = make_area("GM0001", box(5.0, 52.0, 5.04, 52.04))
    west = make_area("WK000101", box(5.0, 52.0, 5.01, 52.01), gemeente)
    make_area("WK000102", box(5.01, 52.0, 5.02, 52.01), gemeente)
    make_area("BU00010101", box(5.0, 52.0, 5.005, 52.01), west)
    hole = Polygon(box(5.03, 52.03, 5.04, 52.04).exterior, [box(5.033, 52.033, 5.036, 52.036).exterior])
    make_area("WK000103", hole, gemeente)


def test_a_point_gives_the_chain_from_the_smallest_area_up(small) -> None:
    assert codes(5.002, 52.005) == ["BU00010101", "WK000101", "GM0001"]
    assert codes(5.007, 52.005) == ["WK000101", "GM0001"]


def test_a_point_in_no_wijk_gives_its_gemeente_alone(small) -> None:
    assert codes(5.025, 52.025) == ["GM0001"]


def test_a_border_belongs_to_the_lowest_code(small) -> None:
    assert codes(5.01, 52.005) == ["WK000101", "GM0001"]


def test_a_hole_is_not_inside_and_its_edge_is(small) -> None:
    assert codes(5.0345, 52.0345) == ["GM0001"]
    assert codes(5.033, 52.034) == ["WK000103", "GM0001"]


@pytest.mark.parametrize(
    ("lon", "lat"), [(3.0, 52.5), (4.4, 51.2), (math.nan, 52.0), (5.0, math.inf), (-math.inf, 52), (1e308, 91), (0, 0)]
)
def test_points_outside_and_numbers_that_are_no_place_give_nothing(small, lon, lat) -> None:
    assert locate(lon, lat) is None


def test_without_areas_every_point_is_outside() -> None:
    assert locate(5.0, 52.0) is None


def test_the_tree_knows_ancestors_and_descendants(small) -> None:
    buurt = tree().by_code["BU00010101"]
    assert [row.code for row in tree().ancestors(buurt.id)] == ["BU00010101", "WK000101", "GM0001"]
    root = tree().by_code["GM0001"]
    assert tree().descendants(root.id) == set(tree().by_id)
    assert tree().descendants(buurt.id) == {buurt.id}
    assert [row.code for row in tree().children(root.id)] == ["WK000101", "WK000102", "WK000103"]


def test_an_area_of_another_gemeente_is_not_found(small) -> None:
    other = make_area("GM0002", box(6, 52, 6.1, 52.1))
    assert get_area("GM0001").code == "GM0001"
    with pytest.raises(NotFound):
        get_area("GM0001", gemeente_id=other.pk)


coordinate = st.integers(0, 40).map(lambda n: n / 128)  # many points fall on borders and on cell edges
triangles = st.lists(
    st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=3)
    .map(Polygon)
    .filter(lambda shape: shape.is_valid and shape.area > 0),
    min_size=1,
    max_size=8,
)


@given(triangles, st.data())
def test_locate_agrees_with_testing_every_polygon(shapes, data) -> None:
    rows, outlines = [], []
    for number, shape in enumerate(shapes):
        level = data.draw(st.sampled_from(LEVELS))
        point = shape.representative_point()
        rows.append(AreaRow(number, f"A{number}", "", level, 2025, None, number, shape.bounds, (point.x, point.y)))
        outlines.append(MultiPolygon([shape]))
    subject = Tree(rows, outlines)
    for _ in range(10):
        lon, lat = data.draw(coordinate), data.draw(coordinate)
        hits = [row for row, outline in zip(rows, outlines, strict=True) if shapely.intersects_xy(outline, lon, lat)]
        expected = min(hits, key=lambda row: (-LEVELS.index(row.level), row.code), default=None)
        found = subject.locate(lon, lat)
        assert (found[0] if found else None) == expected
