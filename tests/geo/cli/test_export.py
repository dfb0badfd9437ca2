"""`deslinde export`: one release gives the same bytes anywhere, and no bundle tells too much."""

import errno
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bagit
import geopandas as gpd
import pypdfium2
import pytest

from geo.cli.terminal import answer
from geo.evidence import bag, custody, layout
from geo.evidence.received_files import read_facts, read_received
from webmap.cli import deslinde as group

ROOT = Path(__file__).resolve().parent.parent.parent.parent

PERSON = "FULANA DE TAL INVENTADA"
SECRET = "LINDEROSECRETO"
NOTE = "FOLIOSECRETO"
NOW = "2026-11-21T12:00:00+00:00"


def _square(east: float, north: float, side: float, **fields: object) -> dict[str, Any]:
    ring = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    corners = [[east + side * x, north + side * y] for x, y in ring]
    return {
        "type": "Feature",
        "properties": fields,
        "geometry": {"type": "Polygon", "coordinates": [corners]},
    }


def _layer(*features: dict[str, Any]) -> str:
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32719"}}
    return json.dumps({"type": "FeatureCollection", "crs": named, "features": features})


def _right(code: str, east: float, holder: str, filed: str) -> dict[str, Any]:
    return _square(
        east, 8613000, 1000, CODIGOU=code, CONCESION=f"EJEMPLO {code}", TIT_CONCES=holder,
        FEC_DENU=filed, D_ESTADO="D.M. Titulado D.L. 708", LEYENDA="TITULADO",
    )  # fmt: skip


FILES = {
    "derechos.geojson": _layer(
        _right("010000116", 461000, PERSON, "2016-01-04"),
        _right("010000216", 461250.123456789, "MINERA DE EJEMPLO S.A.C.", "1990-05-02"),
        _right("010000316X", 470000, "MINERA DE EJEMPLO S.A.C.", "1990-05-02"),
    ),
    "comunidades.geojson": _layer(
        _square(
            460500, 8612500, 1500, codigo="C-1", nomcom="COMUNIDAD DE EJEMPLO",
            titcom="001-EJ", fectit="24/06/1994", Aarea=225,
        )
    ),
    "reclamo.geojson": _layer(_square(460600, 8612500, 3000, codigo="R-1", nombre=SECRET)),
    "hechos.csv": "noun,id,what,on,document,note\n"
    f"concession,010000116,grant,2016-08-01,RP 1-2016,{NOTE}\n",
}  # fmt: skip
COMMANDS = {
    "derechos": (
        "import", "derechos.geojson", "--source", "pe-ingemmet-mining", "--tier", "public",
    ),
    "comunidades": (
        "import", "comunidades.geojson", "--source", "pe-midagri-communities", "--tier", "public",
    ),
    "reclamo": ("import", "reclamo.geojson", "--source", "community-boundaries"),
    "hechos": ("facts", "import", "hechos.csv"),
}  # fmt: skip


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        assert self.code == 2, (self.code, self.out, self.err)
        (line,) = self.err.strip().splitlines()
        return line


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with a release of each tier: a community, three rights, a claim nobody published."""
    folder = tmp_path_factory.mktemp("export")
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DESLINDE_HOME", str(folder / "home"))
        patched.setenv("DESLINDE_NOW", NOW)
        patched.chdir(folder)
        for command in (*COMMANDS.values(), ("build",)):
            assert answer(group, command) == 0
        yield folder / "home"


@pytest.fixture
def export(home: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """`export("--case", …)` runs the command; the bundle goes to a.zip where --out is not said."""

    def run(*arguments: object) -> Ran:
        capfd.readouterr()
        said = [str(one) for one in arguments]
        out = [] if "--out" in said else ["--out", str(tmp_path / "a.zip")]
        code = answer(group, ["export", *said, *out])
        told = capfd.readouterr()
        return Ran(code, told.out, told.err)

    return run


@pytest.fixture(scope="module")
def bundles(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The bundle of two rights, from the public and from the restricted release."""
    made = {}
    codes = tmp_path_factory.mktemp("codes") / "lista.txt"
    codes.write_text("010000116\n010000216\n", "utf-8")
    for tier in ("public", "restricted"):
        made[tier] = tmp_path_factory.mktemp("bundles") / f"{tier}.zip"
        arguments = ["export", "--codes", str(codes), "--tier", tier, "--out", str(made[tier])]
        assert answer(group, arguments) == 0
    return made


def unzipped(path: Path) -> dict[str, bytes]:
    """Every file below data/, by its path there."""
    with zipfile.ZipFile(path) as archive:
        return {
            name.split("/data/", 1)[1]: archive.read(name)
            for name in archive.namelist()
            if "/data/" in name
        }


