"""Makes the demonstration data: everything here is invented, and every row says so.

Run by hand after a change, from anywhere: `python data/demo/make_demo.py [FOLDER]` (default: the
folder of this script). Same script, same bytes. The place resembles lowland Madre de Dios; no
boundary, right, holder, code or document is real. Codes begin with 0099 or ILU, which no
cadastre uses; names say "Ilustrativa" or "Ilustrativo".

Rights filed before 30 April 2016 stand on the kilometre grid of PSAD56, brought to WGS84 through
EPSG:1208; later ones on the kilometre grid of WGS84, as the mining cadastre has it.
"""

import csv
import io
import itertools
import json
import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pyproj import Transformer
from shapely.geometry import Polygon

Point = tuple[float, float]
Ring = list[Point]

NOTE = "Dato ilustrativo: inventado para la demostración."
LIMA = ZoneInfo("America/Lima")
UTM_CRS = "urn:ogc:def:crs:EPSG::32719"
LAW_30428 = "2016-04-30"

_TO_DEGREES = Transformer.from_crs("EPSG:32719", "EPSG:4326", always_xy=True)
_TO_UTM = Transformer.from_crs("EPSG:4326", "EPSG:32719", always_xy=True)
_PSAD_TO_DEGREES = Transformer.from_crs("EPSG:24879", "EPSG:4248", always_xy=True)
# native axis order of the registry: latitude, longitude
_OPERATION_1208 = Transformer.from_pipeline("urn:ogc:def:coordinateOperation:EPSG::1208")


# ---------------------------------------------------------------- shapes


def degrees(ring: Iterable[Point]) -> Ring:
    """UTM 19S (WGS84) to longitude, latitude, to a tenth of a millimetre."""
    return [
        (round(lon, 9), round(lat, 9))
        for lon, lat in (_TO_DEGREES.transform(x, y) for x, y in ring)
    ]


def psad56_to_utm(x: float, y: float) -> Point:
    """A PSAD56 UTM 19S corner in WGS84 UTM 19S, through EPSG:1208, to the millimetre."""
    lon, lat = _PSAD_TO_DEGREES.transform(x, y)
    lat_wgs84, lon_wgs84 = _OPERATION_1208.transform(lat, lon)
    east, north = _TO_UTM.transform(lon_wgs84, lat_wgs84)
    return round(east, 3), round(north, 3)


def blob(
    centre_km: Point, radius_km: float, waves: Sequence[tuple[int, float, float]], corners: int
) -> Ring:
    """A closed irregular outline around a centre: a circle with waves (number, share, phase)."""
    ring = []
    for step in range(corners):
        turn = 2 * math.pi * step / corners
        swing = sum(share * math.sin(number * turn + phase) for number, share, phase in waves)
        reach = radius_km * 1000 * (1 + swing)
        ring.append(
            (
                centre_km[0] * 1000 + reach * math.cos(turn),
                centre_km[1] * 1000 + reach * math.sin(turn),
            )
        )
    return [*ring, ring[0]]


def straight(a: Point, b: Point, every_m: float = 100.0) -> Ring:
    """From `a` to before `b` with a corner every 100 m, so that the side stays straight in UTM."""
    pieces = max(1, round(math.dist(a, b) / every_m))
    return [
        (a[0] + (b[0] - a[0]) * i / pieces, a[1] + (b[1] - a[1]) * i / pieces)
        for i in range(pieces)
    ]


def winding(a: Point, b: Point, amplitude_m: float, waves: int, every_m: float = 150.0) -> Ring:
    """From `a` to before `b` along a winding line, like a river bank."""
    length = math.dist(a, b)
    pieces = max(1, round(length / every_m))
    across = (-(b[1] - a[1]) / length, (b[0] - a[0]) / length)
    ring = []
    for i in range(pieces):
        along = i / pieces
        swing = amplitude_m * math.sin(waves * 2 * math.pi * along) * math.sin(math.pi * along)
        ring.append(
            (
                a[0] + (b[0] - a[0]) * along + across[0] * swing,
                a[1] + (b[1] - a[1]) * along + across[1] * swing,
            )
        )
    return ring


