"""`deslinde deliver`: to whom a bundle was handed, kept outside the bundle."""

from pathlib import Path

import click

from geo.errors import NothingToDo
from geo.evidence.deliver import deliver as record
from geo.evidence.deliver import deliveries, handed, told
from geo.home import here


@click.command("deliver")
@click.argument("bundle", required=False, type=click.Path(path_type=Path), metavar="PAQUETE")
@click.option("--to", default="", help="A quién se entrega.")
@click.option("--by", default="", help="Quién entrega.")
@click.option("--note", default="", help="Lo que convenga anotar: cómo, con qué cargo.")
@click.option("--list", "listed", is_flag=True, help="Muestra las entregas y comprueba su cadena.")
def deliver(bundle: Path | None, to: str, by: str, note: str, listed: bool) -> None:
    """Anota que un paquete se entregó: cuándo, a quién y con qué huella.

    El registro queda en DESLINDE_HOME, fuera del paquete, y cada línea lleva la huella de la
    anterior. Nombra a personas: solo su dueño puede leerlo.
    """
    home = here()
    if listed:
        for line in deliveries(home):
            one = told(line)
            click.echo(
                f"{one['n']}  {one['at']}  {one['to']}  {one['what']}  {one['sha256']}"
                + (f"  ({one['note']})" if one["note"] else "")
            )
        return
    if bundle is None or not to.strip():
        raise NothingToDo(
            "Diga qué se entrega y a quién: «deslinde deliver PAQUETE.zip --to …», o pida la lista "
            "con «deslinde deliver --list»."
        )
    line = record(home, handed(bundle), to=to, by=by, note=note)
    click.echo(f"Entrega {line['n']} anotada: {line['what']}, SHA-256 {line['sha256']}")
    if line["detail"]["specimen"]:
        click.echo("Es un ESPÉCIMEN: contiene datos ilustrativos, inventados.")