def pdf_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def everything(path: Path) -> str:
    """All that a bundle holds, as one text: its bytes, and the words of its annex."""
    annex = pdf_text(unzipped(path)[layout.PDF])
    return path.read_bytes().decode("latin-1") + " ".join(annex.split())


# --- the same bytes -----------------------------------------------------------------------------

_RUN = """
import json, os, sys
from geo.cli.terminal import answer
from webmap.cli import deslinde
os.umask(int(sys.argv[1], 8))
for command in json.loads(sys.argv[2]):
    assert answer(deslinde, command) == 0, command
"""


def _elsewhere(folder: Path, order: tuple[str, ...], umask: str, **environment: str) -> bytes:
    """The community's bundle, made by another process, with another home, folder and user."""
    for place in ("files", "work", "user"):
        (folder / place).mkdir(parents=True)
    for name in sorted(FILES, reverse=order[0] == "hechos"):
        (folder / "files" / name).write_text(FILES[name], "utf-8")
    paths = {name: str(folder / "files" / name) for name in FILES}
    commands = [
        *([paths.get(word, word) for word in COMMANDS[name]] for name in order),
        ["build"],
        ["export", "--territory", "C-1", "--tier", "restricted", "--out", str(folder / "x.zip")],
    ]
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", _RUN, umask, json.dumps(commands)],
        cwd=folder / "work",
        env=kept
        | {
            "PYTHONPATH": str(ROOT),
            "DESLINDE_HOME": str(folder / "home"),
            "DESLINDE_NOW": NOW,
            "HOME": str(folder / "user"),
        }
        | environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    return (folder / "x.zip").read_bytes()


def test_two_machines_make_the_same_bundle_byte_for_byte(tmp_path: Path) -> None:
    one = _elsewhere(
        tmp_path / "one", ("derechos", "comunidades", "reclamo", "hechos"), "022",
        TZ="America/Lima", LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0",
        PYTHONHASHSEED="1", USER="una", LANG="es_PE.UTF-8",
    )  # fmt: skip
    other = _elsewhere(
        tmp_path / "another place", ("hechos", "reclamo", "comunidades", "derechos"), "077",
        TZ="Asia/Kathmandu", LC_ALL="C.UTF-8", PYTHONHASHSEED="2", USER="otra",
    )  # fmt: skip
    assert hashlib.sha256(one).hexdigest() == hashlib.sha256(other).hexdigest()
    assert len(one) > 100_000


# --- what others can check ----------------------------------------------------------------------


def test_a_bag_that_other_programs_find_whole(bundles: dict[str, Path], tmp_path: Path) -> None:
    with zipfile.ZipFile(bundles["public"]) as archive:
        archive.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    assert folder.name.startswith("deslinde-codes-2-")
    bagit.Bag(str(folder)).validate()
    tool = shutil.which("sha256sum")
    if tool is None:
        pytest.skip("no sha256sum here")
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run([tool, "--strict", "-c", name], cwd=folder, check=True, capture_output=True)


def test_the_manifest_lists_every_file_and_the_annex_prints_its_hash(
    bundles: dict[str, Path],
) -> None:
    files = unzipped(bundles["public"])
    said = json.loads(files[layout.MANIFEST])
    listed = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content)}
        for name, content in files.items()
        if name not in (layout.MANIFEST, layout.PDF)
    }
    assert said["files"] == listed
    assert said["form"] == layout.FORM
    printed = "".join(pdf_text(files[layout.PDF]).split())
    assert hashlib.sha256(files[layout.MANIFEST]).hexdigest() in printed


def test_the_log_of_custody_holds_and_ends_with_the_release(bundles: dict[str, Path]) -> None:
    files = unzipped(bundles["restricted"])
    log = custody.read_log(files[layout.CUSTODY], layout.CUSTODY)
    captured = [line for line in log if line["action"] == "capture"]
    assert {line["at"] for line in captured} == {NOW}
    assert {line["role"] for line in captured} == {"importer"}
    read = [line["detail"] for line in log if line["detail"].get("rows") == 3]
    assert [(one["excluded"], one["repaired"]) for one in read] == [(0, 0)]
    release = files["metodo/publicacion.json"]
    assert log[-1]["sha256"] == hashlib.sha256(release).hexdigest()
    head = json.loads(files[layout.MANIFEST])["custody"]
    assert head == {"lines": len(log), "head": custody.head(log)}


