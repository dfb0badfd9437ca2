"""`deslinde verify`: whether a bundle is what it was, and its figures follow. Needs no network."""

from dataclasses import asdict
from pathlib import Path

import click

from geo.cli.terminal import say
from geo.evidence.check.verify import verify as verify_bundle
from geo.evidence.findings import Report
from geo.evidence.signing.trust import NOBODY, read_trust
from geo.home import here, write_whole
from geo.release.files import plainly
from geo.release.manifest import canonical
from geo.world import languages

FOUND = 1
"""The exit code where something was found; 2 where the bundle cannot be read."""

_SHOWN = 40


@click.command("verify")
@click.argument("bundle", metavar="PAQUETE", type=click.Path(path_type=Path))
@click.option(
    "--trusted",
    type=click.Path(path_type=Path),
    help="PEM con los certificados de las autoridades de sellado en las que usted confía.",
)
@click.option(
    "--signer",
    type=click.Path(path_type=Path),
    help="PEM con los certificados o claves de quienes usted espera que firmen.",
)
@click.option("--no-recompute", is_flag=True, help="Solo huellas y firmas; no recalcula.")
@click.option(
    "--json", "report_file", type=click.Path(path_type=Path), help="El resultado, como JSON."
)
def verify(
    bundle: Path,
    trusted: Path | None,
    signer: Path | None,
    no_recompute: bool,
    report_file: Path | None,
) -> int:
    """Comprueba un paquete, .zip o carpeta, y vuelve a calcular sus superposiciones. Sin red.

    Termina con 0 si nada falta, con 1 y una oración por cada hallazgo, o con 2 si no se puede leer.
    """
    home = here()
    report = verify_bundle(
        bundle,
        home=home,
        languages=languages(home),
        signers=read_trust(signer) if signer else NOBODY,
        authorities=read_trust(trusted) if trusted else NOBODY,
        recompute=not no_recompute,
        say=say,
    )
    if report_file:
        with plainly(report_file):
            write_whole(report_file, canonical({"ok": report.clean, **asdict(report)}))
    for line in _told(report, bundle.name):
        click.echo(line)
    return 0 if report.clean else FOUND


def _count(findings: int) -> str:
    if not findings:
        return "sin hallazgos"
    return "un hallazgo" if findings == 1 else f"{findings:,} hallazgos"


def _told(report: Report, name: str) -> list[str]:
    """What people read: what was found, what holds, what was not asked."""
    shown = [one.sentence for one in report.findings[:_SHOWN]]
    more = len(report.findings) - len(shown)
    return [
        f"«{name}»: {_count(len(report.findings))}.",
        *(f"  ✗ {sentence}" for sentence in shown),
        *([f"  ✗ … y {more:,} hallazgos más; véalos con --json."] if more > 0 else []),
        *(["Se comprobó:"] if report.checked else []),
        *(f"  · {sentence}" for sentence in report.checked),
        *(["No se comprobó:"] if report.unchecked else []),
        *(f"  · {sentence}" for sentence in report.unchecked),
    ]
