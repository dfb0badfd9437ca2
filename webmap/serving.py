"""`deslinde serve` and `deslinde run`: the public map on an address of this machine."""

import sys

import click

from geo.errors import NothingToDo
from geo.home import Home, here
from geo.release.read import open_release
from geo.terms import Tier
from webmap.listening import address_of, listen
from webmap.public import create_app

HOST = click.option(
    "--host",
    default="127.0.0.1",
    metavar="DIRECCIÓN",
    help="Dónde escucha; por omisión 127.0.0.1, que solo esta máquina alcanza.",
)
PORT = click.option(
    "--port",
    default=8000,
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Puerto; por omisión 8000, y 0 es uno libre.",
)


@click.command("serve")
@HOST
@PORT
def serve(host: str, port: int) -> None:
    """Sirve el mapa público. Abre solo las carpetas públicas: publicaciones y paquetes."""
    _serve(here(), host, port)


@click.command("run")
@HOST
@PORT
def run(host: str, port: int) -> None:
    """Hace la publicación de demostración si no hay ninguna, y sirve el mapa."""
    home = here()
    if not has_release(home):
        # only where it is needed: serving alone never loads what takes files in
        from geo.cli.keep import build_all
        from geo.world import read_world

        click.echo("No hay ninguna publicación: se hace la de demostración…")
        build_all(home, read_world(home), demo=True)
    _serve(home, host, port)


def has_release(home: Home) -> bool:
    """Whether there is a public release to serve."""
    try:
        open_release(home.releases(Tier.PUBLIC))
    except NothingToDo:
        return False
    return True


def _serve(home: Home, host: str, port: int) -> None:
    folder = home.releases(Tier.PUBLIC)
    open_release(folder)
    app = create_app(folder, home.data, home.boxes, now=home.now, contact=home.contact)
    server = listen(app, host, port)
    click.echo(f"Mapa en {address_of(server, host)}  (Ctrl+C para terminar)")
    sys.stdout.flush()
    try:
        server.run()
    finally:
        server.close()
