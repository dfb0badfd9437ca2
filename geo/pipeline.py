"""The wiring: files in, overlaps judged, a release out. The only room that knows the wings.

layer     = normalise(read(file), source)
pairs     = overlaps(concessions, territories)
facts     = gather(pairs, concessions, territories, …)
flagged   = judge(pairs, facts, …)
release   = write(home, tier, …)
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.analysis.between import between
from geo.analysis.brought import apply_facts
from geo.analysis.brought_file import as_written, read_facts
from geo.analysis.facts import gather
from geo.analysis.flags import judge
from geo.analysis.overlay import Thresholds, overlaps
from geo.analysis.shares import threeway, union_ha, unions
from geo.analysis.titles import say_titles
from geo.declared import Source
from geo.errors import FactsUnreadable, NothingToDo
from geo.gazetteer import department_of, elsewhere
from geo.home import Home
from geo.imports import Import, ImportKind, latest
from geo.intake import snapshots
from geo.intake.condition import where as kept_by
from geo.intake.read import layers, read
from geo.normalise.guess import source_for
from geo.normalise.layer import normalise
from geo.release import basemap
from geo.release.content import Content, Opened
from geo.release.tiers import within
from geo.release.write import withdraw, write
from geo.report import nothing_left
from geo.stages import Flagged, Layer, Ledger, RawLayer, deeds
from geo.terms import Deed, Noun, Tier
from geo.ties import territories_of_cases
from geo.words import _
from geo.world import World

Say = Callable[[str], None]


@dataclass(frozen=True)
class Side:
    """One side of `deslinde overlap`: a file and what its user says about it.

    as_of: the date of the data, a partial date; "" is unknown. The day on which the command
    runs is no substitute: a file of March says nothing about November.
    """

    file: Path
    layer: str | None = None
    crs: str | None = None
    source: str | None = None
    where: str | None = None
    accuracy_m: float | None = None
    as_of: str = ""


@dataclass(frozen=True, eq=False)
class Analysed:
    """Both layers with the facts that people brought, and everything derived from them.

    unmatched: facts that belong to no row. between: territories that overlap one another.
    area_ha_union: the hectares under all pairs together, each place once.
    """

    concessions: Layer
    territories: Layer
    flagged: Flagged
    unions: pd.DataFrame
    between: pd.DataFrame
    area_ha_union: float
    unmatched: pd.DataFrame


def take(side: Side, noun: Noun, world: World, now: datetime, say: Say) -> Layer:
    """A loose file as a layer; nothing is kept."""
    source = world.source(side.source) if side.source else None
    name = source.id if source else "file"
    snapshot = snapshots.of_file(side.file, name, now)
    raw = read(side.file, snapshot, side.layer)
    say(f"{side.file.name}: {len(raw.frame):,} filas")
    chosen = source or source_for(raw, noun, tuple(world.sources.values()))
    wanted = kept_by(raw, side.where) if side.where is not None else None
    layer = _layer(
        raw, chosen, world, side.crs, wanted, side.where or "", side.accuracy_m, side.as_of
    )
    if layer.frame.empty:
        raise NothingToDo(nothing_left(layer, side.file.name))
    return layer


def analyse(
    concessions: Layer, territories: Layer, world: World, facts: pd.DataFrame, say: Say
) -> Analysed:
    """Everything that follows from two layers and the facts that people brought."""
    concessions, left = apply_facts(concessions, facts, world.country)
    territories, unmatched = apply_facts(territories, left, world.country)
    say(f"superponiendo {len(concessions.frame):,} × {len(territories.frame):,}")
    pairs = overlaps(concessions, territories, _thresholds(world))
    say(f"{len(pairs.frame):,} pares; aplicando reglas")
    gathered = gather(
        pairs,
        concessions,
        territories,
        world.rulebook,
        judgments=world.judgments,
        territories_of_case=territories_of_cases(world.cases, territories.frame, world.departments),
        threeway=threeway(pairs, concessions),
        titles_of_sources={one.id: one.title for one in world.sources.values()},
    )
    flagged = judge(pairs, gathered, world.rulebook, world.languages)
    return Analysed(
        concessions,
        territories,
        flagged,
        unions(pairs, concessions, territories),
        say_titles(between(territories), world.rulebook, world.languages),
        union_ha(pairs),
        unmatched,
    )


def build(
    home: Home, world: World, imports: tuple[Import, ...], code: str, say: Say
) -> dict[Tier, Path]:
    """A release for each tier, from what that tier may know and nothing else.

    A tier without concessions or without territories has none, and what it had before is no
    longer its current one: what was taken back must not stay. Raises NothingToDo where no tier
    has both.
    """
    made: dict[Tier, Path] = {}
    known: dict[tuple[Import, ...], Content] = {}
    for tier in Tier:
        kept = latest(tuple(one for one in imports if within(one.tier, tier)))
        if kept not in known:
            found = _content(home, world, kept, code, say)
            if found is None:
                continue
            known[kept] = found
        say(f"escribiendo la publicación ({tier})")
        made[tier] = write(home, tier, known[kept])
    if not made:
        raise NothingToDo(
            "Hace falta al menos un archivo de derechos y uno de territorios: "
            "impórtelos con «deslinde import»."
        )
    for tier in set(Tier) - set(made):
        withdraw(home, tier)
    return made


def _content(
    home: Home, world: World, kept: tuple[Import, ...], code: str, say: Say
) -> Content | None:
    """Everything that follows from these imports, and they themselves; None without both nouns."""
    read_in = [
        open_import(snapshots.path(home, made.snapshot), made, world, say)
        if made.kind is ImportKind.LAYER
        else (None, open_facts(snapshots.path(home, made.snapshot), made))
        for made in kept
    ]
    both = [layer for layer, _opened in read_in if layer is not None]
    concessions = [layer for layer in both if layer.noun is Noun.CONCESSION]
    territories = [layer for layer in both if layer.noun is Noun.TERRITORY]
    if not concessions or not territories:
        return None
    opened = tuple(one for _layer, one in read_in)
    facts = [one.facts for one in opened if one.raw is None]
    analysed = analyse(
        Layer.together(Noun.CONCESSION, concessions),
        Layer.together(Noun.TERRITORY, territories),
        world,
        pd.concat(facts, ignore_index=True) if facts else no_facts(),
        say,
    )
    used = {made.snapshot.source_id for made in kept}
    return Content(
        concessions=analysed.concessions,
        territories=analysed.territories,
        flagged=analysed.flagged,
        unions=analysed.unions,
        between=analysed.between,
        cases=world.cases,
        territories_of_case=territories_of_cases(
            world.cases, analysed.territories.frame, world.departments
        ),
        judgments=world.judgments,
        sources=tuple(source for source in world.sources.values() if source.id in used),
        rulebook=world.rulebook,
        inputs=kept,
        code=code,
        settings=asdict(_thresholds(world)),
        area_ha_union=analysed.area_ha_union,
        opened=opened,
        declared=_declared(world, used),
        stamps=_stamps(home, kept),
        departments=world.departments,
        basemap=basemap.current(home),
    )


def _declared(world: World, used: set[str]) -> dict[str, str]:
    """The declarations that the figures rest on: all but those of sources that were not used."""
    unused = {f"sources/{name}.toml" for name in set(world.sources) - used}
    return {name: text for name, text in world.texts.items() if name not in unused}


def _stamps(home: Home, kept: tuple[Import, ...]) -> dict[str, bytes]:
    """The time stamps of these captures, as far as they were stamped."""
    paths = {one.snapshot.sha256: home.stamps / f"{one.snapshot.sha256}.tsr" for one in kept}
    return {sha256: path.read_bytes() for sha256, path in paths.items() if path.is_file()}


def no_facts() -> pd.DataFrame:
    """Facts of which there are none."""
    return read_facts("noun,id,what,on,document\n", "—")


def facts_of(path: Path) -> pd.DataFrame:
    """The facts of a loose CSV file."""
    return read_facts(facts_text(path), path.name)


def facts_text(path: Path) -> str:
    """The text of a facts file. Raises FactsUnreadable when it is no UTF-8 text."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise FactsUnreadable(f"No existe el archivo de hechos «{path}».") from error
    except UnicodeDecodeError as error:
        raise FactsUnreadable(
            f"«{path.name}» no está en UTF-8: guárdelo como «CSV UTF-8» y vuelva a intentarlo."
        ) from error


