"""What a reader takes along of a selection: its rows, and all that must go with them.

The rows are those of the page, in the release's own order, so that the same selection of the same
release is the same bytes. Texts lose what reorders, hides or breaks them; nothing else changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.evidence.data import spreadsheets
from geo.evidence.data.drawn import DRAWINGS, Drawing
from geo.evidence.data.sheets import OVERLAPS_TOLD
from geo.release.export import with_flags
from geo.release.facets import row_id
from geo.schema.columns import CONCESSION, TERRITORY, TEXT, Column
from geo.words import Words, _, clean
from webmap.public import choosing, citation
from webmap.public.citation import Citation
from webmap.public.edition import Edition
from webmap.public.selected_tables import TABLES, Layer
from webmap.public.selection import Selection

CHUNK = 2_000
"""How many rows are texts at a time."""

_ID = Column(
    "id", TEXT, _("Identificador"), _("El mismo en todos los archivos y en el servicio OGC API.")
)
_RELEASE = Column("release", TEXT, _("Publicación"), _("La publicación de la que sale la fila."))
_SCHEMAS = {
    Layer.OVERLAPS: ("overlaps", OVERLAPS_TOLD),
    Layer.RIGHTS: ("concessions", CONCESSION),
    Layer.TERRITORIES: ("territories", TERRITORY),
}
NAMES = {layer: name for layer, (name, _columns) in _SCHEMAS.items()}
"""What a layer is called where programs read it."""
COLUMNS = {
    layer: (_ID, *columns[:-1], _RELEASE, columns[-1])
    for layer, (_name, columns) in _SCHEMAS.items()
}


@dataclass(frozen=True, eq=False)
class Content:
    """The rows of a selection. name: of the layer, where programs read it. notes: heading and text,
    in the reader's language. wanted: the selection's words, as a form has them.
    """

    layer: Layer
    name: str
    title: str
    columns: tuple[Column, ...]
    rows: gpd.GeoDataFrame
    drawing: Drawing
    citation: Citation
    asked: str
    wanted: dict[str, str]
    notes: tuple[tuple[str, str], ...]

    @property
    def told(self) -> tuple[Column, ...]:
        """The columns but the shape."""
        return self.columns[:-1]

    def chunks(self) -> Iterator[tuple[gpd.GeoDataFrame, pd.Series]]:
        """The rows, some at a time, at least once: `columns`, and how each row is drawn."""
        for first in range(0, max(len(self.rows), 1), CHUNK):
            here = slice(first, first + CHUNK)
            made = self.rows.iloc[here].assign(release=self.citation.release)
            yield (
                gpd.GeoDataFrame(cleaned(made)[[column.name for column in self.columns]]),
                self.drawing.values.iloc[here],
            )


def content(layer: Layer, wanted: Selection, edition: Edition, spoken: Words) -> Content:
    """What the file of a selection holds, whatever its form."""
    rows = with_ids(layer, edition).iloc[TABLES[layer].rows(wanted, edition)]
    cited = citation.of(edition, spoken, _sources(layer, rows, edition))
    asked = choosing.sentence(wanted, edition, spoken)
    title = spoken.say(TABLES[layer].title)
    return Content(
        layer=layer,
        name=NAMES[layer],
        title=title,
        columns=COLUMNS[layer],
        rows=rows,
        drawing=DRAWINGS[NAMES[layer]](rows, spoken),
        citation=cited,
        asked=asked,
        wanted=wanted.asked(),
        notes=tuple(_notes(cited, title, asked, len(rows), spoken)),
    )


def with_ids(layer: Layer, edition: Edition) -> gpd.GeoDataFrame:
    """All rows of a layer, `id` first; made once for a release."""
    made = {
        Layer.OVERLAPS: lambda: with_flags(edition.overlaps, edition.flags).assign(
            id=edition.pairs["id"].to_numpy()
        ),
        Layer.RIGHTS: lambda: _numbered(edition.concessions),
        Layer.TERRITORIES: lambda: _numbered(edition.territories),
    }
    return edition.once(("with-ids", layer.value), made[layer])


def columns_table(columns: tuple[Column, ...], spoken: Words) -> pd.DataFrame:
    """What every column is called, means, and is measured in."""
    return pd.DataFrame(
        {
            "column": [column.name for column in columns],
            "label": [spoken.say(column.label) for column in columns],
            "meaning": [spoken.say(column.meaning) for column in columns],
            "unit": [column.unit for column in columns],
            "words": [spreadsheets.words_of(column.name, spoken) for column in columns],
        }
    ).astype("string")


def _numbered(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(frame.reset_index(drop=True).assign(id=frame["key"].map(row_id).array))


def _sources(layer: Layer, rows: gpd.GeoDataFrame, edition: Edition) -> set[str]:
    if layer is not Layer.OVERLAPS:
        return set(rows["source_id"].dropna())
    sides = (
        (edition.concessions, "concession_key"),
        (edition.territories, "territory_key"),
    )
    return {
        str(source)
        for frame, key in sides
        for source in frame["source_id"].reindex(rows[key].unique()).dropna().unique()
    }


def _notes(
    cited: Citation, title: str, asked: str, rows: int, spoken: Words
) -> Iterator[tuple[str, str]]:
    if cited.warning:
        yield spoken.say("Aviso"), cited.warning
    yield spoken.say("Qué es"), title
    yield spoken.say("Cómo citarlo"), cited.text
    yield spoken.say("Publicación"), cited.release
    yield spoken.say("Selección"), asked
    yield spoken.say("Filas"), spoken.number(rows, 0)
    for limit in cited.limits:
        yield spoken.say("Límites"), limit
    for source in cited.sources:
        told = spoken.say(
            "{title} ({publisher}). Licencia: {licence}. Datos al {on}.",
            title=source.title,
            publisher=source.publisher,
            licence=source.licence,
            on=spoken.date(source.as_of),
        )
        kept = (
            ""
            if source.redistribute
            else spoken.say("Su archivo entero no se vuelve a publicar aquí: pídalo a la fuente.")
        )
        yield spoken.say("Fuente"), " ".join(one for one in (told, source.notice, kept) if one)


def cleaned(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows with texts that neither reorder nor hide what stands around them."""
    texts = [name for name in frame.columns if pd.api.types.is_string_dtype(frame[name].dtype)]
    return frame.assign(**{str(name): _clean(frame[name]) for name in texts})


def _clean(texts: pd.Series) -> pd.Series:
    codes, found = pd.factorize(texts)
    words = np.array([*(clean(str(one)) for one in found), None], dtype=object)
    return pd.Series(words[codes], index=texts.index, dtype="string")
