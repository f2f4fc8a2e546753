from __future__ import annotations

import json

import pytest
import shapely
from django.core.management import CommandError
from shapely.geometry import MultiPolygon, Polygon, box

from core.areas import importing
from core.areas.models import Area
from core.areas.queries import locate, tree
from tests.core.areas.conftest import collection, feature, in_rd, square, write_geopackage

pytestmark = pytest.mark.django_db

A, B = square(4.30, 52.05), square(4.31, 52.05)
NAMED = {
    "camelCase": {"wijkcode": "WK051801", "wijknaam": "West", "gemeentecode": "GM0518", "gemeentenaam": "Den Haag"},
    "snake": {"wijk_code": "WK051801", "wijk_naam": "West", "gemeente_code": "GM0518", "gemeente_naam": "Den Haag"},
    "capitals": {"WK_CODE": "WK051801", "WK_NAAM": "West", "GM_CODE": "GM0518", "GM_NAAM": "Den Haag"},
    "statcode": {"statcode": "WK051801", "statnaam": "West"},
    "digits": {"wijkcode": 51801, "wijknaam": "West", "gemeentecode": 518.0, "gemeentenaam": "Den Haag"},
}


def wijk(code: str, outline, **more):
    return feature(outline, wijkcode=code, wijknaam=f"Wijk {code[-2:]}", gemeentecode=f"GM{code[2:6]}",
                   gemeentenaam="Den Haag", **more)  # fmt: skip


def buurt(code: str, outline, **more):
    return feature(outline, buurtcode=code, buurtnaam=f"Buurt {code[-2:]}", wijkcode=f"WK{code[2:8]}",
                   gemeentecode=f"GM{code[2:6]}", gemeentenaam="Den Haag", **more)  # fmt: skip


@pytest.mark.parametrize("spelling", NAMED)
def test_every_cbs_spelling_of_the_fields_is_read(run, spelling) -> None:
    run(collection(feature(A, **NAMED[spelling])), "--level", "wijk")
    row = tree().by_code["WK051801"]
    assert (row.name, row.level) == ("West", "wijk")
    assert [one.code for one in tree().ancestors(row.id)] == ["WK051801", "GM0518"]


def test_a_second_run_changes_nothing(run) -> None:
    content = collection(wijk("WK051801", A), wijk("WK051802", B))
    assert run(content, "--level", "wijk", "--year", "2024")[0].startswith(("2 new", "2 nieuw"))
    before = tree().fingerprint
    assert run(content, "--level", "wijk", "--year", "2024")[0].startswith(("0 new, 0 changed, 2", "0 nieuw"))
    assert tree().fingerprint == before
    assert tree().by_code["WK051801"].year == 2024


def test_inhabitants_are_read_and_stay_when_a_file_holds_none(run) -> None:
    run(
        collection(wijk("WK051801", A, aantalInwoners=4250), wijk("WK051802", B, aantal_inwoners=-99999)),
        "--level",
        "wijk",
    )
    known = tree().by_code
    assert [known[code].inhabitants for code in ("WK051801", "WK051802", "GM0518")] == [4250, None, None]
    run(collection(wijk("WK051801", A), wijk("WK051802", B, aantal_inwoners="1750")), "--level", "wijk")
    known = tree().by_code
    assert [known[code].inhabitants for code in ("WK051801", "WK051802", "GM0518")] == [4250, 1750, 6000]


def test_more_detailed_outlines_update_what_is_there(run) -> None:
    run(collection(wijk("WK051801", A)), "--level", "wijk")
    pk = tree().by_code["WK051801"].id
    run(collection(wijk("WK051801", A.union(B))), "--level", "wijk")
    assert tree().by_code["WK051801"].id == pk
    assert locate(4.315, 52.055)[0].code == "WK051801"


