"""`deslinde register …`: the register made, locked, opened, brought up, its keys changed."""

from pathlib import Path

import click

from geo.cli.register_annex import COMMANDS as ANNEXES
from geo.cli.register_backup import COMMANDS as COPIES
from geo.cli.register_opening import (
    PASSPHRASE_STDIN,
    WHO,
    every_secret,
    kept_apart,
    new_words,
    open_here,
    secret_here,
)
from geo.errors import KeyRefused
from geo.home import here
from geo.register import (
    key_file,
    keyring,
    meta,
    opening,
    purging,
    rotation,
    schema,
    standing,
    store,
)
from geo.register.database import WRITES
from geo.register.keyring import Secret

__all__ = ["open_here", "register", "secret_here"]

NEW_KEY_FILE = click.option(
    "--new-key-file",
    type=click.Path(path_type=Path),
    help="Escribe un archivo de clave nuevo, que abre el registro además de la frase.",
)


@click.group("register")
def register() -> None:
    """El registro de amenazas: hacerlo, cerrarlo con candado, cambiar sus claves.

    La frase se pregunta y no se muestra. En lugar de ella, DESLINDE_REGISTER_KEY_FILE puede
    nombrar un archivo de clave, que no debe estar junto al registro.
    """


for command in (*COPIES, *ANNEXES):
    register.add_command(command)


@register.command("init")
@NEW_KEY_FILE
@click.option("--without-passphrase", is_flag=True, help="Solo con archivo de clave.")
@PASSPHRASE_STDIN
def init(new_key_file: Path | None, without_passphrase: bool, passphrase_stdin: bool) -> None:
    """Hace un registro vacío. Sin su frase o su archivo de clave nadie lo abre: ni nosotros."""
    home = here()
    opening.check_none(home.register_url, home.register)
    held: list[Secret] = [] if without_passphrase else [new_words(passphrase_stdin)]
    if new_key_file is not None:
        held.append(key_file.make(new_key_file.absolute(), kept_apart(home)))
    elif home.key_file is not None:
        held.append(key_file.read(home.key_file, kept_apart(home)))
    opening.close(opening.create(home.register_url, home.register, tuple(held)))
    click.echo(f"Registro hecho en {home.register}.")
    click.echo(
        "Guarde fuera de esta máquina lo que lo abre, la frase y también el archivo de clave si lo "
        "hizo: sin eso el contenido no se puede recuperar."
    )
    click.echo("Ahora traiga los distritos: deslinde places ARCHIVO")


@register.command("lock")
def lock() -> None:
    """Cierra el registro con candado: las mesas abiertas olvidan sus claves y terminan."""
    opening.lock(here().register)
    click.echo("Registro cerrado con candado. Se abre con «deslinde register unlock».")


@register.command("unlock")
@PASSPHRASE_STDIN
def unlock(passphrase_stdin: bool) -> None:
    """Quita el candado, con la frase o el archivo de clave."""
    home = here()
    held = secret_here(home, passphrase_stdin)
    opened = opening.open_although_locked(home.register_url, home.register, held)
    with store.writing(opened, WHO, home.now()) as txn:
        store.note(txn, "unlock")
    opening.close(opened)
    opening.unlock(home.register)
    click.echo("Candado quitado.")


@register.command("status")
def status() -> None:
    """Cuántas filas hay, qué lo abre y cómo está. No pide la frase y no muestra contenido."""
    home = here()
    engine = opening.engine_there(home.register_url, home.register)
    for line in standing.lines(engine, home.register):
        click.echo(line)
    engine.dispose()


@register.command("upgrade")
def upgrade() -> None:
    """Lleva las tablas a la forma de este programa. Haga antes una copia de respaldo."""
    home = here()
    engine = opening.engine_there(home.register_url, home.register)
    with engine.connect().execution_options(**WRITES) as connection, connection.begin():
        form = schema.form_of(connection)
        if form in schema.FORMS[:-1]:
            schema.upgrade(connection)
        else:
            schema.check(connection)
    engine.dispose()
    click.echo(f"Forma {form}; ahora {schema.FORMS[-1]}.")


@register.command("passphrase")
@NEW_KEY_FILE
@PASSPHRASE_STDIN
def passphrase(new_key_file: Path | None, passphrase_stdin: bool) -> None:
    """Cambia la frase que abre el registro.

    Si otra persona conoce la frase de antes y pudo copiar el registro, cambie luego también las
    claves: «deslinde register rotate-key».
    """
    home = here()
    held = every_secret(home, _kinds(home.register_url, home.register), passphrase_stdin)
    opened = opening.open_register(home.register_url, home.register, held[0])
    chosen = [new_words(passphrase_stdin)]
    if new_key_file is not None:
        chosen.append(key_file.make(new_key_file.absolute(), kept_apart(home)))
    else:
        chosen += [secret for secret in held if secret.kind == "file"]
    with store.writing(opened, WHO, home.now()) as txn:
        rotation.change_secrets(txn, held, tuple(chosen))
    click.echo("Frase cambiada. La de antes ya no abre este registro; sí sus copias de antes.")
    # the keyring that the old one opens would lie on in the write-ahead log
    purging.compact(opened.engine)
    opening.close(opened)


@register.command("rotate-key")
@PASSPHRASE_STDIN
def rotate_key(passphrase_stdin: bool) -> None:
    """Vuelve a sellar todo con claves nuevas. Las mesas abiertas tienen que abrirse de nuevo.

    Si se interrumpe, repita la orden: termina lo que faltaba.
    """
    home = here()
    held = every_secret(home, _kinds(home.register_url, home.register), passphrase_stdin)
    opened = opening.open_register(home.register_url, home.register, held[0])
    with opened.engine.connect() as connection:
        pending = rotation.is_pending(connection)
    if pending:
        rotation.finish(opened, held, WHO, home.now())
        done = "El cambio de claves que quedó a medias está terminado."
    else:
        rotation.rotate(opened, held, WHO, home.now())
        done = "Todo está sellado con claves nuevas. Las copias de respaldo de antes siguen igual."
    purging.compact(opened.engine)
    opening.close(opened)
    click.echo(done)


@register.command("purge")
@PASSPHRASE_STDIN
def purge(passphrase_stdin: bool) -> None:
    """Borra del disco lo que los retiros dejaron. Las copias de respaldo de antes siguen igual."""
    home = here()
    opened = open_here(home, passphrase_stdin)
    gone = purging.purge(opened, WHO, home.now())
    opening.close(opened)
    click.echo(f"Hecho. Archivos sin fila: {len(gone):,} borrados.")


def _kinds(url: str, folder: Path) -> tuple[str, ...]:
    engine = opening.engine_there(url, folder)
    with engine.connect() as connection:
        schema.check(connection)
        kinds = keyring.slots(meta.read(connection, "keyring"))
    engine.dispose()
    if not kinds:
        raise KeyRefused("Nada abre este registro: restaure una copia de respaldo.")
    return kinds
