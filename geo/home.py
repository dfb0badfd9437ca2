"""Where we run: environment, folders and clock, read once and handed down; whole files or none.

Only this room reads the environment, the clock and the folder `data/`. Below it a function
sees only its arguments.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from geo.errors import SettingMissing

HERE = Path(__file__).resolve().parent

_LONGEST_CONTACT = 200


@dataclass(frozen=True)
class Home:
    """One installation: where its state lies, where `data/` is, and what time it is.

    root: DESLINDE_HOME (default ./var). data: the folder that says what the world is.
    now: the clock, in UTC. tsa: the address of the time stamping authority (DESLINDE_TSA), ""
    where there is none. tsa_certs: the certificates that its chain may end in, a PEM file
    (DESLINDE_TSA_CERTS). register_url: the database of the register (DESLINDE_REGISTER_URL, an
    SQLAlchemy address), "" for a SQLite file in `register`. key_file: what opens it instead of a
    passphrase (DESLINDE_REGISTER_KEY_FILE). contact: whom the public pages name for corrections
    (DESLINDE_CONTACT, one line), "" where the operator names nobody.
    """

    root: Path
    data: Path
    now: Callable[[], datetime]
    tsa: str = ""
    tsa_certs: Path | None = None
    register_url: str = field(default="", repr=False)  # it may hold a password
    key_file: Path | None = None
    contact: str = ""

    @property
    def register(self) -> Path:
        """What people told us, sealed: the database where no other is named, and attachments."""
        return self.root / "register"

    @property
    def boxes(self) -> Path:
        """The public folder of closed boxes: the last publication and nothing else."""
        return self.root / "boxes"

    @property
    def places(self) -> Path:
        """The districts that the operator brought in, for the desk and for the boxes."""
        return self.root / "places"

    @property
    def basemap(self) -> Path:
        """Layers of the operator's own under the map."""
        return self.root / "basemap"

    @property
    def snapshots(self) -> Path:
        """Kept bytes, a folder for each SHA-256."""
        return self.root / "snapshots"

    @property
    def imports(self) -> Path:
        """What was imported, as what, and for whom: one small JSON file an import."""
        return self.root / "imports"

    @property
    def fonts(self) -> Path:
        """The letters of the annex, copied from their package by the set-up."""
        return self.data / "built" / "fonts"

    @property
    def stamps(self) -> Path:
        """RFC 3161 tokens of captures: one file for each SHA-256."""
        return self.root / "stamps"

    @property
    def deliveries(self) -> Path:
        """To whom bundles were handed, when, with which hash: a chained log."""
        return self.root / "deliveries.jsonl"

    def releases(self, tier: str) -> Path:
        """The releases of one tier. A reader of one tier is given this folder and no other."""
        return self.root / "releases" / tier


def clock() -> datetime:
    """This instant, in UTC. DESLINDE_NOW (ISO 8601 with an offset) stops it, for tests."""
    stopped = os.environ.get("DESLINDE_NOW")
    if not stopped:
        return datetime.now(UTC)
    try:
        instant = datetime.fromisoformat(stopped)
    except ValueError as error:
        raise SettingMissing(
            f"DESLINDE_NOW=«{stopped}» no es una fecha y hora ISO 8601; corríjala o quítela."
        ) from error
    if instant.tzinfo is None:
        raise SettingMissing("DESLINDE_NOW necesita zona horaria, por ejemplo …T05:00:00+00:00.")
    return instant.astimezone(UTC)


def here(environment: Mapping[str, str] | None = None) -> Home:
    """The installation that the environment describes.

    Raises SettingMissing when DESLINDE_HOME is a file, when `data/` is nowhere, when a time
    stamping authority is named without certificates to trust, or when DESLINDE_CONTACT is long.
    """
    said = os.environ if environment is None else environment
    root = Path(said.get("DESLINDE_HOME") or "var").expanduser().absolute()
    if root.exists() and not root.is_dir():
        raise SettingMissing(f"DESLINDE_HOME señala «{root}», que no es una carpeta: elija otra.")
    tsa, certificates = _stamping(said)
    named = said.get("DESLINDE_REGISTER_KEY_FILE")
    return Home(
        root=root,
        data=data_folder(),
        now=clock,
        tsa=tsa,
        tsa_certs=certificates,
        register_url=said.get("DESLINDE_REGISTER_URL") or "",
        key_file=Path(named).expanduser().absolute() if named else None,
        contact=_one_line(said.get("DESLINDE_CONTACT") or ""),
    )