def test_a_gemeente_made_of_its_parts_grows_until_its_own_outline_comes(run) -> None:
    run(collection(wijk("WK051801", A)), "--level", "wijk")
    run(collection(wijk("WK051802", B)), "--level", "wijk")
    gemeente = tree().by_code["GM0518"]
    assert (gemeente.name, gemeente.parent_id, gemeente.gemeente_id) == ("Den Haag", None, gemeente.id)
    assert tree().outline(gemeente.id).equals(A.union(B))
    own = box(4.2, 52.0, 4.4, 52.1)
    run(collection(feature(own, gemeentecode="GM0518", gemeentenaam="'s-Gravenhage")), "--level", "gemeente")
    run(collection(wijk("WK051803", square(4.33, 52.05))), "--level", "wijk")
    assert tree().outline(gemeente.id).equals(own)
    assert tree().by_code["GM0518"].name == "'s-Gravenhage"


def test_a_wijk_that_comes_after_its_buurten_adopts_them(run) -> None:
    run(collection(buurt("BU05180101", A), buurt("BU05180201", B)), "--level", "buurt")
    assert [row.code for row in locate(4.305, 52.055)] == ["BU05180101", "GM0518"]
    run(collection(wijk("WK051801", A)), "--level", "wijk")
    assert [row.code for row in locate(4.305, 52.055)] == ["BU05180101", "WK051801", "GM0518"]
    assert [row.code for row in locate(4.315, 52.055)] == ["BU05180201", "GM0518"]


def test_a_stadsdeel_sits_between_and_stays_there(run) -> None:
    wijken = collection(wijk("WK051801", A), wijk("WK051802", B))
    run(wijken, "--level", "wijk")
    run(collection(feature(A, code="escamp", naam="Escamp")), "--level", "stadsdeel", "--parent", "GM0518")
    assert [row.code for row in locate(4.305, 52.055)] == ["WK051801", "escamp", "GM0518"]
    assert [row.code for row in locate(4.315, 52.055)] == ["WK051802", "GM0518"]
    assert run(wijken, "--level", "wijk")[0].startswith(("0 new, 0 changed", "0 nieuw, 0"))
    assert [row.code for row in locate(4.305, 52.055)] == ["WK051801", "escamp", "GM0518"]


def test_parent_takes_one_gemeente_out_of_a_larger_file(run) -> None:
    content = collection(wijk("WK051801", A), wijk("WK059901", B))
    run(content, "--level", "wijk", "--parent", "GM0518")
    assert set(tree().by_code) == {"GM0518", "WK051801"}
    with pytest.raises(CommandError, match="GM0599"):
        run(content, "--level", "wijk", "--parent", "GM0344")


