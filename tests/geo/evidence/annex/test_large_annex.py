"""An annex of thousands of vertices is still set, read row by row, and leaves no memory behind."""

import io
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
import pytest

from geo.errors import AnnexFailed
from geo.evidence.annex import press, typeset
from geo.evidence.annex.blocks import Align, Block, Document, Head, Section, Table

FONTS = Path(__file__).resolve().parents[4] / "data" / "built" / "fonts"
HEADS = (Head("VÉRTICE", 3, Align.RIGHT), Head("LADO", 4, Align.CENTER), Head("ESTE (X)", 6))


@pytest.fixture
def fonts() -> Path:
    if not FONTS.is_dir():
        pytest.skip(f"no letters in {FONTS}: run `make setup`")
    return FONTS


def document(*blocks: Block) -> Document:
    return Document(
        language="es", title="T", subtitle="", day="", keywords=("k",), specimen="", header="H",
        footer=("a", "b"), page="Página {n} de {all}", contents="Contenido", unprintable="",
        cover=(), sections=(Section("Cuadros", tuple(blocks)),),
    )  # fmt: skip


def vertices(many: int) -> Table:
    rows = [
        (str(n), f"{n}-{n % many + 1}", f"4{n:05},{n % 1000:03}.125") for n in range(1, many + 1)
    ]
    return Table((HEADS,), tuple(rows), small=True, even=True)


def pages(content: bytes) -> list[str]:
    opened = pypdfium2.PdfDocument(io.BytesIO(content))
    try:
        return [page.get_textpage().get_text_range() for page in opened]
    finally:
        opened.close()


@pytest.mark.parametrize("many", [40, 2_500])
def test_every_vertex_stands_in_its_row_under_its_heads(fonts: Path, many: int) -> None:
    table = vertices(many)
    read = pages(typeset.pdf(document(table), fonts))
    words = [word for page in read for word in page.split()]
    wanted = [cell for row in table.rows for cell in row]
    numbers = [word for word in words if word[0].isdigit() and word in set(wanted)]
    rows = ["|".join(row) for row in table.rows]
    joined = "|".join(numbers)
    assert [row for row in rows if row not in joined] == []
    with_rows = [page for page in read if ".125" in page]
    assert len(with_rows) > many / 80
    assert [page for page in with_rows if "VÉRTICE" not in page or "ESTE" not in page] == []


def test_a_number_is_never_broken_over_two_lines(fonts: Path) -> None:
    table = vertices(2_500)
    lines = [
        line
        for page in pages(typeset.pdf(document(table), fonts))
        for line in page.splitlines()
        if ".125" in line
    ]
    # the last line of a page is read together with its footer
    assert [tuple(line.split()[:3]) for line in lines] == list(table.rows)


def test_nothing_of_a_document_is_ever_a_file(
    fonts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reserved annex tells what people told: not even for a moment does it lie on a disk."""
    none = tmp_path / "none"
    for name in ("TMPDIR", "TEMP", "TMP", "HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(none))
    monkeypatch.setattr(tempfile, "tempdir", str(none))
    monkeypatch.chdir(tmp_path)
    assert typeset.pdf(document(vertices(3)), fonts).startswith(b"%PDF")
    assert list(tmp_path.iterdir()) == []


def test_a_document_reads_nothing_of_the_disk_but_letters(
    fonts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other.txt").write_text("x")
    (tmp_path / "annex.typ").write_text('#read("other.txt")')
    monkeypatch.setattr(typeset, "_TEMPLATES", tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AnnexFailed, match="not found"):
        typeset.pdf(document(), fonts)


def test_what_the_typesetter_refuses_is_one_sentence(
    fonts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "annex.typ").write_text('#panic("así no")')
    monkeypatch.setattr(typeset, "_TEMPLATES", tmp_path)
    with pytest.raises(AnnexFailed, match="así no") as raised:
        typeset.pdf(document(), fonts)
    assert str(tmp_path) not in str(raised.value)


def test_a_typesetter_that_dies_is_one_sentence(
    fonts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadly = tmp_path / "deadly.py"
    deadly.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    monkeypatch.setattr(press, "__file__", str(deadly))
    with pytest.raises(AnnexFailed, match="memoria"):
        typeset.pdf(document(), fonts)


def test_the_typesetter_loads_nothing_else_of_ours() -> None:
    """It starts for every annex, and what it holds counts beside the rest."""
    program = (
        f"import runpy, sys; sys.argv = ['x', 'y']; runpy.run_path({press.__file__!r});"
        "print([m for m in sys.modules if m.split('.')[0] in ('geo', 'pandas', 'webmap')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
