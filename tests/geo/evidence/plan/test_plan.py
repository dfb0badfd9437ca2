"""A plan is what a judge lays a ruler on: its scale, grid and hatches, and that all is legible."""

import math
import re
import struct
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pypdfium2
import pytest
import shapely
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.datum import from_degrees, to_degrees
from geo.errors import ChoiceUnknown
from geo.evidence.chosen import By, Chosen
from geo.evidence.plan import grid_lines, hatch, looks, scene
from geo.evidence.plan.drawing import SHEET, Plan, of_right, of_whole
from geo.evidence.plan.labels import plain, width_mm
from geo.evidence.plan.scale import fitting, grid_interval_m, usual
from geo.home import data_folder
from geo.styles import Hatch
from geo.terms import PAIRS, Tenure
from geo.words import Words, words

UTM = "EPSG:32719"
EAST, NORTH = 461_000, 8_613_000
SPANISH = Words("es", {})
ENGLISH = words(
    "en", (data_folder() / "translations/en/LC_MESSAGES/deslinde.po").read_text("utf-8")
)


# --- a choice made of shapes in metres ----------------------------------------------------------


def square(east: float, north: float, side: float) -> shapely.Polygon:
    return shapely.box(EAST + east, NORTH + north, EAST + east + side, NORTH + north + side)


def degrees(shapes: Iterable[Any], plane: str) -> Any:
    return to_degrees(np.array(list(shapes), dtype=object), plane).shapes


def frame(rows: list[dict[str, Any]], shapes: list[Any], planes: list[str]) -> gpd.GeoDataFrame:
    moved = [degrees([shape], plane)[0] for shape, plane in zip(shapes, planes, strict=True)]
    table = pd.DataFrame(rows).assign(plane=planes)
    return gpd.GeoDataFrame(table, geometry=moved, crs="EPSG:4326")


def choice(
    rights: dict[str, Any],
    lands: dict[str, Any],
    *,
    called: str = "COMUNIDAD",
    plane: str = UTM,
    tenure: str = "titled",
    classes: Callable[[Any], str] = lambda shared: "overlap",
    by: By = By.TERRITORY,
) -> Chosen:
    """Rights and territories by their code, in metres of `plane`; overlaps are where they meet."""
    right_rows = [
        {"key": f"r:{code}", "native_id": code, "name": called, "kind": "mining",
         "status": "titled", "grid_datum": "unknown", "source_id": "r", "illustrative": True}
        for code in rights
    ]  # fmt: skip
    land_rows = [
        {"key": f"t:{code}", "native_id": code, "name": f"{called} {code}", "tenure": tenure,
         "called": "titled", "source_id": "t", "illustrative": True}
        for code in lands
    ]  # fmt: skip
    pairs, shapes = [], []
    for (code, right), (other, land) in (
        (one, two) for one in rights.items() for two in lands.items()
    ):
        shared = shapely.intersection(right, land)
        if not shapely.dwithin(right, land, 1):
            continue
        name = classes(shared) if shared.area > 1 else "adjacent"
        pairs.append(
            {"concession_key": f"r:{code}", "concession_id": code, "territory_key": f"t:{other}",
             "territory_id": other, "territory_name": f"{called} {other}", "overlap_class": name}
        )  # fmt: skip
        shapes.append(shared if name in PAIRS else shapely.Polygon())
    columns = ["concession_key", "concession_id", "territory_key", "territory_id",
               "territory_name", "overlap_class"]  # fmt: skip
    overlaps = (
        frame(pairs, shapes, [plane] * len(pairs))
        if pairs
        else gpd.GeoDataFrame(pd.DataFrame(columns=[*columns, "plane"]), geometry=[], crs=4326)
    )
    nothing = pd.DataFrame()
    of_land = by in (By.TERRITORY, By.CASE)
    return Chosen(
        release=None,  # type: ignore[arg-type]
        by=by,
        asked=(),
        subjects=tuple(f"t:{code}" for code in lands)
        if of_land
        else tuple(f"r:{code}" for code in rights),
        codes=(),
        concessions=frame(right_rows, list(rights.values()), [plane] * len(rights)),
        territories=frame(land_rows, list(lands.values()), [plane] * len(lands))
        if lands
        else gpd.GeoDataFrame(
            pd.DataFrame(columns=["key", "native_id", "name", "tenure", "called", "plane"]),
            geometry=[],
            crs=4326,
        ),
        overlaps=overlaps,
        flags=nothing,
        unions=nothing,
        between=nothing,
        deeds=nothing,
        received=nothing,
        captures=(),
        declared={},
        cases=(),
        judgments=(),
        sources=({"id": "t", "title": "Fuente"}, {"id": "r", "title": "Catastro"}),
        rules={},
    )


