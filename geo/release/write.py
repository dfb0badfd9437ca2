"""One tier's release, whole or not at all. The tier is applied here, and nowhere after.

<tier's folder>/<id>/…      a build, never changed
<tier's folder>/current     the id of the build that is read
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.cases import Case
from geo.declared import Source
from geo.errors import StageBroken
from geo.home import Home, private_folder, whole_folder, write_whole
from geo.release import aliases, facets, files, inputs, manifest, read, readme, tiers
from geo.release.aliases import Aliases
from geo.release.content import Content
from geo.release.export import with_flags
from geo.release.summary import summary_json
from geo.release.tiles import compose
from geo.release.tiles import release as tiles
from geo.schema.columns import of_noun
from geo.stages import Layer
from geo.terms import Noun, OverlapClass, Tier


@dataclass(frozen=True, eq=False)
class _Cut:
    """What a tier may see of a build: frames of the same columns, sorted."""

    concessions: gpd.GeoDataFrame
    territories: gpd.GeoDataFrame
    overlaps: gpd.GeoDataFrame
    flags: pd.DataFrame
    unions: pd.DataFrame
    between: pd.DataFrame
    ledgers: Mapping[str, pd.DataFrame]

    @property
    def illustrative(self) -> bool:
        layers = (self.concessions, self.territories)
        return any(bool(layer["illustrative"].fillna(False).any()) for layer in layers)

    @property
    def sources(self) -> set[str]:
        return {*self.concessions["source_id"].dropna(), *self.territories["source_id"].dropna()}


def write(home: Home, tier: Tier, content: Content) -> Path:
    """Writes a release of `tier` and makes it the current one; gives its folder.

    content: of a build that was made from this tier's inputs alone. The same content gives the
    same bytes and so the same id, a folder that is there already stays as it is, and `current`
    changes only when the folder is whole. Raises StageBroken where an input is above the tier,
    FileUnwritable where the disk refuses, ReleaseDamaged where the same build lies there damaged.
    """
    above = [one for one in content.inputs if not tiers.within(one.tier, tier)]
    if above:
        raise StageBroken(
            f"una publicación {tier} salió de {len(above)} archivos que ese nivel no puede ver"
        )
    folder = home.releases(tier.value)
    cut = _cut(content, tier)
    with files.plainly(folder):
        if tier is not Tier.PUBLIC:
            private_folder(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".building-", dir=folder) as building:
            made = Path(building)
            said = _write_files(made, tier, content, cut)
            published = folder / str(said["id"])
            with whole_folder(published) as whole:
                for path in sorted(made.iterdir()):
                    path.rename(whole / path.name)
        _seal(published)
        read.check(published)
        write_whole(folder / read.POINTER, f"{published.name}\n".encode())
    return published


def withdraw(home: Home, tier: Tier) -> None:
    """Leaves a tier without a current release. The folders stay; no reader is led to them."""
    pointer = home.releases(tier.value) / read.POINTER
    with files.plainly(pointer):
        pointer.unlink(missing_ok=True)


def _cut(content: Content, tier: Tier) -> _Cut:
    whole = (content.concessions, content.territories)
    concessions, territories = (
        tiers.for_tier(layer.frame, tier, of_noun(layer.noun)).sort_values("key") for layer in whole
    )
    all_pairs = content.flagged.overlaps.frame
    pairs = _in_order(tiers.pairs_for_tier(all_pairs, concessions, territories))
    flags = tiers.flags_for_tier(content.flagged.flags, pairs, content.concessions.frame, tier)
    shown = (concessions, territories)
    return _Cut(
        concessions=concessions,
        territories=territories,
        overlaps=pairs,
        flags=flags.sort_values(["territory_key", "concession_key"], kind="stable"),
        unions=tiers.of_whole_keys(content.unions, all_pairs, pairs, shown),
        between=tiers.of_whole_keys(content.between, all_pairs, pairs, shown),
        ledgers={str(layer.noun): _ledger(content, layer, tier) for layer in whole},
    )


def _ledger(content: Content, layer: Layer, tier: Tier) -> pd.DataFrame:
    kept = tiers.deeds_for_tier(
        layer.ledger.deeds,
        (content.concessions.frame, content.territories.frame),
        tier,
        {one.snapshot.sha256: one.snapshot.source_id for one in content.inputs},
        content.sources,
        [one.where for one in content.inputs],
    )
    return kept.sort_values(list(kept.columns), kind="stable")


def _in_order(pairs: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Pairs, then near, then adjacent, each by their keys."""
    last = {OverlapClass.NEAR.value: 1, OverlapClass.ADJACENT.value: 2}
    rank = pairs["overlap_class"].map(last).fillna(0).to_numpy()
    keys = [
        pairs[name].fillna("").to_numpy(dtype=str) for name in ("territory_key", "concession_key")
    ]
    return pairs.iloc[np.lexsort((*keys, rank))]


