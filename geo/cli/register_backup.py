"""`deslinde register backup`, `restore`, `audit`, `names`: copies, the log, the list of names."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from geo.cli.register_opening import PASSPHRASE_STDIN, WHO, open_here, secret_here, typed
from geo.errors import FileUnreadable, KeyRefused
from geo.home import here
from geo.register import agreement, keyring, opening, restoring, store
from geo.register import audit as log
from geo.register import backup as copies
from geo.register import names as listed
from geo.register.envelope import IDENTITY, RECIPIENT
from geo.register.keyring import Secret
from geo.register.store import Register

_NOTED = re.compile(r"(\d{1,12}):([0-9a-f]{64})")
_FILE = click.Path(path_type=Path)


@click.command("backup")
@click.option("--to", "target", type=_FILE, required=True, help="Archivo nuevo de la copia.")
@click.option(
    "--recipient",
    default="",
    help="Destinatario de age (age1…) en vez de una frase: sirve para copias automáticas.",
)
@PASSPHRASE_STDIN
def backup(target: Path, recipient: str, passphrase_stdin: bool) -> None:
    """Hace una copia cifrada de todo el registro, y la lee de vuelta antes de darla por hecha.

    La copia tiene una frase propia. Para usarla hacen falta las dos: la de la copia y la del
    registro. Con --passphrase-stdin, la primera línea es la del registro y la segunda la de la
    copia.
    """
    with _opened(passphrase_stdin) as register:
        lock = Secret(RECIPIENT, recipient.encode()) if recipient else _new_words(passphrase_stdin)
        made = copies.backup(register, target.absolute(), lock, WHO, here().now())
        with register.engine.connect() as connection:
            number, sha256 = log.end(connection, register.opened.keys)
    click.echo(
        f"{target}: {made.rows:,} filas, {made.attachments:,} adjuntos, {made.size_bytes:,} bytes; "
        f"{made.sha256}"
    )
    click.echo("Para usarla hacen falta la clave de la copia y además la del registro.")
    click.echo(f"Final de la bitácora, para anotarlo en otro lugar: {number}:{sha256}")


@click.command("restore")
@click.argument("file", type=_FILE)
@click.option("--identity", type=_FILE, help="Archivo con la identidad de age del destinatario.")
@click.option(
    "--withdrawn",
    type=_FILE,
    multiple=True,
    help="Lista de retiros (withdrawn.jsonl) de otra máquina; la de esta se usa siempre.",
)
@PASSPHRASE_STDIN
def restore(
    file: Path, identity: Path | None, withdrawn: tuple[Path, ...], passphrase_stdin: bool
) -> None:
    """Devuelve una copia a un lugar donde no hay registro. Lo retirado después sigue retirado.

    Con --passphrase-stdin, la primera línea es la frase de la copia y la segunda la del registro.
    """
    home = here()
    opening.check_none(home.register_url, home.register)
    for path in (file, *withdrawn):
        _check_file(path)
    if identity is None:
        key = keyring.passphrase(typed("Frase de la copia", passphrase_stdin))
    else:
        key = _identity(identity)
    held = secret_here(home, passphrase_stdin)
    done = restoring.restore(
        *(file, key, held, home.register_url, home.register, WHO, home.now(), withdrawn)
    )
    click.echo(
        f"Restaurado: {done.rows:,} filas y {done.attachments:,} adjuntos, como estaban el "
        f"{done.made_at}."
    )
    if done.withdrawn:
        click.echo(f"Retirados otra vez, porque se retiraron después: {done.withdrawn:,}.")
    if done.log:
        click.echo(f"La bitácora de la copia no está entera: {done.log}", err=True)
    click.echo(
        "Antes de publicar paquetes, compare con lo publicado: lo que se publicó después de esta "
        "copia no está en ella."
    )


def _end(
    _context: click.Context, param: click.Parameter, value: str | None
) -> tuple[int, str] | None:
    if value is None:
        return None
    noted = _NOTED.fullmatch(value)
    if noted is None:
        raise click.BadParameter("", param=param)
    return int(noted[1]), noted[2]


@click.command("audit")
@click.option(
    "--expect", callback=_end, help="Final que se anotó antes, N:SHA-256: se compara con este."
)
@PASSPHRASE_STDIN
def audit(expect: tuple[int, str] | None, passphrase_stdin: bool) -> None:
    """Comprueba la bitácora y la muestra: cuándo, quién, qué y sobre qué. Leerla queda anotado."""
    with _opened(passphrase_stdin) as register:
        keys = register.opened.keys
        with register.engine.connect() as connection:
            log.verify(connection, keys, expect)
            agreement.check(connection, keys)
        with store.writing(register, WHO, here().now()) as txn:
            store.note(txn, "read log")
        with register.engine.connect() as connection:
            for line in log.lines(connection, keys):
                click.echo(f"{line.n}  {line.at}  {line.who}  {line.deed}  {line.about}".rstrip())
            number, sha256 = log.end(connection, keys)
    click.echo(f"Entera. Final, para anotarlo en otro lugar: {number}:{sha256}")


@click.group("names")
def names() -> None:
    """Nombres, teléfonos y documentos que no deben salir en público. No se muestran nunca."""


@names.command("add")
@click.argument("file", type=_FILE)
@PASSPHRASE_STDIN
def add_names(file: Path, passphrase_stdin: bool) -> None:
    """Pone en la lista cada línea de FILE («-» es la entrada estándar)."""
    with _opened(passphrase_stdin) as register:
        texts = _lines(file)
        with store.writing(register, WHO, here().now()) as txn:
            new = listed.add(txn, texts)
            number = listed.count(txn)
    click.echo(f"Nuevos: {new:,}. En la lista: {number:,}.")


@names.command("remove")
@click.argument("file", type=_FILE)
@PASSPHRASE_STDIN
def remove_names(file: Path, passphrase_stdin: bool) -> None:
    """Quita de la lista cada línea de FILE («-» es la entrada estándar)."""
    with _opened(passphrase_stdin) as register:
        texts = _lines(file)
        with store.writing(register, WHO, here().now()) as txn:
            gone = listed.remove(txn, texts)
            number = listed.count(txn)
    click.echo(f"Quitados: {gone:,}. En la lista: {number:,}.")


@names.command("count")
@PASSPHRASE_STDIN
def count_names(passphrase_stdin: bool) -> None:
    """Cuántos hay en la lista."""
    with _opened(passphrase_stdin) as register:
        click.echo(f"{listed.count(register):,}")


COMMANDS = (backup, restore, audit, names)


@contextmanager
def _opened(passphrase_stdin: bool) -> Iterator[Register]:
    register = open_here(here(), passphrase_stdin)
    try:
        yield register
    finally:
        opening.close(register)


def _lines(file: Path) -> list[str]:
    if str(file) == "-":
        text = sys.stdin.read()
    else:
        _check_file(file)
        try:
            text = file.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise FileUnreadable(
                f"«{file}» no es un texto en UTF-8: guárdelo así, un nombre por línea."
            ) from error
    return [line.strip() for line in text.splitlines() if line.strip()]


def _new_words(passphrase_stdin: bool) -> Secret:
    chosen = keyring.new_passphrase(typed("Frase nueva de la copia", passphrase_stdin))
    if not passphrase_stdin and keyring.passphrase(typed("Otra vez", False)).value != chosen.value:
        raise KeyRefused("Las dos frases no son iguales: repita la orden.")
    return chosen


def _identity(path: Path) -> Secret:
    """The line of an age identity file that is the key."""
    _check_file(path)
    lines = path.read_bytes().split()
    keys = [line for line in lines if line.startswith(b"AGE-SECRET-KEY-1")]
    if not keys:
        raise KeyRefused(f"«{path}» no es un archivo de identidad de age: hágalo con «age-keygen».")
    return Secret(IDENTITY, keys[0])


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise FileUnreadable(f"No existe el archivo «{path}»: revise la ruta.")
