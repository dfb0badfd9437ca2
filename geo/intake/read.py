"""A file as a raw layer: any of the formats that we meet, told by content and ending.

Nothing is touched but the given file, its companions if it is a loose shapefile, and a private
folder that is gone afterwards. Nothing is fetched.
"""

import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from geo.errors import FileRefused, FileUnreadable, LayerUnclear
from geo.intake import archive, delimited, geoparquet, jsons, kml, ogr, shapefile
from geo.intake.detect import Format, found_in
from geo.intake.parts import File, LayerInfo, Part
from geo.stages import RawLayer, Snapshot

READERS: Mapping[Format, Callable[[File], tuple[Part, ...]]] = {
    Format.SHAPEFILE: shapefile.parts,
    Format.GEOPACKAGE: ogr.geopackage,
    Format.FLATGEOBUF: ogr.flatgeobuf,
    Format.GPX: ogr.gpx,
    Format.JSON: jsons.parts,
    Format.KML: kml.parts,
    Format.CSV: delimited.parts,
    Format.GEOPARQUET: geoparquet.parts,
}


def layers(path: Path) -> tuple[LayerInfo, ...]:
    """Name, rows and kinds of shapes of each layer in a file.

    A kind `?` is one that the file does not tell without being read. Raises as `read`.
    """
    with _scratch() as scratch:
        found, _ = _parts(_opened(path, Path(scratch)))
        return tuple(part.info for part in found)


def read(path: Path, snapshot: Snapshot, layer: str | None = None) -> RawLayer:
    """One layer of a file as published: every row, every field, the numbers as they are.

    layer: which one; may be left out where there is one, or only one with polygons.
    Raises FileUnreadable, FileRefused, or LayerUnclear with the names to choose from.
    """
    with _scratch() as scratch:
        found, notes = _parts(_opened(path, Path(scratch)))
        part, said = _chosen(found, layer, path.name)
        content = part.load()
    return RawLayer(
        frame=content.frame,
        crs=content.crs,
        basis=content.basis,
        snapshot=snapshot,
        layer=part.info.name,
        notes=(*notes, *said, *content.notes),
    )


def _scratch() -> AbstractContextManager[str]:
    return tempfile.TemporaryDirectory(prefix="deslinde-")


def _opened(path: Path, scratch: Path) -> File:
    if str(path).startswith(("/vsi", "http:", "https:", "ftp:", "s3:")):
        raise FileRefused(f"«{path}» no es un archivo de esta computadora: descárguelo primero.")
    if path.is_dir():
        raise FileUnreadable(
            f"«{path}» es una carpeta: señale el archivo (.shp, .gpkg, …) que está dentro."
        )
    if not path.exists():
        raise FileUnreadable(f"No existe el archivo «{path}»: revise la ruta.")
    if not path.is_file():
        raise FileUnreadable(f"«{path}» no es un archivo corriente: señale uno.")
    return File(path, path.name, scratch)


def _parts(file: File) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    try:
        found, notes = found_in(file)
        if found is not Format.ZIP:
            return READERS[found](file), notes
    except PermissionError as error:
        raise FileUnreadable(
            f"No hay permiso para leer «{file.name}»: pida acceso o copie el archivo."
        ) from error
    inside = archive.datasets(file)
    return tuple(part for one in inside for part in _inner(one, alone=len(inside) == 1)), notes


def _inner(one: archive.Inside, *, alone: bool) -> tuple[Part, ...]:
    """The layers of a dataset in an archive; beside others, they bear its name."""
    kind, _ = found_in(one.file)
    if kind is Format.ZIP:
        raise FileRefused(
            f"«{one.file.name}» es un archivo comprimido dentro de otro: descomprímalo."
        )
    if kind is Format.SHAPEFILE:
        found = shapefile.of_files(one.file, {**one.companions, ".shp": one.file.path})
    else:
        found = READERS[kind](one.file)
    if alone:
        return found
    if len(found) == 1:
        return (_renamed(found[0], one.name),)
    return tuple(_renamed(part, f"{one.name}/{part.info.name}") for part in found)


def _renamed(part: Part, name: str) -> Part:
    return Part(LayerInfo(name, part.info.rows, part.info.kinds), part.load)


def _chosen(found: tuple[Part, ...], layer: str | None, name: str) -> tuple[Part, tuple[str, ...]]:
    if not found:
        raise FileUnreadable(f"«{name}» no contiene ninguna capa: vuelva a exportarlo.")
    names = ", ".join(f"«{part.info.name}»" for part in found[:30])
    if layer is not None:
        wanted = [part for part in found if part.info.name == layer] or [
            part for part in found if part.info.name.casefold() == layer.casefold()
        ]
        if len(wanted) != 1:
            raise LayerUnclear(f"«{name}» no tiene una capa «{layer}»: elija entre {names}.")
        return wanted[0], ()
    if len(found) == 1:
        return found[0], ()
    polygons = [part for part in found if part.has_polygons]
    if len(polygons) != 1:
        raise LayerUnclear(f"«{name}» tiene varias capas: nombre una de ellas: {names}.")
    chosen = polygons[0]
    return chosen, (f"De las capas {names} se leyó «{chosen.info.name}», la única con polígonos.",)