ONE = {"A1": square(0, 0, 1000)}
LAND = {"T1": square(-3000, 300, 9000)}


# --- what is drawn ------------------------------------------------------------------------------


def marks(plan: Plan, name: str) -> list[ET.Element]:
    return ET.fromstring(plan.svg).findall(f"{{http://www.w3.org/2000/svg}}{name}")


def points(path: str) -> np.ndarray:
    return np.array([[float(n) for n in pair] for pair in re.findall(r"([-\d.]+) ([-\d.]+)", path)])


def lines_of(plan: Plan, width: str) -> list[np.ndarray]:
    return [points(m.get("d", "")) for m in marks(plan, "path") if m.get("stroke-width") == width]


def text_boxes(plan: Plan) -> dict[tuple[float, ...], str]:
    """The ink of each text: no wider than its conservative width, as high as its letters."""
    found = {}
    for mark in marks(plan, "text"):
        said, size = mark.text or "", float(mark.get("font-size", ""))
        x, y = float(mark.get("x", "")), float(mark.get("y", ""))
        wide = width_mm(said, size, bold=mark.get("font-weight") == "bold")
        left = {"middle": -wide / 2, "start": 0.0}[mark.get("text-anchor", "")]
        box = (left, -0.76 * size, left + wide, 0.2 * size)
        if mark.get("transform"):
            assert mark.get("transform") == f"rotate(-90 {mark.get('x')} {mark.get('y')})"
            box = (box[1], -box[2], box[3], -box[0])
        found[(x + box[0], y + box[1], x + box[2], y + box[3])] = said
    return found


def assert_legible(plan: Plan) -> None:
    boxes = text_boxes(plan)
    assert len(boxes) == len(marks(plan, "text"))
    for left, top, right, bottom in boxes:
        assert left >= -0.01
        assert top >= -0.01
        assert right <= plan.width_mm + 0.01
        assert bottom <= plan.height_mm + 0.01
    for one, other in combinations(boxes, 2):
        apart = (
            one[2] <= other[0] + 0.02
            or other[2] <= one[0] + 0.02
            or one[3] <= other[1] + 0.02
            or other[3] <= one[1] + 0.02
        )
        assert apart, (boxes[one], boxes[other])


def assert_on_the_sheet(plan: Plan) -> None:
    for path in marks(plan, "path"):
        xy = points(path.get("d", ""))
        assert (xy >= 0).all()
        assert (xy <= [plan.width_mm, plan.height_mm]).all()
    for ring in marks(plan, "circle"):
        x, y, r = (float(ring.get(name, "")) for name in ("cx", "cy", "r"))
        assert r <= x <= plan.width_mm - r
        assert r <= y <= plan.height_mm - r


# --- the scale ----------------------------------------------------------------------------------


def test_a_kilometre_measures_on_paper_what_the_scale_says() -> None:
    """74 % of a window of 101 mm for 1000 m needs 1:13,380, hence 1:15,000: a side of 66.67 mm."""
    plan = of_right(choice(ONE, LAND), "r:A1", SPANISH)
    assert (plan.scale, plan.plane) == (15_000, UTM)
    (outline,) = lines_of(plan, "0.70")
    sides = np.hypot(*np.diff(outline, axis=0).T)
    assert sides == pytest.approx([66.67] * 4, abs=0.011)
    head = ET.fromstring(plan.svg)
    assert head.get("viewBox") == "0 0 170.00 135.00"
    assert (head.get("width"), head.get("height")) == ("170.00mm", "135.00mm")
    assert "Escala 1:15\u00a0000" in text_boxes(plan).values()


