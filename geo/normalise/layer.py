"""From a layer as published to a layer that can be compared: the steps, in their order."""

from datetime import timedelta

import geopandas as gpd
import pandas as pd

from geo.country import Country
from geo.declared import Source
from geo.errors import AxesSwapped, OutsideCountry
from geo.normalise import accumulation, holders
from geo.normalise.crs_of import Chosen, chosen, doubted, hint
from geo.normalise.duplicates import keyed, same_names, twins
from geo.normalise.fields import mapped
from geo.normalise.lima_dates import dated
from geo.normalise.measured import measured
from geo.normalise.setting import Setting, Step, say_of_file
from geo.normalise.shapes import placed, polygons, valid
from geo.normalise.status import closed
from geo.normalise.tenure import based, called
from geo.normalise.text import cleaned
from geo.schema.columns import of_noun
from geo.stages import Layer, Ledger, RawLayer, no_deeds, typed
from geo.terms import CrsBasis
from geo.words import _

# Words before shapes, so that a row that is left out has been read too; identity before areas;
# what a territory may be called comes last, since it rests on all of these.
STEPS: tuple[Step, ...] = (
    mapped,
    cleaned,
    dated,
    closed,
    holders.told,
    accumulation.told,
    polygons,
    doubted,
    placed,
    valid,
    measured,
    keyed,
    twins,
    same_names,
    based,
    called,
)


def normalise(
    raw: RawLayer,
    source: Source,
    country: Country,
    crs: str | None = None,
    accuracy_m: float | None = None,
    as_of: str = "",
    wanted: pd.Series | None = None,
) -> Layer:
    """`raw` as a layer of its source's noun, with everything that was done to it in its ledger.

    crs: the user's word, which goes before the file's own. accuracy_m: the 95 % error of a
    vertex in metres as the user states it, instead of the source's. as_of: the day of the data.
    wanted: which rows are read at all (true or false for each): what somebody left out must not
    speak through another's key, group or ledger, and who leaves it out says so in the ledger.

    Raises CrsMissing where nobody says in which CRS the numbers are, AxesSwapped and
    OutsideCountry where no shape lies in the country, FieldsMissing where the source's code
    field is not there. Rows in = rows here + rows excluded; every exclusion has a reason.
    """
    choice = chosen(raw, source, crs)
    setting = _setting(raw, source, country, choice, accuracy_m, as_of)
    read = raw.frame if wanted is None else raw.frame[wanted.to_numpy(dtype=bool)]
    rows = gpd.GeoDataFrame(read)
    ledger = Ledger(len(rows), no_deeds())
    if choice.overruled:
        ledger = ledger.and_then(
            say_of_file(
                "crs",
                setting,
                _("El usuario dijo otro sistema de coordenadas que el archivo: se usa el suyo."),
                before=choice.overruled,
                after=choice.used,
            )
        )
    for step in STEPS:
        try:
            rows, done = step(rows, setting)
        except OutsideCountry as nowhere:
            advice = hint(raw, source.noun, choice.used)
            raise OutsideCountry(f"{raw.snapshot.name}: {nowhere} Además, {advice}.") from nowhere
        except AxesSwapped as swapped:
            raise AxesSwapped(f"{raw.snapshot.name}: {swapped}") from swapped
        ledger = ledger.and_then(done)
    return Layer(source.noun, _finished(rows, setting), ledger)


def _setting(
    raw: RawLayer,
    source: Source,
    country: Country,
    choice: Chosen,
    accuracy_m: float | None,
    as_of: str,
) -> Setting:
    retrieved = country.day(raw.snapshot.retrieved_at)
    return Setting(
        source=source,
        country=country,
        snapshot=raw.snapshot.sha256,
        as_of=as_of,
        newest=(retrieved + timedelta(days=1)).isoformat(),
        crs_declared=raw.crs or "" if raw.basis is CrsBasis.DECLARED else "",
        crs_used=choice.used,
        crs_basis=choice.basis,
        error_m=source.place.error_m if accuracy_m is None else accuracy_m,
    )


def _finished(rows: gpd.GeoDataFrame, setting: Setting) -> gpd.GeoDataFrame:
    """Exactly the columns of the schema, rows numbered anew, vertices said to be EPSG:4326."""
    told = rows.assign(
        source_id=setting.source.id,
        snapshot=setting.snapshot,
        row=pd.Series(rows.index, index=rows.index, dtype="Int64"),
        as_of=pd.Series(setting.as_of or pd.NA, index=rows.index, dtype="string"),
        tier=setting.source.tier.value,
        illustrative=setting.source.illustrative,
    )
    frame = typed(told, of_noun(setting.source.noun)).reset_index(drop=True)
    return frame.set_crs("EPSG:4326", allow_override=True)
