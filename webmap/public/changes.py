"""What changed since an older release that still lies beside the current one.

Only what `geo.analysis.changes` lets through is told: an older release may hold what was taken
back since. Closed boxes are never compared.
"""

import json
import re

from flask import Flask, Response, abort, render_template
from flask.typing import ResponseReturnValue

from geo import naming
from geo.analysis.changes import Changes, Side, compare
from geo.errors import ReleaseDamaged
from geo.release import read
from geo.release.read import Release
from geo.words import Words, said
from webmap.public.changes_told import page
from webmap.public.edition import Edition, Row
from webmap.public.given import Given
from webmap.web import ALWAYS_ASK, Packed, answer

MOST_RELEASES = 24

_ID = re.compile(r"[0-9a-f]{12}\Z")


def register(app: Flask, given: Given) -> None:
    """Adds the pages of changes and the map's data of them."""
    of, edition, words = given.of, given.edition, given.words

    @app.get("/<language:language>/cambios")
    def changes_page() -> ResponseReturnValue:
        now = edition()
        return render_template("changes.html", older=older(now, words()), chosen=None, told=None)

    @app.get("/<language:language>/cambios/<older_id>")
    def changes_since_page(older_id: str) -> ResponseReturnValue:
        now, spoken = edition(), words()
        told = page(now, _since(now, older_id), spoken)
        listed = older(now, spoken)
        chosen = next(one for one in listed if one["id"] == older_id)
        return render_template("changes.html", older=listed, chosen=chosen, told=told)

    @app.get("/datos/<release>/<language:language>/cambios.json")
    def older_data(release: str) -> Response:
        listed = older(of(release), words())
        content = json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
        return answer(Packed(content.encode("utf-8"), "application/json"), ALWAYS_ASK)

    @app.get("/datos/<release>/<language:language>/cambios-<older_id>.json")
    def changes_data(release: str, older_id: str) -> Response:
        now, spoken = of(release), words()
        changes = _since(now, older_id)
        made = now.once(
            ("changes-data", older_id, spoken.language), lambda: packed(now, changes, spoken)
        )
        return answer(made)


def older(edition: Edition, spoken: Words) -> list[Row]:
    """The older releases to compare with, the newest first: id, and name with its date."""
    return [
        {
            "id": one.id,
            "as_of": naming.day(_as_of(edition, one), spoken),
            "name": spoken.say(
                "datos al {as_of} (publicación {id})",
                as_of=naming.day(_as_of(edition, one), spoken),
                id=one.id,
            ),
        }
        for one in _others(edition)
    ]


def _others(edition: Edition) -> tuple[Release, ...]:
    found = edition.once(("older",), lambda: _found(edition))
    return tuple(one for one in found if one.folder.is_dir())


def _found(edition: Edition) -> tuple[Release, ...]:
    """The whole releases of the same folder that share a source with the current one."""
    here = edition.release
    found = []
    for folder in here.folder.parent.iterdir():
        if not _ID.match(folder.name) or folder.name == here.id:
            continue
        try:
            one = read.check(folder)
        except ReleaseDamaged:
            continue
        if one.tier is here.tier and _sources(one) & _sources(here):
            found.append(one)
    found.sort(key=lambda one: (_as_of(edition, one), one.id), reverse=True)
    return tuple(found[:MOST_RELEASES])


def _sources(release: Release) -> set[str]:
    return {str(one["source_id"]) for one in release.said["inputs"] if one["kind"] == "layer"}


def _as_of(edition: Edition, other: Release) -> str:
    """The newest date of the sources that both releases have; of no other."""
    shared = _sources(edition.release) & _sources(other)
    dates = [said(one["as_of"]) for one in other.said["inputs"] if one["source_id"] in shared]
    return max(dates, default="")


def _since(edition: Edition, older_id: str) -> Changes:
    """What changed since an older release; 404 where there is none with this id any more."""
    named = {one.id: one for one in _others(edition)}
    if older_id not in named:
        abort(404)
    try:
        return edition.once(("changes", older_id), lambda: _compared(edition, named[older_id]))
    except ReleaseDamaged:
        abort(404)


def _compared(edition: Edition, other: Release) -> Changes:
    then = Side(
        read.concessions(other), read.territories(other), read.overlaps(other), _inputs(other)
    )
    read.forget(other)
    now = Side(edition.concessions, edition.territories, edition.overlaps, _inputs(edition.release))
    return compare(then, now)


def _inputs(release: Release) -> list[Row]:
    """The files of a release, each with its own date, else the day on which it was taken in."""
    return [
        {
            "source_id": one["source_id"],
            "kind": one["kind"],
            "sha256": one["sha256"],
            "as_of": one["as_of"] or str(one["retrieved_at"])[:10],
        }
        for one in read.captures(release)
    ]


def packed(edition: Edition, changes: Changes, spoken: Words) -> Packed:
    """The changes for the map: `new` and `changed`, each with its box, and how many are gone."""
    told = page(edition, changes, spoken)
    value = {
        "new": [
            *told["new_pairs"]["rows"],
            *told["new_rights"]["rows"],
            *told["new_lands"]["rows"],
        ],
        "changed": [
            *told["pairs"]["rows"],
            *told["rights"]["rows"],
            *told["lands"]["rows"],
        ],
        "gone": {"rights": changes.gone_rights, "territories": changes.gone_lands},
        "gone_rights": told["gone"]["rows"],
        "counts": {name: part["count"] for name, part in told.items()},
    }
    content = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Packed(content.encode("utf-8"), "application/json")