def test_the_bar_is_as_long_as_the_metres_that_it_says() -> None:
    plan = of_right(choice(ONE, LAND), "r:A1", SPANISH)
    parts = [m for m in marks(plan, "rect") if m.get("height") == "1.40"]
    assert [float(part.get("width", "")) for part in parts] == pytest.approx(
        [200 / 15] * 4, abs=0.01
    )
    told = list(text_boxes(plan).values())
    assert [told.index(one) for one in ("0", "200", "400", "600", "800", "m")]


@pytest.mark.parametrize(
    ("needed", "scale"),
    [
        (0, 500),
        (500, 500),
        (500.01, 1000),
        (6000, 7500),
        (7501, 10_000),
        (29_000, 30_000),
        (75_001, 100_000),
        (100_001, 150_000),
        (9_000_000, 10_000_000),
    ],
)
def test_the_scale_is_a_usual_one(needed: float, scale: int) -> None:
    assert usual(needed) == scale


@given(st.floats(1, 1e7))
def test_three_to_eight_grid_lines_cross_the_sheet_at_every_scale(needed: float) -> None:
    view = fitting((EAST, NORTH, EAST + needed / 100, NORTH + needed / 100), SHEET, UTM)
    interval = grid_interval_m(view.scale)
    assert re.fullmatch("[125]0*", str(interval))
    assert 20 <= interval / view.metres_per_mm <= 34
    assert 3 <= len(grid_lines.eastings(view)) <= 8
    assert 3 <= len(grid_lines.northings(view)) <= 8


# --- the grid -----------------------------------------------------------------------------------


def test_grid_lines_stand_at_the_coordinates_that_the_margins_say() -> None:
    """The right's west side is E 461 000, on a line of the grid: both are at the same place."""
    plan = of_right(choice(ONE, LAND), "r:A1", SPANISH)
    grid = [points(m.get("d", "")) for m in marks(plan, "path") if m.get("stroke-width") == "0.12"]
    upright = sorted({line[0, 0] for line in grid if line[0, 0] == line[1, 0]})
    level = sorted({line[0, 1] for line in grid if line[0, 1] == line[1, 1]}, reverse=True)
    (outline,) = lines_of(plan, "0.70")
    assert outline[:, 0].min() in upright
    assert outline[:, 1].max() in level
    told = [(said, box) for box, said in text_boxes(plan).items()]
    easts = {
        said: (box[0] + box[2]) / 2 for box, said in text_boxes(plan).items() if said[-1:] == "E"
    }
    norths = {said for said, _box in told if said.endswith("\u00a0N")}
    here = outline[:, 0].min()
    for said, x in easts.items():
        metres = int(said[:-1].replace("\u00a0", ""))
        assert x == pytest.approx(here + (metres - EAST) / 15, abs=0.02)
    assert "461\u00a0000\u00a0E" in easts
    assert "8\u00a0613\u00a0000\u00a0N" in norths
    assert len(easts) == len(upright)
    assert len(norths) == len(level)


# --- hatches ------------------------------------------------------------------------------------


def test_a_hatch_of_two_millimetres_draws_four_strokes_over_nine() -> None:
    area = shapely.MultiPolygon([shapely.box(0.5, 0.5, 9.5, 9.5)])
    strokes = shapely.get_parts(hatch.strokes(area, Hatch.HORIZONTAL, 2.0))
    assert [round(stroke.length, 6) for stroke in strokes] == [9.0] * 4
    assert sorted(stroke.bounds[1] for stroke in strokes) == pytest.approx([2, 4, 6, 8])


def test_right_and_left_strokes_lean_as_their_names_say() -> None:
    area = shapely.MultiPolygon([shapely.box(0, 0, 9, 9)])
    for name, lean in ((Hatch.RIGHT, -1), (Hatch.LEFT, 1)):
        strokes = shapely.get_parts(hatch.strokes(area, name, 2.0))
        assert len(strokes) >= 5
        for stroke in strokes:
            (x0, y0), (x1, y1) = stroke.coords
            assert (y1 - y0) / (x1 - x0) == pytest.approx(lean)


def star(centre: tuple[float, float], radii: list[float]) -> shapely.Polygon:
    turns = np.arange(len(radii)) * 2 * math.pi / len(radii)
    return shapely.Polygon(
        np.array(centre)
        + np.array(radii)[:, None] * np.column_stack([np.cos(turns), np.sin(turns)])
    )


RADII = st.lists(st.floats(2, 40), min_size=3, max_size=24)