def layer_of(path: Path, made: Import, world: World, say: Say) -> Layer:
    """The layer that an import gives, from the bytes at `path`."""
    return open_import(path, made, world, say)[0]


def open_import(path: Path, made: Import, world: World, say: Say) -> tuple[Layer, Opened]:
    """The layer that an import gives, from the bytes at `path`, and its rows as received."""
    source = world.source(made.snapshot.source_id)
    raw = read(path, made.snapshot, made.layer or None)
    say(f"{made.snapshot.name}: {len(raw.frame):,} filas")
    wanted = kept_by(raw, made.where) if made.where else None
    layer = _layer(
        raw, source, world, made.crs or None, wanted, made.where, made.accuracy_m, made.as_of
    )
    few = raw.frame if wanted is None else raw.frame[wanted.to_numpy(dtype=bool)]
    opened = Opened(
        made=made,
        path=path,
        rows=len(raw.frame),
        raw=replace(raw, frame=gpd.GeoDataFrame(few)),
        keys=pd.Series(layer.frame["key"].to_numpy(), index=layer.frame["row"].astype("int64")),
        # only a file that may be passed on whole is asked what else it holds
        layers=len(layers(path)) if source.rights.redistribute else 1,
    )
    return replace(layer, frame=layer.frame.assign(tier=made.tier.value)), opened