PART_1 = blob(
    (454, 8613), 7.4, [(2, 0.055, 0.4), (5, 0.03, 1.9), (11, 0.012, 0.7), (29, 0.004, 2.2)], 420
)
PART_2 = blob(
    (470.5, 8616), 6.0, [(3, 0.05, 1.1), (7, 0.025, 0.2), (13, 0.012, 2.8), (31, 0.004, 1.3)], 360
)
CLAIM = blob((446.5, 8625), 3.6, [(2, 0.06, 2.5), (5, 0.04, 0.3), (9, 0.015, 1.7)], 140)
RESERVE = blob((443.3, 8603.7), 2.7, [(3, 0.05, 0.9), (8, 0.02, 2.0)], 120)
PROTECTED_WAVES = [(4, 0.05, 0.6), (9, 0.02, 1.4)]
PROTECTED = blob((463, 8625.5), 2.6, PROTECTED_WAVES, 120)
BUFFER_OUTER = blob((463, 8625.5), 4.2, PROTECTED_WAVES, 160)

# A community whose western side lies 3 m, further north 8 m, inside rights on the kilometre
# grid, and whose northern side is the grid line itself.
NEIGHBOUR_OPEN = [
    *straight((467_997, 8_601_500), (467_997, 8_603_500)),
    *straight((467_997, 8_603_500), (467_992, 8_603_600)),
    *straight((467_992, 8_603_600), (467_992, 8_605_600)),
    *winding((467_992, 8_605_600), (469_600, 8_607_000), 60, 2),
    *straight((469_600, 8_607_000), (473_200, 8_607_000)),
    *winding((473_200, 8_607_000), (475_900, 8_604_600), 160, 3),
    *winding((475_900, 8_604_600), (474_800, 8_601_200), 140, 3),
    *winding((474_800, 8_601_200), (467_997, 8_601_500), 90, 5),
]
NEIGHBOUR = [*NEIGHBOUR_OPEN, NEIGHBOUR_OPEN[0]]


# ---------------------------------------------------------------- files


def collection(features: list[dict[str, object]], crs: str | None = None) -> bytes:
    """A GeoJSON file, a feature a line."""
    head = '{"type":"FeatureCollection",'
    if crs is not None:
        named = {"type": "name", "properties": {"name": crs}}
        head += f'"crs":{_compact(named)},'
    lines = ",\n".join(_compact(feature) for feature in features)
    return f'{head}"features":[\n{lines}\n]}}\n'.encode()


def feature(rings: list[Ring], **properties: object) -> dict[str, object]:
    """A polygon, its outer ring counter-clockwise and its holes clockwise (RFC 7946)."""
    turned = [_turned(ring, counter_clockwise=place == 0) for place, ring in enumerate(rings)]
    if not Polygon(turned[0], turned[1:]).is_valid:
        raise ValueError(f"an outline crosses itself: {properties}")
    return {
        "type": "Feature",
        "properties": {**properties, "illustrative": True, "note": NOTE},
        "geometry": {"type": "Polygon", "coordinates": turned},
    }


def at_lima_midnight(day: str) -> int:
    """Epoch milliseconds of midnight in Lima: UTC-5, and UTC-4 in the years with summer time."""
    return int(datetime.fromisoformat(day).replace(tzinfo=LIMA).timestamp()) * 1000


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _turned(ring: Ring, *, counter_clockwise: bool) -> Ring:
    doubled = sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring))
    return ring if (doubled > 0) is counter_clockwise else ring[::-1]


# ---------------------------------------------------------------- mining rights

TITLED_708 = ("T", "D.M. Titulado D.L. 708", "TITULADO")
TITLED_109 = ("N", "D.M. Titulado D.L. 109", "TITULADO")
MERGED = ("Q", "Acumulación D.M. Titulada", "TITULADO")
PENDING = ("P", "D.M. en Trámite D.L. 708", "TRAMITE")
EXTINCT = ("F", "D.M. Extinguido", "EXTINGUIDO")
QUARRY = ("A", "Cantera D.S. 037-96-EM", "OTROS")

COMPANIES = (
    "MINERA ILUSTRATIVA S.A.C.",
    "INVERSIONES ILUSTRATIVAS DEL SUR S.A.",
    "COMPAÑÍA ILUSTRATIVA DE ÁRIDOS E.I.R.L.",
    "AURÍFERA ILUSTRATIVA S.R.L.",
)


