"""Rows that are one thing twice, or two things under one name."""

import numpy as np
import pandas as pd
import shapely

from geo.datum import METRES_PER_DEGREE
from geo.normalise.setting import Rows, Setting, gathered, say
from geo.normalise.status import plain
from geo.terms import Deed, Noun
from geo.words import _

STEP = "duplicates"
FAR_M = 100_000.0


def keyed(rows: Rows, setting: Setting) -> tuple[Rows, pd.DataFrame]:
    """`key`, unique: the source and the code; a repeated code gets «~2», «~3».

    Which of the rows of one code comes first is decided by what they hold, never by where
    they stand in the file.
    """
    codes = rows["native_id"]
    repeated = codes.duplicated(keep=False)
    number = pd.Series(1, index=rows.index)
    if repeated.any():
        content = _content(rows[repeated])
        order = pd.DataFrame({"code": codes[repeated], "content": content})
        order = order.sort_values(["code", "content"], kind="stable")
        number = number.mask(repeated, order.groupby("code").cumcount() + 1)
    number = number.astype("int64")
    unique = codes.where(number.eq(1), codes + "~" + number.astype("string"))
    clash = unique.duplicated(keep=False) & ~repeated
    unique = unique.where(~clash, unique + "~fila-" + pd.Series(rows.index, rows.index).astype(str))
    said = say(
        Deed.NOTED,
        STEP,
        setting,
        rows.index[repeated],
        "El código está en varias filas: desde la segunda se le añade «~2», «~3»…",
        field="native_id",
        before=codes,
        after=unique,
    )
    return rows.assign(key=setting.source.id + ":" + unique), said


def twins(rows: Rows, setting: Setting) -> tuple[Rows, pd.DataFrame]:
    """Byte-identical shapes under two codes are noted on every one of them; none is left out."""
    wkb = rows.geometry.to_wkb()
    same = wkb.duplicated(keep=False)
    if not same.any():
        return rows, gathered()
    keys = rows.loc[same, "key"].astype(str)
    together = keys.groupby(wkb[same])
    all_keys = together.transform(lambda each: "; ".join(sorted(each))).astype("string")
    said = say(
        Deed.NOTED,
        STEP,
        setting,
        rows.index[same],
        _("Otra fila tiene la misma figura, vértice por vértice."),
        field="geometry",
        before=rows["key"],
        after=all_keys,
    )
    return rows, said


def same_names(rows: Rows, setting: Setting) -> tuple[Rows, pd.DataFrame]:
    """`group` and `part` of territories: rows of one name near each other are one territory.

    Shapes under one name with more than 100 km between them are not taken as one territory:
    they are noted, each cluster is a group of its own, and so are parts of one row that lie
    so far apart (noted; a row is never cut). A row without a name is its own group. Rows
    that all carry the same title figure, each drawn smaller, are noted as its parts.
    """
    if setting.source.noun is not Noun.TERRITORY:
        return rows, gathered()
    names = rows["name"] if "name" in rows else pd.Series(pd.NA, index=rows.index, dtype="string")
    said_group = rows["group"] if "group" in rows else pd.Series(pd.NA, rows.index, dtype="string")
    label = said_group.fillna(names).map(plain, na_action="ignore").astype("string")
    cluster = _clusters(rows, label)
    torn = _torn(rows)
    group = label.where(label.notna(), rows["native_id"])
    group = group.where(cluster.eq(1), group + "~" + cluster.astype("string"))
    group = setting.source.id + ":" + group
    apart = label.notna() & cluster.groupby(label.fillna("")).transform("max").gt(1)
    part = _parts(rows, group)
    frame = rows.assign(group=group, part=rows["part"].fillna(part) if "part" in rows else part)
    shared = _shared_figure(frame)
    said = (
        (
            apart,
            _("Otra fila con este nombre está a más de 100 km: no se toman por un territorio."),
        ),
        (torn, _("Las partes de esta fila están a más de 100 km unas de otras.")),
        (
            shared,
            _("Varias filas con este nombre llevan la misma área de título: es de todas juntas."),
        ),
    )
    lines = [
        say(Deed.NOTED, STEP, setting, odd.index[odd], reason, field="name", before=names)
        for odd, reason in said
    ]
    return frame, gathered(*lines)


