"""What a bundle encloses, read back: its layers as a cut, its rows as received, its method."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from geo.errors import BundleUnreadable
from geo.evidence import layout
from geo.evidence.check import package_check
from geo.evidence.check.manifest_check import CAPTURES, Captures, key_of
from geo.evidence.chosen import By, Chosen, CodeLine, Outcome
from geo.evidence.data.sheets import FLAGS_OF, UNIONS
from geo.evidence.received_files import read_facts, read_received
from geo.evidence.unpack import PAYLOAD, Bundle, said
from geo.evidence.wishes import Forum, Separator, Wishes
from geo.release.read import Release
from geo.schema.columns import ANSWER, DEEDS, OVERLAPS, Column, of_noun
from geo.stages import typed
from geo.terms import Answer, Noun
from geo.words import COMPLETE

GEOPACKAGE = f"{PAYLOAD}{layout.DATA}/datos.gpkg"

_BROKEN = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError)
_READING = (*_BROKEN, sqlite3.Error, DataSourceError, DataLayerError, shapely.errors.ShapelyError)
_POLYGONS = {shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON}
_ANSWERS = {Answer.YES.value: True, Answer.NO.value: False}


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of one file as received, columns RECEIVED, and its capture (None for facts)."""

    file: str
    rows: pd.DataFrame
    capture: Mapping[str, Any] | None


def captures(bundle: Bundle) -> Captures:
    """Every capture by its file and layer, empty where the file of captures is none.

    The same bytes may have been taken in more than once: as two layers, or as two sources.
    """
    found = said(bundle.read(CAPTURES)) if CAPTURES in bundle.sizes else None
    listed = found if isinstance(found, list) else []
    return {
        key_of(one): one
        for one in listed
        if isinstance(one, dict) and isinstance(one.get("sha256"), str)
    }


def declared(bundle: Bundle) -> dict[str, str]:
    """The declarations: file name below data/ of the program -> text."""
    folder = f"{PAYLOAD}{layout.METHOD}/"
    return {
        name.removeprefix(folder): bundle.read(name).decode("utf-8", errors="replace")
        for name in bundle.below(folder.rstrip("/"))
        if name.endswith(".toml")
    }


def received(bundle: Bundle) -> tuple[Rows, ...]:
    """Every file of rows as received. Raises BundleUnreadable naming the one that is none."""
    made = []
    for name in bundle.below(f"{PAYLOAD}{layout.RECEIVED}"):
        try:
            if name.endswith(".csv"):
                made.append(Rows(name, read_facts(bundle.read(name)), None))
            else:
                made.append(Rows(name, *read_received(bundle.read(name))))
        except (BundleUnreadable, RecursionError) as error:
            raise _unreadable(name) from error
    return tuple(made)


def wishes(manifest: Mapping[str, Any]) -> Wishes:
    """What the person who asked for the bundle chose. Raises BundleUnreadable."""
    try:
        told = manifest["wishes"]
        if told["language"] not in COMPLETE:
            raise ValueError(told["language"])
        return Wishes(
            told["language"],
            Forum(told["forum"]),
            tuple(told["baselines"]),
            Separator(told["separator"]),
        )
    except _BROKEN as error:
        raise _unreadable(f"{PAYLOAD}{layout.MANIFEST}") from error


def cut(bundle: Bundle, manifest: Mapping[str, Any], release: Mapping[str, Any]) -> Chosen:
    """The layers of the GeoPackage as the cut that they were, as far as its files tell.

    `between`, `cases`, `judgments` and `rules` are empty: no file of the data is made of them.
    Raises BundleUnreadable where the GeoPackage is none of ours.
    """
    told = tuple(dict(one) for one in captures(bundle).values())
    language = wishes(manifest).language
    with TemporaryDirectory(prefix="deslinde-") as scratch:
        path = Path(scratch) / "datos.gpkg"
        path.write_bytes(bundle.read(GEOPACKAGE))
        try:
            package_check.check_stored(path)
            return _cut(path, manifest, release, told, language, declared(bundle))
        except _READING as error:
            raise _unreadable(GEOPACKAGE) from error


def _cut(
    path: Path,
    manifest: Mapping[str, Any],
    release: Mapping[str, Any],
    told: tuple[dict[str, Any], ...],
    language: str,
    texts: dict[str, str],
) -> Chosen:
    choice = manifest["choice"]
    return Chosen(
        release=Release(Path(), dict(release)),
        by=By(choice["by"]),
        asked=tuple(choice["asked"]),
        subjects=tuple(choice["subjects"]),
        codes=tuple(_line(one) for one in choice["codes"]),
        concessions=_layer(path, "concessions", of_noun(Noun.CONCESSION)),
        territories=_layer(path, "territories", of_noun(Noun.TERRITORY)),
        overlaps=_layer(path, "overlaps", OVERLAPS),
        flags=_table(path, "flags", FLAGS_OF[language]),
        unions=_table(path, "totals", UNIONS),
        between=pd.DataFrame(),
        deeds=_table(path, "changes", DEEDS),
        received=pd.DataFrame(),
        captures=told,
        declared=texts,
        cases=(),
        judgments=(),
        sources=_sources(told),
        rules={},
    )


def _line(told: Mapping[str, Any]) -> CodeLine:
    names = {field.name for field in fields(CodeLine)}
    given = {name: value for name, value in told.items() if name in names}
    return CodeLine(
        **given
        | {
            "outcome": Outcome(told["outcome"]),
            "keys": tuple(told["keys"]),
            "hint": tuple(told["hint"]),
        }
    )


def _sources(told: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
    """The sources as captures tell them, by id."""
    layers = {one["source_id"]: one for one in told if one["kind"] == "layer"}
    return tuple({**layers[name], "id": name} for name in sorted(layers))


def _layer(path: Path, name: str, columns: tuple[Column, ...]) -> gpd.GeoDataFrame:
    """A layer with the types of the schema; a row without a shape has an empty one."""
    frame = pyogrio.read_dataframe(path, layer=name)
    whole = np.asarray(frame.geometry.array).copy()
    drawn = whole[~shapely.is_missing(whole)]
    if shapely.has_z(drawn).any() or not set(shapely.get_type_id(drawn)) <= _POLYGONS:
        raise ValueError(name)
    whole[shapely.is_missing(whole)] = shapely.Polygon()
    answered = _answered(frame, columns).set_geometry(gpd.GeoSeries(whole, crs="EPSG:4326"))
    return typed(answered, columns)


def _table(path: Path, name: str, columns: tuple[Column, ...]) -> pd.DataFrame:
    frame = pyogrio.read_dataframe(path, layer=name)
    answered = _answered(frame, columns)
    return pd.DataFrame(answered[[c.name for c in columns]]).astype(
        {c.name: c.dtype for c in columns}
    )


def _answered(frame: pd.DataFrame, columns: tuple[Column, ...]) -> Any:
    """Answers as they were before GeoPackage, which knows none, made texts of them."""
    return frame.assign(
        **{
            c.name: frame[c.name].map(_ANSWERS).astype("boolean")
            for c in columns
            if c.dtype == ANSWER and c.name in frame
        }
    )


def _unreadable(name: str) -> BundleUnreadable:
    return BundleUnreadable(f"«{name}» no se puede leer como este programa lo escribe.", name)
