"""`deslinde import`, `imports`, `tier`, `facts import`, `build`: files kept, releases made."""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from geo.boxes import demo as boxes_of_demo
from geo.cli.terminal import say
from geo.dates import parse
from geo.errors import DeclarationError, NothingToDo
from geo.home import Home, code_digest, here, sha256_of, stopped
from geo.imports import Import, ImportKind, latest, listed, record, set_tier
from geo.intake import snapshots
from geo.normalise import examples
from geo.pipeline import build as build_releases
from geo.pipeline import facts_of, layer_of
from geo.release.past import holding
from geo.release.tiers import within
from geo.terms import Tier
from geo.world import World, read_world

FACTS = "facts"
_AS_IT_IS = (
    "Los documentos, folios, registros y palabras de estos hechos se publicarán tal cual: "
    "revise que no nombren a nadie."
)
TIER = click.Choice([tier.value for tier in Tier])


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, help="Fuente declarada en data/sources.")
@click.option("--layer", default="", help="Capa dentro del archivo, si tiene varias.")
@click.option(
    "--crs",
    "--concessions-crs",
    "--territories-crs",
    default="",
    help="Sistema de coordenadas, EPSG:n, si el archivo calla.",
)
@click.option("--where", default="", help="Solo las filas que cumplen esta condición SQL.")
@click.option("--accuracy-m", type=click.FloatRange(min=0), help="Error de un vértice al 95 %.")
@click.option("--as-of", default="", help="Fecha de los datos (AAAA, AAAA-MM o AAAA-MM-DD).")
@click.option("--tier", type=TIER, default=Tier.RESTRICTED.value, show_default=True)
def import_file(
    file: Path,
    source: str,
    layer: str,
    crs: str,
    where: str,
    accuracy_m: float | None,
    as_of: str,
    tier: str,
) -> None:
    """Guarda un archivo de una fuente. Queda restringido mientras nadie diga otra cosa."""
    home = here()
    world = read_world(home)
    declared = world.source(source)
    wrong = examples.check(declared, world.country)
    if wrong:
        raise DeclarationError(
            f"Los ejemplos de data/sources/{declared.id}.toml no se cumplen: {'; '.join(wrong)}"
        )
    now = home.now()
    made = Import(
        kind=ImportKind.LAYER,
        snapshot=snapshots.of_file(file, declared.id, now),
        tier=Tier(tier),
        layer=layer,
        crs=crs,
        where=where,
        accuracy_m=accuracy_m,
        as_of=parse(as_of) if as_of else "",
    )
    ledger = layer_of(file, made, world, say).ledger
    stamped = _stamped(home, made.snapshot.sha256)
    snapshots.keep(stopped(home, now), file, declared.id)
    record(home, made)
    click.echo(
        f"{made.snapshot.name}: {ledger.rows_in:,} filas, {ledger.excluded:,} excluidas, "
        f"{ledger.repaired:,} reparadas; nivel {tier}; {made.snapshot.sha256[:12]}"
        f"{stamped}"
    )


def _stamped(home: Home, sha256: str) -> str:
    """Stamps bytes before they are kept, where an authority is configured; what to say of it."""
    if not home.tsa:
        return ""
    from geo.evidence.signing.timestamp import capture

    stamp = capture(home, sha256)
    return "" if stamp is None else f"; sello de tiempo {stamp.at:%Y-%m-%d %H:%M:%S} UTC"


@click.command("imports")
def imports() -> None:
    """Lo que se ha importado, con su nivel."""
    for made in listed(here()):
        click.echo(
            f"{made.snapshot.sha256[:12]}  {made.tier:<10}  {made.as_of:<10}  "
            f"{made.snapshot.source_id}  {made.snapshot.name}"
        )