@given(RADII, st.sampled_from([*Hatch][1:]), st.floats(0.8, 4))
def test_no_stroke_of_a_hatch_leaves_its_polygon(
    radii: list[float], name: Hatch, spacing: float
) -> None:
    shape = star((80, 60), radii)
    hole = shapely.Point(80, 60).buffer(min(radii) / 3)
    area = scene.areas(shapely.difference(shape, hole))
    strokes = hatch.strokes(area, name, spacing)
    assert shapely.covers(shapely.buffer(area, 0.005), shapely.get_parts(strokes)).all()


def test_the_hatch_of_an_overlap_lies_in_the_overlap_on_the_sheet() -> None:
    plan = of_right(choice(ONE, LAND), "r:A1", SPANISH)
    (outline,) = lines_of(plan, "0.70")
    left, top = outline.min(axis=0)
    right, bottom = outline.max(axis=0)
    shared = shapely.box(left, top, right, bottom - 300 / 15)
    (strokes,) = lines_of(plan, "0.25")[:1]
    assert len(strokes) > 60
    assert shapely.covers(shapely.buffer(shared, 0.02), shapely.points(strokes)).all()


def test_a_claim_is_not_drawn_like_a_title_nor_another_polygon_like_its_own() -> None:
    titled = {"tenure": "titled", "called": "titled"}
    drawn = [looks.swatch(looks.of_territory({**titled, "called": "polygon-per-source"}))]
    drawn += [
        looks.swatch(looks.of_territory({"tenure": one.value, "called": "titled"}))
        for one in Tenure
    ]
    without_colour = [re.sub("#[0-9a-f]{6}", "", one) for one in drawn]
    assert len(set(without_colour)) == len(drawn)


def test_each_class_of_overlap_has_a_hatch_of_its_own() -> None:
    drawn = {re.sub("#[0-9a-f]{6}", "", looks.swatch(looks.of_overlap(one))) for one in PAIRS}
    assert len(drawn) == len(PAIRS)


# --- labels -------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.floats(-4000, 4000), st.floats(-4000, 4000), st.floats(3, 3000)),
        min_size=1,
        max_size=25,
    ),
    RADII,
)
def test_no_two_texts_overlap_whatever_lies_around(
    squares: list[tuple[float, float, float]], radii: list[float]
) -> None:
    rights = {f"01{n:06}": square(*one) for n, one in enumerate(squares)}
    land = {"T1": star((EAST, NORTH), [r * 150 for r in radii])}
    chosen = choice(rights, land)
    for plan in (of_right(chosen, "r:01000000", SPANISH), of_whole(chosen, ENGLISH)):
        assert_legible(plan)
        assert_on_the_sheet(plan)


def test_vertices_bear_the_numbers_of_their_tables() -> None:
    """Clockwise from the north-west: the right's corners, and the a of the overlap above 300 m."""
    plan = of_right(choice(ONE, LAND), "r:A1", SPANISH)
    told = set(text_boxes(plan).values())
    assert {"1, a1", "2, a2", "3", "4", "a3", "a4"} <= told
    (outline,) = lines_of(plan, "0.70")
    boxes = {said: box for box, said in text_boxes(plan).items()}
    assert boxes["1, a1"][2] < outline[:, 0].min() + 1
    assert boxes["1, a1"][3] < outline[:, 1].min() + 1
    assert boxes["3"][0] > outline[:, 0].max() - 1
    assert boxes["3"][1] > outline[:, 1].max() - 1


def test_vertices_of_holes_and_parts_bear_part_and_ring_and_it_is_explained() -> None:
    plan = of_right(choice({"A1": _hole()}, {}), "r:A1", SPANISH)
    told = set(text_boxes(plan).values())
    assert {"1.1.1", "1.1.4", "1.2.1", "1.2.4"} <= told
    assert any("parte, anillo y vértice" in note for note in plan.notes)


def test_a_label_names_only_vertices_that_fall_together_on_paper() -> None:
    """A side with a vertex every 2 m, 0.13 mm on paper: no label may reach over a millimetre."""
    side = [(EAST + 2 * step, NORTH) for step in range(501)]
    shape = shapely.Polygon([*side, (EAST + 1000, NORTH + 1000), (EAST, NORTH + 1000)])
    plan = of_right(choice({"A1": shape}, {}), "r:A1", SPANISH)
    runs = [said for said in text_boxes(plan).values() if re.fullmatch(r"\d+–\d+", said)]
    assert runs
    for said in runs:
        first, last = map(int, said.split("–"))
        assert (last - first) * 2000 / plan.scale <= 0.8


