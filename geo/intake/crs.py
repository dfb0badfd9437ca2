"""What a file says of its coordinates, as one text. A reader's default is not its word."""

import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.intake.parts import Shapes
from geo.terms import CrsBasis

DEGREES = "EPSG:4326"

Word = tuple[str | None, CrsBasis | None, tuple[str, ...]]

_SILENT: Word = (None, None, ())


def declared(said: object, shapes: Shapes) -> Word:
    """A file's own word (WKT, PROJJSON, `EPSG:n`, an URN) as `EPSG:n`, else as WKT.

    Heights are left out. A word that the numbers contradict (degrees declared, numbers that
    are none) is not believed: the CRS is then None and a note says why. A word that nobody
    understands is None with a note.
    """
    if said is None or said == "":
        return _SILENT
    notes: list[str] = []
    try:
        crs = CRS.from_user_input(said)
    except CRSError:
        shown = str(said)[:80]
        return None, None, (f"El archivo declara un CRS que no se entiende («{shown}»).",)
    if crs.is_bound and crs.source_crs is not None:
        notes.append(
            "El archivo trae sus propios parámetros hacia WGS84 (TOWGS84); no se usan, "
            "la operación la fija el programa."
        )
        crs = crs.source_crs
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if len(crs.axis_info) > 2:
        crs = crs.to_2d()
    if crs.is_engineering or crs.name.lower().startswith(("undefined", "unknown")):
        return None, None, (f"El archivo dice que su CRS no está definido («{crs.name}»).",)
    if crs.is_geographic and not plain_degrees(shapes):
        note = f"El archivo declara grados ({crs.name}), pero sus números no caben en grados."
        return None, None, (note,)
    if crs.is_projected and plain_degrees(shapes) and not bool(shapely.is_empty(shapes).all()):
        notes.append(f"El archivo declara metros ({crs.name}), pero sus números parecen grados.")
    return name_of(crs), CrsBasis.DECLARED, tuple(notes)


def known(said: str) -> bool:
    """Whether pyproj knows this CRS at all."""
    try:
        CRS.from_user_input(said)
    except CRSError:
        return False
    return True


def name_of(crs: CRS) -> str:
    """`EPSG:n` where the register has the same CRS, else the WKT."""
    if crs.to_authority() == ("OGC", "CRS84") or crs.name == "WGS 84 (CRS84)":
        return DEGREES
    for confidence in (100, 70, 25):
        number = crs.to_epsg(min_confidence=confidence)
        if number is not None and CRS.from_epsg(number).equals(crs, ignore_axis_order=True):
            return f"EPSG:{number}"
    return str(crs.to_wkt())


def by_standard(shapes: Shapes, standard: str) -> Word:
    """A format whose standard says WGS 84 degrees, and whose file is silent.

    `standard` is named in the note; where the numbers are no degrees the CRS is None.
    """
    if plain_degrees(shapes):
        return DEGREES, CrsBasis.STANDARD, ()
    return (
        None,
        None,
        (f"El archivo no declara su CRS y sus números no son los grados que pide {standard}.",),
    )


def plain_degrees(shapes: Shapes) -> bool:
    """Whether every finite coordinate can be a longitude and a latitude.

    A file without coordinates contradicts nothing, and answers yes.
    """
    corners = shapely.get_coordinates(shapes)
    x, y = corners[:, 0], corners[:, 1]
    x, y = x[np.isfinite(x)], y[np.isfinite(y)]
    return bool((np.abs(x) <= 180).all() and (np.abs(y) <= 90).all())
