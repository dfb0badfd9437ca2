"""`deslinde check FILE`: what a file is, in plain words; `--json` says the same to a program."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from geo.cli.terminal import say
from geo.examine import Found, Grid, Origin, Trial, examine
from geo.home import here
from geo.release.manifest import canonical
from geo.schema.labels import LABELS
from geo.terms import CrsBasis, Deed, GridDatum
from geo.words import SPANISH, Words, date
from geo.world import read_world

_SHAPES = {
    "polygon": "polígonos",
    "multipolygon": "polígonos de varias partes",
    "line": "líneas",
    "multiline": "líneas de varias partes",
    "point": "puntos",
    "multipoint": "grupos de puntos",
    "collection": "colecciones",
    "none": "filas sin forma",
}
_DEEDS = {Deed.EXCLUDED: "se excluirían", Deed.REPAIRED: "se repararían", Deed.NOTED: "con nota"}


@click.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--layer", help="Solo esta capa.")
@click.option("--crs", "--concessions-crs", "--territories-crs", help="Sistema de coordenadas.")
@click.option("--source", help="Fuente declarada en data/sources.")
@click.option("--json", "as_json", is_flag=True, help="Lo mismo, para un programa.")
def check(
    file: Path, layer: str | None, crs: str | None, source: str | None, *, as_json: bool
) -> None:
    """Qué es un archivo: capas, filas, coordenadas, campos, qué está sucio y qué se haría."""
    home = here()
    world = read_world(home)
    found = examine(file, world, home.now(), layer=layer, crs=crs, source=source, say=say)
    if as_json:
        told = {"file": file.name, "layers": [asdict(one) for one in found]}
        click.echo(canonical(told).decode("utf-8"), nl=False)
        return
    words = world.languages[SPANISH]
    click.echo(f"{file.name}: {len(found)} {'capa' if len(found) == 1 else 'capas'}")
    for one in found:
        for line in _lines(one, words):
            click.echo(line)


def _lines(found: Found, words: Words) -> Iterator[str]:
    shapes = ", ".join(f"{count:,} {_SHAPES[kind]}" for kind, count in found.shapes.items())
    yield ""
    yield f"Capa «{found.layer}»: {found.rows:,} filas ({shapes or 'ninguna forma'})"
    yield from (f"  Nota: {note}" for note in found.notes)
    if found.crs:
        how = words.term(CrsBasis(found.crs_basis))
        yield f"  Coordenadas: {found.crs} ({found.crs_name}), {how}"
    else:
        yield "  Coordenadas: el archivo no dice en qué sistema están"
    yield from _of_grid(found.grid, found.crs)
    if found.source:
        yield f"  Se parece a la fuente declarada {found.source}"
    else:
        yield "  No se parece a ninguna fuente declarada"
    yield "  Campos:"
    for field in found.fields:
        ours = f"→ {field.ours}" if field.ours else "→ (no se usa)"
        yield f"    {field.name} [{field.filled:,} con valor] {ours}: {field.why}"
    yield from _of_trial(found.trial, found.rows)


def _of_grid(grid: Grid, crs: str) -> Iterator[str]:
    if not grid.whole and not grid.behind:
        yield "  Cuadrícula: los vértices no caen en kilómetros enteros; no dicen nada del datum"
        return
    if grid.whole:
        yield (
            f"  Cuadrícula: {grid.whole:,} filas con todos sus vértices en kilómetros enteros "
            f"de {grid.grid}"
        )
    if grid.behind:
        yield (
            f"  Cuadrícula: {grid.behind:,} filas a menos de 20 m de kilómetros enteros de "
            f"{grid.behind_grid}; desvío medio {grid.residual_e_m:+.1f} m este, "
            f"{grid.residual_n_m:+.1f} m norte "
            f"(dispersión {grid.spread_e_m:.1f}, {grid.spread_n_m:.1f} m)"
        )
    if not crs and grid.suggested:
        yield f"  Los números sugieren {grid.suggested}"
    elif not crs and grid.possible:
        yield f"  Los números admiten {' o '.join(grid.possible)}; nada los distingue"
    if grid.agrees is False:
        yield (
            "  ATENCIÓN: los vértices no concuerdan con el sistema declarado"
            + (f"; sugieren {grid.suggested}" if grid.suggested else "")
        )


def _of_trial(trial: Trial, rows: int) -> Iterator[str]:
    if trial.refusal:
        yield f"  Se rechazaría: {trial.refusal}"
        if not trial.assumed:
            return
        yield f"  Lo que sigue es con {trial.crs_used}, si usted lo confirma:"
    if not trial.rows_out:
        yield f"  De {rows:,} filas no quedaría ninguna:"
        yield from _of_dirt(trial)
        return
    operation = (
        "sin cambio de datum"
        if trial.operation == "none"
        else f"operación {trial.operation}, exactitud {trial.accuracy_m:g} m"
    )
    yield f"  Se leería en {trial.crs_used}: {operation}"
    where = ", ".join(f"{name} {count:,}" for name, count in trial.departments.items())
    if where:
        yield f"  Departamento (aproximado, Natural Earth): {where}"
    if trial.outside:
        yield f"  {trial.outside:,} filas caen fuera de todo departamento"
    for origin in trial.origins:
        label = LABELS[GridDatum][origin.datum]
        years = _years(origin)
        yield f"  Origen de los vértices: {label}, {origin.rows:,} filas{years}"
    yield (
        f"  De {rows:,} filas quedarían {trial.rows_out:,}; {trial.excluded:,} excluidas, "
        f"{trial.repaired:,} reparadas"
    )
    yield from _of_dirt(trial)


def _of_dirt(trial: Trial) -> Iterator[str]:
    for dirt in trial.dirt:
        field = f" ({dirt.field})" if dirt.field else ""
        yield f"    {dirt.rows:,} {_DEEDS[Deed(dirt.deed)]}{field}: {dirt.reason}"


def _years(origin: Origin) -> str:
    first, last = origin.first_filed_on, origin.last_filed_on
    if not first:
        return ""
    if first == last:
        return f"; con fecha {date(first, SPANISH)}"
    return f"; con fechas del {date(first, SPANISH)} al {date(last, SPANISH)}"
