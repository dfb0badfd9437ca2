"""A release as large as a country's: 100,000 invented rights and 2,500 invented territories.

    python tests/bench/national.py FOLDER [--rights 100000] [--territories 2500] [--vintages 1]

Writes files under the field names of the illustrative sources, imports them and builds through
the command line, in FOLDER/home. With --vintages 2 the mining cadastre comes a second time, a
month later, with some rights gone, some new and some under another status, and a second release
is built from it. Printed: the seconds of each command. Everything is marked illustrative.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

HERE = Path(__file__).resolve()
ROOT = HERE.parents[2]
sys.path[:0] = [str(HERE.parent), str(ROOT)]

import cadastre  # noqa: E402

from geo.gazetteer import department_of  # noqa: E402
from geo.home import Home as Installation  # noqa: E402
from geo.home import clock, data_folder  # noqa: E402
from geo.world import read_world  # noqa: E402

PLANE = cadastre.PLANE
AS_OF = ("2026-09-30", "2026-10-31")
_PLACES = ("CERRO", "QUEBRADA", "LAGUNA", "PAMPA", "COLINA", "RIBERA", "LLANURA", "CAÑADA")
_LOOKS = ("AZUL", "ROJIZA", "ÁRIDA", "CLARA", "HONDA", "LARGA", "NUEVA", "QUIETA", "UMBRÍA")
_STATUSES = {
    "D.M. Titulado D.L. 708": 0.55,
    "D.M. Titulado D.L. 109": 0.1,
    "D.M. en Trámite D.L. 708": 0.2,
    "D.M. Extinguido": 0.12,
    "Cantera D.S. 037-96-EM": 0.03,
}


def main() -> None:
    """Writes, imports, builds."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("--rights", type=int, default=100_000)
    asked.add_argument("--territories", type=int, default=2_500)
    asked.add_argument("--vintages", type=int, choices=(1, 2), default=1)
    asked.add_argument("--seed", type=int, default=169)
    given = asked.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    release(given.folder, given.rights, given.territories, given.vintages, given.seed)


def release(folder: Path, rights: int, territories: int, vintages: int, seed: int) -> None:
    """Files in FOLDER, imported and built in FOLDER/home; prints how long each command took."""
    files = write(folder, rights, territories, vintages, seed)
    first = [one for one in files if one[2] == AS_OF[0]]
    later = [one for one in files if one[2] != AS_OF[0]]
    for several in (first, later):
        for path, source, as_of in several:
            deslinde(
                folder,
                "import",
                str(path),
                "--source",
                source,
                "--tier",
                "public",
                "--as-of",
                as_of,
            )
        if several:
            deslinde(folder, "build")


def write(
    folder: Path, rights: int, territories: int, vintages: int, seed: int
) -> list[tuple[Path, str, str]]:
    """The files, each with its source and the day it stands for."""
    draw = np.random.default_rng(seed)
    departments = read_world(Installation(folder, data_folder(), clock)).departments
    lands = _inside(cadastre.territories(territories * 2, seed), departments, territories)
    squares = _inside(cadastre.concessions(rights * 2, seed), departments, rights)
    logging, plots = len(squares) // 10, len(squares) // 5
    claims = max(1, len(lands) // 12)
    cut = {
        "mining": _mining(squares.iloc[logging + plots :], draw),
        "logging": _logging(squares.iloc[:logging], draw),
        "plots": _plots(squares.iloc[logging : logging + plots], draw),
        "territories": _territories(lands.iloc[claims:], draw),
        "claims": _claims(lands.iloc[:claims], draw),
    }
    sources = {"mining": "concessions"}
    made = []
    for name, frame in cut.items():
        path = folder / f"{name}.gpkg"
        frame.to_file(path, layer=name)
        made.append((path, f"demo-{sources.get(name, name)}", AS_OF[0]))
    if vintages == 2:
        path = folder / "mining-later.gpkg"
        _a_month_later(cut["mining"], draw).to_file(path, layer="mining")
        made.append((path, "demo-concessions", AS_OF[1]))
    return made


def deslinde(folder: Path, *arguments: str) -> None:
    """Runs the command in a process of its own and prints how long it took."""
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "webmap.cli", *arguments],
        cwd=ROOT,
        env=os.environ | {"DESLINDE_HOME": str(folder / "home")},
        check=True,
    )
    print(f"{time.perf_counter() - start:7.1f} s  deslinde {' '.join(arguments[:2])}", flush=True)


