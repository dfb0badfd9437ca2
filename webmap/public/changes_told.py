"""The changes since an older release as rows to read, each with where it leads and lies."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from geo import naming
from geo.analysis.changes import OUTLINE, Changes
from geo.schema.columns import CONCESSION, TERRITORY
from geo.terms import HolderKind, Kind, Status, Tenure
from geo.words import Words, said
from webmap.public import layers, spatial
from webmap.public.edition import Edition, Row, records

MOST_LISTED = 500
"""How many rows of each kind are listed; how many there are is said."""

_LABELS = {column.name: column.label for column in (*CONCESSION, *TERRITORY)}


def page(edition: Edition, changes: Changes, spoken: Words) -> dict[str, Row]:
    """Every kind of change as {"rows": the first MOST_LISTED, "count": all}."""
    pairs = changes.pairs
    fresh = pairs[pairs["what"].eq("new")]
    other = pairs[pairs["what"].ne("new")]
    rights = _by_key(changes.changed)
    lands = _by_key(changes.changed_lands)
    return {
        "new_pairs": _part([_pair(edition, one, spoken) for one in _first(fresh)], len(fresh)),
        "new_rights": _part(
            [_right(edition, key, [], spoken) for key in changes.new_rights[:MOST_LISTED]],
            len(changes.new_rights),
        ),
        "new_lands": _part(
            [_land(edition, key, [], spoken) for key in changes.new_lands[:MOST_LISTED]],
            len(changes.new_lands),
        ),
        "pairs": _part([_pair(edition, one, spoken) for one in _first(other)], len(other)),
        "rights": _part(
            [_right(edition, key, lines, spoken) for key, lines in rights[:MOST_LISTED]],
            len(rights),
        ),
        "lands": _part(
            [_land(edition, key, lines, spoken) for key, lines in lands[:MOST_LISTED]],
            len(lands),
        ),
        "gone": _part(
            [_gone(edition, one, spoken) for one in _first(changes.gone)], changes.gone_rights
        ),
        "gone_lands": _part([], changes.gone_lands),
    }


def _part(rows: list[Row], count: int) -> Row:
    return {"rows": rows, "count": count}


def _first(frame: pd.DataFrame) -> list[Row]:
    return records(frame.iloc[:MOST_LISTED])


def _by_key(table: pd.DataFrame) -> list[tuple[str, list[Row]]]:
    lines: dict[str, list[Row]] = {}
    for row in records(table):
        lines.setdefault(row["key"], []).append(row)
    return list(lines.items())


def _right(edition: Edition, key: str, lines: Sequence[Row], spoken: Words) -> Row:
    right = edition.rights[key]
    entry = _entry(
        right,
        naming.name(right, spoken),
        layers.line_of_right(right, spoken),
        layers.address_of_right(spoken.language, key),
        spatial.of(edition).rights.boxes[edition.row_of_right(key)],
        [_line(edition, right, line, spoken) for line in lines],
    )
    return {"type": "right", "key": key, **entry}


def _land(edition: Edition, key: str, lines: Sequence[Row], spoken: Words) -> Row:
    land = edition.lands[key]
    entry = _entry(
        land,
        naming.name(land, spoken),
        naming.called(land, edition.sources, spoken),
        layers.address_of_territory(spoken.language, key),
        spatial.of(edition).lands.boxes[edition.row_of_land(key)],
        [_line(edition, land, line, spoken) for line in lines],
    )
    return {"type": "territory", "key": key, **entry}


def _pair(edition: Edition, pair: Row, spoken: Words) -> Row:
    """An overlap that is new, gone or changed; its right and its territory are both there."""
    right = edition.rights[pair["concession_key"]]
    land = edition.lands[pair["territory_key"]]
    index, keys = spatial.of(edition), (pair["concession_key"], pair["territory_key"])
    if pair["what"] == "gone":
        url = layers.address_of_right(spoken.language, keys[0])
        box = index.rights.boxes[edition.row_of_right(keys[0])]
    else:
        url = layers.address_of_overlap(spoken.language, *keys)
        rows = edition.overlap_rows([keys[0]])
        lands = edition.overlaps["territory_key"].iloc[rows].tolist()
        box = index.pairs.boxes[rows[lands.index(keys[1])]]
    entry = _entry(
        right,
        f"{naming.name(right, spoken)} — {naming.name(land, spoken)}",
        naming.called(land, edition.sources, spoken),
        url,
        box,
        _lines_of_pair(pair, spoken),
    )
    return {"type": "overlap", **entry}


def _entry(row: Row, name: str, sub: str, url: str, box: Any, changes: list[str]) -> Row:
    return {
        "name": name,
        "code": said(row["native_id"]),
        "sub": sub,
        "url": url,
        "bbox": [round(float(one), 6) for one in box],
        "changes": changes,
    }


def _lines_of_pair(pair: Row, spoken: Words) -> list[str]:
    then, now = pair["before_ha"], pair["after_ha"]
    if pair["what"] == "new":
        kind = naming.overlap_class(pair["class_after"], spoken)
        return [spoken.say("superposición nueva: {ha}, {kind}", ha=_ha(now, spoken), kind=kind)]
    if pair["what"] == "gone":
        if then is None:
            return [spoken.say("ya no hay superposición")]
        return [spoken.say("ya no hay superposición: antes, {ha}", ha=_ha(then, spoken))]
    if then is None:
        return [spoken.say("la superposición cambió: ahora, {ha}", ha=_ha(now, spoken))]
    classes = [naming.overlap_class(pair[f"class_{side}"], spoken) for side in ("before", "after")]
    return [
        spoken.say("superposición: antes, {then}; ahora, {now}", then=one, now=other)
        for one, other in ((_ha(then, spoken), _ha(now, spoken)), (classes[0], classes[1]))
        if one != other
    ]


def _line(edition: Edition, row: Row, line: Row, spoken: Words) -> str:
    column = line["column"]
    if column == OUTLINE:
        return spoken.say("cambió el contorno")
    label = spoken.say(_LABELS[column])
    now = _value(edition, row, column, line["after"], spoken)
    if not line["told"]:
        return spoken.say("{label}: cambió; ahora, {now}", label=label, now=now)
    then = _value(edition, row, column, line["before"], spoken)
    return spoken.say("{label}: antes, {then}; ahora, {now}", label=label, then=then, now=now)


def _value(edition: Edition, row: Row, column: str, value: Any, spoken: Words) -> str:
    terms = {"status": Status, "holder_kind": HolderKind, "tenure": Tenure}
    if column in terms:
        return naming.label(terms[column], value, spoken)
    if column == "called":
        return naming.called({**row, "called": value}, edition.sources, spoken)
    if column.endswith("_ha"):
        return _ha(value, spoken)
    return naming.day(value, spoken)


def _gone(edition: Edition, row: Row, spoken: Words) -> Row:
    """A right that is gone: its code, kind and status, and nothing else."""
    return {
        "code": said(row["native_id"]),
        "kind": naming.label(Kind, row["kind"], spoken),
        "status": naming.label(Status, row["status"], spoken),
        "source": naming.source_title(row, edition.sources, spoken),
    }


def _ha(value: Any, spoken: Words) -> str:
    return naming.hectares(None if value is None else float(value), spoken)
