"""The PDF as a file: tagged, declared, its own fonts, the same bytes anywhere, data never code."""

import ctypes
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from geo.errors import AnnexFailed
from geo.evidence.annex.blocks import Document
from geo.evidence.annex.typeset import pdf
from geo.evidence.choice import choose
from geo.evidence.chosen import By, Chosen
from geo.release import read
from geo.release.read import Release

Compose = Callable[..., Document]
Pages = Callable[[bytes], list[str]]

ROOT = Path(__file__).resolve().parents[4]
SPECIMEN = "ESPÉCIMEN — DATOS ILUSTRATIVOS"

HOSTILE = (
    '#panic("x")',
    "#import \"/etc/passwd\": * #read('/etc/passwd')",
    "*negrita* _cursiva_ = título $x^2$ `código` @cita <etiqueta> // nada",
    "línea\r\notra\x0b\x00fin",
    "🛖 Ñandú\u202egnirts\u2066",
    "Ñ" * 300,
    "A-1/" * 75,
    "\\ \" ' { } [ ] ~ ^ % &",
)


def test_it_is_tagged_and_declares_pdf_a(amparo: bytes) -> None:
    opened = pypdfium2.PdfDocument(amparo)
    try:
        assert pdfium.FPDFCatalog_IsTagged(opened)
    finally:
        opened.close()
    assert b"<pdfaid:part>2</pdfaid:part>" in amparo
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in amparo


def test_title_language_date_and_the_hash_of_the_data_stand_in_its_properties(
    amparo: bytes, manifest_sha256: str
) -> None:
    opened = pypdfium2.PdfDocument(amparo)
    try:
        said = opened.get_metadata_dict()
    finally:
        opened.close()
    assert said["Title"] == "Anexo técnico de superposición"
    assert said["Keywords"] == f"manifest-sha256:{manifest_sha256}"
    assert said["CreationDate"].startswith("D:20261031")  # the release's as_of, not today
    assert b"<rdf:li>es" in amparo or b"(es" in amparo


def _fonts(content: bytes) -> dict[str, bool]:
    """Every font that a page uses, and whether it is embedded."""
    opened = pypdfium2.PdfDocument(content)
    found: dict[str, bool] = {}
    try:
        for page in opened:
            for one in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=15):
                font = pdfium.FPDFTextObj_GetFont(one)
                buffer = ctypes.create_string_buffer(200)
                pdfium.FPDFFont_GetBaseFontName(font, buffer, 200)
                name = buffer.value.decode().partition("+")[2] or buffer.value.decode()
                found[name] = found.get(name, True) and pdfium.FPDFFont_GetIsEmbedded(font) == 1
            page.close()
    finally:
        opened.close()
    return found


def test_its_fonts_are_inside_it_and_none_is_the_machines(amparo: bytes) -> None:
    fonts = _fonts(amparo)
    assert all(fonts.values())
    families = {name.partition("-")[0] for name in fonts}
    assert {"LibertinusSerif", "DejaVuSans", "DejaVuSansCondensed"} <= families
    assert families - {"DejaVuSansMono"} == {"LibertinusSerif", "DejaVuSans", "DejaVuSansCondensed"}


def test_illustrative_data_are_marked_on_every_page_and_real_ones_on_none(
    amparo: bytes, real: Chosen, compose: Compose, fonts: Path, pages: Pages
) -> None:
    assert all(SPECIMEN in text for text in pages(amparo))
    assert not any("ESPÉCIMEN" in text for text in pages(pdf(compose(real), fonts)))


def test_every_page_bears_the_hash_of_the_data_its_number_and_the_release(
    amparo: bytes, pages: Pages, release: Release, manifest_sha256: str
) -> None:
    texts = pages(amparo)
    for number, text in enumerate(texts, 1):
        assert f"Huella de los datos: {manifest_sha256[:16]}…" in text
        assert f"Publicación {release.id}" in text
        assert f"Página {number} de {len(texts)}" in text


def test_the_heads_of_a_long_table_stand_on_each_of_its_pages(amparo: bytes, pages: Pages) -> None:
    texts = pages(amparo)
    first = next(n for n, text in enumerate(texts) if n > 1 and "Cuadro de superposición" in text)
    last = next(n for n, text in enumerate(texts) if n > first and "Secuencia de fechas" in text)
    assert last - first > 3
    for text in texts[first:last]:
        assert "Código único" in text
        assert "Códigos de alerta" in text


_AGAIN = """
import hashlib, sys
from pathlib import Path
from geo.evidence import custody
from geo.evidence.annex import compose as annex
from geo.evidence.choice import choose
from geo.evidence.chosen import By
from geo.evidence.annex.typeset import pdf
from geo.evidence.wishes import Wishes
from geo.release.read import check
from geo.words import words
folder, fonts, sha = sys.argv[1:]
chosen = choose(check(Path(folder)), By.CODES, "009900180\\n999999999\\nILU-00001\\n")
log = custody.lines(chosen, words("es", ""))
made = annex.compose(chosen, Wishes(), words("es", ""), manifest_sha256=sha, custody=log)
print(hashlib.sha256(pdf(made, Path(fonts))).hexdigest())
"""


