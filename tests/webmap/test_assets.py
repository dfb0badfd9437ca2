"""What a reader's browser loads comes from us and calls nobody."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Point

from webmap.assets import ASSETS, Asset, AssetRefused, copy, taken

SCRIPT = Asset("lib", "lib.js", "webmap/static/vendor/lib/lib.js")
STYLE = Asset("lib", "lib.css", "webmap/static/vendor/lib/lib.css")


@pytest.mark.parametrize(
    "text",
    [
        'fetch("https://tiles.example.org/1.png")',
        "x='http://example.org'",
        "x=`//cdn.example.org/a.js`",
        'e.src = "//cdn.example.org/a.js"',
        r'x="https:\/\/example.org\/a"',
        "new WebSocket('wss://example.org')",
        "importScripts(//example.org/a.js)",
        "/* see https://example.org */",
        "var a = 1; //# sourceMappingURL=https.map",
    ],
)
def test_a_script_that_could_call_a_stranger_is_not_served(text: str) -> None:
    with pytest.raises(AssetRefused, match=r"lib/lib\.js"):
        taken(SCRIPT, text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "a { background: url(https://example.org/a.png) }",
        "a { background: url('//example.org/a.png') }",
        "a { background: url( //example.org/a.png ) }",
        "@import '//example.org/a.css';",
        '@import "https:a.css";',
        "a { background: url(data:image/png;base64,AAAA) }",
        r"a { background: url(\68ttp\3a //example.org) }",
    ],
)
def test_a_style_that_could_call_a_stranger_is_not_served(text: str) -> None:
    with pytest.raises(AssetRefused, match=r"lib/lib\.css"):
        taken(STYLE, text.encode())


def test_what_is_harmless_passes_unchanged() -> None:
    script = b"// a comment\nvar half = a / b, s = 'a//b', u = '/tiles/' + x;\n"
    style = b"a { background: url(images/a.png) } v { behavior: url(#default#VML) }\n"
    assert taken(SCRIPT, script) == script
    assert taken(STYLE, style) == style


def test_an_address_is_allowed_only_whole_and_only_where_it_is_listed() -> None:
    listed = Asset("lib", "lib.js", SCRIPT.target, ("https://example.org",))
    assert taken(listed, b"/* https://example.org */") == b"/* https://example.org */"
    with pytest.raises(AssetRefused):
        taken(listed, b"fetch('https://example.org/count')")
    with pytest.raises(AssetRefused):
        taken(listed, b"fetch('https://example.org.evil.example')")


def test_the_debuggers_map_is_left_behind() -> None:
    assert taken(SCRIPT, b"a();\n//# sourceMappingURL=lib.js.map\n") == b"a();\n"
    assert taken(STYLE, b"a{}\n/*# sourceMappingURL=lib.css.map */\n") == b"a{}\n"


def test_a_text_that_is_not_utf8_is_refused_and_a_picture_is_not_read() -> None:
    with pytest.raises(AssetRefused, match="UTF-8"):
        taken(SCRIPT, b"\xff\xfe")
    picture = Asset("lib", "a.png", "webmap/static/vendor/lib/a.png")
    assert taken(picture, b"\xffhttps://example.org") == b"\xffhttps://example.org"


def _package(folder: Path, text: bytes) -> Path:
    (folder / "lib").mkdir(parents=True, exist_ok=True)
    (folder / "lib" / "lib.js").write_bytes(text)
    return folder


def test_a_copy_takes_the_place_of_the_old_one_whole_and_then_rests(tmp_path: Path) -> None:
    packages = _package(tmp_path / "node_modules", b"one()")
    vendor = tmp_path / "webmap" / "static" / "vendor"
    assert copy(packages, tmp_path, [SCRIPT]) == (vendor,)
    (vendor / "left-from-before.js").write_text("old()")
    _package(packages, b"two()")
    assert copy(packages, tmp_path, [SCRIPT]) == (vendor,)
    assert (vendor / "lib" / "lib.js").read_bytes() == b"two()"
    assert [p.name for p in vendor.rglob("*.js")] == ["lib.js"]
    assert [p.name for p in vendor.parent.iterdir()] == ["vendor"], "scratch was left behind"
    assert copy(packages, tmp_path, [SCRIPT]) == ()


def test_a_refused_library_leaves_what_was_there(tmp_path: Path) -> None:
    packages = _package(tmp_path / "node_modules", b"one()")
    copy(packages, tmp_path, [SCRIPT])
    _package(packages, b"fetch('https://example.org')")
    with pytest.raises(AssetRefused):
        copy(packages, tmp_path, [SCRIPT])
    served = tmp_path / SCRIPT.target
    assert served.read_bytes() == b"one()"


def test_a_missing_library_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(AssetRefused, match="make setup"):
        copy(tmp_path, tmp_path, [SCRIPT])


def test_the_pages_find_every_library_and_each_is_what_npm_brought() -> None:
    root = Path(__file__).resolve().parents[2]
    for asset in ASSETS:
        brought = (root / "node_modules" / asset.package / asset.file).read_bytes()
        assert (root / asset.target).read_bytes() == taken(asset, brought), asset.target


def _departments() -> gpd.GeoDataFrame:
    path = Path(__file__).resolve().parents[2] / "data" / "built" / "peru-departments.topo.json"
    return gpd.read_file(path).set_crs(4326, allow_override=True)


def test_every_department_of_peru_has_an_outline() -> None:
    # 24 departments and the constitutional province of Callao; Lima is drawn in two shapes.
    names = _departments()["name"].tolist()
    assert len(names) == 26
    assert len(set(names)) == 25
    assert names.count("Lima") == 2


@pytest.mark.parametrize(
    ("capital", "lon", "lat"),
    [
        ("Puno", -70.02, -15.84),
        ("Callao", -77.12, -12.05),
        ("Lima", -77.03, -12.05),
        ("Madre de Dios", -69.19, -12.6),
        ("Ucayali", -74.55, -8.38),
    ],
)
def test_a_capital_lies_in_the_department_that_is_named(
    capital: str, lon: float, lat: float
) -> None:
    shapes = _departments()
    assert shapes.loc[shapes.contains(Point(lon, lat)), "name"].tolist() == [capital]


def test_the_outlines_name_the_department_of_the_real_districts(
    real_data: Callable[[str], Path],
) -> None:
    districts = gpd.read_file(real_data("districts_peru_1874.gpkg"))
    inside = districts.set_geometry(districts.representative_point())[["departamento", "geometry"]]
    joined = inside.sjoin(_departments()[["name", "geometry"]])
    plain = joined["name"].str.normalize("NFD").str.replace(r"[\u0300-\u036f]", "", regex=True)
    wrong = int((plain.str.upper() != joined["departamento"]).sum())
    # Outlines at 1:10,000,000 are a few kilometres off, so a district on a border may be missed.
    assert len(joined) > 1850
    assert wrong < 30


def test_a_mending_that_no_longer_fits_is_refused() -> None:
    asset = Asset("lib", "a.json", "data/built/a.json", mended=(("wrong", "right"),))
    assert taken(asset, b'["wrong"]') == b'["right"]'
    for text in (b"[]", b'["wrong", "wrong"]'):
        with pytest.raises(AssetRefused, match="una vez sola"):
            taken(asset, text)