def _one_line(told: str) -> str:
    if len(told) > _LONGEST_CONTACT or not told.isprintable():
        raise SettingMissing(
            f"DESLINDE_CONTACT debe ser una sola línea de a lo más {_LONGEST_CONTACT} letras, por "
            "ejemplo correcciones@example.org."
        )
    return told.strip()


def _stamping(said: Mapping[str, str]) -> tuple[str, Path | None]:
    named = said.get("DESLINDE_TSA_CERTS")
    certificates = Path(named).expanduser().absolute() if named else None
    if certificates is not None and not certificates.is_file():
        raise SettingMissing(f"DESLINDE_TSA_CERTS señala «{certificates}», que no es un archivo.")
    address = said.get("DESLINDE_TSA") or ""
    if address and not _plain_address(address):
        raise SettingMissing(
            "DESLINDE_TSA debe ser una dirección http:// o https:// sin usuario ni contraseña, por "
            "ejemplo https://tsa.example/tsr."
        )
    if address and certificates is None:
        raise SettingMissing(
            "DESLINDE_TSA necesita DESLINDE_TSA_CERTS: un archivo PEM con los certificados de la "
            "autoridad de sellado en los que confía."
        )
    return address, certificates


def _plain_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    whole = address.isascii() and address.isprintable() and " " not in address
    return (
        whole
        and parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and "@" not in parts.netloc
    )


def stopped(home: Home, at: datetime) -> Home:
    """The same installation with its clock stopped."""
    return replace(home, now=lambda: at)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def code_digest() -> str:
    """The SHA-256 over every module of this package: which code made a figure."""
    digest = hashlib.sha256()
    for path in sorted(HERE.rglob("*.py")):
        digest.update(path.relative_to(HERE).as_posix().encode("utf-8"))
        digest.update(bytes.fromhex(sha256_of(path)))
    return digest.hexdigest()


def data_folder() -> Path:
    """The folder `data/`: beside the code in a checkout, inside the package when installed."""
    for folder in (HERE.parent / "data", HERE / "_data"):
        if (folder / "countries").is_dir():
            return folder
    raise SettingMissing("Falta la carpeta data/ del programa: vuelva a instalarlo.")


def read_texts(folder: Path, ending: str = ".toml") -> Iterator[tuple[str, str]]:
    """Name and text of every file of a folder with this ending, in the order of their names."""
    for path in sorted(folder.glob(f"*{ending}")):
        yield path.name, path.read_text(encoding="utf-8")


def private_folder(path: Path) -> None:
    """Makes a folder that only its owner may open, where the disk knows permissions.

    One that is there already stays as it is: whoever shares a home among stewards decides.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """The whole file or none of it: a temporary neighbour, fsync, rename."""
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary name to write to; it takes the place of `path` only when all went well.

    The temporary file has the same ending, since writers choose their format by it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        yield temporary
        _sync(temporary)
        temporary.replace(path)
        _sync(path.parent)
    finally:
        # a name may hold «[» or «*», which a pattern would read otherwise
        for left in list(path.parent.iterdir()):
            if left.name.startswith(temporary.name):
                left.unlink()


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A temporary folder to fill; it becomes `path` only when all went well.

    A folder that is there already stays as it is and the new one is dropped: what has been
    published under a name is never changed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{os.getpid()}-{path.name}")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        yield temporary
        for left in sorted(temporary.rglob("*")):
            _sync(left)
        _sync(temporary)
        if not path.exists():
            temporary.replace(path)
            _sync(path.parent)
    finally:
        if temporary.exists():
            shutil.rmtree(temporary)


@contextmanager
def replaced_folder(path: Path) -> Iterator[Path]:
    """A temporary folder to fill; it takes the place of `path` only when all went well.

    Whoever is stopped in the middle leaves the old folder as it was, or, between two renames,
    the old one under a name that begins with a dot.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{os.getpid()}-{path.name}")
    old = path.with_name(f".{os.getpid()}-old-{path.name}")
    for left in (temporary, old):
        shutil.rmtree(left, ignore_errors=True)
    temporary.mkdir()
    try:
        yield temporary
        for left in (temporary, *sorted(temporary.rglob("*"))):
            _sync(left)
        if path.exists():
            path.replace(old)
        temporary.replace(path)
        _sync(path.parent)
    finally:
        for left in (temporary, old):
            if left.exists():
                shutil.rmtree(left)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
