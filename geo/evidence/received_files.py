"""Rows as received, as files that people and other programs read, and back again, bit for bit.

A layer is GeoJSON with one feature a line: its fields and its vertices as the file had them, the
2008 `crs` member, so that a map program lays it in its place, and a member `deslinde` with what
the file said of itself. Facts are CSV. A reader gives the same rows, columns RECEIVED.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape

from geo.errors import BundleUnreadable
from geo.evidence import layout
from geo.evidence.chosen import Chosen
from geo.received import RECEIVED, check_depth

_FACTS = "facts"
_ABOUT = "deslinde"
_EPSG = re.compile(r"EPSG:(\d+)\Z")

# what a spreadsheet takes for a formula, and how an apostrophe of ours is told from one received
_RISKY = re.compile(r"'*\s*[=+\-@＝＋－＠\t\r]")
_MARKED = re.compile(r"'+\s*[=+\-@＝＋－＠\t\r]")


def files(chosen: Chosen) -> dict[str, bytes]:
    """Every file of the folder `recibido`, by its path in the bundle."""
    made: dict[str, bytes] = {}
    for capture in chosen.captures:
        rows = rows_of(chosen.received, capture)
        if rows.empty:
            continue
        name = _free(file_name(capture), made)
        if capture["kind"] == _FACTS:
            made[name] = write_facts(rows)
        else:
            made[name] = write_layer(rows, capture, crs_of(chosen, capture))
    return made


def rows_of(received: pd.DataFrame, capture: Mapping[str, Any]) -> pd.DataFrame:
    """The rows that came from one file, as `received` orders them."""
    layer = "" if capture["raw"] is None else capture["raw"]["layer"]
    same = received["snapshot"].isin([capture["sha256"]]) & received["layer"].isin([layer])
    return received.loc[same.to_numpy()].sort_values("row")


def file_name(capture: Mapping[str, Any]) -> str:
    """Where the rows of one file stand in a bundle."""
    short = capture["sha256"][:12]
    if capture["kind"] == _FACTS:
        return f"{layout.RECEIVED}/{_FACTS}-{short}.csv"
    return f"{layout.RECEIVED}/{capture['source_id']}-{short}.geojson"


def crs_of(chosen: Chosen, capture: Mapping[str, Any]) -> str:
    """The system in which the numbers of a file were read: of its rows, else as it was said."""
    for frame in (chosen.concessions, chosen.territories):
        mine = frame["snapshot"].isin([capture["sha256"]])
        mine &= frame["source_id"].isin([capture["source_id"]])
        used = frame.loc[mine.to_numpy(), "crs_used"].dropna()
        # two layers of one file and source may be in two systems: then each says its own
        if used.nunique() == 1:
            return str(used.iloc[0])
    return str(capture["crs"] or (capture["raw"] or {}).get("crs") or "")


def write_layer(rows: pd.DataFrame, capture: Mapping[str, Any], crs: str) -> bytes:
    """Rows of one layer, columns RECEIVED, as GeoJSON with the vertices of the file.

    crs: the system of these numbers. A shape that GeoJSON cannot say exactly (numbers that are
    not finite, measures, empty parts) stands in the member `wkb` of its feature too.
    """
    head = {
        "type": "FeatureCollection",
        "name": str(capture["source_id"]),
        "crs": {"type": "name", "properties": {"name": _urn(crs)}} if crs else None,
        _ABOUT: {"form": layout.FORM, "crs_used": crs, "capture": dict(capture)},
    }
    opening = ",\n".join(f"{_text(key)}: {_text(value)}" for key, value in head.items())
    features = ",\n".join(_features(rows))
    return f'{{\n{opening},\n"features": [\n{features}\n]\n}}\n'.encode()


def read_received(content: bytes) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The rows of a file that `write_layer` wrote, columns RECEIVED, and their capture.

    Raises BundleUnreadable for any other file.
    """
    try:
        said = json.loads(content.decode("utf-8"))
        capture = dict(said[_ABOUT]["capture"])
        snapshot, layer = capture["sha256"], capture["raw"]["layer"]
        rows = [
            {
                "snapshot": snapshot,
                "layer": layer,
                "row": feature["row"],
                "fields": _text(dict(feature["properties"])),
                "withheld": feature["withheld"],
                "shape": _wkb(feature),
            }
            for feature in said["features"]
        ]
        return _typed(rows), capture
    except (*_BROKEN, ShapelyError) as error:
        raise _unreadable() from error


def crs_used(content: bytes) -> str:
    """The system that `write_layer` was told. Raises BundleUnreadable."""
    try:
        return str(json.loads(content.decode("utf-8"))[_ABOUT]["crs_used"])
    except _BROKEN as error:
        raise _unreadable() from error


