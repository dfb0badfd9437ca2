"""A small bundle with a real PDF, made in the test's own folder."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typst

from geo.evidence import bag
from geo.evidence.signing.keys import PdfKey, read_key

NOW = datetime(2026, 5, 4, 15, 30, tzinfo=UTC)

_PAGE = b"""
#set document(title: "Anexo", date: datetime(year: 2026, month: 1, day: 1),
  keywords: ("manifest-sha256:" + "0" * 64,))
= Anexo de prueba
#lorem(120)
#pagebreak()
#table(columns: 2, [a], [b], [c], [d])
"""


@pytest.fixture(scope="session")
def now() -> datetime:
    """When the tests sign."""
    return NOW


@pytest.fixture(scope="session")
def pdf() -> bytes:
    """Two tagged pages, declared PDF/A-2b, as the annex is."""
    made = typst.compile(_PAGE, format="pdf", pdf_standards="a-2b")
    assert isinstance(made, bytes)
    return made


@dataclass(frozen=True)
class Packed:
    """A bundle and the folder it was made from."""

    path: Path
    folder: Path


@pytest.fixture
def pack(tmp_path: Path, pdf: bytes) -> Iterator[Callable[..., Packed]]:
    """`pack("name", manifest=…, rows=…)` makes a small bundle."""

    def make(
        name: str = "anexo-x", *, manifest: Any = None, rows: Any = None, names: str | None = None
    ) -> Packed:
        folder = tmp_path / "made" / name
        data = folder / "data"
        (data / "datos").mkdir(parents=True)
        said = {"form": 1, "specimen": False} if manifest is None else manifest
        listed = json.dumps(said).encode()
        (data / "manifest.json").write_bytes(listed)
        named = hashlib.sha256(listed).hexdigest() if names is None else names
        (data / "anexo.pdf").write_bytes(pdf.replace(b"0" * 64, named.encode()))
        found = [{"type": "Feature", "properties": rows or {"illustrative": False}}]
        layer = {"type": "FeatureCollection", "features": found}
        (data / "datos" / "superposiciones.geojson").write_text(json.dumps(layer), "utf-8")
        (data / "LEAME.txt").write_text("Cómo comprobar.\n", "utf-8")
        bag.tag(folder, {"Source-Organization": "Prueba"})
        path = tmp_path / f"{name}.zip"
        bag.stored(folder, path)
        return Packed(path, folder)

    yield make
    shutil.rmtree(tmp_path / "made", ignore_errors=True)


@pytest.fixture
def pdf_key(tmp_path: Path, certify: Callable[..., Any], root: Any) -> Callable[..., PdfKey]:
    """`pdf_key("Name")` gives a key of a person with a certificate of the root."""

    def make(name: str = "Perita de prueba", **how: Any) -> PdfKey:
        path = certify(name, root, **how).p12(tmp_path / f"{len(name)}-{name[:4]}.p12")
        key = read_key(path, lambda _: b"", NOW)
        assert isinstance(key, PdfKey)
        return key

    return make