@dataclass(frozen=True)
class Right:
    """A right on the kilometre grid: number, day of filing, south-west corner and size in km."""

    number: int
    filed_on: str
    west_km: int
    south_km: int
    wide: int
    high: int
    state: tuple[str, str, str] = TITLED_708
    person: bool = False
    substance: str = "M"

    @property
    def code(self) -> str:
        """0099, number, year of filing; an acumulación ends in L. No real code begins so."""
        ending = "L" if self.state == MERGED else ""
        year = "00" if self.filed_on.startswith("1899") else self.filed_on[2:4]
        return f"0099{self.number:03d}{year}{ending}"

    @property
    def psad56(self) -> bool:
        """Whether its legal corners are whole kilometres of PSAD56."""
        return self.filed_on < LAW_30428 and not self.filed_on.startswith("1899")

    def ring(self) -> Ring:
        """Its corners in WGS84 UTM 19S."""
        west, south = self.west_km * 1000.0, self.south_km * 1000.0
        east, north = west + self.wide * 1000, south + self.high * 1000
        corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        return [psad56_to_utm(x, y) for x, y in corners] if self.psad56 else corners

    def feature(self, updated_on: str) -> dict[str, object]:
        """The row as the mining cadastre would publish it."""
        letter, description, legend = self.state
        holder = (
            f"PERSONA NATURAL ILUSTRATIVA {self.number}"
            if self.person
            else COMPANIES[self.number % len(COMPANIES)]
        )
        return feature(
            [self.ring()],
            CODIGOU=self.code,
            FEC_DENU=at_lima_midnight(self.filed_on),
            CONCESION=f"ILUSTRATIVA {self.number}",
            TIT_CONCES=holder,
            ESTADO=letter,
            D_ESTADO=description,
            LEYENDA=legend,
            SUSTANCIA=self.substance,
            HASDATUM=self.wide * self.high * 100.0,
            ZONA="19",
            DEPA="MADRE DE DIOS",
            PROVI="TAMBOPATA",
            DISTRI="TAMBOPATA",
            FECHA_ACTUALIZACION=updated_on,
        )


SEPTEMBER = (
    # in part 1 (titled on 1994-06-24): before the title, on its day, and after it
    Right(1, "1980-05-12", 449, 8608, 2, 2, TITLED_109),
    Right(2, "1987-03-10", 452, 8607, 3, 2, TITLED_109),  # a year with summer time
    Right(3, "1993-11-04", 456, 8607, 2, 2),
    Right(4, "1994-02-15", 449, 8611, 2, 2),  # summer time again
    Right(5, "1994-06-24", 452, 8610, 2, 1),
    Right(6, "1995-02-01", 455, 8610, 1, 2),
    Right(7, "1995-02-02", 457, 8610, 2, 2),
    Right(8, "1997-05-16", 449, 8614, 3, 1, person=True),
    Right(9, "1999-07-08", 453, 8613, 2, 2),
    Right(10, "2003-04-21", 456, 8613, 2, 1, MERGED),
    Right(11, "2005-08-19", 459, 8612, 2, 2, EXTINCT),
    Right(12, "2016-05-02", 449, 8616, 2, 2),
    Right(13, "2017-06-14", 452, 8616, 1, 2),
    Right(14, "2019-01-22", 454, 8616, 2, 2, person=True),
    Right(15, "2021-10-05", 457, 8615, 2, 1, PENDING),
    Right(16, "2024-03-11", 457, 8617, 1, 1, PENDING),
    Right(17, "2025-07-30", 452, 8619, 2, 1, PENDING, person=True),
    # in part 2 (titled in August 2011)
    Right(18, "1998-09-10", 466, 8612, 2, 2),
    Right(19, "2004-12-01", 469, 8611, 2, 2, person=True),
    Right(20, "2008-07-17", 472, 8612, 2, 2),
    Right(21, "2011-09-06", 466, 8615, 1, 2),
    Right(22, "2012-01-03", 468, 8614, 3, 1),
    Right(23, "2014-05-28", 472, 8615, 2, 2),
    Right(24, "2015-11-12", 475, 8614, 2, 3),
    Right(25, "2018-02-27", 467, 8618, 2, 2),
    Right(26, "2020-01-15", 470, 8617, 1, 2),
    Right(27, "2022-08-09", 472, 8618, 2, 1, PENDING),
    Right(28, "2023-04-18", 469, 8621, 2, 2, PENDING, person=True),
    Right(29, "1899-11-30", 474, 8619, 1, 1),  # an empty date, as cadastres write it
    # about the neighbouring community: a sliver, a strip of 8 m, a common side, two overlaps
    Right(30, "2018-06-19", 467, 8602, 1, 1),
    Right(31, "2019-09-03", 467, 8604, 1, 1),
    Right(32, "2019-09-04", 470, 8607, 1, 1),
    Right(33, "2002-10-30", 471, 8603, 2, 2),
    Right(34, "2020-11-26", 474, 8604, 2, 2, QUARRY, substance="N"),
    # on the reserve, on the claim, in the protected area and in its buffer zone
    Right(35, "2017-03-08", 442, 8604, 1, 1, PENDING),
    Right(36, "2016-09-21", 446, 8624, 2, 2),
    Right(37, "2007-05-15", 444, 8626, 1, 1, person=True),
    Right(38, "2019-12-10", 463, 8625, 1, 1, PENDING),
    Right(39, "2020-07-07", 459, 8626, 2, 1),
    # on nobody's land
    Right(40, "2018-10-16", 478, 8601, 1, 1),
    Right(41, "2000-03-29", 441, 8612, 2, 2),
    Right(42, "2021-05-04", 478, 8626, 2, 1, substance="N"),
)