def _write_files(folder: Path, tier: Tier, content: Content, cut: _Cut) -> dict[str, Any]:
    """Every file of a release, the manifest last; gives the manifest."""
    as_of = max((one.as_of for one in content.inputs), default="")
    shown = {Noun.CONCESSION: cut.concessions, Noun.TERRITORY: cut.territories}
    taken = inputs.for_tier(content, tier, shown)
    cut = _under(cut, taken.aliases)
    sources = _sources(content, cut, tier, taken.aliases)
    tables = {
        "concessions": cut.concessions,
        "territories": cut.territories,
        "overlaps": cut.overlaps,
        "flags": cut.flags,
        "unions": cut.unions,
        "between": cut.between,
        "facets": facets.of_rights(
            cut.concessions, cut.overlaps, cut.flags, cut.unions, content.departments
        ),
        "ledger": pd.concat(cut.ledgers.values(), ignore_index=True),
    }
    for name, frame in tables.items():
        files.parquet(frame.reset_index(drop=True), folder / f"{name}.parquet")
    if tier is Tier.PUBLIC:
        _tiles(folder, content, cut, tables["facets"])
    layers = [
        ("overlaps", with_flags(cut.overlaps, cut.flags)),
        ("concessions", cut.concessions),
        ("territories", cut.territories),
        ("flags", cut.flags),
    ]
    files.geopackage(layers, folder / "overlaps.gpkg", as_of)
    inputs.write(folder, taken, content.declared)
    documents = {
        "cases.json": _cases(content, cut),
        "rules.json": content.rulebook,
        "sources.json": sources,
        "summary.json": _summary(content, cut),
    }
    for name, value in documents.items():
        (folder / name).write_bytes(manifest.canonical(value))
    text = readme.text(tier, cut.illustrative, as_of, sources)
    (folder / "README.txt").write_bytes(text.encode("utf-8"))
    said: dict[str, Any] = {
        "form": manifest.FORM,
        "tier": tier.value,
        "illustrative": cut.illustrative,
        "as_of": as_of,
        "code": content.code,
        "rules": content.rulebook.version,
        "versions": manifest.versions(),
        "settings": dict(content.settings),
        "inputs": [
            aliases.told(one, taken.aliases) for one in manifest.inputs(content.inputs, tier)
        ],
        "files": manifest.digests(folder),
    }
    said["id"] = manifest.identify(said)
    (folder / manifest.NAME).write_bytes(manifest.canonical(said))
    return said


def _tiles(folder: Path, content: Content, cut: _Cut, found_by: pd.DataFrame) -> None:
    """What the public map draws; whoever reads another tier reads its tables."""
    compose.write(
        folder / tiles.DATA,
        cut.concessions,
        cut.territories,
        cut.overlaps,
        found_by,
        content.departments,
    )
    if content.basemap is not None:
        (folder / tiles.BASEMAP).write_bytes(content.basemap.tiles.read_bytes())
        (folder / tiles.CREDITS).write_bytes(manifest.canonical(content.basemap.credits))


def _under(cut: _Cut, named: Aliases) -> _Cut:
    """The same rows, with their files named as the tier names them."""
    return replace(
        cut,
        concessions=gpd.GeoDataFrame(aliases.under(cut.concessions, named)),
        territories=gpd.GeoDataFrame(aliases.under(cut.territories, named)),
        ledgers={noun: aliases.under(deeds, named) for noun, deeds in cut.ledgers.items()},
    )


def _summary(content: Content, cut: _Cut) -> dict[str, Any]:
    sides = {
        "concessions": (cut.concessions, cut.ledgers[str(content.concessions.noun)]),
        "territories": (cut.territories, cut.ledgers[str(content.territories.noun)]),
    }
    # what lies under all pairs together is not known where some of them are not shown
    whole = len(cut.overlaps) == len(content.flagged.overlaps.frame)
    union = content.area_ha_union if whole else None
    return summary_json(cut.overlaps, sides, area_ha_union=union, flags=cut.flags)


def _cases(content: Content, cut: _Cut) -> dict[str, Any]:
    here = frozenset(cut.territories["key"])
    return {
        "cases": [
            _case(case, content.territories_of_case.get(case.id, frozenset()) & here)
            for case in sorted(content.cases, key=lambda case: case.id)
        ],
        "judgments": sorted(content.judgments, key=lambda judgment: judgment.id),
    }


def _case(case: Case, territories: frozenset[str]) -> dict[str, Any]:
    """A case with what its type derives, and the territories of this release that it names."""
    told = {one.name: getattr(case, one.name) for one in fields(case)}
    del told["demo_territories"]
    return told | {
        "territories": territories,
        "place": case.place,
        "fact": [
            manifest.plain(one) | {"to_be_confirmed": one.to_be_confirmed} for one in case.fact
        ],
        "span": [
            manifest.plain(one) | dict(zip(("years", "months"), one.years_and_months, strict=True))
            for one in case.span
        ],
    }


def _sources(content: Content, cut: _Cut, tier: Tier, named: Aliases) -> list[dict[str, Any]]:
    """The sources of this release's rows and inputs, without their worked examples."""
    used = cut.sources | {one.snapshot.source_id for one in content.inputs}
    return [
        _source(source, content, tier, named)
        for source in sorted(content.sources, key=lambda source: source.id)
        if source.id in used
    ]


def _source(source: Source, content: Content, tier: Tier, named: Aliases) -> dict[str, Any]:
    return {
        "id": source.id,
        "title": source.title,
        "title_en": source.title_en or source.title,
        "publisher": source.publisher,
        "noun": source.noun,
        "protocol": source.way.protocol,
        "address": source.way.address,
        "licence": source.rights.licence,
        "redistribute": source.rights.redistribute,
        "notice": source.rights.notice,
        "notice_en": source.rights.notice_en or source.rights.notice,
        "error_m": source.place.error_m,
        "why": source.place.why,
        "illustrative": source.illustrative,
        "inputs": [
            aliases.told(
                {
                    "sha256": one.snapshot.sha256,
                    "name": manifest.file_name(one, tier),
                    "as_of": one.as_of,
                },
                named,
            )
            for one in sorted(content.inputs, key=lambda one: (one.as_of, one.snapshot.sha256))
            if one.snapshot.source_id == source.id
        ],
    }


def _seal(folder: Path) -> None:
    """Files that a slip of the hand does not change, where the disk knows permissions."""
    for path in folder.iterdir():
        with contextlib.suppress(OSError):
            path.chmod(0o444)
