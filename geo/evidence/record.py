"""The manifest of a bundle: what was asked for, with what it was made, every file with its hash."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from geo.dates import parse
from geo.evidence import bag, custody, layout
from geo.evidence.chosen import By, Chosen
from geo.evidence.wishes import Wishes
from geo.home import sha256_of
from geo.release import manifest

_NO_DAY = "1980-01-01"
_WRITERS = ("bagit", "pyogrio", "shapely", "typst")


def bag_name(chosen: Chosen) -> str:
    """The one folder of a bundle: what was asked for, and of which release."""
    first = chosen.asked[0] if chosen.asked else ""
    if chosen.by is By.CODES:
        first = str(len(chosen.codes))
    more = f"-{len(chosen.asked)}" if chosen.by is not By.CODES and len(chosen.asked) > 1 else ""
    about = f"{chosen.by.value}-{bag.safe(first, 40)}{more}"
    return f"deslinde-{about}-{chosen.release.id}"


def of(
    chosen: Chosen,
    wishes: Wishes,
    name: str,
    files: Mapping[str, Mapping[str, Any]],
    log: Sequence[custody.Line],
) -> dict[str, Any]:
    """The manifest. name: of the bag; files: path below data/ -> sha256 and size_bytes.

    It knows neither the annex, which prints its hash, nor a clock.
    """
    release = chosen.release
    return {
        "form": layout.FORM,
        "bag": name,
        "release": {
            "id": release.id,
            "tier": release.tier,
            "as_of": release.as_of,
            "manifest_sha256": log[-1]["sha256"],
            "code": release.said["code"],
            "rules": release.said["rules"],
        },
        "choice": {
            "by": chosen.by,
            "asked": list(chosen.asked),
            "subjects": list(chosen.subjects),
            "codes": list(chosen.codes),
        },
        "wishes": wishes,
        "specimen": chosen.illustrative,
        "counts": {
            "concessions": len(chosen.concessions),
            "territories": len(chosen.territories),
            "overlaps": len(chosen.overlaps),
        },
        "versions": {
            "figures": release.said["versions"],
            "bundle": {
                **{key: manifest.versions()[key] for key in ("deslinde", "gdal")},
                **{key: version(key) for key in _WRITERS},
            },
        },
        "files": dict(files),
        "custody": {"lines": len(log), "head": custody.head(log)},
    }


def about(chosen: Chosen, name: str) -> dict[str, str]:
    """`bag-info.txt` without a clock, a person or a machine. name: of the bag."""
    specimen = " ESPÉCIMEN: datos ilustrativos, inventados." if chosen.illustrative else ""
    return {
        "Bagging-Date": _day(chosen.release.as_of),
        "External-Description": f"Anexo técnico de superposiciones.{specimen}",
        "External-Identifier": name,
    }


def _day(partial: str) -> str:
    """The first day of a partial date."""
    return f"{parse(partial)}-01-01"[:10] if partial else _NO_DAY


def digests(payload: Path) -> dict[str, dict[str, Any]]:
    """SHA-256 and size of every file below `data/` but the annex and the manifest itself."""
    return {
        name: {"sha256": sha256_of(path), "size_bytes": path.stat().st_size}
        for path in sorted(payload.rglob("*"))
        if path.is_file()
        and (name := path.relative_to(payload).as_posix()) not in (layout.PDF, layout.MANIFEST)
    }