# A month later: an application became a title, a right was extinguished, an application is gone
# from the cadastre, a right was cut down, and three rights are new.
LAPSED = 17
CHANGED = {16: {"state": TITLED_708}, 23: {"state": EXTINCT}, 39: {"wide": 1}}
NEW = (
    Right(43, "2026-09-18", 455, 8619, 1, 1, PENDING),
    Right(44, "2026-09-22", 470, 8620, 1, 1, PENDING, person=True),
    Right(45, "2026-10-02", 478, 8606, 1, 1, PENDING),
)
OCTOBER = (
    *(replace(r, **CHANGED.get(r.number, {})) for r in SEPTEMBER if r.number != LAPSED),
    *NEW,
)


# ---------------------------------------------------------------- territories

PLACE = {"depar": "MADRE DE DIOS", "provi": "TAMBOPATA", "distr": "TAMBOPATA"}
COMMUNITY = "COMUNIDAD NATIVA ILUSTRATIVA TRES RÍOS"


def territories() -> list[dict[str, object]]:
    """Communities as the rural cadastre would publish them; Aarea is the figure of the title."""
    shared = {"situac": "Titulada", "pueblo": "ILUSTRATIVO", **PLACE}
    return [
        feature(
            [degrees(PART_1)],
            codigo="T-001",
            part="1",
            nomcom=COMMUNITY,
            titcom="ILU-0538",
            fectit="24/06/1994",
            Aarea=17120.5,
            **shared,
        ),
        # its title date is known from a document only: see demo-facts.csv
        feature(
            [degrees(PART_2)],
            codigo="T-002",
            part="2",
            nomcom=COMMUNITY,
            titcom="ILU-0077",
            fectit=None,
            Aarea=11390.25,
            **shared,
        ),
        # nobody has brought its title date, and its outline is not what its title says
        feature(
            [degrees(NEIGHBOUR)],
            codigo="C-001",
            part="1",
            nomcom="COMUNIDAD NATIVA ILUSTRATIVA RÍO CLARO",
            titcom="ILU-0104",
            fectit=None,
            Aarea=3650.0,
            **shared,
        ),
    ]


def claims() -> list[dict[str, object]]:
    """An area that a community asks for: not a registered boundary."""
    return [
        feature(
            [degrees(CLAIM)],
            CODIGO="R-001",
            NOMBRE="COMUNIDAD NATIVA ILUSTRATIVA TRES RÍOS (AMPLIACIÓN SOLICITADA)",
            TIPO="Solicitud de ampliación",
            FECSOL="2015-10",
            PUEBLO="ILUSTRATIVO",
            DEPA="MADRE DE DIOS",
            PROVI="TAMBOPATA",
            DISTRI="TAMBOPATA",
        )
    ]