def test_the_rows_as_received_open_in_a_map_program_and_keep_every_vertex(
    bundles: dict[str, Path], tmp_path: Path
) -> None:
    for name, content in unzipped(bundles["restricted"]).items():
        path = tmp_path / name.replace("/", "-")
        path.write_bytes(content)
        if not name.startswith(layout.RECEIVED) or name.endswith(".csv"):
            continue
        opened = gpd.read_file(path)
        assert opened.crs.to_epsg() == 32719
        rows, capture = read_received(content)
        assert len(rows) == len(opened)
        if capture["source_id"] == "pe-ingemmet-mining":
            assert [json.loads(one)["CODIGOU"] for one in rows["fields"]][:1] == ["010000116"]
            assert opened.geometry.iloc[1].bounds[0] == 461250.123456789
    facts = list(tmp_path.glob("recibido-facts-*.csv"))
    assert len(facts) == 1
    assert NOTE in read_facts(facts[0].read_bytes())["fields"].iloc[0]
    for path in tmp_path.glob("datos-*.geojson"):
        assert len(gpd.read_file(path)) > 0
    assert len(gpd.read_file(tmp_path / "datos-datos.gpkg", layer="concessions")) == 2


# --- nothing too much ---------------------------------------------------------------------------


def test_a_public_bundle_holds_nothing_of_what_is_not_public(bundles: dict[str, Path]) -> None:
    public, restricted = everything(bundles["public"]), everything(bundles["restricted"])
    for word in (*PERSON.split()[::3], SECRET, NOTE):
        assert word in restricted, word
        assert word not in public, word
    assert "reclamo.geojson" not in public
    assert "MINERA DE EJEMPLO" in public


@pytest.mark.skipif(os.name != "posix", reason="this disk knows no permissions of users")
def test_others_on_the_same_machine_do_not_open_a_bundle_that_names_people(
    bundles: dict[str, Path],
) -> None:
    assert bundles["restricted"].stat().st_mode & 0o077 == 0


def test_a_bundle_that_names_people_says_so_on_every_page_and_on_the_terminal(
    bundles: dict[str, Path], export: Callable[..., Ran], tmp_path: Path
) -> None:
    for tier, path in bundles.items():
        document = pypdfium2.PdfDocument(io.BytesIO(unzipped(path)[layout.PDF]))
        pages = [page.get_textpage().get_text_range() for page in document]
        document.close()
        marked = ["· RESERVADO" in text for text in pages]
        assert set(marked) == {tier == "restricted"}
        ran = export("--concession", "010000116", "--tier", tier, "--out", tmp_path / f"{tier}.zip")
        assert ("no lo publique" in ran.out) == (tier == "restricted")


def test_no_trace_of_this_machine_is_in_a_bundle(
    bundles: dict[str, Path], home: Path, tmp_path: Path
) -> None:
    for path in bundles.values():
        found = everything(path)
        for trace in (str(home), str(ROOT), str(tmp_path.parent), "/tmp/"):
            assert trace not in found, trace


def test_invented_data_make_a_specimen_and_say_so_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DESLINDE_HOME", str(tmp_path / "demo"))
    assert answer(group, ["build", "--demo"]) == 0
    out = tmp_path / "x.zip"
    capfd.readouterr()
    assert answer(group, ["export", "--case", "TRES-ISLAS", "--out", str(out)]) == 0
    assert "ESPÉCIMEN" in capfd.readouterr().out
    files = unzipped(out)
    assert json.loads(files[layout.MANIFEST])["specimen"] is True
    assert "ESPÉCIMEN" in files[layout.GUIDE].decode()
    assert "SPECIMEN" in files[layout.GUIDE_EN].decode()
    document = pypdfium2.PdfDocument(io.BytesIO(files[layout.PDF]))
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    assert len(pages) > 40
    assert [n for n, text in enumerate(pages) if "ESPÉCIMEN" not in text.upper()] == []


def test_real_data_make_no_specimen(bundles: dict[str, Path]) -> None:
    files = unzipped(bundles["public"])
    assert json.loads(files[layout.MANIFEST])["specimen"] is False
    assert "ESPÉCIMEN" not in files[layout.GUIDE].decode()


# --- what the user chooses ----------------------------------------------------------------------


def test_every_code_of_a_pasted_list_comes_back(export: Callable[..., Ran], tmp_path: Path) -> None:
    codes = tmp_path / "lista.txt"
    codes.write_text("«010000116», 010000116\n 010000316x \n10000216\n", "utf-8")
    ran = export("--codes", codes, "--csv", "semicolon", "--lang", "en", "--for", "catastro")
    assert ran.code == 0, ran.err
    said = json.loads(unzipped(tmp_path / "a.zip")[layout.MANIFEST])
    outcomes = [line["outcome"] for line in said["choice"]["codes"]]
    assert outcomes == ["matched", "repeated", "matched", "not-found"]
    assert said["wishes"]["separator"] == "semicolon"
    told = [line for line in ran.out.splitlines() if "de la lista" in line]
    assert len(told) == 2
    assert "repetido" in told[0]
    assert "010000216" in told[1]
    assert ran.out.splitlines()[-1] == (
        f"SHA-256 {hashlib.sha256((tmp_path / 'a.zip').read_bytes()).hexdigest()}"
    )