def test_the_same_bytes_come_out_in_another_folder_time_zone_and_locale(
    few: Chosen,
    compose: Compose,
    fonts: Path,
    tmp_path: Path,
    release: Release,
    manifest_sha256: str,
) -> None:
    here = hashlib.sha256(pdf(compose(few), fonts)).hexdigest()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TZ": "Asia/Tokyo",
        "LC_ALL": "C",
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "USER": "otra",
    }
    made = subprocess.run(
        [sys.executable, "-c", _AGAIN, str(release.folder), str(fonts), manifest_sha256],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    assert made.stdout.strip() == here


def test_a_text_from_data_is_printed_and_never_run(
    release: Release, compose: Compose, fonts: Path, pages: Pages
) -> None:
    codes = "".join(f"{code}\n" for code in read.concessions(release)["native_id"][:12])
    case = choose(release, By.CODES, codes)
    names = pd.Series(
        [HOSTILE[n % len(HOSTILE)] for n in range(len(case.concessions))],
        index=case.concessions.index,
        dtype="string",
    )
    hostile = replace(
        case,
        concessions=case.concessions.assign(
            name=names, holder=names, status_raw=names, documents=names
        ),
        territories=case.territories.assign(name=HOSTILE[0], tenure_raw=HOSTILE[2]),
        overlaps=case.overlaps.assign(
            concession_name=case.overlaps["concession_key"].map(
                dict(zip(case.concessions["key"], names, strict=True))
            )
        ),
    )
    said = "".join(pages(pdf(compose(hostile), fonts))).replace(" ", "")
    for plain in ('#panic("x")', "*negrita*_cursiva_", "\\\"'{}[]~^%&"):
        assert plain in said
    assert "\u202e" not in said
    assert "U+1F6D6" in said  # listed, since it is printed as a replacement
    # thirty-one letters of the longest names are a line at most: all three hundred are there
    assert said.count("Ñ") > 300


def test_a_fault_of_the_fonts_is_a_sentence_and_not_a_trace(
    few: Chosen, compose: Compose, tmp_path: Path
) -> None:
    with pytest.raises(AnnexFailed, match="make setup"):
        pdf(compose(few), tmp_path)


def test_the_templates_travel_with_the_package() -> None:
    folder = ROOT / "geo" / "evidence" / "annex" / "typst"
    assert {path.name for path in folder.iterdir()} == {"annex.typ", "blocks.typ"}


_LARGE = """
import resource, sys, time
from dataclasses import replace
from pathlib import Path
import geopandas as gpd, numpy as np, pandas as pd, shapely
from geo.datum import to_degrees
from geo.evidence.annex import compose as annex
from geo.evidence.choice import choose
from geo.evidence.chosen import By
from geo.evidence.annex.typeset import pdf
from geo.evidence.wishes import Wishes
from geo.release.read import check
from geo.words import words

folder, fonts = sys.argv[1:]
chosen = choose(check(Path(folder)), By.CASE, "tres-islas")
PLANE = "EPSG:32719"
turn = np.linspace(0, 2 * np.pi, 3000, endpoint=False)
far = 22_000 + 1_500 * np.sin(17 * turn)
east, north = 455_000 + far * np.cos(turn), 8_612_000 + far * np.sin(turn)
land = shapely.Polygon(np.column_stack([east, north]))
at = [(440_000 + 2_300 * (n % 13), 8_598_000 + 2_300 * (n // 13)) for n in range(150)]
rights = np.array([shapely.box(x, y, x + 2_000, y + 2_000) for x, y in at], dtype=object)
pieces = shapely.intersection(rights, land)
degrees = lambda shapes: to_degrees(np.asarray(shapes, dtype=object), PLANE).shapes
of_rights = pd.concat([chosen.concessions] * 4, ignore_index=True).iloc[:150]
codes = [f"0199{n:05}" for n in range(150)]
of_rights = of_rights.assign(key=["big:" + code for code in codes], native_id=codes, plane=PLANE,
    geometry=degrees(rights), grid_datum="unknown")
subject = chosen.subjects[0]
lands = chosen.territories.loc[chosen.territories["key"].eq(subject)]
lands = lands.assign(geometry=degrees([land]), plane="EPSG:4326")
pairs = pd.concat([chosen.overlaps] * 4, ignore_index=True).iloc[:150]
area = shapely.area(pieces) / 10_000
pairs = pairs.assign(concession_key=["big:" + code for code in codes], concession_id=codes,
    territory_key=subject, geometry=degrees(pieces), plane=PLANE, zone="19S", area_ha=area,
    overlap_class="overlap")
flags = chosen.flags
one = flags.loc[flags["concession_key"].eq(flags["concession_key"].iloc[0])]
one = one.assign(territory_key=subject)
flags = pd.concat([one.assign(concession_key="big:" + code) for code in codes], ignore_index=True)
geo = lambda frame: gpd.GeoDataFrame(frame, geometry="geometry", crs="EPSG:4326")
big = replace(chosen, concessions=geo(of_rights), territories=geo(lands), overlaps=geo(pairs),
    flags=flags, subjects=(subject,))
began = time.monotonic()
document = annex.compose(big, Wishes(), words("es", ""), manifest_sha256="0" * 64, custody=())
composed = time.monotonic()
content = pdf(document, Path(fonts))
done = time.monotonic()
# ours and typst's, as if both had been at their highest at once; a process that is started inherits
# its parent's ru_maxrss, so that ours is read where it begins anew
ours = next(line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)
most = int(ours.split()[1]) + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(len(content), round(composed - began, 1), round(done - composed, 1), most // 1024)
"""
"""A territory of 3,000 vertices under 150 rights of 400 ha each, and every question of each."""


def test_a_hundred_and_fifty_rights_on_three_thousand_vertices_fit_in_a_gigabyte(
    release: Release, fonts: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    if not Path("/proc/self/status").is_file():
        pytest.skip("how much memory a process took at most is read from /proc, which is not here")
    made = subprocess.run(
        [sys.executable, "-c", _LARGE, str(release.folder), str(fonts)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    size, composed, compiled, megabytes = made.stdout.split()
    record_property("annex", f"{composed} s + {compiled} s, {megabytes} MB, {size} bytes")
    assert int(megabytes) < 1024
