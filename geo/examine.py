"""What a file is and what would be done with it: the findings behind `deslinde check`.

Nothing is kept and no row is shown: fields are named, their values are not, since they may
be names of people.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geo.crs import describe
from geo.datum import Shapes
from geo.declared import Source
from geo.errors import CrsMissing, DeslindeError
from geo.gazetteer import department_of, land
from geo.grid import GridFinding, detect
from geo.intake.read import layers, read
from geo.intake.snapshots import of_file
from geo.normalise.guess import looks_like, source_for
from geo.normalise.layer import normalise
from geo.pipeline import located
from geo.stages import Layer, RawLayer
from geo.terms import GridDatum, Noun
from geo.world import World

# a date that a program wrote where it had none says nothing about a year
_NO_YEAR = "1899"


@dataclass(frozen=True)
class Grid:
    """What the corners say. Residuals in metres: where they lie minus the whole kilometre."""

    suggested: str
    possible: tuple[str, ...]
    agrees: bool | None
    whole: int
    behind: int
    grid: str
    behind_grid: str
    residual_e_m: float | None
    residual_n_m: float | None
    spread_e_m: float | None
    spread_n_m: float | None


@dataclass(frozen=True)
class Origin:
    """The rows whose corners were fixed in one datum, and in which years they were filed."""

    datum: GridDatum
    rows: int
    first_filed_on: str
    last_filed_on: str


@dataclass(frozen=True)
class Field:
    """A field of the file: its type, how many rows fill it, and what it looks like."""

    name: str
    type: str
    filled: int
    ours: str
    source: str
    why: str


@dataclass(frozen=True)
class Dirt:
    """What would be done to some rows, and why."""

    deed: str
    step: str
    field: str
    reason: str
    rows: int


@dataclass(frozen=True)
class Trial:
    """What would become of the rows. refusal: why nothing would, "" where something does."""

    crs_used: str
    crs_basis: str
    operation: str
    accuracy_m: float | None
    rows_out: int
    excluded: int
    repaired: int
    departments: dict[str, int]
    outside: int
    origins: tuple[Origin, ...]
    dirt: tuple[Dirt, ...]
    refusal: str = ""
    assumed: bool = False


@dataclass(frozen=True)
class Found:
    """One layer of a file."""

    layer: str
    rows: int
    shapes: dict[str, int]
    crs: str
    crs_name: str
    crs_basis: str
    grid: Grid
    source: str
    noun: Noun
    fields: tuple[Field, ...]
    notes: tuple[str, ...]
    trial: Trial


def examine(
    path: Path,
    world: World,
    now: datetime,
    *,
    layer: str | None = None,
    crs: str | None = None,
    source: str | None = None,
    say: Callable[[str], None],
) -> tuple[Found, ...]:
    """Every layer of a file, or the one named. Raises as `geo.intake.read.read`."""
    names = [layer] if layer else [info.name for info in layers(path)]
    snapshot = of_file(path, source or "file", now)
    found = []
    for name in names:
        say(f"leyendo {name}")
        found.append(_found(read(path, snapshot, name), world, crs, source))
    return tuple(found)


def _found(raw: RawLayer, world: World, crs: str | None, wanted: str | None) -> Found:
    chosen = world.source(wanted) if wanted else _recognised(raw, world)
    shapes = np.asarray(raw.frame.geometry.array, dtype=object)
    polygons = shapes[np.isin(shapely.get_type_id(shapes), (3, 6))]
    grid = _detected(polygons, raw.crs, world)
    trial, layer = _tried(raw, chosen, world, crs, grid)
    if layer is not None and "filed_on" in layer.frame and len(layer.frame):
        years = pd.to_numeric(layer.frame["filed_on"].str[:4], errors="coerce")
        rows = layer.frame["row"].astype("int64")
        drawn = np.asarray(shapes[rows.to_numpy()], dtype=object)
        grid = detect(drawn, raw.crs or trial.crs_used, filed_year=years)
    kinds = pd.Series(shapely.get_type_id(shapes)).map(_KINDS).value_counts()
    return Found(
        layer=raw.layer,
        rows=len(raw.frame),
        shapes={str(kind): int(count) for kind, count in kinds.items()},
        crs=raw.crs or "",
        crs_name=describe(raw.crs).name if raw.crs else "",
        crs_basis=raw.basis.value if raw.basis else "",
        grid=_grid(grid),
        source="" if chosen.id.startswith("file-") else chosen.id,
        noun=chosen.noun,
        fields=_fields(raw, world),
        notes=raw.notes,
        trial=trial,
    )


def _detected(polygons: Shapes, crs: str | None, world: World) -> GridFinding:
    """What the corners say; the coarse outline of the land is asked only where they are not clear.

    It would leave out rights on an island or at sea.
    """
    found = detect(polygons, crs)
    if found.suggested or not found.possible:
        return found
    return detect(polygons, crs, land(world.departments))


_KINDS = {
    -1: "none",
    0: "point",
    1: "line",
    2: "line",
    3: "polygon",
    4: "multipoint",
    5: "multiline",
    6: "multipolygon",
    7: "collection",
}


def _recognised(raw: RawLayer, world: World) -> Source:
    sources = tuple(world.sources.values())
    for noun in Noun:
        found = source_for(raw, noun, sources)
        if not found.id.startswith("file-"):
            return found
    return source_for(raw, Noun.CONCESSION, sources)


def _tried(
    raw: RawLayer,
    source: Source,
    world: World,
    crs: str | None,
    grid: GridFinding,
) -> tuple[Trial, Layer | None]:
    """What normalising gives. A silent CRS is tried with the suggested one, and said to be."""
    try:
        layer = normalise(raw, source, world.country, crs=crs)
    except CrsMissing as missing:
        if not grid.suggested:
            return _refused(str(missing)), None
        layer = normalise(raw, source, world.country, crs=grid.suggested)
        return _trial(located(layer, world), world, refusal=str(missing)), layer
    except DeslindeError as error:
        return _refused(str(error)), None
    return _trial(located(layer, world), world), layer


def _refused(sentence: str) -> Trial:
    return Trial("", "", "", None, 0, 0, 0, {}, 0, (), (), refusal=sentence)


def _trial(layer: Layer, world: World, refusal: str = "") -> Trial:
    frame = layer.frame
    where = department_of(frame.geometry, world.departments)
    counted = where.value_counts()
    first = frame.iloc[0] if len(frame) else None
    return Trial(
        crs_used=str(first["crs_used"]) if first is not None else "",
        crs_basis=str(first["crs_basis"]) if first is not None else "",
        operation=str(first["operation"]) if first is not None else "",
        accuracy_m=_number(first["operation_accuracy_m"]) if first is not None else None,
        rows_out=len(frame),
        excluded=layer.ledger.excluded,
        repaired=layer.ledger.repaired,
        departments={str(name): int(rows) for name, rows in counted.items()},
        outside=int(where.isna().sum()),
        origins=_origins(frame),
        dirt=_dirt(layer),
        refusal=refusal,
        assumed=bool(refusal),
    )


def _origins(frame: pd.DataFrame) -> tuple[Origin, ...]:
    filed = (
        frame["filed_on"] if "filed_on" in frame else pd.Series(pd.NA, index=frame.index)
    ).astype("string")
    made = []
    for datum in GridDatum:
        rows = frame["grid_datum"].isin([datum.value])
        dates = filed[rows].dropna()
        dates = dates[~dates.str.startswith(_NO_YEAR)]
        if rows.any():
            made.append(
                Origin(
                    datum,
                    int(rows.sum()),
                    str(dates.min()) if len(dates) else "",
                    str(dates.max()) if len(dates) else "",
                )
            )
    return tuple(made)


def _dirt(layer: Layer) -> tuple[Dirt, ...]:
    done = layer.ledger.deeds
    counted = (
        done.fillna({"field": ""})
        .groupby(["deed", "step", "field", "reason"], sort=True)
        .size()
        .reset_index(name="rows")
    )
    return tuple(
        Dirt(str(deed), str(step), str(field), str(reason), int(rows))
        for deed, step, field, reason, rows in counted.to_numpy(dtype=object).tolist()
    )


def _fields(raw: RawLayer, world: World) -> tuple[Field, ...]:
    looks = looks_like(raw, tuple(world.sources.values())).set_index("field")
    return tuple(
        Field(
            name=str(name),
            type=str(raw.frame[name].dtype),
            filled=int(raw.frame[name].notna().sum()),
            ours=str(looks.loc[name, "ours"]),
            source=str(looks.loc[name, "source"]),
            why=str(looks.loc[name, "why"]),
        )
        for name in raw.frame.columns
        if name != raw.frame.geometry.name
    )


def _grid(found: GridFinding) -> Grid:
    best = found.candidates[0] if found.candidates else None
    return Grid(
        suggested=found.suggested or "",
        possible=found.possible,
        agrees=found.agrees,
        whole=best.whole if best else 0,
        behind=best.behind if best else 0,
        grid=best.grid if best else "",
        behind_grid=best.behind_grid if best else "",
        residual_e_m=_number(best.residual_e_m) if best else None,
        residual_n_m=_number(best.residual_n_m) if best else None,
        spread_e_m=_number(best.spread_e_m) if best else None,
        spread_n_m=_number(best.spread_n_m) if best else None,
    )


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