def open_facts(path: Path, made: Import) -> Opened:
    """A kept file of facts, as its lines say them and as they are understood."""
    text = facts_text(path)
    lines = as_written(text, made.snapshot.name)
    facts = read_facts(text, made.snapshot.name)
    return Opened(made=made, path=path, rows=len(lines), facts=facts, lines=tuple(lines))


def _layer(
    raw: RawLayer,
    source: Source,
    world: World,
    crs: str | None,
    wanted: pd.Series | None,
    where: str,
    accuracy_m: float | None,
    as_of: str,
) -> Layer:
    layer = normalise(
        raw, source, world.country, crs=crs, accuracy_m=accuracy_m, as_of=as_of, wanted=wanted
    )
    layer = located(layer, world)
    return layer if wanted is None else _without_the_rest(layer, raw, wanted, where)


def located(layer: Layer, world: World) -> Layer:
    """The layer, with a line in its ledger for each row far from the department that it declares.

    A wrong zone, or a wrong CRS, gives plausible numbers in another department.
    """
    frame = layer.frame
    strange = frame[elsewhere(frame.geometry, frame["department"], world.departments)]
    if strange.empty:
        return layer
    noted = deeds(
        Deed.NOTED,
        "place",
        strange["row"],
        snapshot=strange["snapshot"].iloc[0],
        field="department",
        reason=_("Cae lejos del departamento que la fila declara: revise la zona y el datum."),
        before=strange["department"],
        after=department_of(strange.geometry, world.departments).fillna(""),
    )
    return replace(layer, ledger=layer.ledger.and_then(noted))


def _without_the_rest(layer: Layer, raw: RawLayer, wanted: pd.Series, where: str) -> Layer:
    """The layer of the wanted rows; the others are excluded, with the condition as reason."""
    unwanted = pd.Series(raw.frame.index[~wanted.to_numpy(dtype=bool)])
    gone = deeds(
        Deed.EXCLUDED,
        "condition",
        unwanted,
        snapshot=raw.snapshot.sha256,
        reason=f"No cumple la condición: {where}",
    )
    ledger = Ledger(layer.ledger.rows_in + len(unwanted), layer.ledger.deeds).and_then(gone)
    return Layer(layer.noun, layer.frame, ledger)


def _thresholds(world: World) -> Thresholds:
    said = world.country.thresholds
    return Thresholds(
        pair_min_m2=said.pair_min_m2,
        sliver_mean_width_m=said.sliver_mean_width_m,
        sliver_area_ha=said.sliver_area_ha,
    )
