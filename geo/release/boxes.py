"""The public folder of closed boxes: one file, the last publication. All that the public opens."""

from pathlib import Path

from geo.errors import ReleaseDamaged
from geo.release.published import Published, from_bytes, to_bytes

FILE = "boxes.json"

__all__ = ["FILE", "Published", "from_bytes", "read", "to_bytes"]


def read(folder: Path) -> Published | None:
    """The publication in a folder, None where there is none. Raises ReleaseDamaged."""
    try:
        content = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ReleaseDamaged(
            f"La publicación de paquetes en «{folder}» no se puede leer: revise sus permisos."
        ) from error
    return from_bytes(content)
