"""A choice made in code: squares on a line, a row for each right, territory and pair as asked."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.evidence.chosen import By, Chosen
from geo.schema.columns import DEEDS, FLAGS, OVERLAPS, Column, of_noun
from geo.stages import typed
from geo.terms import Noun

Row = Mapping[str, Any]
Choose = Callable[..., Chosen]

_ROOT = Path(__file__).resolve().parents[4]
_COUNTRY = _ROOT / "data" / "countries" / "peru.toml"

CONSTANTS = {
    "ilo169_in_force": {
        "value": "1995-02-02",
        "es": "entrada en vigor del Convenio 169",
        "en": "entry into force of Convention 169",
        "source": "Res. Leg. 26253",
        "sure": "found",
    },
    "ley29785_in_force": {
        "value": "2011-12-06",
        "es": "entrada en vigor de la Ley 29785",
        "en": "entry into force of Law 29785",
        "source": "90 días después",
        "sure": "to-be-confirmed",
    },
}


def _layer(rows: Iterable[Row], columns: tuple[Column, ...]) -> gpd.GeoDataFrame:
    told = list(rows)
    shapes = [
        row.get("geometry", shapely.box(-70 + n / 10, -12, -69.95 + n / 10, -11.95))
        for n, row in enumerate(told)
    ]
    plain = [{key: value for key, value in row.items() if key != "geometry"} for row in told]
    names = [column.name for column in columns if column.name != "geometry"]
    frame = pd.DataFrame(plain, columns=names, index=pd.RangeIndex(len(told)))
    return typed(gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:4326"), columns)


def _table(rows: Iterable[Row], columns: tuple[Column, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=[column.name for column in columns])
    return frame.astype({column.name: column.dtype for column in columns})


@pytest.fixture(scope="session")
def choice() -> Choose:
    """`choice(rights, lands, pairs=None, **rest)`: ids stand for the keys "c:id" and "t:id".

    rights, lands: `{id: columns}`. pairs: `[(right, land, class)]`, all with all where not given.
    rest: flags, deeds, cases, judgments, sources, rule, word, subjects.
    """

    def make(
        rights: Mapping[str, Row],
        lands: Mapping[str, Row],
        pairs: Iterable[tuple[str, str, str]] | None = None,
        **rest: Any,
    ) -> Chosen:
        if pairs is None:
            pairs = [(right, land, "overlap") for land in lands for right in rights]
        sides = (("c", rights, Noun.CONCESSION), ("t", lands, Noun.TERRITORY))
        made = {}
        for source, given, noun in sides:
            rows = [
                {
                    "key": f"{source}:{one}",
                    "native_id": one,
                    "source_id": source,
                    "snapshot": source * 64,
                    "row": number,
                    **columns,
                }
                for number, (one, columns) in enumerate(given.items())
            ]
            made[noun] = _layer(rows, of_noun(noun))
        overlaps = [
            {
                "concession_key": f"c:{right}",
                "concession_id": right,
                "territory_key": f"t:{land}",
                "territory_id": land,
                "overlap_class": kind,
            }
            for right, land, kind in pairs
        ]
        nothing = pd.DataFrame()
        sources = [
            {"id": one, "title": f"Fuente {one}", "inputs": [{"sha256": one * 64}]} for one in "ct"
        ]
        return Chosen(
            release=None,  # type: ignore[arg-type]
            by=By.TERRITORY,
            asked=tuple(lands),
            subjects=tuple(rest.get("subjects", [f"t:{one}" for one in lands])),
            codes=(),
            concessions=made[Noun.CONCESSION],
            territories=made[Noun.TERRITORY],
            overlaps=_layer(overlaps, OVERLAPS),
            flags=_table(rest.get("flags", ()), FLAGS),
            unions=nothing,
            between=nothing,
            deeds=_table(rest.get("deeds", ()), DEEDS),
            received=nothing,
            captures=(),
            declared=rest.get(
                "declared", {"countries/peru.toml": _COUNTRY.read_text(encoding="utf-8")}
            ),
            cases=tuple(rest.get("cases", ())),
            judgments=tuple(rest.get("judgments", ())),
            sources=tuple(rest.get("sources", sources)),
            rules={
                "constants": CONSTANTS,
                "rule": rest.get("rule", ()),
                "word": rest.get("word", ()),
                "precise_es": "una fecha más precisa",
                "precise_en": "a more precise date",
            },
        )

    return make


@pytest.fixture(scope="session")
def court() -> dict[str, Any]:
    """A judgment of the case «a-case», of which only the year of its finality is known."""
    return {
        "id": "j",
        "court": "Juzgado Civil",
        "court_en": "Civil Court",
        "file": "00001-2017",
        "decided_on": "2018-12-11",
        "final": "2019",
        "final_why": "Las fuentes difieren.",
        "final_why_en": "Sources differ.",
        "cases": ["a-case"],
        "documents": ["Hoja 1"],
        "listed": [],
    }


@pytest.fixture(scope="session")
def case() -> dict[str, Any]:
    """A case that names the territory «t:T»."""

    def fact(on: str | None, es: str, en: str, sure: str = "found") -> dict[str, Any]:
        return {"on": on, "es": es, "en": en, "source": "Una fuente", "sure": sure}

    return {
        "id": "a-case",
        "territories": ["t:T"],
        "judgments": ["j"],
        "fact": [
            fact("2011-06", "Acta de junio.", "Minutes of June."),
            fact("2011", "Acta del año.", "Minutes of the year.", "to-be-confirmed"),
            fact(None, "Acta sin fecha.", "Minutes without a date."),
            fact("2011-06-30", "Acta del día.", "Minutes of the day."),
        ],
    }
