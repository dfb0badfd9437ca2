"""`deslinde boxes …`: what would be public, what keeps it in, and out with it when two approved.

Approvals are given at the desk, where an account stands behind each.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import click

from geo.boxes import places as kept_places
from geo.boxes import public_folder, two_people
from geo.boxes import state as remembered
from geo.boxes.findings import Weight
from geo.boxes.propose import compute, compute_anew, open_proposal, propose, unknown
from geo.boxes.publish import finish, publish
from geo.boxes.report import Report, blocking, report
from geo.boxes.waiting import Pending, pending_now
from geo.cli.register_opening import PASSPHRASE_STDIN, WHO, open_here
from geo.errors import NothingToDo, ReleaseRefused
from geo.home import Home, here
from geo.places import Places
from geo.register import approved, opening
from geo.register.store import Register, note, writing
from geo.release.published import PublicBox, Published
from geo.words import SPANISH, words

ANEW = click.option(
    "--anew",
    is_flag=True,
    help="Comenzar de nuevo, cuando no hay respaldo que conozca lo publicado.",
)


@dataclass(frozen=True)
class _Here:
    home: Home
    register: Register
    places: Places
    on: date


@contextmanager
def _opened(passphrase_stdin: bool) -> Iterator[_Here]:
    home = here()
    places = kept_places.read(home)
    register = open_here(home, passphrase_stdin)
    try:
        if finish(home, register, WHO):
            click.echo("Una publicación había quedado a medias: ahora está terminada.")
        yield _Here(home, register, places, kept_places.country(home).day(home.now()))
    finally:
        opening.close(register)


@click.group("boxes")
def boxes() -> None:
    """Los paquetes cerrados: la única forma en que los incidentes salen al público.

    Se prepara una propuesta, dos personas la aprueban en la mesa, y se publica.
    """


@boxes.command("status")
@PASSPHRASE_STDIN
def status(passphrase_stdin: bool) -> None:
    """Qué está publicado, qué espera aprobación y si alguien se retiró."""
    with _opened(passphrase_stdin) as at:
        kept = remembered.kept(at.register)
        public = public_folder.now_public(at.home.boxes)
        _loudly(pending_now(at.register, at.places, at.on))
        if not kept.published:
            click.echo("Todavía no se publicó nada desde este registro.")
        else:
            click.echo(
                f"Publicado: {len(kept.state.boxes):,} paquetes, hasta {kept.state.closed_to}."
            )
        if kept.published and not public:
            click.echo("La carpeta pública está vacía: alguien quitó la publicación.")
        if unknown(kept, public):
            click.echo("ATENCIÓN: la carpeta pública tiene algo que este registro no publicó.")
        waiting = open_proposal(at.register)
        if waiting is None:
            click.echo("No hay ninguna propuesta a la espera.")
        else:
            said = len(two_people.approvers(at.register, waiting[0]))
            click.echo(f"Una propuesta espera: {said} de {two_people.NEEDED} aprobaciones.")


@boxes.command("check")
@ANEW
@PASSPHRASE_STDIN
def check(*, anew: bool, passphrase_stdin: bool) -> None:
    """El informe de riesgo de la propuesta que espera, o de lo que se propondría hoy."""
    with _opened(passphrase_stdin) as at:
        waiting = None if anew else open_proposal(at.register)
        if waiting is None:
            kept = remembered.kept(at.register)
            incidents = approved.incidents(at.register, at.places, at.on.isoformat())
            public = public_folder.now_public(at.home.boxes)
            proposal = (compute_anew if anew else compute)(
                kept, incidents, at.places, at.on, public
            )
        else:
            proposal = waiting[1]
        found = report(at.home, at.register, proposal, at.places, at.on)
        with writing(at.register, WHO, at.home.now()) as txn:
            note(txn, "read boxes report", waiting[0] if waiting else "")
    for line in _lines(found):
        click.echo(line)
    if found.blocking:
        raise ReleaseRefused(f"{len(found.blocking)} cosas impiden publicar: están arriba.")


@boxes.command("propose")
@ANEW
@click.option("--note", default="", help="Unas palabras para quienes aprueban.")
@PASSPHRASE_STDIN
def propose_now(*, anew: bool, note: str, passphrase_stdin: bool) -> None:
    """Prepara lo que se publicaría hoy. Dos personas lo aprueban después en la mesa."""
    with _opened(passphrase_stdin) as at:
        public = public_folder.now_public(at.home.boxes)
        with writing(at.register, WHO, at.home.now()) as txn:
            propose(txn, at.places, at.on, public, note, anew=anew)
        waiting = open_proposal(at.register)
    if waiting is not None:
        for line in _public(waiting[1].published):
            click.echo(line)
    click.echo("Propuesta lista: dos personas la revisan y aprueban en la mesa.")


@boxes.command("show")
@PASSPHRASE_STDIN
def show(passphrase_stdin: bool) -> None:
    """Lo que se publicaría, tal como lo vería el público."""
    with _opened(passphrase_stdin) as at:
        waiting = open_proposal(at.register)
    if waiting is None:
        raise NothingToDo("No hay propuesta a la espera: prepárela con «deslinde boxes propose».")
    for line in _public(waiting[1].published):
        click.echo(line)


@boxes.command("publish")
@PASSPHRASE_STDIN
def publish_now(passphrase_stdin: bool) -> None:
    """Publica la propuesta que dos personas aprobaron, si el informe no lo impide."""
    with _opened(passphrase_stdin) as at:
        waiting = open_proposal(at.register)
        if waiting is None:
            raise NothingToDo("No hay propuesta: prepárela con «deslinde boxes propose».")
        shown = publish(
            at.home,
            at.register,
            WHO,
            waiting[0],
            at.places,
            at.on,
            lambda made: blocking(at.home, at.register, made, at.places, at.on),
        )
        _loudly(pending_now(at.register, at.places, at.on))
    click.echo(f"Publicado: {len(shown.boxes):,} paquetes, hasta {shown.quarter}.")


def _loudly(pending: Pending) -> None:
    if pending.count:
        since = f"desde hace {pending.days:,} días" if pending.days else "desde hoy"
        click.echo(
            f"ATENCIÓN: {pending.count:,} hechos publicados se retiraron o cambiaron, {since}. Sus "
            "paquetes siguen públicos: prepare, apruebe y publique el retiro ahora."
        )


def _lines(found: Report) -> Iterator[str]:
    spanish = words(SPANISH, "")
    proposal = found.proposal
    what = "un retiro" if proposal.took_away else "un cierre"
    shown = proposal.published
    yield f"Es {what}, hasta {shown.quarter}: {len(shown.boxes)} paquetes."
    for sign, some in (("+", found.changes.come), ("-", found.changes.go)):
        yield from (f"  {sign} {_box(one)}" for one in some)
    yield "Lo que aprendería quien ya conoce todos los hechos de un paquete menos uno:"
    for one in found.boxes:
        years = " y ".join(map(str, one.years)) or "años desconocidos"
        yield (
            f"  {one.place} ({years}): que hay uno más, de {one.count} hechos de {one.subjects} "
            f"personas y {one.communities} comunidades; a lo más {one.most} de una misma."
        )
    for finding in found.findings:
        sign = "IMPIDE" if finding.weight is Weight.BLOCK else "Mire"
        yield f"{sign}: {finding.said(spanish)}"
    if not found.findings:
        yield "Nada que observar."


def _public(published: Published) -> Iterator[str]:
    yield f"Hasta {published.quarter}: {len(published.boxes)} paquetes."
    yield from (f"  {_box(one)}" for one in published.boxes)
    for year in published.years:
        told = ", ".join(f"{one.topic} {one.code} {one.count}" for one in year.numbers)
        yield f"  {year.year}: {told or 'menos de cinco en todo'}"


def _box(box: PublicBox) -> str:
    where = ", ".join(filter(None, (box.district, box.province, box.department))) or "Todo el país"
    years = "años desconocidos" if box.from_year is None else f"{box.from_year}–{box.to_year}"
    return f"{where}, {years}: {box.count} hechos"
