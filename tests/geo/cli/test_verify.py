"""`deslinde verify` as the other side runs it: 0, 1 with a sentence a finding, 2 for no bundle."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any


def flipped(path: Path, name: str, out: Path) -> Path:
    """The bundle with one byte of one file changed."""
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(out, "w") as changed:
        for entry in archive.infolist():
            content = bytearray(archive.read(entry))
            if entry.filename.endswith(name):
                content[len(content) // 2] ^= 0x01
            fresh = zipfile.ZipInfo(entry.filename, entry.date_time)
            fresh.create_system, fresh.external_attr = entry.create_system, entry.external_attr
            changed.writestr(fresh, bytes(content))
    return out


def forged(bag: Path, name: str) -> None:
    """The manifest names a file that nobody could write down, and the bag's lists fit it."""
    path = bag / "data" / "manifest.json"
    said = json.loads(path.read_text("utf-8"))
    said["files"][name] = {"sha256": "0" * 64, "size_bytes": 1}
    path.write_text(json.dumps(said), "utf-8")
    hashes = bag / "manifest-sha256.txt"
    lines = hashes.read_text("utf-8").splitlines()
    fresh = hashlib.sha256(path.read_bytes()).hexdigest()
    fitted = [f"{fresh}  {one[66:]}" if one.endswith("manifest.json") else one for one in lines]
    hashes.write_text("".join(f"{one}\n" for one in fitted), "utf-8")


def test_the_other_side_needs_nothing_but_the_bundle_to_check_it(
    deslinde: Callable[..., Any], tmp_path: Path
) -> None:
    assert deslinde("build", "--demo").code == 0
    assert deslinde("export", "--territory", "R-001", "--out", "p.zip").code == 0
    (tmp_path / "home").rename(tmp_path / "elsewhere")  # a clean laptop: no release, no snapshot

    whole = deslinde("verify", "p.zip", "--json", "r.json")
    assert (whole.code, whole.err) == (0, "")
    assert "sin hallazgos" in whole.out
    assert "Se recalcularon 2 pares" in whole.out
    assert "Firmas: no hay ninguna" in whole.out
    said = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert (said["ok"], said["findings"]) == (True, [])

    name = "data/datos/superposiciones.csv"
    broken = flipped(tmp_path / "p.zip", name, tmp_path / "q.zip")
    found = deslinde("verify", broken, "--json", "r.json")
    assert found.code == 1
    first = next(line for line in found.out.splitlines() if "✗" in line)
    assert f"«{name}» fue alterado" in first
    said = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert [(one["kind"], one["file"]) for one in said["findings"]] == [("altered", name)]

    with zipfile.ZipFile("p.zip") as archive:
        archive.extractall("fuera")
    assert deslinde("verify", "fuera", "--no-recompute").code == 0
    forged(next(Path("fuera").iterdir()), "\ud800\x1b[2J\u202e")
    told = deslinde("verify", "fuera", "--no-recompute", "--json", "r.json")
    assert told.code == 1
    assert not [letter for letter in told.out if not (letter.isprintable() or letter == "\n")]
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["ok"] is False
    missing = deslinde("verify", "p.zip", "--trusted", "nada.pem")
    assert "nada.pem" in missing.sentence


def test_what_is_no_bundle_is_one_sentence(deslinde: Callable[..., Any], tmp_path: Path) -> None:
    assert "No existe" in deslinde("verify", "nada.zip").sentence
    (tmp_path / "x.zip").write_bytes(b"nada")
    assert "no es un zip" in deslinde("verify", "x.zip").sentence
    (tmp_path / "vacia").mkdir()
    assert "no trae un paquete" in deslinde("verify", "vacia").sentence
