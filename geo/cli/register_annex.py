"""`deslinde register annex`, `annex-out`: a reserved annex prepared, and out when two approved.

Approvals are given at the desk, where an account stands behind each.
"""

from pathlib import Path

import click

from geo.boxes import annexes
from geo.boxes import places as kept_places
from geo.boxes.annexes import About
from geo.cli.register_opening import PASSPHRASE_STDIN, WHO, open_here, typed
from geo.errors import FileUnwritable, ReleaseRefused
from geo.home import Home, here, read_texts, whole_file
from geo.register import opening, vocabulary
from geo.register.store import writing
from geo.reserved import ReservedForum
from geo.words import COMPLETE, SPANISH, Words, words


@click.command("annex")
@click.option("--event", "events", multiple=True, required=True, help="Un hecho; se puede repetir.")
@click.option(
    "--for",
    "forum",
    required=True,
    type=click.Choice([one.value for one in ReservedForum]),
    metavar="FORO",
    help="cidh, mecanismo o garantias.",
)
@click.option(
    "--recipient",
    "recipients",
    multiple=True,
    help="Clave pública de age (age1…) de quien lo abrirá; se puede repetir.",
)
@click.option("--purpose", default="", help="El fin que nombra el permiso, si nombra alguno.")
@click.option("--language", type=click.Choice(COMPLETE), default=SPANISH, metavar="IDIOMA")
@PASSPHRASE_STDIN
def annex(
    events: tuple[str, ...],
    forum: str,
    recipients: tuple[str, ...],
    purpose: str,
    language: str,
    passphrase_stdin: bool,
) -> None:
    """Prepara un anexo reservado. Dos personas lo leen y lo aprueban después en la mesa."""
    from geo.evidence.reserved import compose

    home = here()
    places, known = kept_places.read(home), vocabulary.read(read_texts(home.data / "register"))
    now = home.now()
    today = now.date().isoformat()
    about = About(
        tuple(sorted(set(events))), ReservedForum(forum), purpose, language, today, "", recipients
    )
    register = open_here(home, passphrase_stdin)
    try:
        content = annexes.gathered(register, about, places, known, today)
        about = annexes.asked(content, about)
        pdf = compose.annex(content, _spoken(home, language), home.fonts)
        with writing(register, WHO, now) as txn:
            row = annexes.request(txn, about, pdf)
        waits = annexes.one(register, row)
    finally:
        opening.close(register)
    click.echo(f"Anexo {row}: {len(content.incidents)} hechos, {len(content.people)} referencias.")
    if waits is not None:
        click.echo(f"Huella del PDF: {waits.sha256}")
    click.echo("Dos personas lo leen y lo aprueban en la mesa; después, «register annex-out».")


@click.command("annex-out")
@click.argument("asked", metavar="ANEXO")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Archivo .age que se escribe."
)
@PASSPHRASE_STDIN
def annex_out(asked: str, out: Path, passphrase_stdin: bool) -> None:
    """Saca cifrado un anexo que dos personas aprobaron, si todos los permisos siguen en pie.

    Si no nombra claves de destino, pide la frase que lo cierra.
    """
    home = here()
    if out.exists():
        raise FileUnwritable(f"«{out}» ya existe: elija otro nombre.")
    places, known = kept_places.read(home), vocabulary.read(read_texts(home.data / "register"))
    register = open_here(home, passphrase_stdin)
    try:
        waits = annexes.one(register, asked)
        if waits is None:
            raise ReleaseRefused("No hay ningún anexo con ese número a la espera: mire en la mesa.")
        closed_with = (
            "" if waits.about.recipients else typed("Frase que cierra el anexo", passphrase_stdin)
        )
        sealed = annexes.sealed(waits, closed_with)
        with whole_file(out.absolute()) as temporary:
            temporary.touch(mode=0o600)
            temporary.write_bytes(sealed)
            # the file takes its place only once the log says that it went
            with writing(register, WHO, home.now()) as txn:
                annexes.released(txn, asked, places, known)
    finally:
        opening.close(register)
    click.echo(f"{out}: cifrado. Huella del PDF que lleva dentro: {waits.sha256}")


COMMANDS = (annex, annex_out)


def _spoken(home: Home, language: str) -> Words:
    if language == SPANISH:
        return words(SPANISH, "")
    catalogue = home.data / "translations" / language / "LC_MESSAGES" / "deslinde.po"
    return words(language, catalogue.read_text(encoding="utf-8"))
