"""`deslinde sign`: a bundle signed by the keys that a person brings, stamped where configured."""

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import click

from geo.cli.terminal import say
from geo.errors import SigningRefused
from geo.evidence.signing.keys import PdfKey, read_key
from geo.evidence.signing.sign import TOKEN, Signing
from geo.evidence.signing.sign import sign as sign_bundle
from geo.evidence.signing.timestamp import authority
from geo.home import here

_PASSPHRASE_BYTES = 1 << 12


@click.command("sign")
@click.argument("bundle", metavar="PAQUETE", type=click.Path(path_type=Path))
@click.option(
    "--key",
    "keys",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help=".p12 o .pfx: firma el PDF. PEM Ed25519: firma el manifiesto. Se puede repetir.",
)
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    help="Archivo con la contraseña de las claves; sin él se pregunta.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Paquete nuevo, en vez del mismo.")
def sign(
    bundle: Path, keys: tuple[Path, ...], passphrase_file: Path | None, out: Path | None
) -> None:
    """Firma un paquete con las claves de usted, y le pone sello de tiempo si hay DESLINDE_TSA.

    Lo firmado no cambia: las firmas se agregan al lado, en la carpeta firmas/.
    """
    home = here()
    tsa = authority(home)
    passphrase = _asking(passphrase_file)
    now = home.now()
    opened = [read_key(path, passphrase, now) for path in keys]
    say("firmando")
    done = sign_bundle(bundle, opened, out=out or bundle, now=now, tsa=tsa)
    for line in _told(
        done, [key for key in opened if isinstance(key, PdfKey)], stamped=tsa is not None
    ):
        click.echo(line)


def _told(done: tuple[Signing, ...], pdf: list[PdfKey], *, stamped: bool) -> Iterator[str]:
    for one in done:
        if one.file == TOKEN:
            verb = "Ya tenía sello de tiempo" if one.already else "Sello de tiempo"
        else:
            verb = "Ya estaba firmado con esta clave" if one.already else "Firmado"
        at = "" if one.stamp is None else f", {_when(one.stamp.at)} según «{one.stamp.by}»"
        by = "" if one.file == TOKEN else f": {one.by}"
        yield f"{verb}: {one.file}{by}{at}"
    if not stamped:
        yield (
            "Sin sello de tiempo: la fecha de la firma es la que dice este equipo. Para sellarla, "
            "configure DESLINDE_TSA y DESLINDE_TSA_CERTS."
        )
    if pdf:
        yield (
            "El PDF firmado va en firmas/; el original queda igual. Si la firma tiene efecto legal "
            "depende del certificado."
        )


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _asking(file: Path | None) -> Callable[[str], bytes]:
    """Where a passphrase comes from: a file, else the keyboard, unseen; never the command line."""
    if file is not None:
        with file.open("rb") as opened:
            content = opened.read(_PASSPHRASE_BYTES)
        word = content.removesuffix(b"\n").removesuffix(b"\r")
        return lambda _: word

    def ask(name: str) -> bytes:
        if not sys.stdin.isatty():
            raise SigningRefused(
                f"La clave «{name}» pide una contraseña: indique --passphrase-file, o ejecute la "
                "orden en una terminal."
            )
        typed: str = click.prompt(
            f"Contraseña de «{name}»", hide_input=True, default="", show_default=False, err=True
        )
        return typed.encode("utf-8")

    return ask
