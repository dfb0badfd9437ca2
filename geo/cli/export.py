"""`deslinde export`: what a lawyer carries out of a release, as one zip."""

from pathlib import Path

import click

from geo.cli.terminal import say
from geo.errors import ChoiceUnknown, CodesUnreadable
from geo.evidence import codes
from geo.evidence.bundle import bundle
from geo.evidence.choice import choose
from geo.evidence.chosen import By, Chosen, CodeLine, Outcome
from geo.evidence.figures.baseline import parse_baseline
from geo.evidence.wishes import Baseline, Forum, Separator, Wishes
from geo.home import Home, here
from geo.release.read import open_named, open_release
from geo.terms import Tier
from geo.words import COMPLETE, SPANISH
from geo.world import languages

_OUTCOMES = {
    Outcome.AMBIGUOUS: "varios derechos lo llevan; se toman todos",
    Outcome.NOT_FOUND: "no está en esta publicación",
    Outcome.REPEATED: "repetido en la lista",
}
_BY = {
    By.TERRITORY: "territorio",
    By.CONCESSION: "derecho",
    By.CASE: "caso",
    By.CODES: "lista de códigos",
}


@click.command("export")
@click.option("--territory", default="", metavar="ID", help="Un territorio: su clave o su código.")
@click.option("--concession", default="", metavar="ID", help="Un derecho: su clave o su código.")
@click.option("--case", "of_case", default="", metavar="ID", help="Un caso de data/cases.")
@click.option(
    "--codes",
    "listed",
    type=click.Path(path_type=Path),
    help="Una lista de códigos tal como se pega de un escrito; ninguno se pierde.",
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="El paquete .zip que se escribe."
)
@click.option("--lang", type=click.Choice(COMPLETE), default=SPANISH, show_default=True)
@click.option(
    "--release", "wanted", default="", metavar="ID", help="Otra publicación, no la actual."
)
@click.option(
    "--tier",
    type=click.Choice([tier.value for tier in Tier]),
    default=Tier.PUBLIC.value,
    show_default=True,
    help="De qué nivel; los nombres de titulares que son personas solo van con «restricted».",
)
@click.option(
    "--for",
    "forum",
    type=click.Choice([forum.value for forum in Forum]),
    default=Forum.AMPARO.value,
    show_default=True,
    help="Para quién: ordena los anexos.",
)
@click.option(
    "--baseline",
    "baselines",
    multiple=True,
    metavar="FECHA",
    help=f"Fecha de referencia, repetible: {', '.join(Baseline)} o AAAA-MM-DD. "
    f"Por omisión, {Baseline.TITLE}.",
)
@click.option(
    "--csv",
    "separator",
    type=click.Choice([separator.value for separator in Separator]),
    default=Separator.COMMA.value,
    show_default=True,
    help="Tablas con coma y punto decimal, o con punto y coma y coma decimal.",
)
def export(
    territory: str,
    concession: str,
    of_case: str,
    listed: Path | None,
    out: Path,
    lang: str,
    wanted: str,
    tier: str,
    forum: str,
    baselines: tuple[str, ...],
    separator: str,
) -> None:
    """Hace un paquete que la otra parte puede comprobar: anexo PDF, datos, insumos y custodia.

    Sin --tier restricted, los titulares que son personas naturales no se nombran.
    """
    home = here()
    asked = [
        (By.TERRITORY, territory),
        (By.CONCESSION, concession),
        (By.CASE, of_case),
        (By.CODES, "" if listed is None else str(listed)),
    ]
    given = [(by, value) for by, value in asked if value]
    if len(given) != 1:
        raise ChoiceUnknown(
            "Diga de qué se hace el paquete con una sola de estas opciones: --territory, "
            "--concession, --case o --codes."
        )
    wishes = Wishes(
        language=lang,
        forum=Forum(forum),
        baselines=_baselines(baselines),
        separator=Separator(separator),
    )
    chosen = _chosen(home, Tier(tier), wanted, *given[0], listed)
    made = bundle(chosen, wishes, languages(home)[lang], out, fonts=home.fonts, say=say)
    click.echo(
        f"{_BY[chosen.by]}: {len(chosen.subjects):,} de la publicación {chosen.release.id} "
        f"({tier}); {made.pairs:,} pares, {made.rights:,} derechos"
    )
    for line in chosen.codes:
        if line.outcome is not Outcome.MATCHED:
            click.echo(_told(line))
    if made.specimen:
        click.echo("ESPÉCIMEN: contiene datos ilustrativos, inventados; no se puede firmar.")
    if Tier(tier) is not Tier.PUBLIC:
        click.echo("RESERVADO: puede nombrar a personas; no lo publique.")
    click.echo(f"{made.path}: {made.size_bytes:,} bytes")
    click.echo(f"SHA-256 {made.sha256}")


def _chosen(home: Home, tier: Tier, wanted: str, by: By, value: str, listed: Path | None) -> Chosen:
    folder = home.releases(tier.value)
    release = open_named(folder, wanted) if wanted else open_release(folder)
    say(f"eligiendo de la publicación {release.id}")
    if listed is None:
        return choose(release, by, value)
    try:
        content = listed.read_bytes()
    except OSError as error:
        raise CodesUnreadable(
            f"No se puede leer la lista de códigos «{listed}»: revise el nombre y los permisos."
        ) from error
    return choose(release, by, (), codes_text=codes.text_of(content, listed.name))


def _baselines(asked: tuple[str, ...]) -> tuple[str, ...]:
    """The dates asked for, each once, in their order; the title's where none was."""
    return tuple(dict.fromkeys(parse_baseline(one) for one in asked)) or Wishes().baselines


def _told(line: CodeLine) -> str:
    hint = f"; se parece a {', '.join(line.hint)}" if line.hint else ""
    keys = f": {', '.join(line.keys)}" if line.outcome is Outcome.AMBIGUOUS else ""
    return (
        f"  código {line.number} de la lista: «{line.code}» {_OUTCOMES[line.outcome]}{keys}{hint}"
    )
