"""How much of a territory, or of a right, lies under the pieces together.

Pieces may lie on each other: two rights on one place, one right on a territory that stands in
the register twice. So a share of the whole is taken from the union of the pieces, never from a
sum of pairs. A union is made in one plane: that in which most of its pieces were measured;
pieces of the neighbouring zone are brought there with a vertex every 100 m.
"""

import numpy as np
import pandas as pd
import shapely

from geo.analysis.drawing import drawn, own_geodesic_ha
from geo.analysis.pieces import Answers, Rows, candidates, cuts, in_threads, of_pairs, polygons_only
from geo.datum import Shapes, to_degrees
from geo.measure import geodesic_ha, plane_ha
from geo.stages import Layer, Overlaps
from geo.terms import PAIRS, Kind, OverlapClass, Status, Tenure

ALL = "all"
"""In place of a kind, a status or a tenure: all of them together."""

COLUMNS = {
    "territory_key": "string",
    "concession_key": "string",
    "kind": "string",
    "status": "string",
    "tenure": "string",
    "pairs": "Int64",
    "area_ha": "Float64",
    "area_geodesic_ha": "Float64",
    "share": "Float64",
    "plane": "string",
}

_PIECES_OF_A_CHUNK = 512
_SHARED_M2 = 1.0


def unions(overlaps: Overlaps, concessions: Layer, territories: Layer) -> pd.DataFrame:
    """The area under the pieces of each territory, and of each right, as one figure each.

    Columns `COLUMNS`, one of the two keys missing. For a territory: by kind and status of the
    right, `ALL` for all together. For a right: by tenure of the territory, or `ALL`. area_ha
    is plane, in `plane`; share is geodesic over geodesic, of the territory or the right.
    """
    rows = shared(overlaps).merge(
        _facts(concessions, "concession_key", ("kind", "status")), on="concession_key", how="left"
    )
    rows = rows.merge(_facts(territories, "territory_key", ("tenure",)), on="territory_key")
    rows = rows.assign(
        kind=rows["kind"].fillna(Kind.AREA.value),
        status=rows["status"].fillna(Status.UNKNOWN.value),
        tenure=rows["tenure"].fillna(Tenure.UNKNOWN.value),
    )
    made = [
        *_of_each(rows, "territory_key", "concession_key", ("kind", "status")),
        *_of_each(rows, "concession_key", "territory_key", ("tenure",)),
    ]
    return _with_shares(pd.concat(made, ignore_index=True), concessions, territories)


def union_ha(overlaps: Overlaps) -> float:
    """The plane hectares of land under at least one piece, each place counted once."""
    rows = shared(overlaps)
    total, before = 0.0, list[tuple[Shapes, str]]()
    for plane in sorted(rows["plane"].unique()):
        here = rows[rows["plane"].eq(plane)]
        shapes = drawn(here["geometry"], here["plane"], plane, here["concession_key"])
        united = _united(shapes, np.zeros(len(shapes), dtype=np.intp))
        for land, its_plane in before:
            brought = drawn(land, its_plane, plane, here["concession_key"])
            united = np.asarray(shapely.difference(united, brought), dtype=object)
        total += float(plane_ha(united, plane)[0])
        before.append((to_degrees(united, plane).shapes, plane))
    return total


def threeway(overlaps: Overlaps, concessions: Layer) -> pd.Series:
    """Whether a mining and a logging right lie on the same land of a territory, pair by pair.

    Yes where the pair's piece shares at least 1 m² with a piece of the other kind on the same
    territory; unknown where it does so only with a right whose kind nobody declared, or where
    the pair itself is only near; else no. Index as the overlaps' frame, nullable boolean.
    """
    frame = overlaps.frame
    kind = frame["concession_key"].map(concessions.frame.set_index("key")["kind"])
    kind = kind.astype("string").fillna(Kind.AREA.value)
    asked = kind.isin([Kind.MINING.value, Kind.LOGGING.value, Kind.AREA.value])
    rows = shared(overlaps).assign(kind=kind)
    a, b = _meeting(rows[asked.reindex(rows.index)])
    one, other = a.append(b), b.append(a)
    mine, theirs = kind.loc[one].to_numpy(dtype=object), kind.loc[other].to_numpy(dtype=object)
    open_ = (mine == Kind.AREA.value) | (theirs == Kind.AREA.value)
    near = frame["overlap_class"].eq(OverlapClass.NEAR.value) & asked
    answer = pd.Series(False, index=frame.index, dtype="boolean")
    answer = answer.mask(near | frame.index.isin(one[open_]), pd.NA)
    return answer.mask(frame.index.isin(one[~open_ & (mine != theirs)]), True)


def shared(overlaps: Overlaps) -> pd.DataFrame:
    """The rows that share at least 1 m², as a plain frame."""
    frame = overlaps.frame
    return pd.DataFrame(frame.loc[frame["overlap_class"].isin(PAIRS)])


def _meeting(rows: pd.DataFrame) -> tuple[pd.Index, pd.Index]:
    """The index pairs of pieces of one territory, of differing or unknown kind, that share 1 m²."""
    found: list[tuple[pd.Index, pd.Index]] = []
    for plane, here in rows.groupby("plane", sort=True):
        # the pieces of every zone, in this one: a pair of two zones is looked at in each
        some = rows[rows["territory_key"].isin(here["territory_key"])]
        shapes = drawn(some["geometry"], some["plane"], str(plane), some["concession_key"])
        i, j = candidates(shapes, shapes)
        land = some["territory_key"].to_numpy(dtype=object)
        kind = some["kind"].to_numpy(dtype=object)
        differ = (kind[i] != kind[j]) | (kind[i] == Kind.AREA.value)
        kept = (i < j) & (land[i] == land[j]) & differ
        pieces = of_pairs(shapes, shapes, i[kept], j[kept])
        large = np.asarray(shapely.area(pieces.shapes)) >= _SHARED_M2
        found.append((some.index[pieces.i[large]], some.index[pieces.j[large]]))
    if not found:
        return pd.Index([], dtype="int64"), pd.Index([], dtype="int64")
    firsts, seconds = zip(*found, strict=True)
    return firsts[0].append(list(firsts[1:])), seconds[0].append(list(seconds[1:]))


