"""What a user reads of an overlay beside its figures: warnings, the ledger, the table of pairs."""

import geopandas as gpd
import pandas as pd
from pandas.api.types import pandas_dtype

from geo.stages import Layer, Overlaps
from geo.terms import Deed


def warnings(layer: Layer) -> tuple[str, ...]:
    """What the ledger says of a whole file: its CRS, its fields, its codes."""
    done = layer.ledger.deeds
    said = done[done["row"].isna()]
    values = said["field"] + said["before"] + said["after"]
    of_file = said["reason"].where(values.eq(""), said["reason"] + " (" + _told(said) + ")")
    return tuple(of_file.drop_duplicates())


def ledgers(concessions: Layer, territories: Layer) -> pd.DataFrame:
    """What was done to the rows of both sides, one line a deed, with the side and row's key."""
    sides = (("concessions", concessions), ("territories", territories))
    return pd.concat(
        [
            layer.ledger.deeds.assign(
                side=name,
                key=layer.ledger.deeds["row"].map(
                    layer.frame.drop_duplicates("row").set_index("row")["key"]
                ),
            )
            for name, layer in sides
        ],
        ignore_index=True,
    )


def _told(said: pd.DataFrame) -> pd.Series:
    arrow = (said["before"] + " → " + said["after"]).str.strip(" →")
    return (said["field"] + ": " + arrow).str.strip(": ")


def nothing_left(layer: Layer, name: str) -> str:
    """Why a file leaves nothing to lay on the other, as a sentence."""
    done = layer.ledger.deeds
    reasons = done.loc[done["deed"].eq(Deed.EXCLUDED.value), "reason"].value_counts()
    if reasons.empty:
        return f"«{name}» no tiene ninguna fila: revise el archivo y la capa."
    why = "; ".join(f"{rows:,} filas: {reason}" for reason, rows in reasons.head(3).items())
    return f"De «{name}» no queda ninguna fila que superponer ({why}) Revise el archivo."


# what a reader of the pairs needs of either side: our column here, the layer's
_OF_THE_CONCESSION = {
    "concession_kind": "kind",
    "concession_status": "status",
    "concession_status_raw": "status_raw",
    "filed_on": "filed_on",
    "granted_on": "granted_on",
    "concession_area_ha": "area_plane_ha",
    "concession_area_cadastre_ha": "area_cadastre_ha",
    "concession_area_title_ha": "area_title_ha",
    "concession_grid_datum": "grid_datum",
}
_OF_THE_TERRITORY = {
    "territory_tenure": "tenure",
    "territory_called": "called",
    "titled_on": "titled_on",
    "territory_area_ha": "area_plane_ha",
    "territory_area_title_ha": "area_title_ha",
}


def table(pairs: Overlaps, concessions: Layer, territories: Layer) -> gpd.GeoDataFrame:
    """The overlaps with what a reader needs of their two sides, for a file of their own.

    Plane, cadastre and title hectares stand beside one another, each under its own name.
    """
    made = pairs.frame
    sides = (
        ("concession_key", concessions.frame, _OF_THE_CONCESSION),
        ("territory_key", territories.frame, _OF_THE_TERRITORY),
    )
    added = {
        ours: made[key]
        .map(frame.set_index("key")[theirs])
        .astype(pandas_dtype(frame[theirs].dtype))
        for key, frame, columns in sides
        for ours, theirs in columns.items()
    }
    return made.assign(**added)
