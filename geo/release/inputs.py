"""What a release folder holds of its inputs: rows as received, captures, whole files, stamps.

A tier's folder is enough for a bundle, so all of it is cut to the tier here, and nowhere after.
"""

import json
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo import received
from geo.declared import Source
from geo.errors import SnapshotDamaged, StageBroken
from geo.home import sha256_of
from geo.received import RECEIVED
from geo.release import aliases, files, manifest, read, tiers, withheld
from geo.release.aliases import Aliases
from geo.release.content import Content, Input, Opened
from geo.stages import RawLayer
from geo.terms import Noun, Tier
from geo.words import _

KEY = "key"

_LAYER = "capa"
_FACTS_TITLE = (
    "Fechas y documentos que aportaron personas",
    "Dates and documents that people brought",
)

_FILTERED = _(
    "Se importó con una condición sobre sus filas, y las que quedaron fuera no se entregan; se "
    "dan su huella, su dirección y las filas usadas."
)
_LICENCE = _(
    "La licencia de la fuente no permite repartir el archivo entero, o no se sabe que lo permita; "
    "se dan su huella, su dirección y las filas usadas, y se pide a quien lo publica."
)
_PEOPLE = _(
    "El archivo entero puede nombrar a personas; se dan su huella, su dirección y las filas "
    "usadas, y se pide a quien lo publica."
)
_LAYERS = _(
    "El archivo tiene otras capas, que nadie revisó; se dan su huella, su dirección y las filas "
    "usadas."
)
_LINES = _(
    "El archivo tiene líneas o notas que este nivel de acceso no muestra; se dan su huella y las "
    "líneas usadas."
)


@dataclass(frozen=True, eq=False)
class Inputs:
    """received: columns RECEIVED and `key`. files: name in the folder -> where the bytes lie.

    aliases: what every file of the release has to be named by, where not by its own SHA-256.
    """

    received: pd.DataFrame
    captures: list[dict[str, Any]]
    files: Mapping[str, Path]
    stamps: Mapping[str, bytes]
    aliases: Aliases


@dataclass(frozen=True, eq=False)
class _Shown:
    """One input as the tier sees it. whole: nothing of it was left out or withheld."""

    opened: Opened
    rows: pd.DataFrame
    raw: RawLayer | None
    whole: bool


def for_tier(content: Content, tier: Tier, shown: Mapping[Noun, gpd.GeoDataFrame]) -> Inputs:
    """The inputs of a build as a tier may see them.

    shown: both layers as the tier sees them. Raises StageBroken where an input was not handed
    over as it was read.
    """
    if len(content.opened) != len(content.inputs):
        raise StageBroken("una publicación no trae las filas recibidas de todos sus archivos")
    sources = {source.id: source for source in content.sources}
    taken: Counter[str] = Counter()
    told: list[tuple[dict[str, Any], _Shown]] = []
    for opened in sorted(content.opened, key=_order):
        source = sources.get(opened.made.snapshot.source_id)
        if opened.raw is None:
            one = _facts(opened, content, tier, shown)
        elif source is None:
            raise StageBroken("un archivo de una publicación no tiene fuente declarada")
        else:
            one = _layer(opened, opened.raw, source, tier, content, shown, taken)
        told.append((_capture(one, source, tier, content.stamps), one))
    _as_one(told)
    rows = _together([one.rows for _said, one in told])
    named = {} if tier is Tier.RESTRICTED else aliases.of([said for said, _one in told], rows)
    here = {one.opened.made.snapshot.sha256 for _said, one in told} - set(named)
    return Inputs(
        received=_sorted(aliases.under(rows, named)),
        captures=[aliases.capture(said, named) for said, _one in told],
        files={said["file"]: one.opened.path for said, one in told if said["file"]},
        stamps={
            _stamp_name(sha256): token
            for sha256, token in sorted(content.stamps.items())
            if sha256 in here
        },
        aliases=named,
    )


