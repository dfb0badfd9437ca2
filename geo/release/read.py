"""One tier's release, read-only. Who is given a tier's folder cannot name another.

Every file is checked against the manifest's SHA-256 when it is first read, so a change on
disk is found before it is shown.
"""

import hashlib
import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from geo.errors import ChoiceUnknown, NothingToDo, ReleaseDamaged
from geo.home import sha256_of
from geo.received import RECEIVED
from geo.release import manifest as manifests
from geo.release.facets import RIGHTS
from geo.schema.columns import DEEDS, FLAGS, OVERLAPS, Column, of_noun
from geo.stages import typed
from geo.terms import Noun, Tier
from geo.words import clean

POINTER = "current"
FLAGS_FILE = "flags.parquet"
RECEIVED_FILE = "received.parquet"
CAPTURES_FILE = "captures.json"
DECLARED_FILE = "declared.json"

_MOST_KEPT = 32

_ID = re.compile(r"[0-9a-f]{12}\Z")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")


@dataclass(frozen=True)
class Release:
    """One build of one tier. Knows its own folder and cannot name another.

    said: its manifest. Frames that it gives are the caller's own: changing one changes no other.
    """

    folder: Path
    said: dict[str, Any] = field(compare=False, repr=False)

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits; the same inputs give the same."""
        return str(self.said["id"])

    @property
    def tier(self) -> Tier:
        """Who may see it."""
        return Tier(self.said["tier"])

    @property
    def illustrative(self) -> bool:
        """Whether any row was invented for the demonstration."""
        return bool(self.said["illustrative"])

    @property
    def as_of(self) -> str:
        """The latest date of its data, "" where none is known."""
        return str(self.said["as_of"])


def open_release(folder: Path) -> Release:
    """The release that a tier's folder says is current.

    Raises NothingToDo where there is none yet, ReleaseDamaged where it is not what its
    manifest says: another tier's, a file missing or of another size, a manifest that changed.
    """
    return check(folder / named(folder))


def named(folder: Path) -> str:
    """The id of the release that a tier's folder says is current; nothing of it is opened.

    Raises NothingToDo where there is none yet, ReleaseDamaged where the pointer names none.
    """
    pointer = folder / POINTER
    try:
        said = pointer.read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise NothingToDo(
            f"No hay ninguna publicación en «{folder}»: haga una con «deslinde build»."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise damaged(folder, f"«{POINTER}» no se puede leer") from error
    if not _ID.match(said):
        raise damaged(folder, f"«{POINTER}» no nombra una publicación de esta carpeta")
    return said


def open_named(folder: Path, wanted: str) -> Release:
    """The release of a tier's folder that bears this id, current or not.

    Raises ChoiceUnknown, naming the ids that are there, ReleaseDamaged as `open_release`.
    """
    if _ID.match(wanted) and (folder / wanted).is_dir():
        return check(folder / wanted)
    there = sorted(path.name for path in folder.glob("*") if _ID.match(path.name))
    raise ChoiceUnknown(
        f"No hay ninguna publicación «{clean(wanted)}» en «{folder}»: "
        + (f"elija entre {', '.join(there)}." if there else "haga una con «deslinde build».")
    )


def check(folder: Path) -> Release:
    """The release in its own folder, once its manifest and the sizes of its files agree.

    Raises ReleaseDamaged.
    """
    return _checked(folder, folder.parent)


def verify(release: Release) -> list[str]:
    """The files of a release whose bytes are not those of its manifest, and those too many."""
    listed = release.said["files"]
    wrong = [
        name
        for name, promised in listed.items()
        if not (release.folder / name).is_file()
        or sha256_of(release.folder / name) != promised["sha256"]
    ]
    there = {path.name for path in release.folder.iterdir()}
    return sorted([*wrong, *(there - set(listed) - {manifests.NAME})])


def manifest(release: Release) -> dict[str, Any]:
    """Inputs, versions, settings, and every file with its SHA-256."""
    return release.said


def concessions(release: Release) -> gpd.GeoDataFrame:
    """The rights: columns of `schema.columns.CONCESSION`; those above the tier are missing."""
    return _layer(release, "concessions.parquet", of_noun(Noun.CONCESSION))


def territories(release: Release) -> gpd.GeoDataFrame:
    """The territories: columns of `schema.columns.TERRITORY`."""
    return _layer(release, "territories.parquet", of_noun(Noun.TERRITORY))


def overlaps(release: Release) -> gpd.GeoDataFrame:
    """The overlaps: columns of `schema.columns.OVERLAPS`, pairs first, then near, adjacent."""
    return _layer(release, "overlaps.parquet", OVERLAPS)


def flags(release: Release) -> pd.DataFrame:
    """The flags: columns of `schema.columns.FLAGS`, a row for each question of each overlap."""
    return _table(release, FLAGS_FILE, FLAGS)


def facets(release: Release) -> pd.DataFrame:
    """What each right is found by, in their order: columns of `release.facets.RIGHTS`."""
    return _frame(release, "facets.parquet", ()).astype(RIGHTS)


def ledger(release: Release) -> pd.DataFrame:
    """What normalising did: columns of `schema.columns.DEEDS`."""
    return _table(release, "ledger.parquet", DEEDS)


def unions(release: Release) -> pd.DataFrame:
    """The shares of each territory and right as a whole."""
    return _table(release, "unions.parquet", ())


def between(release: Release) -> pd.DataFrame:
    """Territories that overlap one another."""
    return _table(release, "between.parquet", ())


def sources(release: Release) -> list[dict[str, Any]]:
    """The sources used: id, title, publisher, licence, notice, error, and their inputs."""
    return list(_json(release, "sources.json"))


def cases(release: Release) -> list[dict[str, Any]]:
    """The cases: the fields of `geo.cases.Case`, `territories` being this release's keys."""
    return list(_json(release, "cases.json")["cases"])


