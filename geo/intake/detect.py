"""What a file is: by its first bytes and its ending, and what to say when they disagree."""

import re
from enum import StrEnum

from geo.errors import FileRefused, FileUnreadable
from geo.intake.parts import File


class Format(StrEnum):
    SHAPEFILE = "Shapefile"
    GEOPACKAGE = "GeoPackage"
    JSON = "JSON"
    KML = "KML"
    GPX = "GPX"
    CSV = "CSV"
    GEOPARQUET = "GeoParquet"
    FLATGEOBUF = "FlatGeobuf"
    ZIP = "ZIP"


_ENDINGS = {
    ".shp": Format.SHAPEFILE,
    ".gpkg": Format.GEOPACKAGE,
    ".geojson": Format.JSON,
    ".json": Format.JSON,
    ".topojson": Format.JSON,
    ".esrijson": Format.JSON,
    ".kml": Format.KML,
    ".gpx": Format.GPX,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".txt": Format.CSV,
    ".parquet": Format.GEOPARQUET,
    ".geoparquet": Format.GEOPARQUET,
    ".fgb": Format.FLATGEOBUF,
    ".zip": Format.ZIP,
    ".kmz": Format.ZIP,
}

_COMPANIONS = frozenset((".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx"))

_FOREIGN = (
    (b"%PDF", "un PDF: pida los datos, no su dibujo"),
    (b"\x89PNG", "una imagen: pida los datos, no su dibujo"),
    (b"\xff\xd8\xff", "una imagen: pida los datos, no su dibujo"),
    (b"II*\x00", "un ráster (TIFF): hace falta un archivo de polígonos"),
    (b"MM\x00*", "un ráster (TIFF): hace falta un archivo de polígonos"),
    (b"AC10", "un dibujo DWG: expórtelo como shapefile o GeoPackage"),
    (b"Rar!", "un archivo RAR: descomprímalo y entregue un zip"),
    (b"7z\xbc\xaf", "un archivo 7z: descomprímalo y entregue un zip"),
    (b"\x1f\x8b", "un archivo gzip: descomprímalo primero"),
    (b"\xd0\xcf\x11\xe0", "un Excel o Word antiguo: guárdelo como CSV"),
)


def found_in(file: File) -> tuple[Format, tuple[str, ...]]:
    """The format of a file, and a note where its ending says another.

    Raises FileUnreadable for an empty file, a page of the web, or what nobody reads here;
    FileRefused for a file that only points at other files.
    """
    by_ending = _ENDINGS.get(file.ending)
    by_content = _by_content(file)
    if by_content is None:
        if by_ending is None or by_ending is not Format.CSV:
            raise FileUnreadable(_not_it(file, by_ending))
        return Format.CSV, ()
    if by_ending is by_content:
        return by_content, ()
    note = f"El nombre termina en «{file.ending}», pero el contenido es {by_content}: así se leyó."
    return by_content, (note,)


def _not_it(file: File, by_ending: Format | None) -> str:
    if file.ending in _COMPANIONS:
        return f"«{file.name}» es parte de un shapefile: entregue el .shp o el zip completo."
    if by_ending is None:
        return (
            f"No se reconoce el formato de «{file.name}»: entregue shapefile, GeoPackage, GeoJSON, "
            "TopoJSON, Esri JSON, KML, KMZ, GPX, CSV, GeoParquet o FlatGeobuf."
        )
    return (
        f"«{file.name}» no es {by_ending}, aunque su nombre lo diga, o está dañado: vuelva a "
        "descargarlo o a exportarlo."
    )


def _by_content(file: File) -> Format | None:
    with file.path.open("rb") as opened:
        head = opened.read(4096)
    if not head:
        raise FileUnreadable(f"«{file.name}» está vacío: vuelva a descargarlo.")
    if head.startswith(b"SQLite format 3\0"):
        return Format.GEOPACKAGE
    if head.startswith(b"fgb\x03"):
        return Format.FLATGEOBUF
    if head.startswith(b"PAR1"):
        return Format.GEOPARQUET
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Format.ZIP
    if head.startswith(b"\x00\x00\x27\x0a") and head[28:32] == b"\xe8\x03\x00\x00":
        return Format.SHAPEFILE
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise FileUnreadable(f"«{file.name}» es {what}.")
    return _by_text(file, head)


def _by_text(file: File, head: bytes) -> Format | None:
    marked = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = head.decode("utf-16" if marked else "utf-8", errors="replace").lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")):
        return Format.JSON
    if not text.startswith("<"):
        return None
    root = _root(text)
    if root in _PAGE or text.lower().startswith("<!doctype html"):
        raise FileUnreadable(
            f"«{file.name}» parece una página web, no datos: el servidor respondió con un aviso; "
            "vuelva a descargarlo."
        )
    if root.startswith("ogrvrt"):
        raise FileRefused(
            f"«{file.name}» es un VRT, que sólo señala a otros archivos: entregue esos archivos."
        )
    if root == "kml":
        return Format.KML
    if root == "gpx":
        return Format.GPX
    raise FileUnreadable(
        f"«{file.name}» es un XML que no es KML ni GPX: expórtelo como GeoPackage o GeoJSON."
    )


_PAGE = frozenset(("html", "head", "body", "script", "div", "h1", "p", "center"))


def _root(text: str) -> str:
    """The first element of an XML text, in small letters and without its prefix.

    What stands further inside says nothing: a KML may well carry a page in a description.
    """
    bare = re.sub(r"<!--.*?(-->|$)|<[?!][^>]*>", "", text, flags=re.DOTALL)
    found = re.search(r"<\s*(?:[\w.-]+:)?([\w.-]+)", bare)
    return found.group(1).lower() if found else ""