def write(folder: Path, made: Inputs, declared: Mapping[str, str]) -> None:
    """The files of a release folder that are about its inputs.

    Raises SnapshotDamaged where a whole file is no longer what its SHA-256 says.
    """
    files.parquet(made.received, folder / read.RECEIVED_FILE)
    (folder / read.CAPTURES_FILE).write_bytes(manifest.canonical(made.captures))
    (folder / read.DECLARED_FILE).write_bytes(manifest.canonical(declared))
    for name, token in made.stamps.items():
        (folder / name).write_bytes(token)
    wanted = {said["file"]: said["sha256"] for said in made.captures if said["file"]}
    for name, path in made.files.items():
        shutil.copyfile(path, folder / name)
        if sha256_of(folder / name) != wanted[name]:
            raise SnapshotDamaged(
                f"Los bytes guardados de «{path.name}» ya no son los que se recibieron: restaure "
                "la carpeta de una copia, o bórrela y vuelva a importar."
            )


def _order(opened: Opened) -> bytes:
    made = opened.made
    said = [made.snapshot.source_id, made.snapshot.sha256, made.layer, made.crs, made.where]
    return manifest.canonical([*said, made.accuracy_m, made.as_of])


def _layer(
    opened: Opened,
    raw: RawLayer,
    source: Source,
    tier: Tier,
    content: Content,
    shown: Mapping[Noun, gpd.GeoDataFrame],
    taken: Counter[str],
) -> _Shown:
    """The rows of a layer. Of a file with one row above the tier, only those that it shows."""
    layer, cut = _of(content, source.noun), shown[source.noun]
    name = raw.layer if tier is Tier.RESTRICTED else _LAYER
    taken[opened.made.snapshot.sha256 + name] += 1
    number = taken[opened.made.snapshot.sha256 + name]
    name = name if number == 1 else f"{name}~{number}"
    own = opened.keys.reindex(raw.frame.index)
    above = own.notna() & ~own.isin(cut[KEY])
    mine = layer["snapshot"].isin([raw.snapshot.sha256])
    fine = tiers.rows_within(layer.loc[mine, "tier"], tier).all()
    kept = (~above if fine else own.isin(cut[KEY])).to_numpy(dtype=bool)
    few = _named(raw, raw.frame[kept], name)
    fields = pd.Series("", index=few.frame.index, dtype="string")
    if tier is not Tier.RESTRICTED:
        few, fields = withheld.withhold(few, opened.keys, source, cut)
    rows = received.told(few).assign(
        withheld=fields.to_numpy(), **{KEY: own[kept].astype("string").to_numpy()}
    )
    return _Shown(opened, rows, few, bool(kept.all()) and not fields.ne("").any())


def _named(raw: RawLayer, frame: gpd.GeoDataFrame, layer: str) -> RawLayer:
    return RawLayer(gpd.GeoDataFrame(frame), raw.crs, raw.basis, raw.snapshot, layer, raw.notes)


def _facts(
    opened: Opened, content: Content, tier: Tier, shown: Mapping[Noun, gpd.GeoDataFrame]
) -> _Shown:
    """The lines of a file of facts: below `restricted`, those about rows that the tier shows."""
    if tier is Tier.RESTRICTED:
        cells = [(number, dict(line), "") for number, line in enumerate(opened.lines)]
    else:
        codes = {code for frame in shown.values() for code in _codes(frame)}
        holders = _hidden_holders(content.concessions.frame)
        cells = []
        for number, (line, code) in enumerate(zip(opened.lines, opened.facts["id"], strict=True)):
            if code in codes:
                told, fields = withheld.line(line, holders.get(code, ()))
                cells.append((number, told, ";".join(fields)))
    rows = pd.DataFrame(
        {
            "snapshot": opened.made.snapshot.sha256,
            "layer": "",
            "row": [number for number, _line, _fields in cells],
            "fields": [json.dumps(line, ensure_ascii=False) for _number, line, _fields in cells],
            "withheld": [fields for _number, _line, fields in cells],
            "shape": None,
            KEY: pd.NA,
        }
    )
    whole = len(cells) == len(opened.lines) and not any(fields for _n, _l, fields in cells)
    return _Shown(opened, rows, None, whole)


def _codes(frame: pd.DataFrame) -> Iterable[str]:
    """By what a fact may name a row of a layer."""
    whole = frame["source_id"] + ":" + frame["native_id"]
    return list(pd.concat([frame["native_id"], frame[KEY], whole]).dropna())


def _hidden_holders(concessions: pd.DataFrame) -> dict[str, list[str]]:
    people = tiers.people(concessions)
    found: dict[str, list[str]] = {}
    rights = concessions.set_index(KEY)
    for key, holder in zip(people[KEY], people["holder"], strict=True):
        row = rights.loc[key]
        for code in {key, row["native_id"], f"{row['source_id']}:{row['native_id']}"}:
            found.setdefault(code, []).append(holder)
    return found