def judgments(release: Release) -> list[dict[str, Any]]:
    """The judgments: the fields of `geo.cases.Judgment`."""
    return list(_json(release, "cases.json")["judgments"])


def rules(release: Release) -> dict[str, Any]:
    """The rule book that judged: constants, questions, sentences, sources."""
    return dict(_json(release, "rules.json"))


def summary(release: Release) -> dict[str, Any]:
    """Counts, sums, and the CRS of either side."""
    return dict(_json(release, "summary.json"))


def received(release: Release) -> pd.DataFrame:
    """Every row of every input as received, and the lines of the facts (layer ""): RECEIVED.

    And `key`, the row's key in its layer, missing where normalising left it out and for facts.
    Below `restricted` a value that the tier does not show is «(texto reservado)», and its field is
    named in `withheld`; so is `geometry`, where a shape, or what a collection held besides
    polygons, is kept back. Rows that their importer's condition left out are not here, nor lines
    of facts about rows that the tier does not show.
    """
    return _table(release, RECEIVED_FILE, RECEIVED)


def captures(release: Release) -> list[dict[str, Any]]:
    """Each input file: bytes, source, when and from where it was taken in, and as what.

    sha256, name, size_bytes, source_id, kind ("layer", "facts"), tier, as_of, layer, crs,
    accuracy_m, filtered, where (only in `restricted`), retrieved_at (ISO 8601, UTC), origin,
    asserted (the origin is what the importer says), role ("importer", "program"), title,
    title_en, publisher, address, licence, redistribute, notice, notice_en; raw, what
    `geo.received.raw_layer` needs besides the rows: crs, basis, layer (as in `received`), types,
    rows (how many the file has), notes (None for facts); file, the whole snapshot in this folder,
    or None and why_not, a message id; stamp, its RFC 3161 token in this folder, or None.
    Below `restricted` the names that a file and its layer had on somebody's disk are withheld.
    """
    return list(_json(release, CAPTURES_FILE))


def declared(release: Release) -> dict[str, str]:
    """The declarations that made the figures: file name below data/ -> its text."""
    return dict(_json(release, DECLARED_FILE))


