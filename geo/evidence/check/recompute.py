"""The overlaps once more, from the features that a bundle encloses, through the pipeline.

Nothing of the bundle's figures enters: rows as received are normalised with the enclosed
declarations, laid over each other and judged. Rows are told apart by file and row number, since
below `restricted` a withheld name may change which of two rows of one code is called the second.
"""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.analysis.brought_file import read_facts
from geo.analysis.rulebook import RuleBook
from geo.cases import parse_case, parse_judgment
from geo.country import parse_country
from geo.declared import Source, parse
from geo.errors import DeclarationError, LayerUnclear
from geo.home import Home
from geo.intake.condition import where as kept_by
from geo.intake.read import read
from geo.normalise.layer import normalise
from geo.pipeline import Analysed, analyse, no_facts
from geo.received import raw_layer, told
from geo.stages import Layer, RawLayer, Snapshot
from geo.terms import CrsBasis, Noun
from geo.world import World, read_world

SAME_ROW = ("source_id", "native_id", "snapshot", "row")
"""What a row is told apart by: a file may have been taken in as two layers, or as two sources."""

_COUNTRY = "countries/peru.toml"
_RULES = "rules/peru.toml"


@dataclass(frozen=True, eq=False)
class Enclosed:
    """What a bundle encloses to be recomputed from.

    layers: for each file its rows (columns RECEIVED) and its capture. facts: the lines of facts,
    columns RECEIVED. declared: name below data/ -> text. keys: the enclosed layers' own `key`
    with SAME_ROW, so that the same row bears the same name.
    """

    layers: Sequence[tuple[pd.DataFrame, Mapping[str, Any]]]
    facts: Sequence[pd.DataFrame]
    declared: Mapping[str, str]
    keys: pd.DataFrame


def again(enclosed: Enclosed, home: Home) -> Analysed:
    """Everything that follows from what is enclosed.

    home: where this program's own outlines of the departments are. Raises DeslindeError where
    what is enclosed cannot be used.
    """
    world = world_of(enclosed.declared, home)
    layers = [layer_of(rows, capture, world) for rows, capture in enclosed.layers]
    named = [_renamed(layer, enclosed.keys) for layer in layers]
    return analyse(
        Layer.together(Noun.CONCESSION, [one for one in named if one.noun is Noun.CONCESSION]),
        Layer.together(Noun.TERRITORY, [one for one in named if one.noun is Noun.TERRITORY]),
        world,
        facts_of(enclosed.facts),
        _silence,
    )


def world_of(declared: Mapping[str, str], home: Home) -> World:
    """The enclosed declarations as types, beside this program's languages and departments.

    Raises DeclarationError where one of them cannot be used or is not there.
    """
    missing = [name for name in (_COUNTRY, _RULES) if name not in declared]
    if missing:
        raise DeclarationError(f"Falta «{missing[0]}» entre las declaraciones del paquete.")
    sources = [
        parse(text, Source, name) for name, text in declared.items() if name.startswith("sources/")
    ]
    return replace(
        read_world(home),
        country=parse_country(declared[_COUNTRY], _COUNTRY),
        rulebook=parse(declared[_RULES], RuleBook, _RULES),
        sources={source.id: source for source in sources},
        judgments=_of(declared, "judgments/", parse_judgment),
        cases=_of(declared, "cases/", parse_case),
    )


def layer_of(rows: pd.DataFrame, capture: Mapping[str, Any], world: World) -> Layer:
    """The rows of one file as a layer, as its importer said."""
    raw = raw_of(rows, capture)
    return normalise(
        raw,
        world.source(capture["source_id"]),
        world.country,
        crs=capture["crs"] or None,
        accuracy_m=capture["accuracy_m"],
        as_of=capture["as_of"],
    )


def raw_of(rows: pd.DataFrame, capture: Mapping[str, Any]) -> RawLayer:
    """The rows of one file as they were read."""
    said = capture["raw"]
    return raw_layer(
        rows,
        said["types"],
        crs=said["crs"],
        basis=CrsBasis(said["basis"]) if said["basis"] else None,
        snapshot=_snapshot(capture),
        layer=said["layer"],
        notes=tuple(said["notes"]),
    )


def rows_of_whole(content: bytes, capture: Mapping[str, Any]) -> pd.DataFrame:
    """Every row of an enclosed whole file that its importer kept, columns RECEIVED.

    Raises DeslindeError where the file cannot be read. A condition that is not told
    (`filtered` without `where`) keeps every row.
    """
    with tempfile.TemporaryDirectory(prefix="deslinde-") as scratch:
        path = Path(scratch) / f"archivo{Path(capture['name']).suffix.lower()}"
        path.write_bytes(content)
        raw = _read(path, capture)
        rows = told(raw)
        condition = capture.get("where")
        return rows[kept_by(raw, condition).to_numpy(dtype=bool)] if condition else rows


def _read(path: Path, capture: Mapping[str, Any]) -> RawLayer:
    """The layer of a file. A tier may withhold its name, but then the file has only that one."""
    try:
        return read(path, _snapshot(capture), None)
    except LayerUnclear:
        # where one layer was taken in as two sources, a number stands behind its name in `raw`
        return read(path, _snapshot(capture), capture["layer"] or capture["raw"]["layer"])


def facts_of(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Lines of facts (columns RECEIVED) as the pipeline takes them."""
    read_again = [_facts(table) for table in tables if len(table)]
    return pd.concat(read_again, ignore_index=True) if read_again else no_facts()


def _facts(table: pd.DataFrame) -> pd.DataFrame:
    rows = [json.loads(text) for text in table.sort_values("row")["fields"]]
    names = list(dict.fromkeys(name for row in rows for name in row if name != "line"))
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(names)
    writer.writerows(
        [["" if row.get(name) is None else row[name] for name in names] for row in rows]
    )
    return read_facts(written.getvalue(), "recibido/facts")


def _snapshot(capture: Mapping[str, Any]) -> Snapshot:
    return Snapshot(
        sha256=capture["sha256"],
        name=capture["name"],
        size_bytes=capture["size_bytes"],
        origin=capture["origin"],
        source_id=capture["source_id"],
        retrieved_at=datetime.fromisoformat(capture["retrieved_at"]),
    )


def _of(declared: Mapping[str, str], folder: str, read_one: Callable[[str, str], Any]) -> Any:
    return tuple(read_one(text, name) for name, text in declared.items() if name.startswith(folder))


def _renamed(layer: Layer, keys: pd.DataFrame) -> Layer:
    """The layer with the names that the bundle gives to the same rows.

    A row that the bundle does not name keeps its own, unless another row bears it there.
    """
    here = list(SAME_ROW)
    known = keys.drop_duplicates(here).set_index(here)["key"]
    rows = pd.MultiIndex.from_frame(layer.frame[here].astype({"row": "Int64"}))
    found = known.reindex(rows).to_numpy(dtype=object)
    theirs = pd.Series(found, index=layer.frame.index, dtype="string")
    own = layer.frame["key"].astype("string")
    taken = theirs.isna() & own.isin(theirs.dropna())
    named = theirs.fillna(own.where(~taken, own + "~otra"))
    return replace(layer, frame=gpd.GeoDataFrame(layer.frame.assign(key=named)))


def _silence(_message: str) -> None:
    """Whoever checks says what it does itself."""
