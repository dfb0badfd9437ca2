"""`deslinde overlap`: two files, and what overlaps what. Needs no set-up and keeps nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

from geo.cli.terminal import say
from geo.dates import parse
from geo.datum import METRES_PER_DEGREE
from geo.errors import FileUnreadable
from geo.home import here, write_whole
from geo.pipeline import Side, analyse, facts_of, no_facts, take
from geo.release.export import ENDINGS, export
from geo.release.manifest import canonical
from geo.release.summary import summary_json
from geo.report import ledgers, table, warnings
from geo.stages import Layer
from geo.terms import Noun
from geo.world import read_world

Command = Callable[..., Any]


def _side_options(side: str, spanish: str) -> Callable[[Command], Command]:
    """The seven options that each side has."""
    options = (
        click.option(
            f"--{side}",
            required=True,
            type=click.Path(path_type=Path),
            help=f"Archivo de {spanish}.",
        ),
        click.option(f"--{side}-layer", help="Capa dentro del archivo, si tiene varias."),
        click.option(f"--{side}-crs", help="Sistema de coordenadas, EPSG:n, si el archivo calla."),
        click.option(f"--{side}-source", help="Fuente declarada en data/sources."),
        click.option(f"--{side}-where", help="Solo las filas que cumplen esta condición SQL."),
        click.option(
            f"--{side}-accuracy-m",
            type=click.FloatRange(min=0),
            help="Error horizontal de un vértice al 95 %, en metros.",
        ),
        click.option(f"--{side}-as-of", default="", help="Fecha de los datos, si se conoce."),
    )

    def decorate(function: Command) -> Command:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


@click.command("overlap")
@_side_options("concessions", "derechos (concesiones, petitorios, contratos)")
@_side_options("territories", "territorios (comunidades, reservas)")
@click.option("--facts", type=click.Path(path_type=Path), help="CSV de fechas con su documento.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="Salida: .gpkg, .csv, .geojson o .parquet.",
)
@click.option("--summary", "summary_file", type=click.Path(path_type=Path), help="Resumen en JSON.")
@click.option(
    "--ledger",
    "ledger_file",
    type=click.Path(path_type=Path),
    help="CSV: qué se hizo con cada fila, y por qué.",
)
def overlap(
    facts: Path | None,
    out: Path,
    summary_file: Path | None,
    ledger_file: Path | None,
    **sides: Any,
) -> None:
    """Qué se superpone con qué, en cuántas hectáreas, desde cuándo y con qué certeza."""
    if out.suffix.lower() not in ENDINGS:
        raise FileUnreadable(
            f"No se sabe escribir «{out.name}»: use una salida que termine en {', '.join(ENDINGS)}."
        )
    home = here()
    world = read_world(home)
    now = home.now()
    concessions = take(_side("concessions", sides), Noun.CONCESSION, world, now, say)
    territories = take(_side("territories", sides), Noun.TERRITORY, world, now, say)
    brought = facts_of(facts) if facts else no_facts()
    made = analyse(concessions, territories, world, brought, say)
    said = summary_json(
        made.flagged.overlaps.frame,
        {
            "concessions": (made.concessions.frame, made.concessions.ledger.deeds),
            "territories": (made.territories.frame, made.territories.ledger.deeds),
        },
        area_ha_union=made.area_ha_union,
        flags=made.flagged.flags,
    ) | {
        "facts": {"in": len(brought), "unmatched": len(made.unmatched)},
        "shares": made.unions.to_dict("records"),
    }
    on = world.country.day(now).isoformat()
    export(
        table(made.flagged.overlaps, made.concessions, made.territories),
        out,
        flags=made.flagged.flags,
        on=on,
    )
    if summary_file:
        write_whole(summary_file, canonical(said))
    if ledger_file:
        told = ledgers(made.concessions, made.territories).to_csv(
            index=False, lineterminator="\r\n"
        )
        write_whole(ledger_file, told.encode("utf-8-sig"))
    click.echo(
        f"{said['pairs']:,} pares, {said['area_ha_sum']:,.4f} ha en suma de pares, "
        f"{said['area_ha_union']:,.4f} ha sin contar dos veces; {out}"
    )
    far = _far_apart(made.concessions, made.territories)
    for warning in (*far, *warnings(made.concessions), *warnings(made.territories)):
        click.echo(f"Aviso: {warning}", err=True)
    if len(made.unmatched):
        ids = ", ".join(sorted(set(made.unmatched["id"].astype(str)))[:5])
        click.echo(f"{len(made.unmatched)} hechos no corresponden a ninguna fila: {ids}", err=True)


def _far_apart(rights: Layer, lands: Layer) -> tuple[str, ...]:
    """A sentence where the box of the rights and that of the territories do not meet."""
    one, other = rights.frame.total_bounds, lands.frame.total_bounds
    gap = np.maximum(np.maximum(one[:2] - other[2:], other[:2] - one[2:]), 0.0)
    middle = np.radians((min(one[1], other[1]) + max(one[3], other[3])) / 2)
    km = float(np.hypot(gap[0] * np.cos(middle), gap[1]) * METRES_PER_DEGREE / 1000)
    if km < 1:
        return ()
    used = [" y ".join(sorted(side.frame["crs_used"].unique())) for side in (rights, lands)]
    said = (
        f"los derechos están a unos {km:,.0f} km de los territorios: si no debe ser así, revise la "
        f"zona y el datum (derechos leídos en {used[0]}; territorios, en {used[1]})."
    )
    return (said,)


def _side(side: str, said: dict[str, Any]) -> Side:
    return Side(
        file=said[side],
        layer=said[f"{side}_layer"],
        crs=said[f"{side}_crs"],
        source=said[f"{side}_source"],
        where=said[f"{side}_where"],
        accuracy_m=said[f"{side}_accuracy_m"],
        as_of=parse(said[f"{side}_as_of"]) if said[f"{side}_as_of"] else "",
    )
