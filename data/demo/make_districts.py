"""Makes the districts of the demonstration: invented, like all of data/demo, and marked so.

Run by hand after a change: `python data/demo/make_districts.py [FOLDER]` (default: the folder of
this script). Same script, same bytes. Twelve districts of four provinces of two departments lie
side by side around the territories of the demonstration, with wavy limits that neighbours share.
Codes begin with 98 and 99, which the statistics office does not use; names are common words.
"""

import json
import math
import sys
from pathlib import Path

Point = tuple[float, float]

WEST, SOUTH, EAST, NORTH = -69.75, -12.86, -69.03, -12.26
COLUMNS, ROWS, STEPS = 4, 3, 12
SWING = 0.018
NOTE = "Límite ilustrativo: inventado para la demostración."

DEPARTMENTS = ("Alto Ilustrativo", "Bajo Ilustrativo")
PROVINCES = ("Aguas Claras", "Dos Cerros", "Palma Real Ilustrativa", "Tierra Firme Ilustrativa")
DISTRICTS = (
    ("Cabecera", "Remanso", "Isla Larga"),
    ("Mirador", "Quebrada Honda", "Pampa Chica"),
    ("Ribera Norte", "Ribera Media", "Ribera Sur"),
    ("Monte Bajo", "Cocha Grande", "Confín"),
)


def bent(x: float, y: float) -> Point:
    """A point of the grid, moved by waves: the same point always moves alike."""
    east = SWING * math.sin(41 * y + 3 * x) * math.sin(math.pi * (x - WEST) / (EAST - WEST))
    north = SWING * math.sin(37 * x - 2 * y) * math.sin(math.pi * (y - SOUTH) / (NORTH - SOUTH))
    return round(x + east, 5), round(y + north, 5)


def ring(column: int, row: int) -> list[Point]:
    """One cell of the grid, row 0 in the north, against the clock."""
    wide, high = (EAST - WEST) / COLUMNS, (NORTH - SOUTH) / ROWS
    west, north = WEST + column * wide, NORTH - row * high
    corners = [
        (west, north),
        (west, north - high),
        (west + wide, north - high),
        (west + wide, north),
    ]
    made: list[Point] = []
    for number, (ax, ay) in enumerate(corners):
        bx, by = corners[(number + 1) % 4]
        made += [
            bent(round(ax + (bx - ax) * k / STEPS, 9), round(ay + (by - ay) * k / STEPS, 9))
            for k in range(STEPS)
        ]
    return [*made, made[0]]


def features() -> list[dict[str, object]]:
    """The districts, column by column: a column is a province, two are a department."""
    return [
        {
            "type": "Feature",
            "properties": {
                "departamento": DEPARTMENTS[column // 2],
                "provincia": PROVINCES[column],
                "distrito": DISTRICTS[column][row],
                "ubigeo": f"{98 + column // 2}{column % 2 + 1:02d}{row + 1:02d}",
                "illustrative": True,
                "note": NOTE,
            },
            "geometry": {"type": "Polygon", "coordinates": [ring(column, row)]},
        }
        for column in range(COLUMNS)
        for row in range(ROWS)
    ]


def main(folder: Path) -> None:
    """Writes demo-districts.geojson, one feature a line."""
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in features())
    text = f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'
    (folder / "demo-districts.geojson").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
