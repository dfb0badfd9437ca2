"""A secret place or name is found in whatever form it stands, and its neighbour is not."""

import base64
import gzip
import io
import json
import math
import sqlite3
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pikepdf
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from geo.boxes.coordinates import Secrets, in_bytes, in_text
from geo.boxes.search import Hit, Kind, Wanted, hits, hosts
from geo.boxes.unpacking import Piece, of_folder, pieces
from geo.crs import route
from geo.register import names
from geo.register.store import Register, writing

LON, LAT = -69.2345678, -12.5987654
SECRET = Secrets(((LON, LAT), (-70.4321, -11.8765)))
NAME, PHONE = "Zulmira Inventada Quispecanta", "987 001 002"


def _plane(code: str, lon: float = LON, lat: float = LAT) -> tuple[float, float]:
    x, y = route(code).back(np.array([lon]), np.array([lat]))
    return float(x[0]), float(y[0])


def _sexagesimal(value: float, decimals: int) -> tuple[int, int, float]:
    whole = round(abs(value) * 3600, decimals)
    return int(whole // 3600), int(whole % 3600 // 60), round(whole % 60, decimals)


EAST, NORTH = _plane("EPSG:32719")
OLD_EAST, OLD_NORTH = _plane("EPSG:24879")
OLD_LON, OLD_LAT = _plane("EPSG:4248")
D, M, S = _sexagesimal(LON, 1)
E, N, T = _sexagesimal(LAT, 1)

WRITTEN = (
    f"[{LON}, {LAT}]",
    f"{LAT:.3f};{LON:.3f}",
    "-69.234 -12.598",
    f'{{"lat": {LAT:.5f}, "note": 3, "lon": {LON:.5f}}}',
    f"<lon>{LON:.3f}</lon><lat>{LAT:.3f}</lat>",
    f"{LON:.5f} {LAT:.4f}".replace(".", ","),
    f"{D}°{M}'{S}\"W {E}°{N}'{T}\"S",
    f"{E} {N} {T} S, {D} {M} {S} W",
    f"{D}&deg;{M}&#39;{S}&quot; O / {E}&deg;{N}&#39;{T}&quot; S",
    f"{D}\\u00b0{M}'{S}\\\" {E}\\u00b0{N}'{T}\\\"",
    f"{D}°{(abs(LON) - D) * 60:.3f}' {E}°{(abs(LAT) - E) * 60:.3f}'",
    f"19L {EAST:.0f} {NORTH:.0f}",
    f"E {EAST:,.0f} N {NORTH:,.1f}",
    f"{EAST:,.0f} {NORTH:,.0f}".replace(",", " "),
    f"{OLD_EAST:.3f},{OLD_NORTH:.3f}",
    f"{OLD_NORTH:,.0f} / {OLD_EAST:,.0f}".replace(",", "."),
    f"{OLD_LON:.4f} {OLD_LAT:.4f}",
)


@pytest.mark.parametrize("text", WRITTEN)
def test_a_place_is_found_however_it_is_written(text: str) -> None:
    assert list(hits(Wanted(SECRET), [Piece("x", text.encode())]))


@pytest.mark.parametrize(
    "text",
    [
        "-69.23 -12.60",  # two decimals are what a box may show
        "-69.235 -12.700",
        f"{EAST + 40:.0f} {NORTH + 40:.0f}",
        f"{LON:.5f} " + "7 " * 40 + f"{LAT:.5f}",
        "2026-11-22 12:59:55",
        "",
    ],
)
def test_what_is_not_the_place_is_left_alone(text: str) -> None:
    assert not list(hits(Wanted(SECRET), [Piece("x", text.encode())]))


@given(
    st.floats(-81.3, -68.7), st.floats(-18.3, -0.1), st.integers(3, 7), st.booleans(), st.booleans()
)
def test_any_place_of_peru_is_found_rounded_or_cut(
    lon: float, lat: float, decimals: int, cut: bool, turned: bool
) -> None:
    def written(value: float) -> str:
        scale = 10**decimals
        kept = math.trunc(value * scale) / scale if cut else value
        return f"{kept:.{decimals}f}"

    told = [written(lon), written(lat)]
    assert in_text(Secrets(((lon, lat),)), " ".join(told[::-1] if turned else told))


@given(st.floats(-81.3, -68.7), st.floats(-18.3, -0.1), st.sampled_from(["4877", "4878", "4879"]))
def test_any_place_of_peru_is_found_in_the_old_datum(lon: float, lat: float, zone: str) -> None:
    x, y = _plane(f"EPSG:2{zone}", lon, lat)
    assert in_text(Secrets(((lon, lat),)), f"{x:.0f} m E, {y:.0f} m N")


@pytest.mark.parametrize("form", ["<2d", ">2d", "<2f", ">2f"])
@pytest.mark.parametrize("before", range(8))
def test_a_place_is_found_in_numbers_that_are_not_letters(form: str, before: int) -> None:
    for pair in ((LON, LAT), (LAT, LON), (EAST, NORTH), (round(LON, 3), round(LAT, 3))):
        assert in_bytes(SECRET, b"x" * before + struct.pack(form, *pair) + b"rest")
    assert not in_bytes(SECRET, b"x" * before + struct.pack(form, LON + 0.01, LAT))


def test_what_is_written_finely_is_no_chance_and_what_is_coarse_may_be() -> None:
    assert {one.exact for one in in_text(SECRET, f"{LON:.6f} {LAT:.6f}")} == {True}
    assert {one.exact for one in in_text(SECRET, f"{LON:.3f} {LAT:.3f}")} == {False}


def _zipped(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", content)
    return made.getvalue()


def _comment(content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a", b"")
        archive.comment = content
    return made.getvalue()


def _table(content: bytes) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a TEXT, b BLOB)")
    connection.execute("INSERT INTO t VALUES (?, ?)", ("x" * 5000, content))
    connection.commit()
    made: bytes = connection.serialize()
    connection.close()
    return made


def _parquet(content: bytes) -> bytes:
    made = io.BytesIO()
    pyarrow.parquet.write_table(
        pyarrow.table({"n": [1], "t": [content.decode()]}), made, compression="zstd"
    )
    return made.getvalue()


def _pdf(content: bytes) -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Subject"] = content.decode()
        document.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return made.getvalue()


def _pdf_stream(content: bytes) -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.pages[0].Contents = document.make_stream(b"BT (" + content + b") Tj ET")
        document.save(made, compress_streams=True)
    return made.getvalue()


def _photo(content: bytes) -> bytes:
    made = io.BytesIO()
    picture = Image.new("RGB", (4, 4))
    exif = picture.getexif()
    exif[0x010E] = content.decode()
    picture.save(made, "JPEG", exif=exif)
    return made.getvalue()


WRAPPED: tuple[Callable[[bytes], bytes], ...] = (
    gzip.compress,
    zlib.compress,
    lambda content: b"%binary" + zlib.compress(content) + b"rest",
    _zipped,
    _comment,
    lambda content: _zipped(_zipped(gzip.compress(content))),
    _table,
    lambda content: gzip.compress(_table(content)),
    _parquet,
    _pdf,
    _pdf_stream,
    _photo,
    base64.b64encode,
    base64.urlsafe_b64encode,
    base64.encodebytes,
    lambda content: b"abc" + base64.b64encode(content),
    lambda content: base64.b64encode(gzip.compress(content)),
    lambda content: content.hex().encode(),
    lambda content: content.hex(" ").upper().encode(),
    lambda content: "".join(f"%{one:02X}" for one in content).encode(),
    lambda content: content.decode().encode("utf-16"),
    lambda content: content.decode().encode("utf-32-be"),
    lambda content: json.dumps({"a": content.decode()}).encode(),
)


@pytest.mark.parametrize("wrap", WRAPPED)
def test_what_is_wrapped_is_found(
    wrap: Callable[[bytes], bytes], register: Register, now: datetime
) -> None:
    with writing(register, "ana", now) as txn:
        names.add(txn, [NAME, PHONE])
    wanted = Wanted(SECRET, names.opened(register), ("palabra muy reservada",))
    content = f"en {LON:.5f}, {LAT:.5f} está {NAME}, {PHONE}, palabra  muy RESERVADA".encode()
    found = {hit.kind for hit in hits(wanted, pieces("x", wrap(content)))}
    assert found == {Kind.PLACE, Kind.NAME, Kind.WORDS}
    assert not list(hits(wanted, pieces("x", wrap(b"nothing of the kind"))))


def test_where_a_photo_was_taken_is_found(tmp_path: Path) -> None:
    picture = Image.new("RGB", (4, 4))
    exif = picture.getexif()
    exif[0x8825] = {1: "S", 2: (12, 35, 55.555), 3: "W", 4: (69, 14, 4.444)}
    picture.save(tmp_path / "a.jpg", exif=exif)
    found = list(hits(Wanted(SECRET), of_folder(tmp_path)))
    assert {hit.kind for hit in found} == {Kind.PLACE}


def test_a_files_own_name_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / f"foto {LON:.4f} {LAT:.4f}.txt").write_bytes(b"")
    assert list(hits(Wanted(SECRET), of_folder(tmp_path)))


def test_damaged_wrappings_end_nothing() -> None:
    for broken in (
        b"PK\x05\x06",
        b"SQLite format 3\0xx",
        b"PAR1PAR1",
        b"%PDF-1.7 x",
        b"\xff\xd8\xff",
    ):
        assert next(iter(pieces("x", broken))).raw == broken
        assert list(pieces("x", broken))


def test_a_hit_never_says_what_was_found() -> None:
    [hit] = hits(Wanted(SECRET), [Piece("x", f"{LON} {LAT}".encode())])
    assert hit == Hit("x", Kind.PLACE, "grados WGS 84", sure=True)
    assert "69" not in repr(Wanted(SECRET)) + repr(SECRET)


def test_foreign_hosts_are_named_with_where_they_stand() -> None:
    found = hosts([Piece("a", b'<script src="//cdn.example.net/x">'), Piece("b", b"http://a.pe/")])
    assert found == {"cdn.example.net": "a", "a.pe": "b"}