def _content(rows: Rows) -> pd.Series:
    """Everything that a row holds, as one text, but not its place in the file."""
    texts = rows.geometry.to_wkb(hex=True).astype("string")
    for name in sorted(str(c) for c in rows.columns if c != "geometry"):
        texts = texts + "|" + rows[name].astype("string").fillna("")
    return texts


def _hulls(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Convex hulls of every part, grown by 50 km in metres good to 1 %, and the row of each."""
    parts, of = shapely.get_parts(np.asarray(rows["geometry"]), return_index=True)
    hulls = shapely.convex_hull(parts)
    _, south, _, north = shapely.total_bounds(parts)
    scale = METRES_PER_DEGREE * np.cos(np.radians((south + north) / 2))
    metres = shapely.transform(hulls, lambda xy: xy * [scale, METRES_PER_DEGREE])
    return np.asarray(shapely.buffer(metres, FAR_M / 2)), of


def _clusters(rows: Rows, label: pd.Series) -> pd.Series:
    """1, 2, … for the rows of one label, by whether less than 100 km lie between them.

    Clusters are numbered from west to east. Only labels that reach over 100 km are looked at.
    """
    cluster = pd.Series(1, index=rows.index)
    several = label.notna() & label.duplicated(keep=False) & _wide(rows, label)
    for _label, here in rows[several].groupby(label[several]):
        grown, of = _hulls(here)
        together = shapely.get_parts(shapely.union_all(grown))
        if len(together) == 1:
            continue
        together = together[np.argsort(shapely.bounds(together)[:, 0])]
        tree = shapely.STRtree(together)
        part, found = tree.query(shapely.point_on_surface(grown), predicate="intersects")
        first = pd.Series(found).groupby(of[part]).min()
        cluster.loc[here.index[first.index.to_numpy()]] = first.to_numpy() + 1
    return cluster


def _wide(rows: Rows, label: pd.Series) -> pd.Series:
    """Rows whose label as a whole spans more than 100 km (to 1 %, and never less)."""
    edges = pd.DataFrame(
        shapely.bounds(np.asarray(rows.geometry.array)),
        index=rows.index,
        columns=["west", "south", "east", "north"],
    )
    by_label = edges.groupby(label.fillna(""))
    width = by_label["east"].transform("max") - by_label["west"].transform("min")
    height = by_label["north"].transform("max") - by_label["south"].transform("min")
    return pd.Series(np.hypot(width, height) * METRES_PER_DEGREE > FAR_M, index=rows.index)


def _torn(rows: Rows) -> pd.Series:
    """Rows whose own parts lie more than 100 km apart."""
    torn = pd.Series(False, index=rows.index)
    shapes = np.asarray(rows.geometry.array)
    west, south, east, north = shapely.bounds(shapes).T
    wide = np.hypot(east - west, north - south) * METRES_PER_DEGREE > FAR_M
    for index in rows.index[wide & (shapely.get_num_geometries(shapes) > 1)]:
        grown, _ = _hulls(rows.loc[[index]])
        torn.loc[index] = len(shapely.get_parts(shapely.union_all(grown))) > 1
    return torn


def _parts(rows: Rows, group: pd.Series) -> pd.Series:
    """1, 2, … in the order of the keys, for the rows of a group that has several."""
    ordered = pd.DataFrame({"group": group, "key": rows["key"]}).sort_values("key")
    number = (ordered.groupby("group").cumcount() + 1).reindex(rows.index)
    several = group.duplicated(keep=False)
    return number.astype("string").where(several)


def _shared_figure(rows: Rows) -> pd.Series:
    """Rows of a group that all carry one title figure, the shape of each smaller than it."""
    if "area_title_ha" not in rows:
        return pd.Series(False, index=rows.index)
    title = rows["area_title_ha"].astype("Float64")
    by_group = title.groupby(rows["group"])
    one = by_group.transform("nunique").eq(1) & by_group.transform("size").gt(1)
    smaller = (rows["area_plane_ha"] < title).fillna(False)
    every = smaller.groupby(rows["group"]).transform("all")
    return (one & every & title.notna()).fillna(False).astype(bool)
