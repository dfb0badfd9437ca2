"""Which rights and territories lie in which department and district, for one release.

A right lies in the departments that `geo.release.facets` gives it: those its source names, else
the one that it falls in. A territory likewise. Districts are only those that a source names.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geo.answers import folded
from geo.release import facets
from geo.release.facets import SEPARATOR
from geo.words import said
from webmap.public.edition import Edition
from webmap.web import Packed

_BETWEEN = "--"
_SEVERAL = re.compile(r"\s*[/,;]\s*| - ")
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_SMALL = frozenset(("de", "del", "la", "las", "los", "el", "y"))


@dataclass(frozen=True)
class Area:
    """A department (province and district "") or a district. rights, territories: row numbers."""

    slug: str
    department: str
    province: str
    district: str
    rights: tuple[int, ...]
    territories: tuple[int, ...]

    @property
    def name(self) -> str:
        """Its own name."""
        return self.district or self.department


@dataclass(frozen=True)
class Areas:
    """Every area by its slug. nowhere: rights of which nobody knows the department.

    of_territories: the departments of each territory, in the order of the release's frame.
    """

    departments: Mapping[str, Area]
    districts: Mapping[str, Area]
    nowhere: int
    of_territories: pd.Series

    def holding(self, departments: str, province: str, district: str) -> list[Area]:
        """The departments, and then the districts, that one row names."""
        slugs = []
        for spot in _places(departments, province, district):
            slugs += [slug(spot[0]), slug(*spot)]
        found = [self.departments.get(one) or self.districts.get(one) for one in slugs]
        there = {area.slug: area for area in found if area is not None}
        return sorted(there.values(), key=lambda area: (bool(area.district), area.slug))


def slug(*names: str) -> str:
    """What an area is called in addresses: `madre-de-dios--tambopata--inambari`."""
    parts = [_NOT_LETTERS.sub("-", folded(name)).strip("-") for name in names if name]
    return _BETWEEN.join(part for part in parts if part)


def areas(edition: Edition, outlines: Packed) -> Areas:
    """The areas of one release, made once. outlines: the departments as GeoJSON (EPSG:4326)."""
    return edition.once(("areas",), lambda: _areas(edition, outlines))


def of_right(edition: Edition, key: str, outlines: Packed) -> list[Area]:
    """Where one right lies."""
    row = edition.rights[key]
    departments = edition.facets["departments"].iloc[edition.row_of_right(key)]
    return areas(edition, outlines).holding(
        said(departments), row["province"] or "", row["district"] or ""
    )


def of_territory(edition: Edition, key: str, outlines: Packed) -> list[Area]:
    """Where one territory lies."""
    found = areas(edition, outlines)
    row = edition.lands[key]
    departments = found.of_territories.loc[key]
    return found.holding(said(departments), row["province"] or "", row["district"] or "")


def written(name: str) -> str:
    """A name that its source prints in capitals, as people write it; any other as it is."""
    clean = said(name)
    if not clean.isupper():
        return clean
    words = clean.lower().split()
    return " ".join(
        word if place and word in _SMALL else word.capitalize() for place, word in enumerate(words)
    )


def departments_of(territories: gpd.GeoDataFrame, outlines: Packed) -> pd.Series:
    """The departments of each territory, joined by SEPARATOR: those named, else by position."""
    frame = gpd.GeoDataFrame.from_features(json.loads(outlines.content), crs="EPSG:4326")
    return facets.departments_of(territories, frame)


def _areas(edition: Edition, outlines: Packed) -> Areas:
    rights = _spots(edition.facets["departments"], edition.concessions)
    theirs = departments_of(edition.territories, outlines)
    lands = _spots(theirs, edition.territories)
    whole = pd.concat([rights.assign(of="rights"), lands.assign(of="territories")])
    departments = {
        one.slug: one for one in _grouped(whole.assign(province="", district=""), ["department"])
    }
    finer = whole[whole["district"].ne("")]
    districts = {one.slug: one for one in _grouped(finer, ["department", "province", "district"])}
    nowhere = int(edition.facets["departments"].fillna("").eq("").sum())
    return Areas(departments, districts, nowhere, theirs)


def _spots(departments: pd.Series, frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """A row for each place that a row of a frame names: row, department, province, district."""
    named = pd.DataFrame(
        {
            "departments": departments.fillna("").to_numpy(),
            "province": frame["province"].astype("string").fillna("").to_numpy(),
            "district": frame["district"].astype("string").fillna("").to_numpy(),
        }
    )
    codes = named.groupby(list(named.columns), sort=False).ngroup()
    different = named.drop_duplicates().itertuples(index=False, name=None)
    places = [(group, *place) for group, told in enumerate(different) for place in _places(*told)]
    table = pd.DataFrame(places, columns=["group", "department", "province", "district"])
    rows = pd.DataFrame({"group": codes, "row": range(len(named))})
    return rows.merge(table, on="group").drop(columns="group")


def _places(departments: str, province: str, district: str) -> Iterable[tuple[str, str, str]]:
    """The places that one row names. Lists of several are told apart only where they are as long
    as each other or one of them is single; else the finer name is left out, not guessed.
    """
    wide = [one for one in departments.split(SEPARATOR) if one]
    middle = [one for one in _SEVERAL.split(province) if one.strip()]
    fine = [one for one in _SEVERAL.split(district) if one.strip()]
    if len(wide) == 1 and fine:
        if len(middle) in (0, 1):
            return [(wide[0], middle[0] if middle else "", one) for one in fine]
        if len(middle) == len(fine):
            return [(wide[0], *pair) for pair in zip(middle, fine, strict=True)]
    if len(wide) == len(middle) == len(fine) > 1:
        return list(zip(wide, middle, fine, strict=True))
    return [(one, "", "") for one in wide]


def _grouped(spots: pd.DataFrame, by: list[str]) -> Iterable[Area]:
    """An area for each slug, in the order of slugs; names that fold to one slug are one area."""
    names = spots[["department", "province", "district"]].drop_duplicates().sort_values(by)
    slugs = {row: slug(*row) for row in names.itertuples(index=False, name=None)}
    keys = pd.MultiIndex.from_frame(spots[["department", "province", "district"]])
    marked = spots.assign(slug=[slugs[key] for key in keys])
    levels = len(by)
    for found, rows in marked.groupby("slug", sort=True):
        address = str(found)
        first = min(name for name, own in slugs.items() if own == address)
        if address.count(_BETWEEN) + 1 < (levels if first[1] else min(levels, 2)):
            continue
        numbers = {
            side: tuple(sorted({int(row) for row in rows.loc[rows["of"].eq(side), "row"]}))
            for side in ("rights", "territories")
        }
        yield Area(address, first[0], written(first[1]), written(first[2]), **numbers)
