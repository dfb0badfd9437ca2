"""Frames as files, so that the same rows are the same bytes."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from threading import RLock

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from geo.answers import as_text
from geo.errors import FileUnwritable

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_DATED = RLock()
"""GDAL has one date for a whole process, so one file is dated at a time."""


def parquet(frame: pd.DataFrame, path: Path) -> None:
    """GeoParquet (WKB, longitude and latitude) where there are shapes, Parquet where not."""
    frame.to_parquet(path, index=False, compression="zstd")


def geopackage(
    layers: Iterable[tuple[str, pd.DataFrame]],
    path: Path,
    on: str,
    *,
    as_it_is: Sequence[tuple[str, pd.DataFrame]] = (),
) -> None:
    """One GeoPackage of several layers; a table without shapes becomes an attribute table.

    A layer that is named again goes on: so a large one need never be in memory as a whole.

    on: the date that the file bears as its own (a partial date; "" is the epoch): GDAL would
    write the clock, and the same rows would never be the same bytes. Answers become texts,
    because GeoPackage gives booleans with gaps back as numbers. as_it_is: tables of another
    program, whose types it asks for.
    """
    plain = ((name, told(frame)) for name, frame in layers)
    with _gdal_date(on):
        for number, (name, frame) in enumerate(chain(plain, as_it_is)):
            shaped = isinstance(frame, gpd.GeoDataFrame)
            pyogrio.write_dataframe(
                frame,
                path,
                layer=name,
                driver="GPKG",
                append=number > 0,
                geometry_type="MultiPolygon" if shaped else None,
                promote_to_multi=True if shaped else None,
            )


def told(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of plain types, for formats that know no missing answer, text or number."""
    made = {}
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_bool_dtype(column.dtype):
            made[name] = as_text(column).astype(object)
        elif pd.api.types.is_string_dtype(column.dtype):
            made[name] = column.astype(object).where(column.notna(), None)
        elif pd.api.types.is_float_dtype(column.dtype):
            made[name] = column.astype("float64")
    return frame.assign(**made)


@contextmanager
def plainly(path: Path) -> Iterator[None]:
    """Whatever stops a file from being written becomes one sentence: FileUnwritable."""
    try:
        yield
    except (OSError, DataSourceError, DataLayerError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise FileUnwritable(
            f"No se pudo escribir en «{path}» ({said}): revise el espacio libre y los permisos, "
            "o elija otro lugar."
        ) from error


def whole_day(on: str) -> str:
    """The first day of a partial date; the epoch where there is none."""
    day = (on + "-01-01")[:10] if len(on) == 4 else (on + "-01")[:10]
    return day if _DAY.match(day) else "1970-01-01"


@contextmanager
def _gdal_date(on: str) -> Iterator[None]:
    day = whole_day(on)
    with _DATED:
        before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day}T00:00:00.000Z"})
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
