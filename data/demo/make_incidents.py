"""Makes the facts of the demonstration: nobody lived them. Invented, like all of data/demo.

Run by hand after a change: `python data/demo/make_incidents.py [FOLDER]` (default: the folder of
this script). Same script, same bytes. Four years of facts in the districts of make_districts.py: a
few places have many, a few subjects most, much is not recorded, and some places are known to the
province or wider only. Subjects and communities are invented references (ILU-…), never names.

Lists are separated by spaces. In `groups` and `measures` an empty field is "not recorded" and a
dash is "none"; in `women` an empty field is "not recorded".
"""

import csv
import io
import random
import sys
from pathlib import Path

NOTE = "Hecho ilustrativo: inventado para la demostración. No ocurrió."
FIELDS = (
    "incident",
    "subjects",
    "communities",
    "place",
    "year",
    "accepted_in",
    "kinds",
    "groups",
    "women",
    "measures",
    "granted",
    "illustrative",
    "note",
)
FACTS = 400
FIRST_YEAR, YEARS = 2022, 5
QUARTERS = 18
# place and how often: a code of a district, a province, a department, or the country
PLACES = (
    ("990102", 30),
    ("980202", 18),
    ("990103", 12),
    ("980203", 9),
    ("990101", 7),
    ("980102", 6),
    ("980201", 5),
    ("990202", 4),
    ("980103", 3),
    ("990203", 3),
    ("990201", 2),
    ("980101", 2),
    ("9901", 6),
    ("9802", 4),
    ("98", 4),
    ("99", 3),
    ("", 3),
)
KINDS = ("T02", "T02", "T02", "T01", "T01", "L02", "C01", "C01", "E01", "V01", "P01", "I02", "I04")
GROUPS = ("indigenous", "indigenous", "land", "land", "peasant", "women", "ronda")
MEASURES = ("garantias", "garantias", "proteccion", "alerta-temprana", "denuncia", "patrullaje")


def row(number: int, chance: random.Random) -> dict[str, str]:
    """One fact. chance: the dice of the whole file, so that every run throws the same."""
    places, weights = zip(*PLACES, strict=True)
    [place] = chance.choices(places, weights)
    communities = sorted({few(chance, 3) for _ in range(chance.choice((0, 1, 1, 1, 2)))})
    subjects = sorted({few(chance, 9) for _ in range(chance.choice((0, 1, 1, 1, 1, 2)))})
    quarter = chance.randrange(QUARTERS)
    year = FIRST_YEAR + quarter // 4 - chance.choice((0, 0, 0, 1, 2))
    asked = chance.choice(("", "", "-", "", " ".join(sorted(set(chance.choices(MEASURES, k=2))))))
    granted = asked.split()[0] if asked not in ("", "-") and chance.random() < 0.4 else ""
    return {
        "incident": f"ILU-H-{number:03d}",
        "subjects": " ".join(f"ILU-S-{place}-{one}" for one in subjects),
        "communities": " ".join(f"ILU-C-{place}-{one}" for one in communities),
        "place": place,
        "year": str(year) if chance.random() < 0.92 else "",
        "accepted_in": f"{FIRST_YEAR + quarter // 4}-Q{quarter % 4 + 1}",
        "kinds": " ".join(sorted(set(chance.choices(KINDS, k=chance.choice((0, 1, 1, 1, 2)))))),
        "groups": chance.choice(("", "-", " ".join(sorted(set(chance.choices(GROUPS, k=2)))))),
        "women": chance.choice(("", "", "yes", "no")),
        "measures": asked,
        "granted": granted,
        "illustrative": "true",
        "note": NOTE,
    }


def few(chance: random.Random, most: int) -> int:
    """A small number; the smallest most often, so that some come again and again."""
    return min(int(chance.expovariate(0.6)), most)


def main(folder: Path) -> None:
    """Writes demo-incidents.csv."""
    chance = random.Random(2026)
    written = io.StringIO()
    table = csv.DictWriter(written, FIELDS, lineterminator="\n")
    table.writeheader()
    table.writerows(row(number, chance) for number in range(1, FACTS + 1))
    (folder / "demo-incidents.csv").write_text(written.getvalue(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
