"""Which releases on disk still hold what was taken back. A release is never changed."""

import json
from collections.abc import Iterable
from pathlib import Path

from geo.release import manifest, read
from geo.stages import Snapshot


def holding(folder: Path, inputs: Iterable[Snapshot]) -> tuple[Path, ...]:
    """The releases of a tier's folder that were made from any of these files, current or not.

    Where a release names a file by what it shows of it, its own SHA-256 stands nowhere: then every
    release with such a file of the same source counts, since one too many is the safe mistake.
    """
    wanted = tuple(inputs)
    hashes, sources = {one.sha256 for one in wanted}, {one.source_id for one in wanted}
    return tuple(
        path.parent
        for path in sorted(folder.glob(f"*/{manifest.NAME}"))
        if not path.parent.name.startswith(".")
        and any(
            one["sha256"] in hashes
            or (one.get("sha256_of") == "rows" and one["source_id"] in sources)
            for one in (*_listed(path, "inputs"), *_listed(path.parent / read.CAPTURES_FILE))
        )
    )


def _listed(path: Path, name: str = "") -> tuple[dict[str, str], ...]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        listed = said[name] if name else said
        return tuple({"sha256": "", "source_id": ""} | one for one in listed)
    except (OSError, ValueError, KeyError, TypeError):
        return ()
