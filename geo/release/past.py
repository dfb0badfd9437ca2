"""Which releases on disk still hold what was taken back. A release is never changed."""

import json
from collections.abc import Iterable
from pathlib import Path

from geo.release import manifest


def holding(folder: Path, inputs: Iterable[str]) -> tuple[Path, ...]:
    """The releases of a tier's folder that were made from any of these SHA-256, current or not."""
    wanted = frozenset(inputs)
    return tuple(
        path.parent
        for path in sorted(folder.glob(f"*/{manifest.NAME}"))
        if not path.parent.name.startswith(".") and wanted & _inputs(path)
    )


def _inputs(path: Path) -> frozenset[str]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return frozenset(one["sha256"] for one in said["inputs"])
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()
