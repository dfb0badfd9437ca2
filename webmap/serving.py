"""`deslinde serve` and `deslinde run`: the public map on an address of this machine.

gunicorn serves it, with several processes; on Windows, or where it is asked for, waitress with
one. Neither writes down who asked, nor from where.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import click

from geo.errors import NothingToDo, SettingMissing
from geo.home import Home, here
from geo.release.read import open_release
from geo.terms import Tier
from webmap import passing
from webmap.listening import address_of, bound, listen
from webmap.public import create_app
from webmap.public.shelf import in_background


class Server(StrEnum):
    """The programs that can stand between the network and the site."""

    GUNICORN = "gunicorn"
    WAITRESS = "waitress"


@dataclass(frozen=True)
class Way:
    """How the site is served. workers: processes, 0 for one for each core of this machine."""

    host: str
    port: int
    workers: int
    threads: int
    server: Server


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


WORKERS = click.option(
    "--workers",
    default=0,
    type=click.IntRange(0, 64),
    metavar="N",
    help="Procesos; por omisión, uno por núcleo de la máquina.",
)
THREADS = click.option(
    "--threads",
    default=8,
    type=click.IntRange(1, 128),
    metavar="N",
    help="Personas que cada proceso atiende a la vez; por omisión 8.",
)
SERVER = click.option(
    "--server",
    default=(Server.WAITRESS if sys.platform == "win32" else Server.GUNICORN).value,
    type=click.Choice([one.value for one in Server]),
    metavar="CUÁL",
    help="gunicorn (por omisión), o waitress: un solo proceso, también en Windows.",
)


def _ways(command: Callable[..., None]) -> Callable[..., None]:
    """The options of both commands, handed over as one Way."""

    def told(host: str, port: int, workers: int, threads: int, server: str) -> None:
        command(Way(host, port, workers, threads, Server(server)))

    told.__doc__ = command.__doc__
    for option in (SERVER, THREADS, WORKERS, PORT, HOST):
        told = option(told)
    return told


@click.command("serve")
@_ways
def serve(way: Way) -> None:
    """Sirve el mapa público. Abre solo las carpetas públicas: publicaciones y paquetes.

    Una publicación nueva se lee mientras la anterior se sigue mostrando. Ni quién pregunta ni qué
    pregunta se anota. Para ponerlo en línea, el LEAME dice qué servidor web va delante y cómo.
    """
    _serve(here(), way)


@click.command("run")
@_ways
def run(way: Way) -> None:
    """Hace la publicación de demostración si no hay ninguna, y sirve el mapa."""
    home = here()
    if not has_release(home):
        # only where it is needed: serving alone never loads what takes files in
        from geo.cli.keep import build_all
        from geo.world import read_world

        click.echo("No hay ninguna publicación: se hace la de demostración…")
        build_all(home, read_world(home), demo=True)
    _serve(home, way)


def has_release(home: Home) -> bool:
    """Whether there is a public release to serve."""
    try:
        open_release(home.releases(Tier.PUBLIC))
    except NothingToDo:
        return False
    return True


def _serve(home: Home, way: Way) -> None:
    folder = home.releases(Tier.PUBLIC)
    open_release(folder)
    passing.clear()
    app = create_app(folder, home.data, home.boxes, now=home.now, contact=home.contact)
    if way.server is Server.WAITRESS:
        _through_waitress(app, way)
    else:
        _through_gunicorn(app, way)


def _through_gunicorn(app: Any, way: Way) -> None:
    if sys.platform == "win32":
        raise SettingMissing("gunicorn no funciona en Windows: repita con --server waitress.")
    # here, because it does not exist on Windows
    from webmap import workers

    listening = bound(way.host, way.port)
    port = listening.getsockname()[1]
    workers.serve(
        app, listening, way.workers or _cores(), way.threads, lambda: _say(port, way.host)
    )


def _through_waitress(app: Any, way: Way) -> None:
    if way.workers > 1:
        raise SettingMissing(
            "waitress sirve con un solo proceso: quite --workers, o suba --threads."
        )
    server = listen(app, way.host, way.port, threads=way.threads)
    shelf = app.extensions["shelf"]
    shelf.make_ready()
    shelf.ahead = in_background
    _say(server.effective_port, way.host)
    try:
        server.run()
    finally:
        server.close()


def _cores() -> int:
    return max(1, os.cpu_count() or 1)


def _say(port: int, host: str) -> None:
    click.echo(f"Mapa en {address_of(port, host)}  (Ctrl+C para terminar)")
    sys.stdout.flush()