@click.command("tier")
@click.argument("what", metavar="CUÁL")
@click.argument("tier", type=TIER)
def change_tier(what: str, tier: str) -> None:
    """Cambia quién puede ver lo importado: CUÁL es una fuente o una huella SHA-256.

    Vale desde la siguiente «deslinde build». Las publicaciones ya hechas no cambian: las que
    tengan lo que se cierra se nombran, para que se borren.
    """
    home = here()
    changed = set_tier(home, what, Tier(tier))
    for made in changed:
        click.echo(f"{made.snapshot.sha256[:12]}  {made.tier}  {made.snapshot.name}")
    for line in _published(home, changed, Tier(tier)):
        click.echo(line)


def _published(home: Home, changed: tuple[Import, ...], tier: Tier) -> Iterator[str]:
    """What a steward must know and do after a change of tier."""
    closed = [one for one in Tier if not within(tier, one)]
    inputs = [made.snapshot for made in changed]
    held = [folder for one in closed for folder in holding(home.releases(one.value), inputs)]
    if held:
        yield (
            "Sigue en publicaciones ya hechas. Ejecute «deslinde build» para que la actual no lo "
            "tenga, y luego borre estas carpetas:"
        )
        yield from (f"  {folder}" for folder in held)
    if tier is not Tier.RESTRICTED and any(made.kind is ImportKind.FACTS for made in changed):
        yield _AS_IT_IS


@click.group(FACTS)
def facts() -> None:
    """Fechas y documentos que aportan las personas."""


@facts.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--tier", type=TIER, default=Tier.RESTRICTED.value, show_default=True)
def import_facts(file: Path, tier: str) -> None:
    """Guarda un CSV de hechos: una fecha, qué es, y el documento que la prueba."""
    home = here()
    brought = facts_of(file)
    stamped = _stamped(home, sha256_of(file))
    snapshot = snapshots.keep(home, file, FACTS)
    record(home, Import(kind=ImportKind.FACTS, snapshot=snapshot, tier=Tier(tier)))
    click.echo(f"{len(brought):,} hechos; nivel {tier}; {snapshot.sha256[:12]}{stamped}")
    if Tier(tier) is not Tier.RESTRICTED:
        click.echo(_AS_IT_IS)


@click.command("build")
@click.option("--demo", is_flag=True, help="Con los datos ilustrativos de data/demo.")
def build(demo: bool) -> None:
    """Hace una publicación con lo importado, una por nivel de acceso."""
    home = here()
    world = read_world(home)
    for tier, folder in build_all(home, world, demo=demo).items():
        click.echo(f"{tier}: {folder.name}")


def build_all(home: Home, world: World, *, demo: bool) -> dict[Tier, Path]:
    """A release of each tier that has something to show. Raises NothingToDo where none has.

    demo: of the demonstration; its boxes are published too, unless there are any.
    """
    chosen = demonstration(home) if demo else tuple(one for one in listed(home) if not one.demo)
    if not chosen:
        raise NothingToDo(
            "No hay nada importado: use «deslinde import ARCHIVO --source FUENTE», "
            "o «deslinde build --demo» para ver la demostración."
        )
    made = build_releases(home, world, chosen, code_digest(), say)
    if demo:
        boxes_of_demo.publish(home)
    return made


def demonstration(home: Home) -> tuple[Import, ...]:
    """The illustrative files of data/demo, kept in this home under the dates they carry."""
    folder = home.data / "demo"
    said = tomllib.loads((folder / "demo.toml").read_text(encoding="utf-8"))
    made = tuple(
        _demo_import(home, folder / one["name"], one["source"], one["as_of"])
        for one in said["file"]
    )
    for one in made:
        record(home, one)
    return latest(made)


def _demo_import(home: Home, path: Path, source: str, as_of: str) -> Import:
    retrieved_at = datetime.fromisoformat(f"{as_of}T12:00:00+00:00")
    snapshot = snapshots.keep(stopped(home, retrieved_at), path, source)
    kind = ImportKind.FACTS if source == FACTS else ImportKind.LAYER
    return Import(kind=kind, snapshot=snapshot, tier=Tier.PUBLIC, as_of=as_of, demo=True)
