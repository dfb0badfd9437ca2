"""`deslinde desk`: the desk on an address of this machine, and its first accounts."""

import ipaddress
import signal
import threading
from _thread import interrupt_main
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask

from geo.boxes import places
from geo.cli.register import open_here
from geo.cli.register_opening import PASSPHRASE_STDIN, WHO, typed
from geo.errors import RecordRefused, SettingMissing
from geo.home import Home, here, read_texts
from geo.register import opening, vocabulary
from geo.register.store import Register
from webmap.desk import accounts as people
from webmap.desk.accounts import Accounts
from webmap.desk.app import create_desk, keep_accounts
from webmap.desk.desk import Role
from webmap.desk.pseudonyms import clean_name
from webmap.desk.settings import LOOPBACK, Settings
from webmap.listening import address_of, listen

IN_MEMORY = 160 * 2**20
"""Bytes of a request or an answer: files of an incident pass by and never lie on the disk."""

LOOK_EVERY_S = 1.0
"""How often a waiting desk looks whether the register was locked from elsewhere."""


@click.group("desk", invoke_without_command=True)
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="DIRECCIÓN",
    help="Dónde escucha; por omisión 127.0.0.1, que solo esta máquina alcanza.",
)
@click.option(
    "--port",
    default=8001,
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Puerto; por omisión 8001, y 0 es uno libre.",
)
@click.option(
    "--yes-on-network",
    is_flag=True,
    help="Acepta una dirección que otras máquinas alcanzan. Hace falta TLS delante.",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NOMBRE",
    help="Con --yes-on-network: el nombre con que las personas llegan a la mesa. Se puede repetir.",
)
@PASSPHRASE_STDIN
@click.pass_context
def desk(
    context: click.Context,
    host: str,
    port: int,
    yes_on_network: bool,
    names: tuple[str, ...],
    passphrase_stdin: bool,
) -> None:
    """La mesa: cuentas, incidentes, revisión y lo que sale. Pide la frase del registro.

    Escucha solo en esta máquina. Termina con Ctrl+C, con «Cerrar ahora» o con «register lock».
    """
    if context.invoked_subcommand is None:
        settings = settings_on(host, yes_on_network, names)
        home = here()
        register = open_here(home, passphrase_stdin)
        try:
            _serve(home, register, settings, host, port)
        finally:
            opening.close(register)


@desk.group("account")
def account() -> None:
    """Cuentas de la mesa. Los nombres son seudónimos: no use nombres de personas."""


@account.command("add")
@click.argument("name", metavar="NOMBRE")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    metavar="TAREA",
    help="monitor, documenter, reviewer, lawyer, steward o administrator. Se puede repetir.",
)
@PASSPHRASE_STDIN
def add(name: str, roles: tuple[str, ...], passphrase_stdin: bool) -> None:
    """Hace una cuenta. La contraseña es para la primera vez: al entrar hay que cambiarla."""
    with _accounts(passphrase_stdin) as held:
        _refuse(people.name_refused(held, name))
        held.session.remove()
        password = _first_password(held, name, passphrase_stdin)
        people.add(held, WHO, name, [Role(role) for role in roles], password)
    click.echo(f"Cuenta «{clean_name(name)}» hecha.")


@account.command("list")
@PASSPHRASE_STDIN
def list_accounts(passphrase_stdin: bool) -> None:
    """Lista las cuentas, con lo que puede cada una."""
    with _accounts(passphrase_stdin) as held:
        for one in people.people(held):
            state = "activa" if one.active else "cerrada"
            click.echo(f"{one.name}  {', '.join(one.roles)}  {state}")


@account.command("anew")
@click.argument("name", metavar="NOMBRE")
@PASSPHRASE_STDIN
def anew(name: str, passphrase_stdin: bool) -> None:
    """Para quien perdió la contraseña o el teléfono: otra contraseña, y el teléfono de nuevo."""
    with _accounts(passphrase_stdin) as held:
        user = people.found(held, name)
        held.session.remove()
        if user is None:
            raise RecordRefused(
                f"No hay ninguna cuenta «{name}»: vea «deslinde desk account list»."
            )
        password = _first_password(held, name, passphrase_stdin)
        people.give_anew(held, WHO, user.number, password)
    click.echo(f"Acceso nuevo para «{clean_name(name)}».")


@contextmanager
def _accounts(passphrase_stdin: bool) -> Iterator[Accounts]:
    home = here()
    register = open_here(home, passphrase_stdin)
    app = Flask("webmap.desk.accounts", static_folder=None)
    try:
        held = keep_accounts(app, home, register, Settings())
        with app.app_context():
            yield held
    finally:
        opening.close(register)


def _first_password(held: Accounts, name: str, passphrase_stdin: bool) -> str:
    password = typed("Contraseña para la primera vez", passphrase_stdin).rstrip("\n")
    _refuse(people.password_refused(held, password, name))
    if not passphrase_stdin and typed("Otra vez", False) != password:
        raise RecordRefused("Las dos contraseñas no son iguales: repita la orden.")
    return password


def _refuse(why: str) -> None:
    if why:
        raise RecordRefused(why)


def settings_on(host: str, yes_on_network: bool, names: tuple[str, ...]) -> Settings:
    """How a desk on this address runs. Raises SettingMissing where it would be open to others."""
    if _loopback(host):
        return Settings(hosts=LOOPBACK)
    if not yes_on_network or not names:
        raise SettingMissing(
            f"«{host}» no es 127.0.0.1: otras máquinas pueden alcanzarla, y la mesa no se abre "
            "ahí. Si tiene delante un servidor con TLS, repita con --yes-on-network y con --name "
            "y el nombre de la mesa."
        )
    click.echo(
        "Atención: otras máquinas alcanzan esta mesa. Sin un servidor con TLS delante nadie puede "
        "entrar, y lo que se escribe se puede leer en el camino.",
        err=True,
    )
    return Settings(hosts=names, secure=True)


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return False


def _serve(home: Home, register: Register, settings: Settings, host: str, port: int) -> None:
    known = vocabulary.read(read_texts(home.data / "register"))
    running = settings.over(
        closed=lambda: not opening.is_open(register), close=lambda: opening.lock(register.folder)
    )
    app = create_desk(home, register, places.read(home), known, running)
    server = listen(app, host, port, in_memory=IN_MEMORY)
    click.echo(f"Mesa en {address_of(server.effective_port, host)}  (Ctrl+C para terminar)")
    ended = threading.Event()
    watch = threading.Thread(target=_until_locked, args=(running, ended), daemon=True)
    watch.start()
    try:
        server.run()
    finally:
        ended.set()
        watch.join()
        server.close()
    click.echo("La mesa terminó.")


def _until_locked(settings: Settings, ended: threading.Event) -> None:
    """Ends the server once the register is locked or its keys were changed."""
    while not ended.wait(LOOK_EVERY_S):
        if settings.closed():
            # not SIGINT: a shell that starts something in the background tells it to ignore that
            interrupt_main(signal.SIGTERM)
            return
