"""`deslinde basemap`: layers of one's own under the map, instead of Natural Earth's."""

from pathlib import Path

import click
import numpy as np
import pandas as pd

from geo.dates import parse
from geo.datum import to_degrees
from geo.errors import CrsMissing, FieldsMissing, OutsideCountry
from geo.home import here
from geo.intake.read import read
from geo.intake.snapshots import of_file
from geo.release import ground
from geo.release.basemap import BOUNDS
from geo.release.content import Credit
from geo.stages import RawLayer

LAYER = click.Choice(ground.LAYERS)


@click.group("basemap")
def basemap() -> None:
    """El fondo del mapa: capas propias en lugar de las de Natural Earth y GeoNames."""


@basemap.command("add")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--layer", required=True, type=LAYER, help="Cuál de las capas del fondo es.")
@click.option("--title", required=True, help="De quién es: se lee en el mapa y en «Fuentes».")
@click.option("--licence", required=True, help="Su licencia, como se debe decir.")
@click.option("--as-of", required=True, help="Fecha de los datos (AAAA, AAAA-MM o AAAA-MM-DD).")
@click.option("--address", default="", help="Dirección de donde viene.")
@click.option("--file-layer", help="Capa dentro del archivo, si tiene varias.")
@click.option("--name-field", default="", help="Campo con el nombre (departments, places).")
@click.option("--rank-field", default="", help="Campo con el rango de places: 1 es capital.")
@click.option("--crs", default="", help="Sistema de coordenadas, EPSG:n, si el archivo calla.")
def add(
    file: Path,
    layer: str,
    title: str,
    licence: str,
    as_of: str,
    address: str,
    file_layer: str | None,
    name_field: str,
    rank_field: str,
    crs: str,
) -> None:
    """Usa esta capa en el fondo de las próximas publicaciones."""
    home = here()
    raw = read(file, of_file(file, "basemap", home.now()), file_layer)
    own = raw.crs or crs
    if not own:
        raise CrsMissing(
            f"«{file.name}» no dice en qué sistema de coordenadas está: dígalo con --crs EPSG:n."
        )
    moved = to_degrees(np.asarray(raw.frame.geometry.array), own)
    names = _field(raw, name_field, file.name)
    ranks = _field(raw, rank_field, file.name)
    frame = ground.fitting(layer, np.asarray(moved.shapes), names, ranks)
    west, south, east, north = BOUNDS
    if frame.cx[west:east, south:north].empty:
        raise OutsideCountry(f"Nada de «{file.name}» cae en el Perú ni cerca: revise el archivo.")
    ground.keep(home, layer, frame, Credit((layer,), title, licence, address, parse(as_of)))
    click.echo(
        f"{layer}: {len(frame):,} de {len(raw.frame):,} filas, de {title}. "
        "Se verá desde la próxima «deslinde build»."
    )


@basemap.command("list")
def listed() -> None:
    """De quién es cada capa del fondo."""
    found = ground.brought(here())
    for layer in ground.LAYERS:
        if layer in found:
            credit = found[layer].credit
            click.echo(f"{layer:<12} {credit.title} ({credit.licence}), {credit.as_of}")
        else:
            click.echo(f"{layer:<12} {'GeoNames' if layer == 'places' else 'Natural Earth'}")


@basemap.command("remove")
@click.option("--layer", required=True, type=LAYER)
def remove(layer: str) -> None:
    """Vuelve a la capa de Natural Earth o de GeoNames."""
    there = ground.forget(here(), layer)
    click.echo(f"{layer}: {'quitada' if there else 'no había ninguna propia'}.")


def _field(raw: RawLayer, name: str, file: str) -> pd.Series | None:
    if not name:
        return None
    if name not in raw.frame:
        known = ", ".join(str(one) for one in raw.frame.columns if one != "geometry")
        raise FieldsMissing(f"«{file}» no tiene el campo «{name}»; tiene: {known}.")
    return raw.frame[name]