def _inside(shapes: gpd.GeoDataFrame, departments: gpd.GeoDataFrame, many: int) -> gpd.GeoDataFrame:
    """The first of them that lie in a department, with its name."""
    found = department_of(shapes.to_crs("EPSG:4326").geometry, departments)
    kept = shapes.assign(department=found.str.upper())[found.notna()].head(many)
    return gpd.GeoDataFrame(kept.reset_index(drop=True))


def _names(many: int, draw: np.random.Generator, last: str = "") -> list[str]:
    places, looks = draw.choice(_PLACES, many), draw.choice(_LOOKS, many)
    return [
        f"{place} {look} {number}{last}"
        for number, (place, look) in enumerate(zip(places, looks, strict=True), start=1)
    ]


def _days(many: int, draw: np.random.Generator, first: str, last: str, none: float) -> pd.Series:
    """Days as texts between two years; a share of them is not known."""
    begin, end = pd.Timestamp(first), pd.Timestamp(last)
    drawn = begin + pd.to_timedelta(draw.integers(0, (end - begin).days, many), unit="D")
    days = pd.Series(drawn.strftime("%Y-%m-%d"), dtype="object")
    return days.mask(draw.random(many) < none)


def _holders(many: int, draw: np.random.Generator) -> list[str]:
    numbers = draw.integers(1, 3_000, many)
    person = draw.random(many) < 0.3
    return [
        f"PERSONA NATURAL ILUSTRATIVA {n}" if alone else f"MINERA ILUSTRATIVA {n} S.A.C."
        for n, alone in zip(numbers, person, strict=True)
    ]


def _districts(departments: pd.Series, draw: np.random.Generator) -> list[str]:
    numbers = draw.integers(1, 30, len(departments))
    return [f"DISTRITO {n} DE {name}" for n, name in zip(numbers, departments, strict=True)]


def _marked(columns: dict[str, object], shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {**columns, "illustrative": True}, geometry=shapes.geometry.to_numpy(), crs=PLANE
    )


def _mining(shapes: gpd.GeoDataFrame, draw: np.random.Generator) -> gpd.GeoDataFrame:
    many = len(shapes)
    return _marked(
        {
            "CODIGOU": [f"{10_000_000 + n:09}" for n in range(many)],
            "CONCESION": _names(many, draw),
            "TIT_CONCES": _holders(many, draw),
            "FEC_DENU": _days(many, draw, "1980", "2026", 0.03),
            "D_ESTADO": draw.choice([*_STATUSES], many, p=[*_STATUSES.values()]),
            "SUSTANCIA": draw.choice(["M", "N"], many),
            "HASDATUM": np.round(shapes.area.to_numpy() / 1e4, 4),
            "DEPA": shapes["department"].to_numpy(),
            "PROVI": [f"PROVINCIA DE {one}" for one in shapes["department"]],
            "DISTRI": _districts(shapes["department"], draw),
        },
        shapes,
    )


def _logging(shapes: gpd.GeoDataFrame, draw: np.random.Generator) -> gpd.GeoDataFrame:
    many = len(shapes)
    return _marked(
        {
            "CONTRA": [f"ILU/C-J-{n:05}-02" for n in range(many)],
            "NOMTIT": [f"FORESTAL ILUSTRATIVA {n} S.A.C." for n in draw.integers(1, 800, many)],
            "FECINI": _days(many, draw, "2002", "2024", 0.1),
            "ESTUA": draw.choice(["4", "5", "6", "8"], many, p=[0.6, 0.2, 0.1, 0.1]),
            "SUPAPR": np.round(shapes.area.to_numpy() / 1e4, 1),
        },
        shapes,
    )