def test_numbers_without_room_are_counted() -> None:
    ring = shapely.Point(EAST, NORTH).buffer(500, quad_segs=100)
    plan = of_right(choice({"A1": ring}, {}), "r:A1", SPANISH)
    found = re.search(r"Vértices sin número.*: (\d+) de (\d+);", " ".join(plan.notes))
    assert found
    without, total = map(int, found.groups())
    dots = [m for m in marks(plan, "circle") if m.get("r") == "0.35"]
    assert total == 400
    assert 0 < len(dots) <= total - without


def test_the_situation_map_bears_the_numbers_that_it_is_given() -> None:
    rights = {"A1": square(0, 0, 1000), "A2": square(3000, 0, 1000), "A3": square(0, 3000, 20)}
    chosen = choice(rights, LAND)
    told = set(text_boxes(of_whole(chosen, SPANISH)).values())
    assert {"1", "2", "3"} <= told
    numbers = {("r:A1", "t:T1"): 71, ("r:A2", "t:T1"): 72, ("r:A3", "t:T1"): 73}
    told = set(text_boxes(of_whole(chosen, SPANISH, numbers)).values())
    assert {"71", "72", "73"} <= told
    gone = of_whole(chosen, SPANISH, {**numbers, ("r:none", "t:none"): 4})
    assert not any("no caben" in note for note in gone.notes)


def _widths(path: Path) -> dict[str, float]:
    """The true widths of a TrueType font, as shares of its size (tables cmap and hmtx)."""
    file = path.read_bytes()
    tables = {}
    for place in range(struct.unpack_from(">H", file, 4)[0]):
        tag, _sum, offset, _size = struct.unpack_from(">4sIII", file, 12 + 16 * place)
        tables[tag] = offset
    em = struct.unpack_from(">H", file, tables[b"head"] + 18)[0]
    last = struct.unpack_from(">H", file, tables[b"hhea"] + 34)[0] - 1
    cmap = tables[b"cmap"]
    subtables = (
        struct.unpack_from(">HHI", file, cmap + 4 + 8 * place)
        for place in range(struct.unpack_from(">H", file, cmap + 2)[0])
    )
    full = next(cmap + at for platform, kind, at in subtables if (platform, kind) == (3, 10))
    found = {}
    for group in range(struct.unpack_from(">I", file, full + 12)[0]):
        first, end, glyph = struct.unpack_from(">III", file, full + 16 + 12 * group)
        for point in range(first, end + 1):
            at = tables[b"hmtx"] + 4 * min(glyph + point - first, last)
            found[chr(point)] = struct.unpack_from(">H", file, at)[0] / em
    return found


def _fonts() -> Path:
    fonts = data_folder() / "built" / "fonts"
    if not fonts.is_dir():
        pytest.skip("the fonts are not there: run `make setup`")
    return fonts


def test_no_letter_is_wider_than_the_room_that_it_is_given() -> None:
    for name, bold in (("DejaVuSansCondensed", False), ("DejaVuSansCondensed-Bold", True)):
        true = _widths(_fonts() / f"{name}.ttf")
        assert len(true) > 5000
        assert [one for one, wide in true.items() if width_mm(one, 1.0, bold=bold) < wide] == []


# --- unusual rights -----------------------------------------------------------------------------


def _hole() -> Any:
    return shapely.difference(square(0, 0, 1000), square(300, 300, 300))