def content(release: Release, name: str) -> bytes:
    """The bytes of one listed file, for a download. Raises ReleaseDamaged where they changed."""
    promised = release.said["files"].get(name)
    if promised is None:
        raise damaged(release.folder, f"no contiene «{name}»")
    try:
        found = (release.folder / name).read_bytes()
    except OSError as error:
        raise damaged(release.folder, f"falta «{name}»") from error
    if hashlib.sha256(found).hexdigest() != promised["sha256"]:
        raise damaged(release.folder, f"«{name}» cambió después de publicarse")
    return found


def _checked(folder: Path, tier_folder: Path) -> Release:
    if folder.resolve().parent != tier_folder.resolve() or not folder.is_dir():
        raise damaged(tier_folder, f"no contiene la publicación «{folder.name}»")
    try:
        said = json.loads((folder / manifests.NAME).read_text(encoding="utf-8"))
        form, whole = said["form"], manifests.identify(said) == said["id"]
        tier, listed = Tier(said["tier"]), dict(said["files"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise damaged(folder, f"«{manifests.NAME}» no se puede leer") from error
    if form != manifests.FORM:
        raise damaged(folder, "la hizo otra versión del programa")
    if not whole or said["id"] != folder.name:
        raise damaged(folder, f"«{manifests.NAME}» cambió después de publicarse")
    if tier_folder.name in list(Tier) and tier_folder.name != tier.value:
        raise damaged(folder, f"es del nivel «{tier}» y está en la carpeta de otro")
    for name, promised in listed.items():
        path = folder / name
        if not _FILE.match(name) or path.is_symlink() or not path.is_file():
            raise damaged(folder, f"falta «{name}»")
        if path.stat().st_size != promised["size_bytes"]:
            raise damaged(folder, f"«{name}» cambió de tamaño")
    return Release(folder, said)


def _layer(release: Release, name: str, columns: tuple[Column, ...]) -> gpd.GeoDataFrame:
    # a shallow copy shares the values until someone writes, and then only theirs change
    return gpd.GeoDataFrame(_frame(release, name, columns)).copy(deep=False)


def _table(release: Release, name: str, columns: tuple[Column, ...]) -> pd.DataFrame:
    return _frame(release, name, columns).copy(deep=False)


def forget(release: Release, name: str = "") -> None:
    """Lets go of the tables, or of one table, of a release that nobody will ask for again."""
    with _KEEPING:
        for kept in [one for one in _KEPT if one[0] == release and name in ("", one[1])]:
            del _KEPT[kept]


_KEPT: dict[tuple[Release, str], pd.DataFrame] = {}
"""Tables that were read, for whoever opens the same release again; the last _MOST_KEPT."""
_KEEPING = Lock()


def _frame(release: Release, name: str, columns: tuple[Column, ...]) -> pd.DataFrame:
    found = _KEPT.get((release, name))
    if found is None:
        found = _read(release, name, columns)
        with _KEEPING:
            while len(_KEPT) >= _MOST_KEPT:
                del _KEPT[next(iter(_KEPT))]
            _KEPT[release, name] = found
    return found


def _read(release: Release, name: str, columns: tuple[Column, ...]) -> pd.DataFrame:
    read: Any = io.BytesIO(content(release, name))
    try:
        if any(column.name == "geometry" for column in columns):
            return typed(gpd.read_parquet(read), columns)
        table = pd.read_parquet(read)
    except (pa.ArrowInvalid, ValueError) as error:
        raise damaged(release.folder, f"«{name}» no se puede leer") from error
    return table.astype({c.name: c.dtype for c in columns if c.name in table})


def _json(release: Release, name: str) -> Any:
    return json.loads(content(release, name))


def damaged(folder: Path, why: str) -> ReleaseDamaged:
    """The error to raise of a release in a folder, with what to do."""
    return ReleaseDamaged(
        f"La publicación «{folder}» está dañada: {why}. Bórrela y ejecute «deslinde build»."
    )