@pytest.mark.parametrize(
    "crs", [None, {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::28992"}},
            {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}],
)  # fmt: skip
def test_rd_new_is_recognised_with_and_without_a_declaration(run, crs) -> None:
    run(collection(wijk("WK051801", in_rd(A)), **({"crs": crs} if crs else {})), "--level", "wijk")
    assert tree().by_code["WK051801"].bbox == pytest.approx(A.bounds, abs=1e-5)


def test_coordinates_of_no_known_system_are_refused_with_advice(run) -> None:
    with pytest.raises(CommandError, match="RD New"):
        run(collection(wijk("WK051801", square(600_000, 5_770_000, 900))), "--level", "wijk")
    assert not Area.objects.exists()


def test_latitude_first_is_turned_round(run) -> None:
    run(collection(wijk("WK051801", shapely.transform(A, lambda pairs: pairs[:, ::-1]))), "--level", "wijk")
    assert tree().by_code["WK051801"].bbox == pytest.approx(A.bounds)


def test_a_geopackage_in_rd_gives_the_layer_asked_for(run, tmp_path) -> None:
    path = write_geopackage(
        tmp_path / "WijkBuurtkaart_2025_v1.gpkg",
        {
            "buurten": [({"buurtcode": "BU05180101", "buurtnaam": "B", "wijkcode": "WK051801", "gemeentecode": "GM0518",
                          "gemeentenaam": "Den Haag", "water": "NEE"}, MultiPolygon([in_rd(A)]))],
            "wijken": [({"wijkcode": "WK051801", "wijknaam": "W", "gemeentecode": "GM0518",
                         "gemeentenaam": "Den Haag"}, MultiPolygon([in_rd(A)]))],
        },
    )  # fmt: skip
    run(path, "--level", "wijk")
    run(path, "--level", "buurt")
    assert [row.code for row in locate(4.305, 52.055)] == ["BU05180101", "WK051801", "GM0518"]
    assert tree().by_code["BU05180101"].year == 2025
    with pytest.raises(CommandError):
        run(path, "--level", "gemeente")


def test_water_is_left_out(run) -> None:
    out, err = run(
        collection(buurt("BU05180101", A), buurt("BU05189997", B), buurt("BU05180102", B, water="JA")),
        "--level", "buurt",
    )  # fmt: skip
    assert set(tree().by_code) == {"GM0518", "BU05180101"}
    assert "2" in out
    assert not [line for line in err.splitlines() if "BU" in line]


def test_what_cannot_be_used_is_named_and_the_rest_is_imported(run) -> None:
    bow = Polygon([(4.30, 52.05), (4.31, 52.06), (4.31, 52.05), (4.30, 52.06)])
    out, err = run(
        collection(
            wijk("WK051801", bow), wijk("WK051802", B), wijk("WK051803", None),
            wijk("WK051804", shapely.LineString([(4.3, 52.0), (4.4, 52.0)])), wijk("WK051805", square(14.0, 40.0)),
            feature(A, wijkcode="onzin"), wijk("WK051806", Polygon([(4.3, 52.0)] * 4)),
        ),
        "--level", "wijk",
    )  # fmt: skip
    assert set(tree().by_code) == {"GM0518", "WK051801", "WK051802"}
    assert "WK051801" in out, "repaired"
    for code in ("WK051803", "WK051804", "WK051805", "WK051806", "onzin"):
        assert code in err
    assert shapely.is_valid(tree().outline(tree().by_code["WK051801"].id))


def test_features_of_one_code_become_one_area(run) -> None:
    run(collection(wijk("WK051801", A), wijk("WK051801", square(4.35, 52.05))), "--level", "wijk")
    assert locate(4.305, 52.055) == locate(4.355, 52.055)


@pytest.mark.parametrize(
    "content",
    [b"", b"   \n", b"PK\x03\x04rest", b"\x1f\x8brest", b"\x00\x00\x27\x0arest", b"SQLite format 3\x00rest",
     b"<html>", b"\xff\xfe{", b"[1, 2]", b'{"type": "Topology"}', b'{"type": "FeatureCollection"}',
     b'{"type": "FeatureCollection", "features": []}', b'{"type": "FeatureCollection", "features": [null, 3]}',
     b"[" * 100_000],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_advice(run, content) -> None:
    with pytest.raises(CommandError, match=r"areas\.geojson"):
        run(content, "--level", "wijk")
    assert not Area.objects.exists()


def test_a_missing_file_a_folder_and_a_wrong_level_are_refused(run, tmp_path) -> None:
    with pytest.raises(CommandError, match="nothing-here"):
        run(tmp_path / "nothing-here.gpkg", "--level", "wijk")
    with pytest.raises(CommandError):
        run(tmp_path, "--level", "wijk")
    with pytest.raises(CommandError, match="--level buurt"):
        run(collection(buurt("BU05180101", A)), "--level", "wijk")
    with pytest.raises(CommandError, match="escamp"):
        run(collection(wijk("WK051801", A)), "--level", "wijk", "--parent", "escamp")


def test_a_hook_that_fails_undoes_the_whole_import(run, monkeypatch) -> None:
    seen = []

    def fail(gemeente_ids: set[int]) -> None:
        seen.append({tree().by_id[one].code for one in gemeente_ids})
        raise ValueError

    monkeypatch.setattr(importing, "after_import", [fail])
    with pytest.raises(ValueError):
        run(collection(wijk("WK051801", A)), "--level", "wijk")
    assert seen == [{"GM0518"}]
    assert not Area.objects.exists()
    assert not tree().by_code


def test_names_from_cbs_without_a_value_and_control_characters_do_no_harm(run) -> None:
    content = collection(
        feature(A, wijkcode="WK051801", wijknaam="-99999999"), feature(B, wijkcode="WK051802", wijknaam="B\x00C")
    )
    run(content, "--level", "wijk")
    assert [tree().by_code[code].name for code in ("WK051801", "WK051802")] == ["WK051801", "BC"]
    assert json.loads(content)