def reserves() -> list[dict[str, object]]:
    """A reserve for peoples in isolation. Its outline is all there is: never a point in it."""
    return [
        feature(
            [degrees(RESERVE)],
            CODIGO="I-001",
            NOMBRE="RESERVA TERRITORIAL ILUSTRATIVA",
            TIPO="Reserva territorial",
            NORMA="D.S. ILU-001",
            DEPA="MADRE DE DIOS",
        )
    ]


def protected() -> list[dict[str, object]]:
    """A protected area and its buffer zone, as the agency of protected areas publishes them."""
    inner = degrees(PROTECTED)
    return [
        feature(
            [inner],
            anp_codi="ILU01",
            anp_nomb="RESERVA COMUNAL ILUSTRATIVA",
            anp_cate="Reserva Comunal",
            anp_suleg=2130.0,
            anp_balec="D.S. ILU-002",
            anp_felec="2000-05-30",
            capa="Área natural protegida",
            dep_nomb="MADRE DE DIOS",
        ),
        feature(
            [degrees(BUFFER_OUTER), inner],
            anp_codi="ILU01-ZA",
            anp_nomb="ZONA DE AMORTIGUAMIENTO ILUSTRATIVA",
            anp_cate="Zona de amortiguamiento",
            anp_suleg=None,
            anp_balec="R.J. ILU-003",
            anp_felec="2001-11-08",
            capa="Zona de amortiguamiento",
            dep_nomb="MADRE DE DIOS",
        ),
    ]


# ---------------------------------------------------------------- logging, plots


def logging() -> list[dict[str, object]]:
    """Forestry contracts: one that ran out, one that runs, one from before the title."""
    rows = (
        ("ILU-TAM/C-J-001-02", "2002-06-01", "2022-05-31", "5", (469.0, 8620.5), 2.4, 1790.0),
        ("ILU-TAM/C-J-002-10", "2010-03-15", "2050-03-14", "4", (447.4, 8617.5), 2.2, 1505.0),
        ("ILU-TAM/C-J-003-92", "1992-08-01", None, "4", (458.5, 8606.2), 1.6, 800.0),
    )
    return [
        feature(
            [degrees(blob(centre, radius, [(3, 0.06, 0.5), (7, 0.02, 1.0)], 60))],
            CONTRA=contract,
            TIPCON="Concesión forestal con fines maderables",
            NOMTIT="FORESTAL ILUSTRATIVA S.A.C.",
            NOMDEP="17",
            NOMPRO="1701",
            NOMDIS="170101",
            AUTFOR="6",
            FECINI=at_lima_midnight(begins),
            FECTER=None if ends is None else at_lima_midnight(ends),
            ESTUA=state,
            SUPAPR=approved,
            ZONUTM="19",
        )
        for contract, begins, ends, state, centre, radius, approved in rows
    ]


def plots() -> list[dict[str, object]]:
    """Agricultural plots of the rural cadastre, most of them inside part 1."""
    made = []
    for number in range(1, 12):
        column, row = (number - 1) % 4, (number - 1) // 4
        west = 451_150 + column * 520 + 35 * row
        south = 8_611_560 + row * 430 + 20 * column
        wide, high = 380 + 15 * (number % 3), 330 + 12 * (number % 4)
        if number == 11:  # one lies across the boundary
            west, south = 460_700, 8_616_200
        ring = [
            (west, south),
            (west + wide, south + 14),
            (west + wide - 9, south + high),
            (west + 6, south + high - 11),
            (west, south),
        ]
        made.append(
            feature(
                [degrees(ring)],
                UC=f"ILU-{number:05d}",
                NOMPRE=f"PREDIO ILUSTRATIVO {number}",
                TITULAR=f"PERSONA NATURAL ILUSTRATIVA {100 + number}",
                FECINS=f"20{8 + number % 4:02d}-{1 + number % 12:02d}",
                ESTADO="Inscrito",
                DEPA="MADRE DE DIOS",
                PROVI="TAMBOPATA",
                DISTRI="TAMBOPATA",
            )
        )
    return made


