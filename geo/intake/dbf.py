"""The table of a shapefile (dBASE), read byte by byte: its encoding is a guess that we must state.

A text field is cut at a number of bytes, which may be in the middle of a letter; whoever
decodes the whole file at once loses either that letter or the encoding.
"""

import codecs
import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import FileUnreadable
from geo.intake.texts import LABELS, one_byte

_TEXTS = "CVM"
_NUMBERS = "NFOI+"


@dataclass(frozen=True, eq=False)
class Table:
    """Fields under their own names; `kept` says which records are not marked as deleted."""

    fields: list[tuple[str, pd.Series]]
    kept: npt.NDArray[np.bool_]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Field:
    raw: bytes
    kind: str
    start: int
    width: int
    decimals: int


def read(content: bytes, name: str, said: str | None) -> Table:
    """The rows of a DBF. `said` is the encoding in its .cpg, None where there is none.

    Raises FileUnreadable when the file is shorter than its header promises.
    """
    try:
        rows, start, width = struct.unpack_from("<IHH", content, 4)
        fields = _described(content, start)
    except struct.error as error:
        raise FileUnreadable(_CUT.format(name)) from error
    body = content[start:]
    if width == 0 or len(body) < rows * width or any(f.start + f.width > width for f in fields):
        raise FileUnreadable(_CUT.format(name))
    table = np.frombuffer(body, dtype=np.uint8, count=rows * width).reshape(rows, width)
    cells = {field: _cells(table, field) for field in fields}
    encoding, notes = _encoding(said, cells)
    made = [
        (_decoded(f.raw, encoding), _series(values, f, encoding)) for f, values in cells.items()
    ]
    kept = table[:, 0] != ord("*")
    if not kept.all():
        gone = int((~kept).sum())
        notes = (*notes, f"La tabla marca {gone} filas como borradas; no se leen.")
    return Table(made, kept, notes)


_CUT = "La tabla «{}» del shapefile está cortada o dañada: vuelva a descargarla."


def _described(content: bytes, start: int) -> list[_Field]:
    fields, at, offset = [], 32, 1
    while at + 32 <= min(start, len(content)) and content[at] != 0x0D:
        raw, kind, width, decimals = struct.unpack_from("<11sc4xBB", content, at)
        letter = kind.decode("latin-1")
        if letter == "C":
            width += decimals * 256
        label = raw.split(b"\0")[0].strip()
        fields.append(_Field(label, letter, offset, width, 0 if letter == "C" else decimals))
        at, offset = at + 32, offset + width
    return fields


def _cells(table: npt.NDArray[np.uint8], field: _Field) -> list[bytes]:
    part = np.ascontiguousarray(table[:, field.start : field.start + field.width])
    whole = part.tobytes()
    return [
        whole[i : i + field.width].split(b"\0")[0].strip()
        for i in range(0, len(whole), field.width or 1)
    ] or [b""] * len(table)


def _encoding(said: str | None, cells: dict[_Field, list[bytes]]) -> tuple[str, tuple[str, ...]]:
    """The encoding of the .cpg; without it UTF-8 where every cell is, else Latin-1."""
    notes: tuple[str, ...] = ()
    known = _codec(said) if said is not None else None
    if said is not None and known is None:
        notes = (f"El archivo .cpg nombra una codificación desconocida («{said[:40]}»).",)
    texts = [f.raw for f in cells] + [v for f, vs in cells.items() if f.kind in _TEXTS for v in vs]
    foreign = [value for value in texts if not value.isascii()]
    if not foreign:
        return known or "utf-8", notes
    full = {v for f, vs in cells.items() for v in vs if len(v) == f.width}
    if known == "utf-8" and _is_utf8(foreign, full):
        return known, notes
    if known not in {None, "utf-8"} and all(_reads(value, str(known)) for value in foreign):
        return str(known), notes
    if known is not None:
        notes = (f"El texto no está en la codificación que dice el .cpg («{said}»).",)
    if _is_utf8(foreign, full):
        return "utf-8", (*notes, "La tabla no trae .cpg válido; su texto se leyó como UTF-8.")
    encoding = one_byte(b"".join(foreign))
    return encoding, (
        *notes,
        f"La tabla no trae .cpg válido y su texto no es UTF-8; se leyó como {LABELS[encoding]}.",
    )


def _codec(said: str) -> str | None:
    word = said.strip().lower().removeprefix("ansi ").removeprefix("cp").removeprefix("windows-")
    numbered = {"88591": "latin-1", "8859-1": "latin-1", "65001": "utf-8"}.get(word)
    for candidate in (numbered, f"cp{word}" if word.isdigit() else word):
        if candidate is None:
            continue
        try:
            return codecs.lookup(candidate).name
        except (LookupError, ValueError):
            continue
    return None


def _is_utf8(foreign: list[bytes], full: set[bytes]) -> bool:
    """Whether the cells are UTF-8, of which those that fill their field may end in half a letter.

    An accent at the end of a word in Latin-1 looks like half a letter, hence one whole letter
    must speak for UTF-8.
    """
    doubtful = [value for value in foreign if not _reads(value, "utf-8")]
    return len(doubtful) < len(foreign) and all(
        value in full and _ends_in_half_a_letter(value) for value in doubtful
    )


def _ends_in_half_a_letter(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.end >= len(value) and "unexpected end" in error.reason
    return False


def _reads(value: bytes, encoding: str) -> bool:
    try:
        value.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(value: bytes, encoding: str) -> str:
    return value.decode(encoding, errors="ignore" if encoding == "utf-8" else "replace")


def _series(values: list[bytes], field: _Field, encoding: str) -> pd.Series:
    texts = [_decoded(value, encoding) or None for value in values]
    if field.kind in _NUMBERS:
        return _numbers(texts, whole=field.decimals == 0 and field.kind != "F")
    if field.kind == "L":
        words = {"T": True, "Y": True, "t": True, "y": True, "F": False, "N": False, "f": False,
                 "n": False}  # fmt: skip
        return pd.Series([words.get(text or "") for text in texts], dtype="boolean")
    if field.kind == "D":
        return pd.Series([_day(text) for text in texts], dtype="string")
    return pd.Series(texts, dtype="string")


def _numbers(texts: list[str | None], *, whole: bool) -> pd.Series:
    """Numbers; a field filled with asterisks holds none; one that is no number stays text."""
    there = [None if text is None or set(text) == {"*"} else text for text in texts]
    try:
        if whole:
            return pd.Series([None if t is None else int(t) for t in there], dtype="Int64")
        return pd.Series([None if t is None else float(t) for t in there], dtype="Float64")
    except (ValueError, OverflowError):
        pass
    try:
        return pd.Series([None if t is None else float(t) for t in there], dtype="Float64")
    except (ValueError, OverflowError):
        return pd.Series(texts, dtype="string")


def _day(text: str | None) -> str | None:
    if text is None or not text.strip("0"):
        return None
    if len(text) == 8 and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text
