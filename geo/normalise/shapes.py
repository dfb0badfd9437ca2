"""Shapes that can be measured: polygons, in their place, valid in the plane of their sides."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import PSAD56_ZONES, WGS84_ENSEMBLE_M, WGS84_ZONES, describe
from geo.datum import Shapes, draw, legal_plane, planes_of_hectares, to_degrees
from geo.errors import AxesSwapped, OutsideCountry
from geo.measure import geodesic_ha, plane_ha, polygons_of
from geo.normalise.setting import Rows, Setting, gathered, say
from geo.terms import Deed
from geo.words import _

STEP = "shapes"

_POINTS, _LINES, _COLLECTION = (0, 4), (1, 2, 5), (7,)
_BESIDE_ZONE_DEG = 1.5


def polygons(rows: Rows, setting: Setting) -> tuple[Rows, pd.DataFrame]:
    """Rows with a polygon of finite numbers; what a collection holds besides is left away."""
    shapes = np.asarray(shapely.force_2d(np.asarray(rows.geometry.array)), dtype=object)
    kind = shapely.get_type_id(shapes)
    is_collection = np.isin(kind, _COLLECTION)
    inside = _polygons_of(shapes)
    held = is_collection & ~shapely.is_empty(inside)
    reasons = pd.Series("", index=rows.index, dtype="string")
    for odd, reason in (
        (shapely.is_missing(shapes) | shapely.is_empty(shapes), _("No tiene geometría.")),
        (np.isin(kind, _POINTS), _("Es un punto: hace falta un polígono.")),
        (np.isin(kind, _LINES), _("Es una línea: hace falta un polígono.")),
        (is_collection & ~held, _("Es una colección sin polígonos.")),
        (~_finite(shapes), _("Tiene coordenadas que no son números finitos.")),
    ):
        reasons = reasons.mask(odd & reasons.eq("").to_numpy(dtype=bool), reason)
    kept = reasons.eq("").to_numpy(dtype=bool)
    shapes = np.where(is_collection & kept, inside, shapes)
    said = [
        _excluded(setting, rows.index[reasons.eq(reason)], str(reason))
        for reason in reasons[~kept].unique()
    ]
    said.append(
        say(
            Deed.REPAIRED,
            STEP,
            setting,
            rows.index[is_collection & kept],
            _("Era una colección: se quedan sus polígonos y se van sus líneas y puntos."),
            field="geometry",
        )
    )
    return _with(rows[kept], shapes[kept]), gathered(*said)


def placed(rows: Rows, setting: Setting) -> tuple[Rows, pd.DataFrame]:
    """Vertices in EPSG:4326, and beside them the plane in which the sides are straight.

    Raises AxesSwapped where every shape lies in the country only with its two coordinates in
    the other order, OutsideCountry where no shape lies in it at all.
    """
    raw = np.asarray(rows.geometry.array)
    brought = to_degrees(raw, setting.crs_used)
    here = _in_country(brought.shapes, setting)
    swapped = np.zeros(len(rows), dtype=bool)
    swapped[~here] = _in_country(to_degrees(_swapped(raw[~here]), setting.crs_used).shapes, setting)
    if len(rows) and swapped.all():
        raise AxesSwapped(
            "Todas las figuras tienen sus dos coordenadas en orden inverso (norte antes que "
            "este, o latitud antes que longitud): intercámbielas en el archivo y repita."
        )
    if len(rows) and not here.any():
        raise OutsideCountry(
            f"Ninguna figura cae en {setting.country.name} al leer los números en "
            f"{setting.crs_used}: revise el sistema de coordenadas y la zona."
        )
    lost = brought.lost & ~swapped
    outside = ~here & ~swapped & ~lost
    said = [
        _excluded(
            setting,
            rows.index[swapped],
            _("Sus dos coordenadas están en orden inverso: en el otro orden cae en el país."),
        ),
        _excluded(
            setting,
            rows.index[lost],
            _("Sus coordenadas no son ningún lugar de la Tierra en este sistema."),
        ),
        say(
            Deed.NOTED,
            STEP,
            setting,
            rows.index[outside],
            _("Queda fuera de los límites del país."),
            field="geometry",
        ),
    ]
    kept = ~(swapped | lost)
    frame = _with(rows[kept], brought.shapes[kept])
    planes, doubts = _planes(frame, setting)
    datum_error = setting.country.datum_error_m(brought.operation)
    if datum_error is None and brought.accuracy_m <= WGS84_ENSEMBLE_M:
        datum_error = 0.0
    told = frame.assign(
        plane=planes,
        error_m=pd.Series(setting.error_m, index=frame.index, dtype="Float64"),
        datum_error_m=pd.Series(datum_error, index=frame.index, dtype="Float64"),
        crs_declared=setting.crs_declared,
        crs_used=setting.crs_used,
        crs_basis=setting.crs_basis.value,
        operation=brought.operation,
        operation_accuracy_m=brought.accuracy_m,
    )
    return told, gathered(*said, doubts)


def valid(rows: Rows, setting: Setting) -> tuple[Rows, pd.DataFrame]:
    """Shapes valid in their own plane; a repair says the area before and after.

    The repair is GEOS's "structure" method: where a ring covers ground twice, the ground
    stays covered once, as a surveyor means it; the other method ("linework") would make a
    hole of it. The area before is the shoelace of the rings as drawn.
    """
    shapes = np.asarray(rows.geometry.array).copy()
    plane = rows["plane"].reset_index(drop=True)
    at_home = draw(shapes, plane)
    bad = ~shapely.is_valid(at_home)
    if not bad.any():
        return rows, gathered()
    why = pd.Series(shapely.is_valid_reason(at_home), index=rows.index).str.split("[").str[0]
    before = _hectares(shapes[bad], plane[bad])
    shapes[bad] = _repaired(at_home[bad], plane[bad])
    gone = shapely.is_empty(shapes) | (shapely.area(shapes) == 0)
    after = _hectares(shapes[bad & ~gone], plane[bad & ~gone])
    frame = _with(rows[~gone], shapes[~gone])
    said = (
        _excluded(setting, rows.index[gone], _("Su polígono no encierra ninguna superficie.")),
        say(
            Deed.REPAIRED,
            STEP,
            setting,
            rows.index[bad & ~gone],
            _(
                "El polígono se cortaba a sí mismo o no cerraba: se reparó en su propio plano, "
                "sin perder superficie cubierta dos veces."
            ),
            field="geometry",
            before=_in_words(before, rows.index[bad]) + " (" + why.loc[rows.index[bad]] + ")",
            after=_in_words(after, rows.index[bad & ~gone]),
        ),
    )
    return frame, gathered(*said)


def legal_planes(rows: Rows) -> pd.Series:
    """The WGS 84 UTM plane of each row: of its own zone where it has one, else of its place."""
    return planes_of_hectares(rows["plane"], rows.geometry)


def _with(rows: Rows, shapes: Shapes) -> Rows:
    return rows.set_geometry(gpd.GeoSeries(shapes, index=rows.index))


def _excluded(setting: Setting, rows: pd.Index, reason: str) -> pd.DataFrame:
    return say(Deed.EXCLUDED, STEP, setting, rows, reason, field="geometry")


def _finite(shapes: Shapes) -> np.ndarray:
    xy, row = shapely.get_coordinates(shapes, return_index=True)
    finite = np.ones(len(shapes), dtype=bool)
    finite[row[~np.isfinite(xy).all(axis=1)]] = False
    return finite


def _polygons_of(shapes: Shapes) -> Shapes:
    """What each collection holds of polygons, as one shape; for other rows an empty one."""
    out = np.full(len(shapes), shapely.MultiPolygon(), dtype=object)
    collections = np.flatnonzero(shapely.get_type_id(shapes) == _COLLECTION[0])
    if len(collections):
        parts, of = polygons_of(shapes[collections])
        there = np.unique(of)
        made = np.empty(len(there), dtype=object)
        shapely.multipolygons(parts, indices=np.searchsorted(there, of), out=made)
        out[collections[there]] = made
    return out


def _swapped(shapes: Shapes) -> Shapes:
    return np.asarray(shapely.transform(shapes, lambda xy: xy[:, ::-1]), dtype=object)


def _in_country(shapes: Shapes, setting: Setting) -> np.ndarray:
    """Shapes that reach into the box of the country."""
    box = setting.country.bounds
    west, south, east, north = shapely.bounds(shapes).T
    with np.errstate(invalid="ignore"):
        return np.asarray(
            (west <= box.east) & (east >= box.west) & (south <= box.north) & (north >= box.south)
        )


def _planes(rows: Rows, setting: Setting) -> tuple[pd.Series, pd.DataFrame]:
    """In which CRS the sides of each row are straight.

    For a source whose legal boundaries are straight in UTM: the zone that the row itself
    names, where its place does not forbid it; else the file's own UTM plane; else the zone
    of its place. A plane of PSAD56 stays one of PSAD56.
    """
    own = describe(setting.crs_used)
    planes = pd.Series(own.code, index=rows.index, dtype="string")
    if setting.source.place.sides != "utm":
        return planes, gathered()
    family = PSAD56_ZONES if own.datum == "PSAD56" else WGS84_ZONES
    in_degrees = legal_plane(rows.geometry).astype("string")
    by_place = in_degrees.map({WGS84_ZONES[z]: family[z] for z in family}, na_action="ignore")
    if not own.zone:
        planes = by_place.astype("string").fillna(own.code)
    if "zone" not in rows or rows.empty:
        return planes, gathered()
    said = rows["zone"].str.extract(r"(?<!\d)(1[789])(?!\d)")[0]
    centre = np.asarray(shapely.get_x(shapely.centroid(np.asarray(rows.geometry.array))))
    zone = pd.to_numeric(said, errors="coerce").astype("Int64")
    far = np.abs(centre - (zone.fillna(0).to_numpy(dtype=float) * 6 - 183)) > 3 + _BESIDE_ZONE_DEG
    named = zone.notna().to_numpy(dtype=bool)
    other = zone.map(family, na_action="ignore").astype("string")
    same = zone.astype("string") + "S" == own.zone
    taken = named & ~far & ~same.fillna(False).to_numpy(dtype=bool)
    doubts = say(
        Deed.NOTED,
        STEP,
        setting,
        rows.index[named & far],
        _("La zona que declara la fila no es la del lugar en que cae: se usa la del lugar."),
        field="zone",
        before=rows["zone"],
    )
    return planes.mask(taken, other), doubts


def _repaired(at_home: Shapes, plane: pd.Series) -> Shapes:
    """Valid shapes in EPSG:4326, of shapes in their own plane; empty where nothing is left.

    Validity is looked at again after the way to degrees and back, which is what the overlay
    will see.
    """
    made = np.asarray(
        shapely.make_valid(at_home, method="structure", keep_collapsed=False), dtype=object
    )
    degrees = _degrees(made, plane)
    again = ~shapely.is_valid(draw(degrees, plane))
    if again.any():
        # metres: a tenth of a micrometre is far below what any survey can tell
        snapped = shapely.set_precision(made[again], 1e-7)
        degrees[again] = _degrees(np.asarray(snapped, dtype=object), plane[again])
    return degrees


def _degrees(at_home: Shapes, plane: pd.Series) -> Shapes:
    out = np.empty(len(at_home), dtype=object)
    for name in plane.unique():
        here = plane.eq(name).to_numpy(dtype=bool)
        out[here] = to_degrees(at_home[here], str(name)).shapes
    return out


def _hectares(shapes: Shapes, plane: pd.Series) -> np.ndarray:
    """Hectares in UTM where there is a zone, else on the ellipsoid."""
    there = plane.reset_index(drop=True)
    frame = gpd.GeoDataFrame({"plane": there}, geometry=gpd.GeoSeries(shapes))
    return measured_in(shapes, there, legal_planes(frame))


def measured_in(shapes: Shapes, plane: pd.Series, legal: pd.Series) -> np.ndarray:
    """Plane hectares of shapes in EPSG:4326 in their legal plane; geodesic where there is none."""
    areas = np.full(len(shapes), np.nan)
    for name in legal.dropna().unique():
        here = legal.eq(name).fillna(False).to_numpy(dtype=bool)
        drawn = draw(shapes[here], plane[here], str(name))
        areas[here] = plane_ha(drawn, str(name))
    without = legal.isna().to_numpy(dtype=bool)
    areas[without] = geodesic_ha(shapes[without])
    return areas


def _in_words(hectares: np.ndarray, index: pd.Index) -> pd.Series:
    return pd.Series([f"{one:.4f} ha" for one in hectares], index=index, dtype="string")
