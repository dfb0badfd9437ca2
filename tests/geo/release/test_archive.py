"""A tile is exactly the bytes that the archive holds for it; what is no archive is said to be."""

import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pmtiles.reader import MemorySource, Reader, all_tiles
from pmtiles.tile import Compression, TileType, tileid_to_zxy, zxy_to_tileid
from pmtiles.writer import Writer

from geo.errors import ReleaseDamaged
from geo.home import Home
from geo.release import archive, read
from geo.release.content import Basemap, Content, Credit
from geo.release.read import Release
from geo.release.tiles.release import BASEMAP, DATA
from geo.release.write import write
from geo.terms import Tier

HEADER = {
    "tile_type": TileType.MVT,
    "tile_compression": Compression.GZIP,
    "min_lon_e7": 0,
    "min_lat_e7": 0,
    "max_lon_e7": 0,
    "max_lat_e7": 0,
}


@pytest.fixture(scope="module")
def large() -> bytes:
    """An archive with leaf directories, with gaps, and with runs of the same tile."""
    random = Random(5)
    numbers = sorted(random.sample(range(zxy_to_tileid(3, 0, 0), zxy_to_tileid(10, 0, 0)), 9_000))
    sea = gzip.compress(b"sea", mtime=0)
    out = BytesIO()
    writer = Writer(out)
    for number in numbers:
        content = gzip.compress(str(number).encode(), 1, mtime=0)
        writer.write_tile(number, content if number % 5 else sea)
    for number in range(zxy_to_tileid(10, 0, 0), zxy_to_tileid(10, 0, 0) + 500):
        writer.write_tile(number, sea)
    writer.finalize(dict(HEADER), {})
    return out.getvalue()


@pytest.fixture
def release(home: Home, content: Content) -> Release:
    write(home, Tier.PUBLIC, content)
    return read.open_release(home.releases("public"))


def test_every_tile_of_a_release_is_the_one_that_another_reader_finds(release: Release) -> None:
    found = archive.tiles(release, DATA)
    content = (release.folder / DATA).read_bytes()
    told = dict(all_tiles(MemorySource(content)))
    assert len(told) >= 8
    assert {place: found.tile(*place) for place in told} == told
    other = Reader(MemorySource(content))
    for zoom in range(7):
        for column in range(2**zoom):
            for row in range(2**zoom):
                assert found.tile(zoom, column, row) == other.get(zoom, column, row)


def test_in_a_large_archive_every_tile_is_found_and_no_other(large: bytes) -> None:
    found = archive.parsed(large)
    told = dict(all_tiles(MemorySource(large)))
    assert len(told) == 9_500
    assert {place: found.tile(*place) for place in told} == told
    for number in range(0, zxy_to_tileid(11, 0, 0), 301):
        place = tileid_to_zxy(number)
        assert found.tile(*place) == told.get(place)
    assert (found.first_zoom, found.last_zoom) == (3, 10)


@pytest.mark.parametrize(
    "place",
    [
        (2, 0, 0),
        (11, 0, 0),
        (5, 32, 0),
        (5, 0, 32),
        (5, -1, 0),
        (5, 0, -1),
        (10**6, 0, 0),
        (-1, 0, 0),
    ],
)
def test_a_tile_that_cannot_be_is_none(large: bytes, place: tuple[int, int, int]) -> None:
    found = archive.parsed(large)
    assert not found.has(*place)
    assert found.tile(*place) is None


def test_several_readers_at_once_get_their_own_tiles(large: bytes) -> None:
    found = archive.parsed(large)
    told = list(all_tiles(MemorySource(large)))[::7]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda one: found.tile(*one[0]), told)) == [tile for _, tile in told]


def test_an_archive_that_changed_is_not_drawn(release: Release) -> None:
    path = release.folder / DATA
    whole = path.read_bytes()
    path.chmod(0o644)
    for content in (whole[:-1] + bytes([whole[-1] ^ 1]), b"x" * len(whole), b""):
        path.write_bytes(content)
        with pytest.raises(ReleaseDamaged, match=r"datos\.pmtiles.*cambió después de publicarse"):
            archive.tiles(release, DATA)
    path.unlink()
    with pytest.raises(ReleaseDamaged, match=r"falta «datos\.pmtiles».*deslinde build"):
        archive.tiles(release, DATA)
    with pytest.raises(ReleaseDamaged, match=r"no contiene «fondo\.pmtiles»"):
        archive.tiles(release, BASEMAP)


def test_a_file_that_is_no_archive_is_said_to_be_none(release: Release) -> None:
    junk = b"PMTiles\x03" + b"\xff" * 200
    path = release.folder / DATA
    path.chmod(0o644)
    path.write_bytes(junk)
    files = {DATA: {"sha256": sha256(junk).hexdigest(), "size_bytes": len(junk)}}
    with pytest.raises(ReleaseDamaged, match=r"«datos\.pmtiles» no se puede leer"):
        archive.tiles(replace(release, said=release.said | {"files": files}), DATA)


@pytest.fixture(scope="module")
def small() -> bytes:
    out = BytesIO()
    writer = Writer(out)
    for number in (1, 5, 6, 9, 25):
        writer.write_tile(number, gzip.compress(b"tile", mtime=0))
    writer.finalize(dict(HEADER), {})
    return out.getvalue()


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 200), st.binary(min_size=1, max_size=8))
def test_bytes_that_were_meddled_with_never_end_in_a_trace(
    small: bytes, place: int, other: bytes
) -> None:
    meddled = small[:place] + other + small[place + len(other) :]
    for content in (meddled, small[:place]):
        try:
            found = archive.parsed(content)
        except ValueError:
            continue
        found.tile(2, 1, 1)


def test_only_the_public_tier_has_tiles_and_its_basemap_says_whom_it_is_from(
    home: Home, content: Content, tmp_path: Path, retiered: Callable[[Content, Tier], Content]
) -> None:
    ground = tmp_path / "ground"
    ground.write_bytes(b"tiles")
    credit = Credit(("rivers",), "ANA", "CC BY 4.0", "https://ana.example", "2024")
    content = replace(content, basemap=Basemap(ground, (credit,)))
    folder = write(home, Tier.PUBLIC, content)
    assert (folder / BASEMAP).read_bytes() == b"tiles"
    told = {"title": "ANA", "licence": "CC BY 4.0", "as_of": "2024", "layers": ["rivers"]}
    assert archive.credits_of(read.check(folder)) == [told | {"address": "https://ana.example"}]
    partner = read.check(write(home, Tier.PARTNER, retiered(content, Tier.PARTNER)))
    assert not [name for name in partner.said["files"] if name.endswith(".pmtiles")]
    assert archive.credits_of(partner) == []


def test_a_release_that_older_code_made_asks_to_be_built_again(release: Release) -> None:
    said = release.folder / "manifest.json"
    said.chmod(0o644)
    said.write_text(said.read_text().replace('"form": 3', '"form": 2'))
    with pytest.raises(ReleaseDamaged, match=r"otra versión del programa.*deslinde build"):
        read.check(release.folder)
