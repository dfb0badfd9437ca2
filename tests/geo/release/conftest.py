"""A small build made in code: squares on a grid, two holders who are people, one company."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.cases import Case, Fact, Judgment, ListStatus, Span
from geo.declared import Place, Rights, Source, Way
from geo.home import Home
from geo.release.content import Content, Opened
from geo.schema.columns import FLAGS, OVERLAPS, of_noun
from geo.stages import Flagged, Layer, Ledger, Overlaps, RawLayer, Snapshot, deeds, typed
from geo.terms import CrsBasis, Deed, Noun, Sure, Tier

RIGHTS = "a" * 64
LAND = "b" * 64


@dataclass(frozen=True)
class Taken:
    """An import, as the writer sees it."""

    kind: str
    snapshot: Snapshot
    tier: Tier
    layer: str = ""
    crs: str = ""
    where: str = ""
    accuracy_m: float | None = None
    as_of: str = "2026-03-10"
    demo: bool = False


@dataclass(frozen=True)
class Rules:
    """As much of a rule book as a release asks for."""

    version: str = "2026-11-21"
    rule: tuple[dict[str, str], ...] = ({"code": "MIN-POST-TIT", "es": "«{filed_on}»"},)


def square(x: int, y: int, side: int = 2) -> shapely.Polygon:
    """A square of hundredths of a degree near the middle of the country."""
    return shapely.box(-70 + x / 100, -12 + y / 100, -70 + (x + side) / 100, -12 + (y + side) / 100)


def snapshot(sha256: str, source_id: str, size: int = 10) -> Snapshot:
    return Snapshot(
        sha256, f"{source_id}.zip", size, "", source_id, datetime(2026, 3, 11, tzinfo=UTC)
    )


def opened(made: Taken, layer: Layer, fields: dict[str, str]) -> Opened:
    """The rows of a layer as their file had them: `fields` are theirs for each of ours."""
    rows = layer.frame[layer.frame["snapshot"].isin([made.snapshot.sha256])]
    numbers = pd.Index(rows["row"].astype("int64").to_numpy())
    columns = {
        theirs: pd.Series(rows[ours].to_numpy(), index=numbers, dtype="string")
        for ours, theirs in fields.items()
    }
    frame = gpd.GeoDataFrame(columns, geometry=list(rows.geometry), index=numbers)
    raw = RawLayer(frame, "EPSG:4326", CrsBasis.DECLARED, made.snapshot, "capa de un disco")
    keys = pd.Series(rows["key"].to_numpy(), index=numbers)
    return Opened(made, Path("no file is enclosed"), len(frame), raw, keys)


def layer(noun: Noun, rows: list[dict[str, Any]], sha256: str, done: pd.DataFrame) -> Layer:
    frame = pd.DataFrame(rows)
    common = {
        "source_id": frame["key"].str.partition(":")[0],
        "native_id": frame["key"].str.partition(":")[2],
        "snapshot": sha256,
        "row": range(len(frame)),
        "as_of": "2026-03-10",
        "plane": "EPSG:32719",
        "crs_declared": pd.NA,
        "crs_used": "EPSG:32719",
        "crs_basis": "assumed",
        "operation": "none",
        "operation_accuracy_m": 0.0,
        "illustrative": False,
    }
    filled = frame.assign(**{name: value for name, value in common.items() if name not in frame})
    made = gpd.GeoDataFrame(filled, geometry="geometry", crs="EPSG:4326")
    excluded = int(done["deed"].isin([Deed.EXCLUDED.value]).sum())
    return Layer(noun, typed(made, of_noun(noun)), Ledger(len(frame) + excluded, done))


@pytest.fixture
def person() -> str:
    """An invented holder, with the accents that a cadastre loses."""
    return "ZÚÑIGA QUILLAHUAMÁN EUSTAQUIO"


@pytest.fixture
def concessions(person: str) -> Layer:
    rows = [
        {
            "key": "cat:010000001",
            "name": "QUILLAHUAMAN EUSTAQUIO 2",
            "holder": person,
            "holder_kind": "natural-person",
            "documents": f"Petitorio de {person}, folio 3",
            "tier": "public",
            "kind": "mining",
            "accumulation": pd.NA,
            "geometry": square(0, 0),
        },
        {
            "key": "cat:010000002",
            "name": "<b>ORO & CIA</b>",
            "holder": "Minera Ilustrativa S.A.C.",
            "holder_kind": "company",
            "tier": "public",
            "kind": "mining",
            "accumulation": True,
            "geometry": square(4, 0),
        },
        {
            "key": "cat:010000003",
            "name": "=1+1",
            "holder": "YUPANQUI ORTIZ",
            "holder_kind": "unknown",
            "tier": "public",
            "kind": "logging",
            "accumulation": False,
            "geometry": square(8, 0),
        },
        {
            "key": "cat:010000004",
            "name": "RESERVADA",
            "holder": "Minera Ilustrativa S.A.C.",
            "holder_kind": "company",
            "tier": "restricted",
            "kind": "mining",
            "accumulation": False,
            "snapshot": "c" * 64,
            "geometry": square(20, 0),
        },
    ]
    rows = [{"snapshot": RIGHTS, **row} for row in rows]
    said = {"snapshot": RIGHTS}
    done = pd.concat(
        [
            deeds(
                Deed.NOTED,
                "mojibake",
                pd.Series([0]),
                field="TITULAR",
                reason="Texto mal codificado.",
                before="ZÃšÃ‘IGA QUILLAHUAMÃN EUSTAQUIO",
                after=person,
                **said,
            ),
            deeds(
                Deed.NOTED,
                "dates",
                pd.Series([1]),
                field="filed_on",
                reason="Fecha vacía.",
                before="1899-11-30",
                **said,
            ),
            deeds(
                Deed.REPAIRED,
                "geometry",
                pd.Series([0]),
                field="geometry",
                reason=f"Anillo cruzado en el derecho de {person}.",
                before="4.00 ha",
                after="3.99 ha",
                **said,
            ),
            deeds(
                Deed.EXCLUDED,
                "duplicates",
                pd.Series([9]),
                field="unmapped",
                reason="Sin geometría.",
                before=person,
                **said,
            ),
            deeds(
                Deed.NOTED,
                "names",
                pd.Series([3]),
                field="geometry",
                reason="Solo del nivel reservado.",
                snapshot="c" * 64,
            ),
        ],
        ignore_index=True,
    )
    return layer(Noun.CONCESSION, rows, RIGHTS, done)


@pytest.fixture
def territories() -> Layer:
    rows = [
        {"key": "com:T-001", "name": "Territorio Uno", "tier": "public", "geometry": square(1, 1)},
        {"key": "com:T-002", "name": "Territorio Dos", "tier": "public", "geometry": square(5, 1)},
        {"key": "com:T-003", "name": "Tres", "tier": "restricted", "geometry": square(9, 1)},
        {"key": "com:T-004", "name": "Cuatro", "tier": "public", "geometry": square(21, 1)},
    ]
    hidden = {"snapshot": "d" * 64}
    rows = [
        {**row, **(hidden if row["tier"] == "restricted" else {"snapshot": LAND})} for row in rows
    ]
    done = deeds(Deed.NOTED, "tenure", pd.Series([0]), snapshot=LAND, reason="Sin documento.")
    return layer(Noun.TERRITORY, rows, LAND, done)


@pytest.fixture
def flagged(concessions: Layer, territories: Layer) -> Flagged:
    pairs = [
        (1, 1, "overlap"),
        (2, 2, "sliver"),
        (2, 1, "near"),
        (3, 3, "overlap"),
        (4, 4, "overlap"),
    ]
    names = concessions.frame.set_index("native_id")["name"]
    holders = concessions.frame.set_index("native_id")["holder"]
    frame = gpd.GeoDataFrame(
        [
            {
                "concession_key": f"cat:01000000{c}",
                "concession_id": f"01000000{c}",
                "concession_name": names[f"01000000{c}"],
                "territory_key": f"com:T-00{t}",
                "territory_id": f"T-00{t}",
                "territory_name": f"Territorio {t}",
                "area_ha": 0.0 if kind == "near" else 100.25 * c,
                "area_geodesic_ha": 0.0 if kind == "near" else 100.2 * c,
                "area_min_ha": 0.0 if kind == "near" else 90.0 * c,
                "area_max_ha": pd.NA if kind == "sliver" else 110.0 * c,
                "zone": "19S",
                "plane": "EPSG:32719",
                "overlap_class": kind,
                "geometry": shapely.Polygon() if kind == "near" else square(4 * c - 3, 1, 1),
            }
            for c, t, kind in pairs
        ],
        geometry="geometry",
        crs="EPSG:4326",
    )
    answers = {1: "yes", 2: "no", 3: "unknown", 4: "yes"}
    flags = pd.DataFrame(
        [
            {
                "concession_key": f"cat:01000000{c}",
                "territory_key": f"com:T-00{t}",
                "code": code,
                "answer": answers[c],
                "severity": "alta",
                "es": f"El derecho {name} de {holder} es posterior al título.",
                "en": f"The right {name} is later than the title.",
                "used": "filed_on",
                "missing": "titled_on",
                "rules": "2026-11-21",
            }
            for c, t, _ in pairs
            for name, holder in [(names[f"01000000{c}"], holders[f"01000000{c}"])]
            for code in ("MIN-POST-TIT", "MIN-169")
        ]
    )
    types = {column.name: column.dtype for column in FLAGS}
    return Flagged(Overlaps(typed(frame, OVERLAPS)), flags.astype(types))


@pytest.fixture
def content(concessions: Layer, territories: Layer, flagged: Flagged) -> Content:
    """Rows of two tiers, from inputs that are public as far as the writer is told."""
    keys = ["com:T-001", "com:T-002", "com:T-003", "com:T-004"]
    source = Source(
        id="cat",
        title="Catastro ilustrativo",
        publisher="Nadie",
        noun=Noun.CONCESSION,
        way=Way("file"),
        rights=Rights("unknown", False, notice="Solo <referencial>.", notice_en="Reference only."),
        place=Place(error_m=5.0),
        fields={"native_id": "CODIGO", "name": "NOMBRE", "holder": "TITULAR", "filed_on": "FECHA"},
    )
    land = replace(
        source, id="com", noun=Noun.TERRITORY, fields={"native_id": "CODIGO", "name": "NOMBRE"}
    )
    inputs = (
        Taken("layer", snapshot(RIGHTS, "cat"), Tier.PUBLIC, where="TITULAR = 'NADIE NADIE'"),
        Taken("layer", snapshot(LAND, "com"), Tier.PUBLIC),
    )
    case = Case(
        id="uno",
        title="Caso uno",
        title_en="Case one",
        department="Madre de Dios",
        kinds=("mining",),
        fact=(Fact("Un hecho.", "A fact.", "una fuente", Sure.RECALLED, on="2011-06"),),
        span=(Span("2014-09-01", "2020-02-03", "Espera.", "Wait."),),
    )
    judgment = Judgment(
        id="sentencia",
        court="Juzgado",
        court_en="Court",
        file="1-2020",
        decided_on="2020-01-02",
        orders=(),
        orders_en=(),
        cases=("uno",),
        list_status=ListStatus.NOT_AVAILABLE,
        listed=(),
        counts=(),
        documents=(),
    )
    return Content(
        concessions=concessions,
        territories=territories,
        flagged=flagged,
        unions=pd.DataFrame({"key": keys, "share": [0.1, 0.2, 0.3, 0.4]}),
        between=pd.DataFrame({"a_key": keys[:2], "b_key": keys[1:3], "area_ha": [1.0, 2.0]}),
        cases=(case,),
        territories_of_case={"uno": frozenset({"com:T-001", "com:T-003"})},
        judgments=(judgment,),
        sources=(source, land, replace(source, id="unused")),
        rulebook=Rules(),
        inputs=inputs,
        code="0123abc",
        settings={"pair_min_m2": 1.0},
        area_ha_union=700.0,
        opened=(
            opened(inputs[0], concessions, {"native_id": "CODIGO", "holder": "TITULAR"}),
            opened(inputs[1], territories, {"native_id": "CODIGO", "name": "NOMBRE"}),
        ),
        declared={"countries/peru.toml": "id = 'peru'\n"},
    )


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "var", tmp_path, lambda: datetime(2026, 11, 21, tzinfo=UTC))


@pytest.fixture
def retiered() -> Callable[[Content, Tier], Content]:
    """The same content with every row and input of one tier."""

    def change(content: Content, tier: Tier) -> Content:
        def all_of(one: Layer) -> Layer:
            return replace(one, frame=one.frame.assign(tier=tier.value))

        return replace(
            content,
            concessions=all_of(content.concessions),
            territories=all_of(content.territories),
            inputs=tuple(replace(one, tier=tier) for one in content.inputs),
            opened=tuple(replace(one, made=replace(one.made, tier=tier)) for one in content.opened),
        )

    return change