def _together(tables: list[pd.DataFrame]) -> pd.DataFrame:
    types = {column.name: column.dtype for column in RECEIVED} | {KEY: "string"}
    named = [table.astype(types)[list(types)] for table in tables if len(table)]
    if not named:
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})
    return _sorted(pd.concat(named, ignore_index=True))


def _sorted(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values(["snapshot", "layer", "row"], kind="stable", ignore_index=True)


def _capture(
    one: _Shown, source: Source | None, tier: Tier, stamps: Mapping[str, bytes]
) -> dict[str, Any]:
    made, raw = one.opened.made, one.raw
    snapshot = made.snapshot
    why_not = _why_not(one, source, tier)
    ending = Path(manifest.file_name(made, tier)).suffix.lower()
    return {
        **manifest.input_of(made, tier),
        **_of_source(source),
        "retrieved_at": snapshot.retrieved_at.astimezone(UTC).isoformat(),
        "origin": _origin(made, source, tier),
        "asserted": not made.demo,
        "role": "program" if made.demo else "importer",
        "raw": None if raw is None else _raw(raw, one.opened.rows, tier),
        "file": None if why_not else f"file-{snapshot.sha256[:12]}{ending}",
        "why_not": why_not,
        "stamp": _stamp_name(snapshot.sha256) if snapshot.sha256 in stamps else None,
    }


def _of_source(source: Source | None) -> dict[str, Any]:
    if source is None:
        title, title_en = _FACTS_TITLE
        told = {"title": title, "title_en": title_en, "licence": "unknown", "redistribute": True}
        return told | dict.fromkeys(("publisher", "address", "notice", "notice_en"), "")
    return {
        "title": source.title,
        "title_en": source.title_en or source.title,
        "publisher": source.publisher,
        "address": source.way.address,
        "licence": source.rights.licence,
        "redistribute": source.rights.redistribute,
        "notice": source.rights.notice,
        "notice_en": source.rights.notice_en or source.rights.notice,
    }


def _origin(made: Input, source: Source | None, tier: Tier) -> str:
    """From where, as the importer said; a name on somebody's disk is not told to others.

    The publisher's address, which stands beside it, is not put in its place: nobody said that
    these bytes came from there.
    """
    said, address = made.snapshot.origin, source.way.address if source else ""
    if tier is Tier.RESTRICTED or not said or said == address:
        return said
    return address if made.demo and address else tiers.TEXT_WITHHELD


def _raw(raw: RawLayer, rows: int, tier: Tier) -> dict[str, Any]:
    """What `geo.received.raw_layer` needs; a reader's notes may cite what the file says."""
    open_to_all = tier is Tier.RESTRICTED
    return {
        "crs": raw.crs,
        "basis": None if raw.basis is None else raw.basis.value,
        "layer": raw.layer,
        "types": received.types(raw),
        "rows": rows,
        "notes": list(raw.notes) if open_to_all else [tiers.TEXT_WITHHELD] * bool(raw.notes),
    }


def _why_not(one: _Shown, source: Source | None, tier: Tier) -> str | None:
    """A sentence why the whole file is not enclosed, None where it is."""
    made, below = one.opened.made, tier is not Tier.RESTRICTED
    if made.where:
        return _FILTERED
    if source is None:
        return _LINES if below and not one.whole else None
    if not source.rights.redistribute:
        return _LICENCE
    if below and not (one.raw is not None and withheld.names_nobody(one.raw, source)):
        return _PEOPLE
    if below and (made.layer or one.opened.layers > 1):
        return _LAYERS
    return None


def _as_one(told: list[tuple[dict[str, Any], _Shown]]) -> None:
    """Bytes that were imported twice are enclosed only where either import may be."""
    refused = {said["sha256"]: said["why_not"] for said, _one in told if said["why_not"]}
    for said, _one in told:
        if said["file"] and said["sha256"] in refused:
            said["file"], said["why_not"] = None, refused[said["sha256"]]


def _stamp_name(sha256: str) -> str:
    return f"stamp-{sha256[:12]}.tsr"


def _of(content: Content, noun: Noun) -> pd.DataFrame:
    layer = content.concessions if noun is Noun.CONCESSION else content.territories
    return layer.frame