@pytest.mark.parametrize(
    ("right", "lands"),
    [
        pytest.param(square(0, 0, 10), LAND, id="a hundredth of a hectare"),
        pytest.param(square(0, 0, 10_000), LAND, id="ten thousand hectares"),
        pytest.param(square(0, 0, 1000), {}, id="no territory"),
        pytest.param(square(0, 0, 1000), {"T1": square(1000, 0, 9000)}, id="adjacent only"),
        pytest.param(_hole(), LAND, id="a hole"),
        pytest.param(
            shapely.union(square(0, 0, 500), square(2000, 900, 300)), LAND, id="two parts"
        ),
        pytest.param(
            square(0, 0, 1000), {f"T{n}": square(-2000, n * 30, 9000) for n in range(30)},
            id="thirty territories on each other",
        ),
        pytest.param(shapely.box(EAST, NORTH, EAST + 90_000, NORTH + 3), LAND, id="a long needle"),
    ],
)  # fmt: skip
def test_an_unusual_right_has_a_legible_plan(right: Any, lands: dict[str, Any]) -> None:
    chosen = choice({"0100": right}, lands, called="COMUNIDAD CAMPESINA DE NOMBRE LARGO " * 4)
    for plan in (
        of_right(chosen, "r:0100", ENGLISH),
        *([of_whole(chosen, SPANISH)] if lands else []),
    ):
        assert_legible(plan)
        assert_on_the_sheet(plan)
    by_code = choice({"0100": right}, lands, by=By.CODES)
    assert_legible(of_whole(by_code, SPANISH))


def test_an_overlap_too_small_to_see_is_ringed() -> None:
    plan = of_right(choice(ONE, {"T1": square(999.5, 999.5, 9000)}, classes=lambda _s: "sliver"),
                    "r:A1", SPANISH)  # fmt: skip
    assert not [m for m in marks(plan, "circle") if m.get("r") == "2.20"]
    plan = of_right(choice(ONE, {"T1": square(995, 995, 9000)}), "r:A1", SPANISH)
    assert len([m for m in marks(plan, "circle") if m.get("r") == "2.20"]) == 1
    assert any("círculo" in note for note in plan.notes)


def test_a_right_next_to_a_territory_says_that_nothing_is_shared() -> None:
    plan = of_right(choice(ONE, {"T1": square(1000, 0, 9000)}), "r:A1", SPANISH)
    assert any("sin superficie común" in note for note in plan.notes)


def test_a_right_of_another_zone_is_drawn_in_its_own() -> None:
    """A right of zone 18 beside a territory of zone 19: 500 m are 500 m in the right's plane."""
    place = from_degrees(degrees([square(-250_000, 0, 500)], UTM), "EPSG:32718")[0]
    west, south = (round(edge) for edge in place.bounds[:2])
    right = shapely.box(west, south, west + 500, south + 500)
    chosen = choice({"A1": right}, {"T1": shapely.box(west, south, west + 9000, south + 9000)},
                    plane="EPSG:32718")  # fmt: skip
    elsewhere = frame(
        [{**chosen.territories.iloc[0].drop(["geometry", "plane"]).to_dict(), "key": "t:T2"}],
        [square(-251_000, -500, 3000)],
        [UTM],
    )
    lands = gpd.GeoDataFrame(pd.concat([chosen.territories, elsewhere], ignore_index=True))
    object.__setattr__(chosen, "territories", lands)
    plan = of_right(chosen, "r:A1", SPANISH)
    assert plan.plane == "EPSG:32718"
    (outline,) = lines_of(plan, "0.70")
    assert np.ptp(outline[:, 0]) == pytest.approx(500_000 / plan.scale, abs=0.011)
    assert any("zona 18S" in said for said in text_boxes(plan).values())
    assert_legible(plan)


def test_a_right_that_is_not_in_the_annex_is_refused() -> None:
    with pytest.raises(ChoiceUnknown):
        of_right(choice(ONE, LAND), "r:other", SPANISH)


# --- bytes --------------------------------------------------------------------------------------

HOSTILE = (
    "</text><script>alert(1)</script>&amp;\u202e\u0000\u001b\ufffe\u2028\U0001f600 ]]> " + "W" * 300
)


def test_a_hostile_name_stays_a_text_and_on_the_sheet() -> None:
    rights = {HOSTILE: square(0, 0, 1000), HOSTILE + "2": square(1000, 0, 1000)}
    chosen = choice(rights, LAND, called=HOSTILE)
    for plan in (of_right(chosen, f"r:{HOSTILE}", SPANISH), of_whole(chosen, ENGLISH)):
        plan.svg.encode("utf-8")
        tags = {mark.tag.split("}")[1] for mark in ET.fromstring(plan.svg).iter()}
        assert tags <= {"svg", "path", "rect", "text", "circle"}
        assert_legible(plan)
        for line in plan.legend:
            assert "\u202e" not in line.label
            assert "\x00" not in line.label


