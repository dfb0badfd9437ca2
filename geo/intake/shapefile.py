"""A shapefile: shapes through GDAL on a private copy, its table by `dbf`, its CRS from the .prj."""

import shutil
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio

from geo.errors import FileUnreadable
from geo.intake import crs as words
from geo.intake import dbf
from geo.intake.ogr import GDAL_FAILS, from_wkb
from geo.intake.parts import (
    Content,
    File,
    LayerInfo,
    Part,
    Shapes,
    frame_of,
    kinds_of,
    unreadable_shapes,
)
from geo.intake.texts import decoded

ENDINGS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def parts(file: File) -> tuple[Part, ...]:
    """The one layer of a loose .shp and of the files beside it that share its name."""
    return of_files(file, companions(file.path, file.path.parent.iterdir()))


def companions(shp: Path, neighbours: Iterable[Path]) -> dict[str, Path]:
    """The files of one shapefile by ending, whatever the case of their letters."""
    found = {
        path.suffix.lower(): path
        for path in sorted(neighbours)
        if path.stem.lower() == shp.stem.lower() and path.suffix.lower() in ENDINGS
    }
    return {**found, ".shp": shp}


def of_files(file: File, files: Mapping[str, Path]) -> tuple[Part, ...]:
    """The one layer of the files of a shapefile, by ending. Raises FileUnreadable when cut."""
    shp = files[".shp"]
    head = shp.read_bytes()[:100]
    if len(head) < 100 or int.from_bytes(head[24:28], "big") * 2 > shp.stat().st_size:
        raise FileUnreadable(_DAMAGED.format(file.name))
    notes = []
    copy = file.scratch / "copy.shp"
    shutil.copyfile(shp, copy)
    if ".shx" in files and _whole(files[".shx"]):
        shutil.copyfile(files[".shx"], copy.with_suffix(".shx"))
    else:
        notes.append("Falta el .shx o está dañado; se reconstruyó a partir del .shp.")
    shapes, bad = _shapes(copy, file.name)
    fields, kept, said = _table(files, shapes)
    notes.extend(said)
    if not kept.all():
        numbers = np.cumsum(kept) - 1
        bad = [int(numbers[row]) for row in bad if kept[row]]
        shapes = shapes[kept]
        fields = [(name, series[kept].reset_index(drop=True)) for name, series in fields]
    prj = files.get(".prj")
    word = decoded(prj.read_bytes(), prj.name)[0].strip("\0 \r\n\t") if prj else None

    def load() -> Content:
        frame, more = frame_of(fields, shapes)
        crs, basis, about = words.declared(word, shapes)
        silent = () if word else ("El shapefile no trae .prj: no dice en qué CRS está.",)
        all_notes = (*notes, *more, *unreadable_shapes(bad), *silent, *about)
        return Content(frame, crs, basis, all_notes)

    return (Part(LayerInfo(file.stem, len(shapes), kinds_of(shapes)), load),)


_DAMAGED = "«{}» está cortado o dañado: vuelva a descargarlo, con todos sus archivos."


def _whole(shx: Path) -> bool:
    with shx.open("rb") as opened:
        head = opened.read(100)
    return len(head) == 100 and int.from_bytes(head[24:28], "big") * 2 <= shx.stat().st_size


def _shapes(copy: Path, name: str) -> tuple[Shapes, list[int]]:
    before = pyogrio.get_gdal_config_option("SHAPE_RESTORE_SHX")
    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            meta, table = pyogrio.raw.read_arrow(copy, columns=[])
    except GDAL_FAILS as error:
        raise FileUnreadable(_DAMAGED.format(name)) from error
    finally:
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": before})
    column = meta["geometry_name"] or "wkb_geometry"
    if column not in table.column_names:
        raise FileUnreadable(_DAMAGED.format(name))
    return from_wkb(table[column])


def _table(
    files: Mapping[str, Path], shapes: Shapes
) -> tuple[list[tuple[str, pd.Series]], "np.ndarray[tuple[int], np.dtype[np.bool_]]", list[str]]:
    everything = np.ones(len(shapes), dtype=bool)
    if ".dbf" not in files:
        return [], everything, ["El shapefile no trae .dbf: sus filas no tienen campos."]
    path, cpg = files[".dbf"], files.get(".cpg")
    said = cpg.read_text(encoding="latin-1").strip("\0 \r\n\t") if cpg else None
    table = dbf.read(path.read_bytes(), path.name, said or None)
    if len(table.kept) != len(shapes):
        raise FileUnreadable(
            f"El shapefile tiene {len(shapes)} formas y su tabla {len(table.kept)} filas: no son "
            "del mismo juego de archivos; vuelva a descargarlos juntos."
        )
    return table.fields, table.kept, list(table.notes)
