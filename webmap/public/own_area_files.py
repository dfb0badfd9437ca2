"""What lies on a drawn area, as one file: the rows of the answer, all of them, and its limits.

The files have the columns of the overlaps. The area stands on the other side of each row, as the
territory that a right shares, or as the right that a territory shares.
"""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geo.analysis.own_area import KEY, Analysed
from geo.crs import DEGREES
from geo.evidence.data.drawn import DRAWINGS
from geo.release import files
from geo.release.facets import pair_id
from geo.words import Words, _
from webmap import passing
from webmap.public import citation
from webmap.public.download_content import COLUMNS, NAMES, Content
from webmap.public.download_forms import FORMS
from webmap.public.edition import Edition
from webmap.public.own_area_told import LIMITS, rows
from webmap.public.selected_tables import Layer

_TITLE = _("Lo que hay en un área dibujada")
_DECIMALS = 7


def written(made: Analysed, form: str, edition: Edition, spoken: Words) -> tuple[str, bytes]:
    """The file of an analysed area in one of FORMS, and its name. Nothing of it stays, and it
    reaches no disk where the system keeps a folder in memory with room for it.
    """
    held, ending = content(made, edition, spoken), FORMS[form].ending

    def file(folder: Path) -> bytes:
        path = folder / f"made.{ending}"
        with files.plainly(path):
            FORMS[form].write(held, spoken, path)
            return path.read_bytes()

    return f"deslinde-{edition.id}-area.{ending}", passing.small(file)


def content(made: Analysed, edition: Edition, spoken: Words) -> Content:
    """What the file holds, whatever its form."""
    overlaps = _rows(made, spoken)
    cited = citation.of(edition, spoken, _sources(made, edition))
    title = spoken.say(_TITLE)
    asked = spoken.say(
        "Área dibujada, en grados de WGS84: {wkt}",
        wkt=shapely.to_wkt(made.area, rounding_precision=_DECIMALS),
    )
    notes = [
        *(((spoken.say("Aviso"), cited.warning),) if cited.warning else ()),
        (spoken.say("Qué es"), title),
        (spoken.say("Cómo citarlo"), cited.text),
        (spoken.say("Publicación"), cited.release),
        (spoken.say("Selección"), asked),
        *rows(made, spoken),
        *((spoken.say("Límites"), spoken.say(one)) for one in LIMITS),
        *((spoken.say("Límites"), one) for one in cited.limits),
        *(
            (
                spoken.say("Fuente"),
                " ".join(
                    part
                    for part in (
                        f"{one.title} ({one.publisher}).",
                        spoken.say("Licencia: {licence}.", licence=one.licence),
                        one.notice,
                    )
                    if part
                ),
            )
            for one in cited.sources
        ),
    ]
    return Content(
        layer=Layer.OVERLAPS,
        name=NAMES[Layer.OVERLAPS],
        title=title,
        columns=COLUMNS[Layer.OVERLAPS],
        rows=overlaps,
        drawing=DRAWINGS[NAMES[Layer.OVERLAPS]](overlaps, spoken),
        citation=cited,
        asked=" ".join([asked, *(spoken.say(one) for one in LIMITS)]),
        wanted={},
        notes=tuple(notes),
    )


def _rows(made: Analysed, spoken: Words) -> gpd.GeoDataFrame:
    """The rights on the area, then the territories under it."""
    own = spoken.say("Área dibujada")
    both = pd.concat(
        [
            made.rights.assign(territory_name=own),
            made.territories.assign(concession_name=own),
        ],
        ignore_index=True,
    )
    keys = zip(both["concession_key"], both["territory_key"], strict=True)
    told = both.assign(
        id=pd.Series([pair_id(*pair) for pair in keys], dtype="string"),
        flags=pd.Series("", index=both.index, dtype="string"),
        flags_unknown=pd.Series("", index=both.index, dtype="string"),
    )
    return gpd.GeoDataFrame(told, geometry="geometry", crs=DEGREES)


def _sources(made: Analysed, edition: Edition) -> set[str]:
    rights = edition.concessions["source_id"].reindex(made.rights["concession_key"])
    lands = edition.territories["source_id"].reindex(made.territories["territory_key"])
    return {str(one) for one in (*rights.dropna().unique(), *lands.dropna().unique())} - {KEY}
