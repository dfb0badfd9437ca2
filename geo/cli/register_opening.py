"""What opens the register from the command line: a key file, or a passphrase that nobody sees."""

import sys
from pathlib import Path

import click

from geo.errors import KeyRefused
from geo.home import Home
from geo.register import key_file, keyring, opening, restoring
from geo.register.database import file_of
from geo.register.keyring import Secret
from geo.register.seal import HiddenText
from geo.register.store import Register

WHO = "orden"
"""The name under which the audit log writes what the command line did."""

PASSPHRASE_STDIN = click.option(
    "--passphrase-stdin",
    is_flag=True,
    help="Lee la frase de la entrada estándar, una por línea, en vez de preguntarla.",
)


def open_here(home: Home, passphrase_stdin: bool = False) -> Register:
    """The register of this installation, opened with its key file or a passphrase.

    What the list of withdrawals says and an older database has back is taken out again. Raises
    KeyRefused, RegisterClosed, RegisterDamaged.
    """
    opening.check_there(home.register_url, home.register)
    opened = opening.open_register(
        home.register_url, home.register, secret_here(home, passphrase_stdin)
    )
    if back := restoring.take_out_again(opened, WHO, home.now()):
        click.echo(
            f"ATENCIÓN: la base es más antigua que la lista de retiros: {back:,} contenidos "
            "retirados estaban de vuelta y se retiraron otra vez. Averigüe quién la cambió, y "
            "compare con «deslinde register audit --expect».",
            err=True,
        )
    return opened


def secret_here(home: Home, passphrase_stdin: bool = False) -> Secret:
    """One secret: the key file that the settings name, or a passphrase that is asked for."""
    if home.key_file is not None and not passphrase_stdin:
        return key_file.read(home.key_file, kept_apart(home))
    return keyring.passphrase(typed("Frase del registro", passphrase_stdin))


def every_secret(home: Home, kinds: tuple[str, ...], passphrase_stdin: bool) -> tuple[Secret, ...]:
    """A secret for each slot of a keyring. Raises KeyRefused where a key file is not named."""
    found = []
    for kind in kinds:
        if kind == "passphrase":
            found.append(keyring.passphrase(typed("Frase del registro", passphrase_stdin)))
        elif home.key_file is not None:
            found.append(key_file.read(home.key_file, kept_apart(home)))
        else:
            raise KeyRefused(
                "El registro se abre también con un archivo de clave: diga cuál es en "
                "DESLINDE_REGISTER_KEY_FILE, o dejaría de abrirlo."
            )
    return tuple(found)


def new_words(passphrase_stdin: bool) -> Secret:
    """A new passphrase, typed twice where somebody types. Raises KeyRefused where too short."""
    chosen = keyring.new_passphrase(typed("Frase nueva", passphrase_stdin))
    if not passphrase_stdin and keyring.passphrase(typed("Otra vez", False)).value != chosen.value:
        raise KeyRefused("Las dos frases no son iguales: repita la orden.")
    return chosen


def typed(prompt: str, passphrase_stdin: bool) -> str:
    """A line that is never shown. Raises KeyRefused where there is none."""
    if not passphrase_stdin:
        return HiddenText(click.prompt(prompt, hide_input=True))
    line = HiddenText(sys.stdin.readline())
    if not line.strip():
        raise KeyRefused("La entrada estándar no trae la frase: escríbala en una línea.")
    return line


def kept_apart(home: Home) -> tuple[Path, ...]:
    """The folders in which no key file may lie."""
    file = file_of(home.register_url, home.register)
    return (home.root, home.register, *([file.parent] if file else []))
