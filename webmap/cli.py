"""The command `deslinde`: geo's verbs, and serve and run. A verb's room is imported when called."""

import re
import signal
import sys
from collections.abc import Iterable
from importlib import import_module

import click

from geo.cli.terminal import answer

# verb -> the module and the command in it, and the line that `deslinde --help` shows
VERBS: dict[str, tuple[str, str, str]] = {
    "overlap": (
        "geo.cli.overlap",
        "overlap",
        "Dos archivos: qué se superpone con qué, en cuántas hectáreas y con qué certeza.",
    ),
    "check": (
        "geo.cli.check",
        "check",
        "Dice en palabras sencillas qué hay en un archivo y qué se haría con él.",
    ),
    "import": ("geo.cli.keep", "import_file", "Guarda un archivo de una fuente declarada."),
    "imports": ("geo.cli.keep", "imports", "Lista lo importado, con su nivel de acceso."),
    "tier": ("geo.cli.keep", "change_tier", "Cambia quién puede ver lo importado."),
    "facts": ("geo.cli.keep", "facts", "Fechas y documentos que aportan las personas."),
    "build": ("geo.cli.keep", "build", "Hace una publicación con lo importado."),
    "export": (
        "geo.cli.export",
        "export",
        "Hace el paquete que se presenta: anexo PDF, datos, insumos y custodia.",
    ),
    "sign": (
        "geo.cli.sign",
        "sign",
        "Firma un paquete con las claves de usted, con sello de tiempo si se configuró.",
    ),
    "verify": ("geo.cli.verify", "verify", "Comprueba un paquete y vuelve a calcular. Sin red."),
    "deliver": ("geo.cli.deliver", "deliver", "Anota a quién se entregó un paquete."),
    "boxes": (
        "geo.cli.boxes",
        "boxes",
        "Los paquetes cerrados: revisar, preparar y publicar lo único que sale de incidentes.",
    ),
    "places": (
        "geo.cli.places",
        "places",
        "Trae los distritos, para saber dónde cae cada incidente.",
    ),
    "basemap": (
        "geo.cli.basemap",
        "basemap",
        "El fondo del mapa: ríos, lugares, límites propios en lugar de los de Natural Earth.",
    ),
    "register": (
        "geo.cli.register",
        "register",
        "El registro de amenazas, sellado: hacerlo, cerrarlo, respaldarlo, cambiar sus claves.",
    ),
    "serve": ("webmap.serving", "serve", "Sirve el mapa público de la última publicación."),
    "publish": ("webmap.site", "publish", "Escribe el sitio público como archivos."),
    "pack": (
        "webmap.pack",
        "pack",
        "Un territorio o un caso como carpeta que se abre sin conexión.",
    ),
    "desk": ("webmap.desk.serving", "desk", "La mesa: cuentas, incidentes y lo que sale."),
    "run": ("webmap.serving", "run", "Hace la demostración si no hay publicación, y sirve."),
}
HELP = "Muestra esta ayuda y termina."
_HEADINGS = {"Options": "Opciones", "Commands": "Órdenes", "Arguments": "Argumentos"}

# click's own words behind an option
_REQUIRED = "[required]"
_DEFAULT = re.compile(r"\[default: (.+)\]\Z")
# what an option or an argument takes, by click's name of its type
_TAKES = {"path": "ARCHIVO", "text": "TEXTO", "float range": "N"}


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:  # noqa: ARG002
        said = args.replace("[OPTIONS]", "[OPCIONES]").replace("[COMMAND] [ARGS]...", "[ORDEN …]")
        said = said.replace("COMMAND [ARGS]...", "ORDEN …")
        super().write_usage(prog, said, prefix="Uso: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_HEADINGS.get(heading, heading))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        said = [(name, _extra_in_spanish(line)) for name, line in rows]
        super().write_dl(said, col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


class Verbs(click.Group):
    """A group whose verbs are imported when they are called, so that help and serve are quick."""

    context_class = _Context

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Every verb, in the order in which a reader needs them."""
        return [*VERBS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb, from its room."""
        if cmd_name not in VERBS:
            return None
        module, name, _ = VERBS[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        return _spanish(command, ctx)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """--help, in Spanish."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = HELP
        return option

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002
        formatter: click.HelpFormatter,
    ) -> None:
        """The verbs with one line each, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in VERBS.items()])


def _extra_in_spanish(line: str) -> str:
    return _DEFAULT.sub(r"[por omisión: \1]", line.replace(_REQUIRED, "[obligatoria]"))


def _spanish(command: click.Command, ctx: click.Context) -> click.Command:
    """The command with click's own words in Spanish, and its verbs too."""
    command.context_class = _Context
    for taken in command.params:
        flag = isinstance(taken, click.Option) and taken.is_flag
        if taken.metavar is None and not flag:
            taken.metavar = _TAKES.get(taken.type.name)
    option = command.get_help_option(ctx)
    if option is not None:
        option.help = HELP
    for below in getattr(command, "commands", {}).values():
        _spanish(below, ctx)
    return command


@click.group(cls=Verbs)
def deslinde() -> None:
    """Qué se superpone con qué, en cuántas hectáreas, desde cuándo y con qué certeza.

    Lo que se guarda queda en DESLINDE_HOME (por omisión, ./var).
    """


def main() -> None:
    """The command line. What the user did wrong is one sentence, and 2."""
    _end_tidily()
    sys.exit(answer(deslinde))


def _end_tidily() -> None:
    """Whoever stops a service or closes a terminal leaves no half-made bundle in a folder."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # where nobody is to hear it, as under nohup, it stays so
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


if __name__ == "__main__":
    main()
