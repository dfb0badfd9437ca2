"""A printed sheet is to scale, says where it is from, and loses no source."""

from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import segno
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import ChoiceUnknown, OutsideCountry
from geo.evidence.sheet import compose
from geo.evidence.sheet.compose import Shown, pdf
from geo.evidence.sheet.window import SCALES, Paper, Wanted, degrees_of, distortion, view_of
from geo.home import Home
from geo.release import read
from geo.words import words
from geo.world import read_world

DATA = Path(__file__).resolve().parents[4] / "data"
SPANISH = words("es", "")
TRES_ISLAS = (-69.36, -12.55)


@pytest.fixture(scope="module")
def shown(demonstration: Home) -> Shown:
    release = read.open_release(demonstration.releases("public"))
    return Shown(
        read.concessions(release),
        read.territories(release),
        read.overlaps(release),
        tuple(read.sources(release)),
        release.id,
        release.as_of,
        release.illustrative,
        read_world(demonstration).departments,
    )


def _middle(shown: Shown) -> tuple[float, float]:
    west, south, east, north = shown.territories.total_bounds
    return (west + east) / 2, (south + north) / 2


def _texts(made: bytes) -> list[str]:
    with pypdfium2.PdfDocument(made) as document:
        return [page.get_textpage().get_text_range() for page in document]


def _sizes_mm(made: bytes) -> list[tuple[int, int]]:
    with pypdfium2.PdfDocument(made) as document:
        return [
            (round(page.get_width() / 72 * 25.4), round(page.get_height() / 72 * 25.4))
            for page in document
        ]


def test_a_kilometre_on_the_ground_is_two_centimetres_at_one_to_fifty_thousand() -> None:
    # A4 upright: 210 - 2 x 12 mm of paper, less 2 x 6 mm for the grid's numbers: 174 mm = 8.7 km
    view = view_of(Wanted(Paper.A4, False, TRES_ISLAS, 50_000))
    west, south, east, north = view.extent
    assert view.plane == "EPSG:32719"
    assert round(east - west, 1) == 8_700.0
    corner = view.paper(np.array([[west, south], [west + 1000, south + 1000]]))
    assert np.allclose(corner[1] - corner[0], [20, -20])
    assert round(north - south) == round(view.sheet.window_mm[1] * 50)


@given(
    st.sampled_from(SCALES),
    st.sampled_from(list(Paper)),
    st.booleans(),
    st.floats(-81, -69),
    st.floats(-18, -1),
)
def test_the_place_asked_for_is_in_the_middle_and_nothing_of_the_window_is_left_unasked(
    scale: int, paper: Paper, across: bool, lon: float, lat: float
) -> None:
    view = view_of(Wanted(paper, across, (lon, lat), scale))
    west, south, east, north = degrees_of(view)
    assert west < lon < east
    assert south < lat < north
    left, top, right, bottom = view.window
    middle = view.paper(np.array([[sum(view.extent[::2]) / 2, sum(view.extent[1::2]) / 2]]))
    assert np.allclose(middle, [[(left + right) / 2, (top + bottom) / 2]])


def test_the_scale_that_fits_shows_all_that_was_on_the_screen() -> None:
    shown = (-69.6, -12.7, -69.2, -12.4)
    view = view_of(Wanted(Paper.A3, True, TRES_ISLAS, 0, shown=shown))
    west, south, east, north = degrees_of(view)
    assert (west, south) <= (shown[0], shown[1])
    assert west <= shown[0]
    assert south <= shown[1]
    assert east >= shown[2]
    assert north >= shown[3]


def test_a_reader_is_told_when_the_scale_bends_at_the_edge() -> None:
    near = view_of(Wanted(Paper.A4, False, (-69.0, -12.5), 50_000))
    # at the central meridian k = 0.9996
    assert distortion(near) == pytest.approx(0.0004, abs=1e-4)
    far = view_of(Wanted(Paper.A4, False, (-71.9, -12.5), 2_000_000))
    # (180 + 315 km from the middle): 0.9996 (1 + 0.49²/(2 x 6.371²)) = 1.0026
    assert distortion(far) == pytest.approx(0.0026, abs=5e-4)


@pytest.mark.parametrize(
    ("paper", "across", "size"),
    [
        (Paper.A4, False, (210, 297)),
        (Paper.A4, True, (297, 210)),
        (Paper.A3, False, (297, 420)),
        (Paper.A3, True, (420, 297)),
    ],
)
def test_a_sheet_says_its_scale_its_zone_its_release_and_every_source(
    demonstration: Home, shown: Shown, paper: Paper, across: bool, size: tuple[int, int]
) -> None:
    wanted = Wanted(paper, across, _middle(shown), 250_000, "Límites")
    made = pdf(shown, wanted, SPANISH, demonstration.fonts)
    assert set(_sizes_mm(made)) == {size}
    text = " ".join(" ".join(_texts(made)).split())
    for said in ("Límites", "1:250\u00a0000", "19S", "EPSG:32719", shown.release_id, "Norte"):
        assert " ".join(said.split()) in text
    assert "Datos ilustrativos" in text
    # on the first page, whatever the sources take
    first = " ".join(_texts(made)[0].split())
    assert "Que un territorio no aparezca en el mapa no significa que no exista." in first
    assert "No dice por sí sola que un derecho sea válido" in first
    drawn = {*shown.concessions["source_id"], *shown.territories["source_id"]}
    for one in shown.sources:
        assert (str(one["title"]) in text) == (one["id"] in drawn)


def test_the_same_wishes_give_the_same_sheet(demonstration: Home, shown: Shown) -> None:
    wanted = Wanted(Paper.A4, False, _middle(shown), 100_000)
    assert pdf(shown, wanted, SPANISH, demonstration.fonts) == pdf(
        shown, wanted, SPANISH, demonstration.fonts
    )


def test_an_empty_sheet_says_that_nothing_is_drawn_on_it(demonstration: Home, shown: Shown) -> None:
    made = pdf(shown, Wanted(Paper.A4, False, (-77.0, -5.0), 10_000), SPANISH, demonstration.fonts)
    assert "En esta hoja no hay nada dibujado." in " ".join(_texts(made))


def test_a_sheet_with_too_much_on_it_is_refused_and_not_made_for_minutes(
    demonstration: Home, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compose, "MOST", 3)
    with pytest.raises(ChoiceUnknown, match="acérquese"):
        pdf(shown, Wanted(Paper.A4, False, _middle(shown), 250_000), SPANISH, demonstration.fonts)


def test_a_sheet_outside_the_country_or_larger_than_a_sheet_can_be_is_refused() -> None:
    with pytest.raises(OutsideCountry):
        view_of(Wanted(Paper.A4, False, (2.0, 48.0), 10_000))
    with pytest.raises(ChoiceUnknown):
        view_of(Wanted(Paper.A4, False, TRES_ISLAS, 0, shown=(-81, -18, -69, 0)))


def test_the_code_holds_exactly_the_modules_of_its_text() -> None:
    drawn = compose._code("Deslinde · abc")
    dark = sum(sum(row) for row in segno.make("Deslinde · abc", error="m").matrix)
    path = drawn.split('<path d="')[1].split('"')[0]
    rings = []
    for ring in path.split("Z"):
        if ring:
            points = [tuple(map(float, one.split())) for one in ring[1:].split("L")]
            rings.append(shapely.Polygon(points))
    area = shapely.Polygon()
    for ring in rings:
        area = shapely.symmetric_difference(area, ring)
    assert area.area == pytest.approx(dark)