def test_an_old_release_can_still_be_exported(
    export: Callable[..., Ran], home: Path, tmp_path: Path
) -> None:
    current = (home / "releases" / "public" / "current").read_text().strip()
    ran = export("--concession", "010000216", "--release", current, "--baseline", "1994")
    assert ran.code == 0, ran.err
    assert current in ran.out
    assert current in export("--case", "x", "--release", "000000000000").sentence


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "una sola"),
        (("--case", "a", "--territory", "b"), "una sola"),
        (("--territory", "C-9"), "C-1"),
        (("--concession", "010000119"), "010000116"),
        (("--case", "tres-islaz"), "tres-islas"),
        (("--case", "../../etc/passwd"), "caso"),
        (("--territory", "C-1", "--release", "nada"), "nada"),
        (("--territory", "C-1", "--release", "../restricted"), "restricted"),
        (("--territory", "C-1", "--baseline", "ayer"), "ayer"),
        (("--territory", "C-1", "--lang", "qu"), "--lang"),
        (("--territory", "C-1", "--for", "nadie"), "--for"),
        (("--codes", "no-existe.txt"), "no-existe.txt"),
        (("--territory", "C-1", "--out", "x.pdf"), ".zip"),
        (("--territory", "C-1", "--out", "."), ".zip"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    export: Callable[..., Ran],
    arguments: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in export(*arguments).sentence
    assert list(tmp_path.iterdir()) == []


def test_a_list_that_is_no_text_or_names_nothing_is_refused(
    export: Callable[..., Ran], tmp_path: Path
) -> None:
    codes = tmp_path / "lista.txt"
    codes.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\xff")
    assert "lista.txt" in export("--codes", codes).sentence
    codes.write_text("999999999", "utf-8")
    assert "999999999" in export("--codes", codes).sentence
    codes.write_bytes(b"")
    assert export("--codes", codes).code == 2
    assert "lista" in export("--codes", tmp_path).sentence or export("--codes", tmp_path).code == 2


# --- a disk that refuses ------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/proc").exists(), reason="this system has no folder of the kernel's")
def test_a_place_that_cannot_be_written_to_is_one_sentence(export: Callable[..., Ran]) -> None:
    assert "/proc" in export("--territory", "C-1", "--out", "/proc/a.zip").sentence


def test_a_disk_that_fills_up_leaves_the_old_bundle_whole(
    export: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path, path: Path) -> None:
        path.write_bytes(b"PK half of it")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    old = tmp_path / "a.zip"
    old.write_bytes(b"the old one")
    monkeypatch.setattr(bag, "stored", full)
    assert "espacio" in export("--territory", "C-1").sentence
    assert old.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [old]


def test_a_small_disk_leaves_the_old_bundle_whole(
    export: Callable[..., Ran], tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    tool = shutil.which("mount")
    mounted = (
        tool
        and not subprocess.run(
            [tool, "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(disk)],
            capture_output=True,
            check=False,
        ).returncode
    )
    if not mounted:
        pytest.skip("only a superuser can make a small disk here")
    try:
        old = disk / "a.zip"
        old.write_bytes(b"the old one")
        assert "espacio" in export("--territory", "C-1", "--out", old).sentence
        assert old.read_bytes() == b"the old one"
        assert list(disk.iterdir()) == [old]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


# --- to whom it went ----------------------------------------------------------------------------


def test_a_delivery_is_kept_and_listed(
    bundles: dict[str, Path], home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = bundles["public"]
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    assert answer(group, ["deliver", str(path), "--to", "Mesa de partes", "--note", "cargo 7"]) == 0
    assert sha256 in capfd.readouterr().out
    assert answer(group, ["deliver", "--list"]) == 0
    (line,) = capfd.readouterr().out.splitlines()
    for said in ("1", NOW, "Mesa de partes", path.name, sha256, "cargo 7"):
        assert said in line
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    log = home / "deliveries.jsonl"
    log.write_bytes(log.read_bytes().replace(b"partes", b"partos"))
    assert answer(group, ["deliver", "--list"]) == 2
    assert "línea 1" in capfd.readouterr().err
    assert answer(group, ["deliver"]) == 2
    assert "--to" in capfd.readouterr().err
