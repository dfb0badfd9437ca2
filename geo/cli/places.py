"""`deslinde places`: districts brought in, so that incidents and boxes know where they lie."""

from collections import Counter
from pathlib import Path

import click

from geo.boxes import places as kept
from geo.boxes.districts import Fields
from geo.home import here
from geo.places import Places
from geo.terms import PlaceLevel

_SEVERAL = {
    PlaceLevel.DISTRICT: "distritos",
    PlaceLevel.PROVINCE: "provincias",
    PlaceLevel.DEPARTMENT: "departamentos",
}


@click.command("places")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--layer", help="Capa dentro del archivo, si tiene varias.")
@click.option("--department", default="", help="Campo con el departamento.")
@click.option("--province", default="", help="Campo con la provincia.")
@click.option("--district", default="", help="Campo con el distrito.")
@click.option("--code", default="", help="Campo con el código (ubigeo).")
@click.option("--replace", is_flag=True, help="Aunque desaparezcan lugares que ya se usaban.")
def places(
    file: Path | None,
    layer: str | None,
    department: str,
    province: str,
    district: str,
    code: str,
    *,
    replace: bool,
) -> None:
    """Trae los distritos de un archivo de polígonos en grados WGS 84.

    Sin archivo, dice qué lugares hay. Mientras no se traigan distritos, lo más fino es el
    departamento.
    """
    home = here()
    if file is None:
        click.echo(_said(kept.read(home)))
        return
    fields = Fields(department, province, district, code)
    made = kept.from_file(home, file, fields, layer)
    kept.keep(home, made, even_so=replace)
    click.echo(_said(made))


def _said(places: Places) -> str:
    counts = Counter(place.level for place in places.by_code.values())
    told = ", ".join(
        f"{counts[level]:,} {word}" for level, word in _SEVERAL.items() if counts[level]
    )
    return f"{told}{' (ilustrativos)' if places.illustrative else ''}"
