"""What a bundle says, against what recomputing from its own rows as received gives."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.errors import ShapelyError

from geo.errors import DeslindeError
from geo.evidence import layout
from geo.evidence.check.compare import Difference, differences, shapes_apart
from geo.evidence.check.enclosed import GEOPACKAGE, Rows
from geo.evidence.check.manifest_check import Captures, Key, key_of
from geo.evidence.check.recompute import SAME_ROW, Enclosed, again, rows_of_whole
from geo.evidence.chosen import By, Chosen
from geo.evidence.findings import Finding, Kind, some
from geo.evidence.unpack import PAYLOAD, Bundle
from geo.home import Home
from geo.schema.columns import OVERLAPS, of_noun
from geo.terms import Noun, Tier

PAIR = ("concession_key", "territory_key")
FLAG = (*PAIR, "code")
UNION = ("territory_key", "concession_key", "kind", "status", "tenure")

# what a tier may withhold, or says itself, and recomputing from what it shows cannot give
_OF_THE_TIER = ("key", "tier", "holder", "holder_kind", "name", "documents", "group", "part",
                "consultation_register")  # fmt: skip
_NAMES = ("concession_name", "territory_name")
# what rests on rights that a bundle about rights does not enclose
_ON_OTHERS = ("threeway", "plots_on_territory")

# what a stranger's rows may raise far inside: PROJ's and a stack's errors are RuntimeErrors
_BROKEN = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    ShapelyError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class Rechecked:
    """pairs, flags: how many were compared. whole: files whose every row was taken."""

    findings: tuple[Finding, ...]
    pairs: int = 0
    flags: int = 0
    whole: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()


def check_received(bundle: Bundle, rows: Sequence[Rows], captures: Captures) -> Iterator[Finding]:
    """The rows as received against their captures, and against whole files where they are here."""
    known = {sha256 for sha256, _layer in captures}
    told: set[Key] = set()
    for one in rows:
        for sha256 in sorted(set(one.rows["snapshot"]) - known):
            yield Finding(
                Kind.DISAGREES, one.file, f"«{one.file}» es de un archivo sin captura: {sha256}."
            )
        if one.capture is None:
            continue
        key = key_of(one.capture)
        sha256 = key[0]
        if key in told:
            yield Finding(
                Kind.ADDED, one.file, f"«{one.file}» trae otra vez las filas de una misma captura."
            )
        told.add(key)
        if sha256 in known and one.capture != captures.get(key):
            yield Finding(
                Kind.DISAGREES,
                one.file,
                f"«{one.file}» cuenta su captura de otro modo que las capturas del método.",
            )
            continue
        if sha256 not in known or not _whole_of(bundle, sha256):
            continue
        wrong = _not_of_whole(one, _whole(bundle, one))
        if wrong:
            yield Finding(
                Kind.DISAGREES,
                one.file,
                f"«{one.file}»: la fila {wrong[0]} no es la de «{_whole_of(bundle, sha256)}»"
                + (f", ni otras {len(wrong) - 1:,}." if len(wrong) > 1 else "."),
            )


def check_snapshots(
    bundle: Bundle, found: Mapping[str, str], captures: Captures
) -> Iterator[Finding]:
    """The whole files that are enclosed: the bytes that were captured, and no others."""
    sizes: dict[str, set[str]] = {}
    for (sha256, _layer), capture in captures.items():
        sizes.setdefault(sha256, set()).add(str(capture.get("size_bytes")))
    for name in bundle.below(f"{PAYLOAD}{layout.SNAPSHOTS}"):
        short = name.rpartition("/")[2].partition("-")[0]
        if found[name][:12] != short or found[name] not in sizes:
            yield Finding(
                Kind.ALTERED, name, f"«{name}» no son los bytes que se recibieron bajo ese nombre."
            )
        elif sizes[found[name]] != {str(bundle.sizes[name])}:
            yield Finding(Kind.DISAGREES, name, f"«{name}» no tiene el tamaño de su captura.")
    for (sha256, _layer), capture in captures.items():
        if capture.get("file") and not _whole_of(bundle, sha256):
            name = f"{PAYLOAD}{layout.SNAPSHOTS}/{sha256[:12]}-…"
            yield Finding(
                Kind.MISSING, name, f"Falta «{name}», el archivo entero que la captura promete."
            )


def check(
    bundle: Bundle,
    chosen: Chosen,
    rows: Sequence[Rows],
    home: Home,
    *,
    tier: str,
) -> Rechecked:
    """Recomputes and compares. chosen: the cut of the GeoPackage."""
    layers = [one for one in rows if one.capture is not None]
    taken, whole = [], []
    for one in layers:
        everything = _everything(bundle, one)
        taken.append((one.rows if everything is None else everything, one.capture or {}))
        whole += [] if everything is None else [one.file]
    keys = pd.concat([chosen.concessions, chosen.territories])[["key", *SAME_ROW]]
    enclosed = Enclosed(
        layers=taken,
        facts=[one.rows for one in rows if one.capture is None],
        declared=chosen.declared,
        keys=pd.DataFrame(keys).astype({"row": "Int64"}),
    )
    try:
        # a stranger's numbers may be of any size; what comes of them is compared all the same
        with np.errstate(all="ignore"):
            made = again(enclosed, home)
    except (DeslindeError, *_BROKEN) as error:
        said = str(error) if isinstance(error, DeslindeError) else type(error).__name__
        file = f"{PAYLOAD}{layout.RECEIVED}"
        return Rechecked(
            (
                Finding(
                    Kind.DIFFERS, file, f"No se puede recalcular con lo que el paquete trae: {said}"
                ),
            )
        )
    of_land = chosen.by in (By.TERRITORY, By.CASE)
    mine = "territory_key" if of_land else "concession_key"
    restricted = tier == Tier.RESTRICTED.value
    pairs = _about(made.flagged.overlaps.frame, mine, chosen.subjects)
    asked = _about(made.flagged.flags, mine, chosen.subjects)
    kept, skipped = _answerable(chosen.flags, of_land)
    told, computed = chosen.flags[kept(chosen.flags)], asked[kept(asked)]
    findings = [
        *_layer(chosen.concessions, made.concessions.frame, Noun.CONCESSION, restricted),
        *_layer(chosen.territories, made.territories.frame, Noun.TERRITORY, restricted),
        *_said(_pairs(chosen.overlaps, pairs, restricted), "el par"),
        *_said(differences(told, computed, FLAG, ("answer", "rules")), "la alerta"),
        *_said(_unions(chosen, made.unions, mine), "el total"),
    ]
    return Rechecked(tuple(findings), len(chosen.overlaps), len(told), tuple(whole), tuple(skipped))


def _everything(bundle: Bundle, one: Rows) -> pd.DataFrame | None:
    """Every row of the file, where it is enclosed whole and nobody left rows out unseen."""
    capture = one.capture or {}
    hidden = capture.get("filtered") and not capture.get("where")
    return (
        None if hidden or not _whole_of(bundle, str(capture.get("sha256"))) else _whole(bundle, one)
    )


def _whole_of(bundle: Bundle, sha256: str) -> str:
    names = bundle.below(f"{PAYLOAD}{layout.SNAPSHOTS}")
    return next((name for name in names if name.rpartition("/")[2].startswith(sha256[:12])), "")


def _whole(bundle: Bundle, one: Rows) -> pd.DataFrame | None:
    capture = one.capture or {}
    name = _whole_of(bundle, str(capture.get("sha256")))
    try:
        return rows_of_whole(bundle.read(name), capture)
    except (DeslindeError, *_BROKEN):
        return None


def _not_of_whole(one: Rows, whole: pd.DataFrame | None) -> list[int]:
    """The numbers of the rows that are not those of the whole file."""
    if whole is None:
        return [int(number) for number in one.rows["row"]]
    by_number = whole.set_index("row")
    wrong = []
    for number, fields, withheld, shape in zip(
        one.rows["row"], one.rows["fields"], one.rows["withheld"], one.rows["shape"], strict=True
    ):
        hidden = str(withheld).split(";") if withheld else []
        if number not in by_number.index:
            wrong.append(int(number))
            continue
        own = by_number.loc[number]
        same = _without(fields, hidden) == _without(own["fields"], hidden)
        drawn = "geometry" in hidden or _bytes(shape) == _bytes(own["shape"])
        if not same or not drawn:
            wrong.append(int(number))
    return wrong


def _without(fields: str, hidden: Iterable[str]) -> dict[str, Any]:
    told = dict(json.loads(fields))
    return {name: value for name, value in told.items() if name not in set(hidden)}


def _bytes(shape: object) -> bytes:
    return bytes(shape) if isinstance(shape, (bytes, bytearray, memoryview)) else b""


def _about(frame: Any, mine: str, subjects: Sequence[str]) -> Any:
    return frame[frame[mine].isin(subjects)]


def _layer(
    said: gpd.GeoDataFrame, found: gpd.GeoDataFrame, noun: Noun, restricted: bool
) -> Iterator[Finding]:
    """Rows of a layer: those that the bundle has, as recomputed."""
    here = found[found["key"].isin(said["key"])]
    skipped = ("key", "tier") if restricted else _OF_THE_TIER
    columns = [c.name for c in of_noun(noun) if c.name not in (*skipped, "geometry")]
    what = "el derecho" if noun is Noun.CONCESSION else "el territorio"
    yield from _said(differences(said, here, ("key",), columns), what)
    yield from _said(shapes_apart(said, here, ("key",)), what)


def _pairs(
    said: gpd.GeoDataFrame, found: gpd.GeoDataFrame, restricted: bool
) -> Iterator[Difference]:
    columns = [
        c.name
        for c in OVERLAPS
        if c.name not in (*PAIR, "geometry") and (restricted or c.name not in _NAMES)
    ]
    yield from differences(said, found, PAIR, columns)
    yield from shapes_apart(said, found, PAIR)


def _unions(chosen: Chosen, found: pd.DataFrame, mine: str) -> Iterator[Difference]:
    """Totals of the subjects; a tier may show fewer rows than there are, never others."""
    theirs = found[found[mine].isin(chosen.subjects)]
    columns = ("pairs", "area_ha", "area_geodesic_ha", "share", "plane")
    for one in differences(chosen.unions, theirs, UNION, columns):
        if one.column or one.said == "sí":
            yield one


def _answerable(flags: pd.DataFrame, of_land: bool) -> tuple[Any, list[str]]:
    """Which flags can be asked again, and a sentence about the others."""
    if of_land:
        return (lambda frame: pd.Series(True, index=frame.index)), []

    def others(frame: pd.DataFrame) -> pd.Series:
        rests = frame["used"].fillna("") + ";" + frame["missing"].fillna("")
        return rests.str.split(";").map(lambda names: bool(set(names) & set(_ON_OTHERS)))

    codes = sorted(set(flags.loc[others(flags), "code"]))
    said = (
        f"Alertas que dependen de otros derechos sobre el mismo territorio ({some(codes)}): el "
        "paquete es de derechos y no trae los demás."
    )
    return (lambda frame: ~frame["code"].isin(codes)), [said] if codes else []


def _said(found: Iterable[Difference], what: str) -> Iterator[Finding]:
    """One finding for each row at fault, with its first cell and how many more."""
    by_row: dict[str, list[Difference]] = {}
    for one in found:
        by_row.setdefault(one.row, []).append(one)
    for row, cells in by_row.items():
        yield Finding(Kind.DIFFERS, GEOPACKAGE, _sentence(what, row, cells))


def _sentence(what: str, row: str, cells: Sequence[Difference]) -> str:
    first = cells[0]
    if not first.column and first.said == "sí":
        return f"«{GEOPACKAGE}» trae {what} {row}, que al recalcular no sale."
    if not first.column:
        return f"A «{GEOPACKAGE}» le falta {what} {row}, que sale al recalcular."
    more = f"; tampoco es igual {', '.join(one.column for one in cells[1:])}" if cells[1:] else ""
    return (
        f"«{GEOPACKAGE}», {what} {row}: {first.column} dice «{first.said}» y al recalcular es "
        f"«{first.found}»{more}."
    )