# ---------------------------------------------------------------- facts that people bring

FACT_COLUMNS = (
    "noun", "id", "part", "what", "on", "document", "folio", "register", "searched_on", "words",
    "result", "note",
)  # fmt: skip

REGISTER = "Base de procesos de consulta previa (ilustrativa)"
WORDS = "nombre del derecho; nombre de la comunidad"


def facts() -> bytes:
    """Dates and searches with their document, as a lawyer would type them."""
    code = {right.number: right.code for right in OCTOBER}
    rows: list[dict[str, str]] = []

    def dated(
        noun: str, named: str, part: str, what: str, on: str, document: str, folio: str
    ) -> None:
        rows.append(
            {"noun": noun, "id": named, "part": part, "what": what, "on": on}
            | {"document": document, "folio": folio}
        )

    def searched(number: int, on: str, result: str) -> None:
        rows.append(
            {"noun": "concession", "id": code[number], "what": "consultation-search"}
            | {"register": REGISTER, "searched_on": on, "words": WORDS, "result": result}
        )

    dated("territory", "T-001", "1", "recognition", "1976", "R.M. ILU-0012", "3")
    dated("territory", "T-001", "1", "title", "1994-06-24", "Título ILU-0538", "12")
    dated("territory", "T-001", "1", "registration", "1995-03-20", "Partida ILU-110", "1")
    dated("territory", "T-002", "2", "title", "2011-08", "Título ILU-0077", "5")
    dated("territory", "T-002", "2", "registration", "2012-02", "Partida ILU-207", "1")
    dated("territory", "R-001", "", "claim", "2015-10", "Solicitud ILU-0931", "1")
    grants = (
        (3, "1996-03-15"),  # filed before the title, granted after it
        (4, "1995-06"),
        (5, "1995-11-30"),
        (7, "1997-01-20"),
        (9, "2001-05-10"),
        (12, "2017-02"),
        (13, "2018-01-25"),
        (14, "2019-10-08"),
        (18, "2000"),
        (20, "2009-03-02"),
        (22, "2012-12-01"),
        (25, "2019-06-11"),
        (26, "2020-11-30"),
    )
    for number, on in grants:
        dated("concession", code[number], "", "grant", on, f"Resolución ILU-{number:04d}", "2")
    dated("concession", code[13], "", "works-start", "2018-03", "Acta ILU-0013", "4")
    dated(
        "concession", code[13], "", "consultation", "2018-09-12", "Acta de consulta ILU-0113", "7"
    )
    dated("concession", code[25], "", "consultation", "2018-12", "Acta de consulta ILU-0125", "9")
    dated(
        "concession", code[26], "", "consultation", "2021-08-17", "Acta de consulta ILU-0126", "6"
    )
    dated("concession", code[11], "", "extinction", "2013-04-30", "Resolución ILU-0911", "1")
    dated("concession", code[23], "", "extinction", "2026-09-28", "Resolución ILU-0923", "1")
    dated("concession", "ILU-TAM/C-J-003-92", "", "expiry", "2012", "Contrato ILU-003", "8")
    for number in (7, 9, 14, 20, 22):
        searched(number, "2026-10-05", "not found")
    for number in (13, 25, 26):
        searched(number, "2026-10-05", "found")

    out = io.StringIO()
    writer = csv.DictWriter(out, FACT_COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "note": NOTE} for row in rows)
    return out.getvalue().encode()


def files() -> dict[str, bytes]:
    """Every file of the demonstration, by name."""
    return {
        "demo-concessions-2026-09.geojson": collection(
            [right.feature("2026-09-15") for right in SEPTEMBER], UTM_CRS
        ),
        "demo-concessions-2026-10.geojson": collection(
            [right.feature("2026-10-15") for right in OCTOBER], UTM_CRS
        ),
        "demo-territories.geojson": collection(territories()),
        "demo-claims.geojson": collection(claims()),
        "demo-reserve.geojson": collection(reserves()),
        "demo-protected.geojson": collection(protected()),
        "demo-logging.geojson": collection(logging()),
        "demo-plots.geojson": collection(plots()),
        "demo-facts.csv": facts(),
    }


def main(folder: Path) -> None:
    """Writes every file into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