def write_facts(rows: pd.DataFrame) -> bytes:
    """Rows of a facts file, columns RECEIVED, as CSV that a spreadsheet opens and does not run.

    The last column says what the cells cannot: the row's number, what was withheld, and every
    value that is no text.
    """
    fields = [json.loads(text) for text in rows["fields"]]
    names = list(dict.fromkeys(name for row in fields for name in row))
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow([_guarded(name) for name in (*names, _ABOUT)])
    for (snapshot, number, withheld), row in zip(
        rows[["snapshot", "row", "withheld"]].itertuples(index=False), fields, strict=True
    ):
        about = {
            "snapshot": snapshot,
            "row": int(number),
            "withheld": withheld,
            "fields": list(row),
            "other": {name: value for name, value in row.items() if not isinstance(value, str)},
        }
        cells = [row.get(name) for name in names]
        texts = [cell if isinstance(cell, str) else "" for cell in cells]
        writer.writerow([*map(_guarded, texts), _text(about)])
    return written.getvalue().encode("utf-8-sig")


def read_facts(content: bytes) -> pd.DataFrame:
    """The rows of a file that `write_facts` wrote, columns RECEIVED.

    Raises BundleUnreadable for any other file.
    """
    try:
        text = content.decode("utf-8-sig")
        head, *lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        names = [_unguarded(name) for name in head[:-1]]
        rows = []
        for line in lines:
            about = json.loads(line[-1])
            cells = dict(zip(names, map(_unguarded, line[:-1]), strict=True)) | about["other"]
            rows.append(
                {
                    "snapshot": about["snapshot"],
                    "layer": "",
                    "row": about["row"],
                    "fields": _text({name: cells[name] for name in about["fields"]}),
                    "withheld": about["withheld"],
                    "shape": None,
                }
            )
        return _typed(rows)
    except (*_BROKEN, csv.Error) as error:
        raise _unreadable() from error


_BROKEN = (ArithmeticError, LookupError, TypeError, UnicodeError, ValueError)


def _features(rows: pd.DataFrame) -> Iterator[str]:
    for number, fields, withheld, wkb in zip(
        rows["row"], rows["fields"], rows["withheld"], rows["shape"], strict=True
    ):
        drawn = _drawn(wkb)
        about = f'"row": {int(number)}, "withheld": {_text(withheld)}'
        exact = "" if drawn is not None or wkb is None else f', "wkb": "{bytes(wkb).hex()}"'
        yield (
            f'{{"type": "Feature", {about}{exact}, "properties": {fields}, '
            f'"geometry": {drawn or "null"}}}'
        )


def _drawn(wkb: bytes | None) -> str | None:
    """A shape as the text of a GeoJSON geometry; None where that would not be the same shape."""
    if wkb is None:
        return None
    try:
        text = _text(mapping(shapely.from_wkb(wkb)))
        back = shapely.to_wkb(shape(json.loads(text)), include_srid=False)
    except (*_BROKEN, ShapelyError, AttributeError):
        return None
    return text if back == bytes(wkb) else None


def _wkb(feature: Mapping[str, Any]) -> bytes | None:
    if "wkb" in feature:
        written = bytes.fromhex(feature["wkb"])
        check_depth(written)
        return written
    drawn = feature["geometry"]
    if drawn is None:
        return None
    made: bytes = shapely.to_wkb(shape(drawn), include_srid=False)
    return made


def _typed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    made = {
        column.name: pd.Series([row[column.name] for row in rows], dtype=column.dtype)
        for column in RECEIVED
    }
    return pd.DataFrame(made)


def _urn(crs: str) -> str:
    """A system as GeoJSON of 2008 names it; degrees of WGS 84 with the longitude first."""
    found = _EPSG.match(crs)
    if not found:
        return crs
    if found[1] == "4326":
        return "urn:ogc:def:crs:OGC:1.3:CRS84"
    return f"urn:ogc:def:crs:EPSG::{found[1]}"


def _guarded(text: str) -> str:
    return f"'{text}" if _RISKY.match(text) else text


def _unguarded(text: str) -> str:
    return text[1:] if _MARKED.match(text) else text


def _free(name: str, taken: Mapping[str, bytes]) -> str:
    """The name, with a number where another layer of the same file has it already."""
    stem, _, ending = name.rpartition(".")
    tries = (name, *(f"{stem}-{number}.{ending}" for number in range(2, len(taken) + 3)))
    return next(one for one in tries if one not in taken)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _unreadable() -> BundleUnreadable:
    return BundleUnreadable(
        f"Un archivo de «{layout.RECEIVED}/» no es como este programa lo escribe: "
        "pida otra vez el paquete a quien lo entregó."
    )