def test_a_text_that_xml_cannot_hold_is_never_written() -> None:
    said = plain("a\ud800b\ufffe\u0000\u202ec\u0301")
    assert said == "a b  ć"
    ET.fromstring(f"<a>{said}</a>".encode())


def test_a_plan_asks_for_nothing_that_a_printer_or_an_archive_refuses() -> None:
    plan = of_right(choice(ONE, LAND), "r:A1", SPANISH)
    for svg in (plan.svg, *(line.swatch_svg for line in plan.legend)):
        assert not re.search("opacity|clip|mask|href|url|image|style|filter|NaN|inf|-0\\.00", svg)


def test_the_same_choice_gives_the_same_bytes() -> None:
    first = of_right(choice(ONE, LAND), "r:A1", SPANISH)
    scene.scene.cache_clear()
    assert of_right(choice(ONE, LAND), "r:A1", SPANISH) == first


def test_a_drawing_leaves_out_only_what_paper_cannot_show_and_says_so() -> None:
    fine = shapely.Point(EAST, NORTH).buffer(5000, quad_segs=1000)
    chosen = choice(ONE, {"T1": fine})
    plan = of_whole(chosen, SPANISH)
    assert any("0.05 mm" in note for note in plan.notes)
    view = fitting((EAST - 5000, NORTH - 5000, EAST + 5000, NORTH + 5000), SHEET, UTM)
    piece = scene.cut(scene.areas(fine), view)
    (whole,) = view.on_paper(np.array([fine], dtype=object))
    assert piece.simplified
    assert shapely.hausdorff_distance(piece.area, whole) < 0.051
    assert not any("0.05 mm" in note for note in of_right(choice(ONE, {}), "r:A1", SPANISH).notes)


def test_the_plan_in_a_pdf_keeps_its_texts_as_texts_in_our_letters(tmp_path: Path) -> None:
    fonts = _fonts()
    plan = of_right(choice(ONE, LAND), "r:A1", SPANISH)
    (tmp_path / "plan.svg").write_text(plan.svg, "utf-8")
    page = (
        "#set page(width: 190mm, height: 155mm, margin: 10mm)\n"
        "#set document(date: datetime(year: 2026, month: 1, day: 1))\n"
        '#image("plan.svg", width: 170mm, alt: "plano")'
    )
    (tmp_path / "plan.typ").write_text(page, "utf-8")
    made = typst.compile(
        str(tmp_path / "plan.typ"), font_paths=[str(fonts)], ignore_system_fonts=True,
        format="pdf", pdf_standards=["a-2b"],
    )  # fmt: skip
    names = set(re.findall(rb"/BaseFont\s*/[A-Z]+\+([\w-]+)", made))
    assert {name for name in names if not name.startswith(b"Libertinus")} == {
        b"DejaVuSansCondensed", b"DejaVuSansCondensed-Bold",
    }  # fmt: skip
    document = pypdfium2.PdfDocument(made)
    text = document[0].get_textpage().get_text_range().replace("\u00a0", " ")
    for said in ("461 000 E", "8 613 000 N", "Escala 1:15 000", "1, a1", "zona 19S", "A1"):
        assert said in text
    grey = document[0].render(scale=4).to_numpy()[:, :, :3].mean(axis=2)
    right = grey[int(60 * 11.34) : int(70 * 11.34), int(80 * 11.34) : int(90 * 11.34)]
    assert right.min() < 110, "the hatch is gone on a black-and-white copy"
    assert 0.08 < (right < 170).mean() < 0.5


def test_real_rights_have_legible_plans(real_data: Callable[[str], Path]) -> None:
    rows = gpd.read_file(real_data("ingemmet_19s_mdd_first14.gpkg"))
    shapes = dict(zip(rows["CODIGOU"].astype(str), rows.geometry, strict=True))
    middle = shapely.union_all(list(shapes.values())).convex_hull
    chosen = choice(shapes, {"T1": shapely.buffer(middle, -2000)})
    assert len(chosen.overlaps) > 3
    for key in chosen.concessions["key"]:
        plan = of_right(chosen, key, SPANISH)
        assert_legible(plan)
        assert_on_the_sheet(plan)
    assert_legible(of_whole(chosen, SPANISH))