def _plots(shapes: gpd.GeoDataFrame, draw: np.random.Generator) -> gpd.GeoDataFrame:
    """Plots of 1 to 40 ha, each in the corner of a square."""
    many = len(shapes)
    box = shapes.bounds.to_numpy()
    side = draw.uniform(100, 640, (many, 2))
    small = shapely.box(box[:, 0], box[:, 1], box[:, 0] + side[:, 0], box[:, 1] + side[:, 1])
    return _marked(
        {
            "UC": [f"ILU-{n:06}" for n in range(many)],
            "NOMPRE": _names(many, draw),
            "TITULAR": [f"PERSONA NATURAL ILUSTRATIVA {n}" for n in draw.integers(1, 20_000, many)],
            "FECINS": _days(many, draw, "1995", "2026", 0.05),
            "ESTADO": "Inscrito",
            "DEPA": shapes["department"].to_numpy(),
            "PROVI": [f"PROVINCIA DE {one}" for one in shapes["department"]],
            "DISTRI": _districts(shapes["department"], draw),
        },
        gpd.GeoDataFrame(geometry=small, crs=PLANE),
    )


def _territories(shapes: gpd.GeoDataFrame, draw: np.random.Generator) -> gpd.GeoDataFrame:
    many = len(shapes)
    titled = pd.Series(draw.random(many) < 0.7)
    on = _days(many, draw, "1975", "2024", 0.15).where(titled)
    return _marked(
        {
            "codigo": [f"N-{n:04}" for n in range(many)],
            "nomcom": _names(many, draw, " (COMUNIDAD NATIVA ILUSTRATIVA)"),
            "titcom": [f"ILU-{n:04}" if sure else None for n, sure in enumerate(titled)],
            "fectit": on.str.replace(r"(\d{4})-(\d\d)-(\d\d)", r"\3/\2/\1", regex=True),
            "Aarea": np.round(shapes.area.to_numpy() / 1e4 * draw.uniform(0.95, 1.05, many), 4),
            "situac": np.where(titled, "Titulada", "Reconocida"),
            "pueblo": "ILUSTRATIVO",
            "depar": shapes["department"].to_numpy(),
            "provi": [f"PROVINCIA DE {one}" for one in shapes["department"]],
            "distr": _districts(shapes["department"], draw),
        },
        shapes,
    )


def _claims(shapes: gpd.GeoDataFrame, draw: np.random.Generator) -> gpd.GeoDataFrame:
    many = len(shapes)
    return _marked(
        {
            "CODIGO": [f"S-{n:04}" for n in range(many)],
            "NOMBRE": _names(many, draw, " (SOLICITUD ILUSTRATIVA)"),
            "TIPO": "Solicitud de ampliación",
            "FECSOL": _days(many, draw, "2005", "2025", 0.1),
            "PUEBLO": "ILUSTRATIVO",
            "DEPA": shapes["department"].to_numpy(),
            "PROVI": [f"PROVINCIA DE {one}" for one in shapes["department"]],
            "DISTRI": _districts(shapes["department"], draw),
        },
        shapes,
    )


def _a_month_later(mining: gpd.GeoDataFrame, draw: np.random.Generator) -> gpd.GeoDataFrame:
    """The same cadastre with one in a hundred gone, new, or under another status."""
    lot = draw.random(len(mining))
    stays = mining[lot >= 0.01]
    changed = lot[lot >= 0.01] < 0.02
    status = stays["D_ESTADO"].mask(changed, "D.M. Extinguido")
    fresh = mining[lot < 0.01]
    codes = [f"{20_000_000 + n:09}" for n in range(len(fresh))]
    moved = fresh.geometry.translate(1000, 1000)
    new = fresh.assign(CODIGOU=codes, FEC_DENU="2026-10-05", geometry=moved)
    both = pd.concat([stays.assign(D_ESTADO=status), new], ignore_index=True)
    return gpd.GeoDataFrame(both, crs=mining.crs)


if __name__ == "__main__":
    main()
