"""A bundle of the demonstration, made once, and what somebody could do to it."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from geo.evidence.bundle import bundle
from geo.evidence.check.verify import verify
from geo.evidence.choice import choose
from geo.evidence.chosen import By
from geo.evidence.findings import Report
from geo.evidence.wishes import Separator, Wishes
from geo.home import Home
from geo.release.manifest import canonical
from geo.release.read import open_release
from geo.terms import Tier
from geo.world import languages

TAGS = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Bag:
    """The files of a bundle, and where to write them again."""

    name: str
    files: Mapping[str, bytes]
    folder: Path

    def written(self, files: Mapping[str, bytes], order: Iterable[str] | None = None) -> Path:
        """These files as an archive of the one form."""
        path = self.folder / "atacado.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted(files) if order is None else order:
                entry = zipfile.ZipInfo(f"{self.name}/{name}", (1980, 1, 1, 0, 0, 0))
                entry.create_system, entry.external_attr = 3, 0o100644 << 16
                archive.writestr(entry, files[name])
        return path

    def with_lists(self, changed: Mapping[str, bytes | None]) -> dict[str, bytes]:
        """The files with some changed (None: gone), and the bag's lists of hashes made to fit."""
        files = self.changed(changed)
        payload = {name: content for name, content in files.items() if name.startswith("data/")}
        size = sum(map(len, payload.values()))
        info = [
            f"Payload-Oxum: {size}.{len(payload)}" if line.startswith("Payload-Oxum") else line
            for line in files["bag-info.txt"].decode().splitlines()
        ]
        files["bag-info.txt"] = "".join(f"{line}\n" for line in info).encode()
        files["manifest-sha256.txt"] = _listing(payload)
        files["tagmanifest-sha256.txt"] = _listing({name: files[name] for name in TAGS})
        return files

    def with_every_list(self, changed: Mapping[str, bytes | None]) -> dict[str, bytes]:
        """The same, and manifest.json made to fit too: only the PDF still names the old one."""
        files = self.changed(changed)
        manifest = json.loads(files["data/manifest.json"])
        manifest["files"] = {
            name.removeprefix("data/"): {"sha256": sha256(content), "size_bytes": len(content)}
            for name, content in files.items()
            if name.startswith("data/") and name not in ("data/manifest.json", "data/anexo.pdf")
        }
        lines = files["data/custodia.jsonl"].splitlines()
        manifest["custody"] = {"lines": len(lines), "head": json.loads(lines[-1])["hash"]}
        release = files["data/metodo/publicacion.json"]
        manifest["release"]["manifest_sha256"] = sha256(release)
        return self.with_lists({**changed, "data/manifest.json": canonical(manifest)})

    def changed(self, changed: Mapping[str, bytes | None]) -> dict[str, bytes]:
        """The files with some changed, and nothing else."""
        return {n: c for n, c in {**self.files, **changed}.items() if c is not None}


def _listing(files: Mapping[str, bytes]) -> bytes:
    ordered = sorted(files, key=lambda name: name.split("/"))
    return "".join(f"{sha256(files[name])}  {name}\n" for name in ordered).encode()


@pytest.fixture(scope="session")
def home(demonstration: Home) -> Home:
    """A home with the releases of the demonstration."""
    return demonstration


@pytest.fixture(scope="session")
def exported(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """`exported(By.TERRITORY, "C-001")` gives a bundle."""
    spoken = languages(home)

    def export(
        by: By,
        asked: str,
        *,
        tier: Tier = Tier.PUBLIC,
        language: str = "es",
        separator: Separator = Separator.COMMA,
    ) -> Path:
        chosen = choose(open_release(home.releases(tier.value)), by, asked)
        out = tmp_path_factory.mktemp("bundle") / "paquete.zip"
        wishes = Wishes(language=language, separator=separator)
        made = bundle(chosen, wishes, spoken[language], out, fonts=home.fonts, say=lambda _: None)
        return made.path

    return export


@pytest.fixture(scope="session")
def whole(exported: Callable[..., Path]) -> Path:
    """A bundle as it was made: two rights, their community in two parts, and facts about both."""
    return exported(By.CODES, "009900393\n009901317")


@pytest.fixture(scope="session")
def bag(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Bag:
    """Its files."""
    with zipfile.ZipFile(whole) as archive:
        names = archive.namelist()
        name = names[0].split("/")[0]
        files = {one.removeprefix(f"{name}/"): archive.read(one) for one in names}
    return Bag(name, files, tmp_path_factory.mktemp("attacked"))


@pytest.fixture(scope="session")
def report(home: Home) -> Callable[..., Report]:
    """`report(path)` is what verify says of it; figures are computed again only when asked."""
    spoken = languages(home)
    made_by = open_release(home.releases(Tier.PUBLIC.value)).said["code"]

    def check(path: Path, *, recompute: bool = False) -> Report:
        with pytest.MonkeyPatch.context() as patched:
            # the code that made the bundle, read once
            patched.setattr("geo.evidence.check.verify.code_digest", lambda: made_by)
            return verify(path, home=home, languages=spoken, recompute=recompute)

    return check
