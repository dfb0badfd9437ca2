"""What is no bundle, or could be read in two ways, is refused before anything is believed."""

import io
import json
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import BundleUnreadable
from geo.evidence import layout, unpack

FILES = {
    "bagit.txt": b"BagIt-Version: 1.0\n",
    "data/anexo.pdf": b"%PDF-1.7 not really\n%%EOF\n",
    "data/manifest.json": json.dumps({"form": layout.FORM}).encode(),
    "data/datos/cuadro.csv": "Código;Área\n010000101;1,5\n".encode(),
}


def zipped(files: dict[str, bytes], *, bag: str = "paquete") -> bytes:
    """A small archive in the form of a bundle."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(entry(f"{bag}/{name}"), content)
    return kept.getvalue()


def entry(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    made.external_attr = 0o100644 << 16
    return made


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[bytes], Path]:
    """Bytes as a file named «paquete.zip»."""

    def keep(content: bytes) -> Path:
        path = tmp_path / "paquete.zip"
        path.write_bytes(content)
        return path

    return keep


def test_a_whole_archive_gives_its_names_in_order_and_its_bytes(
    kept: Callable[[bytes], Path],
) -> None:
    bundle = unpack.opened(kept(zipped(FILES)))
    assert bundle.bag == "paquete"
    assert bundle.names == tuple(FILES)
    assert {name: bundle.read(name) for name in bundle.names} == FILES
    assert bundle.below("data/datos") == ("data/datos/cuadro.csv",)


def test_the_unpacked_folder_says_the_same_as_its_archive(tmp_path: Path) -> None:
    archive = tmp_path / "paquete.zip"
    archive.write_bytes(zipped(FILES))
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path / "fuera")
    for folder in (tmp_path / "fuera", tmp_path / "fuera" / "paquete"):
        bundle = unpack.opened(folder)
        assert not bundle.zipped
        assert {name: bundle.read(name) for name in bundle.names} == FILES


def hostile(name: str) -> bytes:
    return zipped({**FILES, name: b"x"})


def raw(*named: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_STORED) as archive:
        for name, content in FILES.items():
            archive.writestr(entry(f"paquete/{name}"), content)
        for info, content in named:
            archive.writestr(info, content)
    return kept.getvalue()


def link() -> bytes:
    made = entry("paquete/data/enlace")
    made.external_attr = (stat.S_IFLNK | 0o777) << 16
    return raw((made, b"/etc/passwd"))


def deflated() -> bytes:
    made = entry("paquete/data/bomba.csv")
    made.compress_type = zipfile.ZIP_DEFLATED
    return raw((made, b"0" * 1_000_000))


def with_extra(extra: bytes) -> bytes:
    made = entry("paquete/data/otro.csv")
    made.extra = extra
    return raw((made, b"x"))


def swollen() -> bytes:
    """A stored entry that promises more bytes than the archive holds."""
    content = bytearray(zipped(FILES))
    at = content.index(b"PK\x01\x02")
    struct.pack_into("<LL", content, at + 20, 2**31, 2**31)
    return bytes(content)


def encrypted() -> bytes:
    content = bytearray(zipped(FILES))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(mark)
        content[at + place] |= 1
    return bytes(content)


def overlapping() -> bytes:
    """Two records of the directory that point to the same stretch."""
    content = bytearray(zipped(FILES))
    second = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 1)
    struct.pack_into("<L", content, second + 42, 0)
    return bytes(content)


def two_names() -> bytes:
    """One name in the directory, another before the bytes: programs differ in what they read."""
    content = zipped(FILES)
    at = content.index(b"paquete/data/anexo.pdf")
    return content[:at] + b"paquete/data/anexa.pdf" + content[at + 22 :]


def moved(before: bytes) -> bytes:
    """Bytes in front, with every offset corrected, so that no program needs to guess."""
    kept = io.BytesIO()
    kept.write(before)
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_STORED) as archive:
        for name, content in FILES.items():
            archive.writestr(entry(f"paquete/{name}"), content)
    return kept.getvalue()


def hidden(extra: bytes) -> bytes:
    """Bytes between the last file and the index, with the offset of the index corrected."""
    content = zipped(FILES)
    at = content.index(b"PK\x01\x02")
    made = bytearray(content[:at] + extra + content[at:])
    struct.pack_into("<L", made, len(made) - 6, at + len(extra))
    with zipfile.ZipFile(io.BytesIO(bytes(made))) as archive:
        assert archive.testzip() is None  # other programs take it as it is
    return bytes(made)


def commented() -> bytes:
    kept = io.BytesIO(zipped(FILES))
    with zipfile.ZipFile(kept, "a") as archive:
        archive.comment = b"nada que ver"
    return kept.getvalue()


def duplicate() -> bytes:
    twin = entry("paquete/data/anexo.pdX")
    content = raw((twin, b"otro"))
    return content.replace(b"anexo.pdX", b"anexo.pdf")


HOSTILE = {
    "empty": b"",
    "no zip": b"%PDF-1.7\n",
    "only the end of a zip": b"PK\x05\x06" + bytes(18),
    "cut in the middle": zipped(FILES)[:200],
    "cut by one byte": zipped(FILES)[:-1],
    "no bag": zipped({"leame.txt": b"hola"}),
    "two folders": raw((entry("otro/data/a.csv"), b"x")),
    "a file beside the bag": raw((entry("suelto.txt"), b"x")),
    "an absolute name": raw((entry("/etc/cron.d/x"), b"x")),
    "a way out": hostile("data/../../x"),
    "a way out at the end": hostile("data/.."),
    "a backslash": hostile("data\\..\\x"),
    "a drive": hostile("C:/x"),
    "a name with a line break": hostile("data/a\nb"),
    "an empty part": hostile("data//x"),
    "a link": link(),
    "the same name twice": duplicate(),
    "a name that differs by case": hostile("data/ANEXO.pdf"),
    "a name that differs by its accents' form": zipped(
        {**FILES, "data/a\u00f1o.csv": b"1", "data/an\u0303o.csv": b"2"}
    ),
    "a file that is a folder": hostile("data/anexo.pdf/x"),
    "a folder as entry": raw((entry("paquete/data/vacia/"), b"")),
    "an encrypted entry": encrypted(),
    "a compressed entry": deflated(),
    "an entry that swells": swollen(),
    "another name in an extra field": with_extra(struct.pack("<HH", 0x7075, 6) + b"\x01abcde"),
    "entries that overlap": overlapping(),
    "two names for one entry": two_names(),
    "bytes before": b"#!/bin/sh\nrm -rf /\n" + zipped(FILES),
    "bytes before, with corrected offsets": moved(b"#!/bin/sh\nrm -rf /\n"),
    "bytes before the index": hidden(b"rm -rf /\n"),
    "bytes behind": zipped(FILES) + b"\x00",
    "a second archive behind": zipped(FILES) + zipped(FILES),
    "a comment": commented(),
    "a newer form": zipped({**FILES, "data/manifest.json": b'{"form": 2}'}),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_an_archive_that_must_not_be_believed_is_refused_in_one_sentence(
    what: str, kept: Callable[[bytes], Path]
) -> None:
    with pytest.raises(BundleUnreadable) as refused:
        unpack.opened(kept(HOSTILE[what]))
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert not Path("/etc/cron.d/x").exists()


def test_a_newer_form_tells_to_update(kept: Callable[[bytes], Path]) -> None:
    with pytest.raises(BundleUnreadable, match="actualice deslinde"):
        unpack.opened(kept(HOSTILE["a newer form"]))


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "data" / "enlace").symlink_to("/etc/passwd")
    with pytest.raises(BundleUnreadable, match="enlace"):
        unpack.opened(tmp_path)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BundleUnreadable, match="No existe"):
        unpack.opened(tmp_path / "nada.zip")


@given(at=st.integers(0, len(zipped(FILES)) - 1), by=st.integers(1, 255))
def test_a_flipped_byte_anywhere_is_read_or_refused_and_never_a_crash(
    at: int, by: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(zipped(FILES))
    content[at] ^= by
    path = tmp_path_factory.mktemp("flip") / "paquete.zip"
    path.write_bytes(content)
    try:
        bundle = unpack.opened(path)
    except BundleUnreadable:
        return
    assert all(len(bundle.read(name)) == bundle.sizes[name] for name in bundle.names)


@given(size=st.integers(0, len(zipped(FILES)) - 1))
def test_a_cut_archive_is_refused_wherever_it_was_cut(
    size: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("cut") / "paquete.zip"
    path.write_bytes(zipped(FILES)[:size])
    with pytest.raises(BundleUnreadable):
        unpack.opened(path)
