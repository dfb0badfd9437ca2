"""The bytes of one retrieval, kept under their SHA-256 and never changed."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from geo.errors import FileUnreadable, SnapshotDamaged
from geo.home import Home, private_folder, sha256_of, whole_folder
from geo.intake.shapefile import companions
from geo.stages import Snapshot

_FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)


def keep(home: Home, path: Path, source_id: str, origin: str | None = None) -> Snapshot:
    """Copy a file's bytes to `home.snapshots/<sha256>/<published name>`.

    A loose .shp is kept as one zip with the files beside it that share its name: the same
    files give the same zip. Bytes that are kept already are checked and used again.
    Raises FileUnreadable when there is no such file, SnapshotDamaged when the kept bytes are
    not what their name says.
    """
    with _as_one(path) as one:
        snapshot = _described(one, path, source_id, home.now(), origin)
        folder = home.snapshots / snapshot.sha256
        if not folder.exists():
            private_folder(home.snapshots)
            with whole_folder(folder) as temporary:
                shutil.copyfile(one, temporary / one.name)
    kept = _only_file(folder)
    if sha256_of(kept) != snapshot.sha256:
        raise SnapshotDamaged(
            f"Los bytes guardados de «{kept.name}» ya no son los que se recibieron: restaure la "
            "carpeta de una copia, o bórrela y vuelva a importar."
        )
    return Snapshot(
        snapshot.sha256,
        kept.name,
        snapshot.size_bytes,
        snapshot.origin,
        source_id,
        snapshot.retrieved_at,
    )


def path(home: Home, snapshot: Snapshot) -> Path:
    """Where the bytes of a snapshot lie. Raises FileUnreadable when they are gone."""
    kept = home.snapshots / snapshot.sha256 / snapshot.name
    if not kept.is_file():
        raise FileUnreadable(
            f"Faltan los bytes guardados de «{snapshot.name}»: vuelva a importar el archivo."
        )
    return kept


def of_file(path: Path, source_id: str, retrieved_at: datetime) -> Snapshot:
    """What `keep` would say of a file, with nothing copied."""
    with _as_one(path) as one:
        return _described(one, path, source_id, retrieved_at, None)


def _described(
    one: Path, given: Path, source_id: str, retrieved_at: datetime, origin: str | None
) -> Snapshot:
    return Snapshot(
        sha256=sha256_of(one),
        name=one.name,
        size_bytes=one.stat().st_size,
        origin=given.name if origin is None else origin,
        source_id=source_id,
        retrieved_at=retrieved_at,
    )


@contextmanager
def _as_one(given: Path) -> Iterator[Path]:
    """The file itself; for a loose shapefile, a zip of its files, stored as they are."""
    if not given.is_file():
        raise FileUnreadable(f"No existe el archivo «{given}»: revise la ruta.")
    if given.suffix.lower() != ".shp":
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="deslinde-") as scratch:
        packed = Path(scratch) / f"{given.stem}.zip"
        files = companions(given, given.parent.iterdir())
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as opened:
            for ending in sorted(files):
                entry = zipfile.ZipInfo(f"{given.stem}{ending}", _FIRST_DAY_OF_ZIP)
                entry.create_system = 3
                entry.external_attr = 0o644 << 16
                opened.writestr(entry, files[ending].read_bytes())
        yield packed


def _only_file(folder: Path) -> Path:
    files = [item for item in folder.iterdir() if item.is_file()]
    if len(files) != 1:
        raise SnapshotDamaged(
            f"La carpeta «{folder.name}» de los archivos guardados no tiene un único archivo: "
            "restáurela de una copia, o bórrela y vuelva a importar."
        )
    return files[0]
