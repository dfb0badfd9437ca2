"""A delivery is kept outside the bundle: who got which bytes, in a chain that tells a break."""

import hashlib
import json
import multiprocessing
import os
import stat
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typst

from geo.errors import BundleUnreadable, CustodyBroken, FileUnwritable
from geo.evidence import bag, deliver, layout
from geo.home import Home
from geo.release.manifest import canonical


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", tmp_path, lambda: datetime(2026, 11, 21, 5, tzinfo=UTC))


@pytest.fixture(scope="module")
def annex() -> bytes:
    """An annex that names a manifest of 64 zeros."""
    made = typst.compile(b'#set document(keywords: ("manifest-sha256:" + "0" * 64,))\nx')
    assert isinstance(made, bytes)
    return made


@pytest.fixture
def packed(tmp_path: Path, annex: bytes) -> Callable[..., Path]:
    """A zip that says of itself what a bundle says, with one file."""

    def make(name: str = "a.zip", *, names: str | None = None, **said: Any) -> Path:
        folder = tmp_path / "made" / "deslinde-case-x-000000000000"
        (folder / "data").mkdir(parents=True, exist_ok=True)
        (folder / "data" / "LEAME.txt").write_bytes(b"lea\n")
        manifest = {
            "form": layout.FORM,
            "bag": folder.name,
            "release": {"id": "0" * 12},
            "specimen": False,
            "files": {
                "LEAME.txt": {"sha256": hashlib.sha256(b"lea\n").hexdigest(), "size_bytes": 4}
            },
        }
        listed = canonical(manifest | said)
        (folder / "data" / layout.MANIFEST).write_bytes(listed)
        named = hashlib.sha256(listed).hexdigest() if names is None else names
        (folder / "data" / layout.PDF).write_bytes(annex.replace(b"0" * 64, named.encode()))
        bag.tag(folder, {"External-Identifier": "x"})
        path = tmp_path / name
        bag.stored(folder, path)
        return path

    return make


