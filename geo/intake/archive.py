"""A zip and what it holds. Nothing in it chooses where it is written.

Entries are unpacked one by one into a private folder under names of our own. Refused: paths
that leave the archive, links, passwords, archives within archives, and bombs.
"""

import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from geo.errors import FileRefused, FileUnreadable
from geo.intake.parts import File
from geo.intake.shapefile import ENDINGS

MOST_BYTES = 2 * 2**30
MOST_ENTRIES = 2_000
MOST_RATIO = 250
# Below this size a high ratio does no harm: the empty fields of a table compress that well.
RATIO_FROM_BYTES = 64 * 2**20

_CHUNK = 2**20
_OFFICE = "[Content_Types].xml"
_MAPS = (".gpkg", ".geojson", ".topojson", ".kml", ".gpx", ".fgb", ".parquet", ".geoparquet",
         ".esrijson")  # fmt: skip
_TABLES = (".json", ".csv", ".tsv", ".txt")


@dataclass(frozen=True)
class Inside:
    """One dataset of an archive, unpacked. companions: the files of a shapefile, by ending."""

    name: str
    file: File
    companions: dict[str, Path]


def datasets(file: File) -> tuple[Inside, ...]:
    """What the archive holds, unpacked: shapefiles and maps; tables only where there are none.

    Raises FileUnreadable when damaged, locked or without a dataset, FileRefused when unsafe.
    """
    try:
        with zipfile.ZipFile(file.path) as opened:
            entries = [entry for entry in opened.infolist() if not _is_clutter(entry)]
            _check(file, opened.infolist())
            return _unpacked(file, opened, entries)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise FileUnreadable(
            f"El zip «{file.name}» está cortado o dañado: vuelva a descargarlo."
        ) from error
    except NotImplementedError as error:
        raise FileUnreadable(
            f"El zip «{file.name}» usa una compresión que no se lee aquí: vuelva a comprimirlo."
        ) from error


def _is_clutter(entry: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
    return entry.is_dir() or "__MACOSX" in parts or (bool(parts) and parts[-1].startswith("._"))


def _check(file: File, entries: Iterable[zipfile.ZipInfo]) -> None:
    listed = list(entries)
    total = sum(entry.file_size for entry in listed)
    packed = max(sum(entry.compress_size for entry in listed), 1)
    if len(listed) > MOST_ENTRIES:
        raise FileRefused(
            f"El zip «{file.name}» tiene {len(listed)} entradas: comprima sólo la capa que hace "
            "falta."
        )
    if total > MOST_BYTES or (total > RATIO_FROM_BYTES and total / packed > MOST_RATIO):
        raise FileRefused(
            f"El zip «{file.name}» se hincha hasta {total / 2**30:.1f} GiB desde "
            f"{packed / 2**20:.1f} MiB: parece una bomba; si no lo es, entregue su contenido sin "
            "comprimir."
        )
    for entry in listed:
        _check_entry(file, entry)


def _check_entry(file: File, entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in (path.parts[:1] or ("",))[0]:
        raise FileRefused(
            f"El zip «{file.name}» trae una ruta que sale de él («{entry.filename}»): vuelva a "
            "comprimirlo desde su carpeta."
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise FileRefused(
            f"El zip «{file.name}» trae un enlace simbólico («{entry.filename}»): ponga el archivo "
            "mismo."
        )
    if entry.flag_bits & 0x1:
        raise FileUnreadable(
            f"El zip «{file.name}» está protegido con contraseña: entréguelo sin ella."
        )
    if path.suffix.lower() in {".zip", ".kmz", ".rar", ".7z"}:
        raise FileRefused(
            f"El zip «{file.name}» trae otro archivo comprimido («{entry.filename}»): "
            "descomprímalo y entregue la capa."
        )


def _unpacked(
    file: File, opened: zipfile.ZipFile, entries: list[zipfile.ZipInfo]
) -> tuple[Inside, ...]:
    paths = {entry: PurePosixPath(entry.filename.replace("\\", "/")) for entry in entries}
    if any(str(path) == _OFFICE for path in paths.values()):
        raise FileUnreadable(f"«{file.name}» es un documento de Office: guarde su tabla como CSV.")
    chosen = [e for e, path in paths.items() if path.suffix.lower() in (".shp", *_MAPS)] or [
        e for e, path in paths.items() if path.suffix.lower() in _TABLES
    ]
    if not chosen:
        shown = ", ".join(f"«{path.name}»" for path in list(paths.values())[:8]) or "nada"
        raise FileUnreadable(
            f"El zip «{file.name}» no trae ninguna capa que se lea aquí (trae {shown})."
        )
    stems = [paths[entry].stem for entry in chosen]
    found = []
    for number, entry in enumerate(chosen):
        path = paths[entry]
        folder = file.scratch / f"{number}"
        folder.mkdir()
        alone = stems.count(path.stem) == 1
        name = path.stem if alone else str(path.with_suffix(""))
        main = _written(opened, entry, folder / f"inside{path.suffix.lower()}")
        companions = {
            other.suffix.lower(): _written(opened, e, folder / f"inside{other.suffix.lower()}")
            for e, other in paths.items()
            if path.suffix.lower() == ".shp"
            and other.suffix.lower() in ENDINGS[1:]
            and other.parent == path.parent
            and other.stem.lower() == path.stem.lower()
        }
        inner = File(main, path.name, folder)
        found.append(Inside(name, inner, {**companions, ".shp": main} if companions else {}))
    return tuple(found)


def _written(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> Path:
    left = entry.file_size
    with target.open("wb") as written:
        for chunk in _chunks(opened, entry):
            left -= len(chunk)
            if left < 0:
                raise zipfile.BadZipFile("more bytes than promised")
            written.write(chunk)
    if left:
        raise zipfile.BadZipFile("fewer bytes than promised")
    return target


def _chunks(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of an entry. An offset outside the file is damage, not a failure of the disk."""
    try:
        with opened.open(entry) as source:
            while chunk := source.read(_CHUNK):
                yield chunk
    except (OSError, lzma.LZMAError) as error:
        raise zipfile.BadZipFile("an entry that cannot be read") from error