def _facts(layer: Layer, key: str, names: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(layer.frame[["key", *names]]).rename(columns={"key": key})


def _of_each(rows: pd.DataFrame, key: str, other: str, by: tuple[str, ...]) -> list[pd.DataFrame]:
    """The unions of each key by all of `by`, by one of them, and by none."""
    table = _in_one_plane(rows, key).assign(pairs=1)
    finest = _joined(table, [key, *by])
    levels = [finest]
    if len(by) > 1:
        levels += [_joined(finest.assign(**{name: ALL}), [key, *by]) for name in by]
    levels.append(_joined(finest.assign(**dict.fromkeys(by, ALL)), [key, *by]))
    return [level.assign(**{other: None}) for level in levels]


def _in_one_plane(rows: pd.DataFrame, key: str) -> pd.DataFrame:
    """The pieces of each key as `shape`, in the plane that measured most of them."""
    most = rows.groupby([key, "plane"])["area_ha"].sum().reset_index()
    most = most.sort_values([key, "area_ha", "plane"], ascending=[True, False, True])
    target = rows[key].map(most.drop_duplicates(key).set_index(key)["plane"])
    shape = np.empty(len(rows), dtype=object)
    for plane in sorted(target.unique()):
        here = target.eq(plane).to_numpy(dtype=bool)
        some = rows[here]
        shape[here] = drawn(some["geometry"], some["plane"], plane, some["concession_key"])
    moved = rows["plane"].ne(target)
    return rows.assign(
        shape=shape,
        plane=target,
        area_ha=rows["area_ha"].mask(moved),
        area_geodesic_ha=rows["area_geodesic_ha"].mask(moved),
    )


def _joined(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """One row for each combination of `names`: its union, and the union's areas.

    A union of one piece is that piece, with the areas that it already has.
    """
    table = table.sort_values([*names, "area_ha"], kind="stable").reset_index(drop=True)
    group = table.groupby(names, sort=False).ngroup().to_numpy(dtype=np.intp)
    out = table.drop_duplicates(names).reset_index(drop=True)
    size = np.bincount(group, minlength=len(out))
    pairs = np.bincount(group, weights=table["pairs"], minlength=len(out))
    several = np.flatnonzero(size > 1)
    shape = out["shape"].to_numpy(dtype=object).copy()
    if len(several):
        inside = np.flatnonzero(size[group] > 1)
        number = np.searchsorted(several, group[inside])
        shape[several] = _united(table["shape"].to_numpy(dtype=object)[inside], number)
    out = out.assign(pairs=pairs.astype("int64"), shape=pd.Series(shape, dtype=object))
    fresh = (size > 1) | out["area_ha"].isna().to_numpy(dtype=bool)
    return out.assign(**_areas(out, fresh))


def _areas(out: pd.DataFrame, fresh: Answers) -> dict[str, pd.Series]:
    """Both areas, measured where the union is new."""
    plane = out["plane"].to_numpy(dtype=object)
    area, geodesic = out["area_ha"].copy(), out["area_geodesic_ha"].copy()
    for one in sorted(set(plane[fresh].tolist())):
        here = np.flatnonzero(fresh & (plane == one))
        shapes = out["shape"].to_numpy(dtype=object)[here]
        area.iloc[here] = plane_ha(shapes, one)
        geodesic.iloc[here] = geodesic_ha(to_degrees(shapes, one).shapes, one)
    return {"area_ha": area, "area_geodesic_ha": geodesic}


def _united(shapes: Shapes, group: Rows) -> Shapes:
    """The union of each group of shapes; `group` is sorted and counts from 0."""

    def work(part: slice) -> list[object]:
        numbers = group[part]
        starts = np.flatnonzero(np.diff(numbers, prepend=-1))
        return [shapely.union_all(some) for some in np.split(shapes[part], starts[1:]) if len(some)]

    out = np.empty(int(group[-1]) + 1, dtype=object)
    done = [shape for some in in_threads(work, cuts(group, _PIECES_OF_A_CHUNK)) for shape in some]
    out[:] = polygons_only(np.array(done, dtype=object))
    return out


def _with_shares(table: pd.DataFrame, concessions: Layer, territories: Layer) -> pd.DataFrame:
    """The table with the share of the whole that each union is, in the order of the keys."""
    whole = np.full(len(table), np.nan)
    for layer, key in ((territories, "territory_key"), (concessions, "concession_key")):
        there = np.flatnonzero(table[key].notna())
        row = pd.Index(layer.frame["key"]).get_indexer(table[key].iloc[there])
        whole[there] = own_geodesic_ha(layer.frame, row)
    share = (table["area_geodesic_ha"].astype(float) / whole).clip(upper=1.0)
    table = table.assign(share=share).sort_values(
        ["territory_key", "concession_key", "kind", "status", "tenure"], na_position="last"
    )
    return table[[*COLUMNS]].astype(COLUMNS).reset_index(drop=True)
