"""What a release was made from, with what, and what it holds: one canonical JSON.

Two builds with the same inputs, versions and settings have the same manifest, byte for byte; no
path of a machine enters it, and no clock but that of the captures: the same bytes taken in at
another time have another custody, so they are another release.
"""

import hashlib
import importlib.metadata
import json
import sqlite3
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import pyproj
import shapely
from pyproj.database import get_database_metadata

from geo.home import sha256_of
from geo.release.content import Input
from geo.release.tiers import TEXT_WITHHELD
from geo.terms import Tier

NAME = "manifest.json"
_ENDINGS = frozenset(
    (".csv", ".dbf", ".fgb", ".geojson", ".geoparquet", ".gpkg", ".gpx", ".json", ".kml", ".kmz",
     ".parquet", ".shp", ".topojson", ".tsv", ".txt", ".zip")
)  # fmt: skip
FORM = 3
"""The form of a release's folder. A reader refuses another."""


def canonical(value: Any) -> bytes:
    """JSON of which there is one: sorted keys, UTF-8, whole numbers without a point.

    Raises ValueError for NaN and infinities, TypeError for what JSON cannot say.
    """
    text = json.dumps(plain(value), sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False)
    return (text + "\n").encode("utf-8")


def plain(value: Any) -> Any:
    """Dataclasses, enums and sets as what JSON knows; sets sorted."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(plain(one) for one in value)
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def versions() -> dict[str, str]:
    """Every version that can change a figure, or a byte of a tile. Three PROJ may live in one
    process; only pyproj's moves a vertex, GDAL's own is named beside it.
    """
    return {
        "deslinde": _own_version(),
        "epsg": str(get_database_metadata("EPSG.VERSION")),
        "epsg_on": str(get_database_metadata("EPSG.DATE")),
        "freestiler": importlib.metadata.version("freestiler"),
        "gdal": pyogrio.__gdal_version_string__,
        "gdal_epsg": _gdal_proj("EPSG.VERSION"),
        "gdal_geos": ".".join(str(part) for part in pyogrio.__gdal_geos_version__ or ()),
        "gdal_proj": _gdal_proj("PROJ.VERSION"),
        "geopandas": geopandas.__version__,
        "geos": shapely.geos_version_string,
        "numpy": np.__version__,
        "pandas": pd.__version__,
        "proj": pyproj.proj_version_str,
        "pyarrow": pa.__version__,
        "pyogrio": pyogrio.__version__,
        "pyproj": pyproj.__version__,
        "shapely": shapely.__version__,
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }


def inputs(made: Iterable[Input], tier: Tier) -> list[dict[str, Any]]:
    """The inputs as a manifest lists them, by source and SHA-256.

    A condition that a user put on the rows may name a person, and so may the name that a file
    or its layer had on somebody's disk: below `restricted` only that there was one is told.
    When a file was retrieved stands in captures.json: it makes no figure.
    """
    listed = [input_of(one, tier) for one in made]
    return sorted(listed, key=lambda one: canonical([one["source_id"], one["sha256"], one]))


def input_of(made: Input, tier: Tier) -> dict[str, Any]:
    """One input: which bytes, as which source, and what its importer said about them."""
    return {
        "kind": str(made.kind),
        "sha256": made.snapshot.sha256,
        "name": file_name(made, tier),
        "size_bytes": made.snapshot.size_bytes,
        "source_id": made.snapshot.source_id,
        "tier": made.tier.value,
        "as_of": made.as_of,
        "layer": made.layer if tier is Tier.RESTRICTED or not made.layer else TEXT_WITHHELD,
        "crs": made.crs,
        "accuracy_m": made.accuracy_m,
        "filtered": bool(made.where),
        **({"where": made.where} if tier is Tier.RESTRICTED else {}),
    }


def file_name(made: Input, tier: Tier) -> str:
    """What an input's file is called in a tier: as it is, below `restricted` as its source."""
    if tier is Tier.RESTRICTED:
        return made.snapshot.name
    ending = Path(made.snapshot.name).suffix.lower()
    return made.snapshot.source_id + (ending if ending in _ENDINGS else "")


def digests(folder: Path) -> dict[str, dict[str, Any]]:
    """SHA-256 and size of every file of a folder but the manifest."""
    return {
        path.name: {"sha256": sha256_of(path), "size_bytes": path.stat().st_size}
        for path in sorted(folder.iterdir())
        if path.name != NAME
    }


def identify(manifest: Mapping[str, Any]) -> str:
    """The id of a release: 12 hexadecimal digits of the SHA-256 of its manifest without id."""
    rest = {key: value for key, value in manifest.items() if key != "id"}
    return hashlib.sha256(canonical(rest)).hexdigest()[:12]


def _own_version() -> str:
    try:
        return importlib.metadata.version("deslinde")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def _gdal_proj(key: str) -> str:
    """What the PROJ database that GDAL carries says of itself; unknown where it carries none."""
    database = Path(pyogrio.__file__).parent / "proj_data" / "proj.db"
    if not database.is_file():
        return "unknown"
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        found = connection.execute("SELECT value FROM metadata WHERE key = ?", (key,)).fetchone()
    except sqlite3.DatabaseError:
        return "unknown"
    finally:
        connection.close()
    return str(found[0]) if found else "unknown"