def test_a_delivery_says_when_to_whom_and_which_bytes(home: Home, packed: Callable) -> None:
    path = packed()
    line = deliver.deliver(home, deliver.handed(path), to="Juzgado\u202e de prueba", by="Estudio")
    assert line["at"] == "2026-11-21T05:00:00+00:00"
    assert line["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert line["detail"]["to"].split() == ["Juzgado", "de", "prueba"]
    assert (line["n"], line["prev"], line["what"]) == (1, "0" * 64, "a.zip")
    again = deliver.deliver(home, deliver.handed(path), to="Otra persona")
    assert again["prev"] == line["hash"]
    assert deliver.deliveries(home) == [line, again]
    assert deliver.told(again)["to"] == "Otra persona"


@pytest.mark.skipif(os.name != "posix", reason="this disk knows no permissions of users")
def test_nobody_else_reads_to_whom_bundles_went(home: Home, packed: Callable) -> None:
    before = os.umask(0o022)
    try:
        deliver.deliver(home, deliver.handed(packed()), to="A")
    finally:
        os.umask(before)
    assert stat.S_IMODE(home.deliveries.stat().st_mode) == 0o600
    assert [path.name for path in home.root.iterdir()] == ["deliveries.jsonl"]


def test_a_changed_line_is_named_and_nothing_is_added_to_it(home: Home, packed: Callable) -> None:
    handed = deliver.handed(packed())
    for to in "ABC":
        deliver.deliver(home, handed, to=to)
    lines = home.deliveries.read_bytes().splitlines(keepends=True)
    tampered = b"".join([lines[0], lines[1].replace(b'"to":"B"', b'"to":"X"'), lines[2]])
    assert tampered != b"".join(lines)
    home.deliveries.write_bytes(tampered)
    with pytest.raises(CustodyBroken, match="línea 2 cambió"):
        deliver.deliveries(home)
    with pytest.raises(CustodyBroken, match="línea 2 cambió"):
        deliver.deliver(home, handed, to="D")
    assert home.deliveries.read_bytes() == tampered


def _deliver_many(root: Path, path: Path, start: Any, to: str) -> None:
    home = Home(root, root, lambda: datetime(2026, 11, 21, tzinfo=UTC))
    handed = deliver.handed(path)
    start.wait()
    for _ in range(5):
        deliver.deliver(home, handed, to=to)


def test_two_who_deliver_at_once_do_not_break_the_chain(home: Home, packed: Callable) -> None:
    context = multiprocessing.get_context("spawn")
    path, start = packed(), context.Barrier(3)
    workers = [
        context.Process(target=_deliver_many, args=(home.root, path, start, to)) for to in "ABC"
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    lines = deliver.deliveries(home)
    assert [line["n"] for line in lines] == list(range(1, 16))
    assert sorted(line["detail"]["to"] for line in lines) == sorted("ABC" * 5)


def test_a_lock_that_was_left_is_told_with_its_name(
    home: Home, packed: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "_WAIT_S", 0)
    home.root.mkdir()
    left = home.root / "deliveries.jsonl.lock"
    left.touch()
    with pytest.raises(CustodyBroken, match="borre"):
        deliver.deliver(home, deliver.handed(packed()), to="A")
    assert left.exists()
    assert not home.deliveries.exists()


def test_only_an_unchanged_bundle_of_ours_is_delivered(tmp_path: Path, packed: Callable) -> None:
    for name, content in (("x.zip", b"PK"), ("y.zip", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BundleUnreadable):
            deliver.handed(tmp_path / name)
    with pytest.raises(BundleUnreadable, match="No existe"):
        deliver.handed(tmp_path / "none.zip")
    with pytest.raises(BundleUnreadable, match="carpeta"):
        deliver.handed(tmp_path)
    with pytest.raises(BundleUnreadable, match="más nueva"):
        deliver.handed(packed(form=layout.FORM + 1))
    with pytest.raises(BundleUnreadable, match=r"LEAME\.txt» falta o cambió"):
        deliver.handed(packed(files={"LEAME.txt": {"sha256": "0" * 64}}))
    for broken in ({"files": 3}, {"files": {"a": 1}}, {"release": None}):
        with pytest.raises(BundleUnreadable, match="no es un paquete"):
            deliver.handed(packed(**broken))


def _changed(path: Path, changes: dict[str, bytes]) -> Path:
    """The same archive with other bytes in some files, or with more files."""
    with zipfile.ZipFile(path) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
        top = archive.namelist()[0].split("/")[0]
    files |= {f"{top}/{name}": content for name, content in changes.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, files[name])
    return path


def test_a_bundle_with_another_annex_is_not_delivered(packed: Callable, annex: bytes) -> None:
    with pytest.raises(BundleUnreadable, match=r"anexo\.pdf» fue alterado"):
        deliver.handed(_changed(packed(), {"data/anexo.pdf": annex}))
    with pytest.raises(BundleUnreadable, match="no nombra su manifiesto"):
        deliver.handed(packed(names="1" * 64))
    assert deliver.handed(_changed(packed(), {"firmas/anexo.firmado.pdf": annex}))


@pytest.mark.skipif(os.name != "posix" or not hasattr(os, "geteuid"), reason="needs a posix disk")
def test_a_disk_that_refuses_is_one_sentence(home: Home, packed: Callable) -> None:
    home.root.write_text("a file where the folder should be")
    with pytest.raises(FileUnwritable):
        deliver.deliver(home, deliver.handed(packed()), to="A")


def test_the_log_is_lines_of_json_that_any_program_reads(home: Home, packed: Callable) -> None:
    deliver.deliver(home, deliver.handed(packed()), to="ñ")
    (line,) = home.deliveries.read_text("utf-8").splitlines()
    assert json.loads(line)["detail"]["to"] == "ñ"
