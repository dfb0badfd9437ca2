"""A document as a PDF: tagged, PDF/A-2b as declared, and the same bytes wherever it is made.

typst sets it from templates of ours (`typst/`). Everything that the document says reaches them
as JSON strings, which typst prints and never reads as code. No file is made on the way.
"""

import datetime
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from geo.dates import parse
from geo.errors import AnnexFailed
from geo.evidence.annex import press
from geo.evidence.annex.blocks import Document, told
from geo.evidence.annex.letters import clean, letters, named

STANDARD: Literal["a-2b"] = "a-2b"
"""Declared to typst, which refuses what the standard forbids; no validator checked the result."""

_TEMPLATES = Path(__file__).resolve().parent / "typst"
_MAIN = "annex.typ"

# runs without a place to break: letters may still be hyphenated, codes and addresses may not
_LONG = re.compile(r"[^\W\d_]{25,}|(?=\S*[\d_/.:-])\S{13,}")
_SEGMENT = re.compile(r"[^/._:?&=#%@-]*[/._:?&=#%@-]*")
_LETTERS, _SIGNS, _PIECE = 24, 12, 4

_NO_DAY = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)


def pdf(document: Document, fonts: Path) -> bytes:
    """The PDF of a document; `fonts` is the folder of DejaVu Sans (`geo.home.Home.fonts`).

    The same document gives the same bytes, whatever the folder, the time zone or the locale.
    Raises AnnexFailed where a font is missing or typst refuses the document.
    """
    made = told(document)
    first = ("language", "day", "title", "subtitle", "header", "page", "specimen")
    whole = ("language", "day", "title", "page", "keywords")
    return set_from(made, fonts, _TEMPLATES, _MAIN, document.day, cleaned=first, whole=whole)


def set_from(
    said: dict[str, Any],
    fonts: Path,
    templates: Path,
    main: str,
    day: str,
    *,
    cleaned: tuple[str, ...] = (),
    whole: tuple[str, ...] = (),
) -> bytes:
    """The PDF that the template `main` makes of `said`, which it finds as document.json.

    A value under the key "svg" becomes a file, and the value its name. cleaned: texts that are
    made printable before the others; whole: values that are not broken into pieces. said gets
    `lacking`: the characters that the fonts do not have. day: a partial date, "" for none.
    Raises as `pdf`.
    """
    content, drawings = _content(said, letters(fonts), cleaned, whole)
    files = {
        (press.MAIN if one.name == main else one.name): one.read_bytes()
        for one in sorted(templates.glob("*.typ"))
    }
    files["document.json"] = json.dumps(content, ensure_ascii=False).encode("utf-8")
    files |= {name: svg.encode("utf-8") for name, svg in drawings.items()}
    return _pressed(files, fonts.absolute(), _instant(day))


def _pressed(files: Mapping[str, bytes], fonts: Path, at: datetime.datetime) -> bytes:
    """What typst makes of files, in a process that gives its memory back when it ends.

    Files and PDF go through pipes: a document may hold what must not lie on a disk unsealed.
    """
    order = {
        "fonts": str(fonts),
        "standard": STANDARD,
        "at": at.isoformat(),
        "files": {name: len(content) for name, content in files.items()},
    }
    done = subprocess.run(  # noqa: S603 (this interpreter, and a file of ours)
        [sys.executable, "-I", press.__file__],
        input=b"".join([json.dumps(order).encode("ascii"), b"\n", *files.values()]),
        capture_output=True,
        check=False,
    )
    if done.returncode == press.WRONG:
        raise AnnexFailed(
            "El anexo no se pudo componer. Avise a quien mantiene el programa y dígale esto: "
            f"{done.stderr.decode('utf-8', 'replace').replace(str(fonts), '')}"
        )
    if done.returncode or not done.stdout:
        raise AnnexFailed(
            "El anexo no se pudo componer: el proceso que lo hace se interrumpió, quizá por falta "
            "de memoria. Cierre otros programas, o pida menos derechos, y repita."
        )
    return done.stdout


def _content(
    said: dict[str, Any], known: frozenset[str], first: tuple[str, ...], whole: tuple[str, ...]
) -> tuple[dict[str, Any], dict[str, str]]:
    """What is said as the templates read it, and its drawings by the name of their file."""
    drawings: dict[str, str] = {}
    lacking: set[str] = set()

    def printable(text: str) -> str:
        cleaned, without = clean(text, known)
        lacking.update(without)
        return cleaned

    def drawn(svg: str) -> str:
        # the same drawing, a swatch of a legend above all, is one file
        cleaned = printable(svg)
        for name, other in drawings.items():
            if other == cleaned:
                return name
        name = f"drawing-{len(drawings) + 1:04d}.svg"
        drawings[name] = cleaned
        return name

    def prepared(value: Any) -> Any:
        if isinstance(value, str):
            return _broken(printable(value))
        if isinstance(value, list):
            return [prepared(one) for one in value]
        if isinstance(value, dict):
            return {
                key: one if key == "is" else drawn(one) if key == "svg" else prepared(one)
                for key, one in value.items()
            }
        return value

    made = dict(said)
    for plain in first:
        made[plain] = printable(made[plain])
    kept = {key: made.pop(key) for key in whole}
    content = {**kept, **{key: prepared(value) for key, value in made.items()}}
    content["lacking"] = ", ".join(named(letter) for letter in sorted(lacking))
    return content, drawings


def _broken(text: str) -> str | list[str]:
    """A text, or its pieces where it holds a run that no line could take whole."""
    if not _LONG.search(text):
        return text
    pieces: list[str] = []
    last = 0
    for run in _LONG.finditer(text):
        if run.start() > last:
            pieces.append(text[last : run.start()])
        for segment in _SEGMENT.findall(run[0]):
            whole = len(segment) <= (_LETTERS if segment.isalpha() else _SIGNS)
            size = len(segment) if whole else _PIECE
            pieces += [segment[at : at + size] for at in range(0, len(segment), size or 1)]
        last = run.end()
    if last < len(text):
        pieces.append(text[last:])
    return pieces


def _instant(day: str) -> datetime.datetime:
    """The first instant of a partial date: what the PDF says of when it was made."""
    if not day:
        return _NO_DAY
    year, month, of_month = [*map(int, parse(day).split("-")), 1, 1][:3]
    return datetime.datetime(year, month, of_month, tzinfo=datetime.UTC)
