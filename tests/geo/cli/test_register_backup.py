"""The register's copies, log and names from the command line, as a steward uses them."""

import io
import re
import shutil
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyrage
import pytest

from geo.register import names, opening, store
from geo.register.keyring import Secret
from geo.register.lists import Noun
from geo.register.nouns import Event

Run = Callable[..., Any]
CANARY = "Zulmira Ficticia Inventada"
NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)


@pytest.fixture
def keyed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deslinde: Run
) -> tuple[Run, Secret, Path]:
    """The command, with a register that a key file opens; what opens it; where it lies."""
    key = tmp_path / "usb" / "clave"
    assert deslinde("register", "init", "--without-passphrase", "--new-key-file", key).code == 0
    monkeypatch.setenv("DESLINDE_REGISTER_KEY_FILE", str(key))
    secret = Secret("file", bytes.fromhex(key.read_text().strip()))
    return deslinde, secret, tmp_path / "home" / "register"


@pytest.fixture
def pair(tmp_path: Path) -> tuple[str, Path]:
    """An age recipient, and the file of its identity as age-keygen writes it."""
    identity = pyrage.x25519.Identity.generate()
    file = tmp_path / "usb" / "identidad.txt"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"# created: 2026\n# public key: {identity.to_public()}\n{identity}\n")
    return str(identity.to_public()), file


def _incident(folder: Path, secret: Secret, title: str) -> str:
    register = opening.open_register("", folder, secret)
    with store.writing(register, "ana", NOW) as txn:
        row = store.put(txn, Noun.EVENT, Event(title=title))
    opening.close(register)
    return row


def _titles(folder: Path, secret: Secret) -> list[str]:
    register = opening.open_register("", folder, secret)
    found = [kept.content.title for kept in store.every(register, Noun.EVENT)]
    opening.close(register)
    return found


def test_the_drill_of_a_machine_that_is_gone(
    keyed: tuple[Run, Secret, Path], pair: tuple[str, Path], tmp_path: Path
) -> None:
    deslinde, secret, folder = keyed
    _incident(folder, secret, CANARY)
    copy = tmp_path / "usb" / "copia.age"
    made = deslinde("register", "backup", "--to", copy, "--recipient", pair[0])
    assert made.code == 0, made.err
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    end = re.search(r"\d+:[0-9a-f]{64}", made.out)
    assert end
    shutil.rmtree(folder)
    restored = deslinde("register", "restore", copy, "--identity", pair[1])
    assert restored.code == 0, restored.err
    assert _titles(folder, secret) == [CANARY]
    # the end that the copy printed is still in the log
    assert deslinde("register", "audit", "--expect", end[0]).code == 0
    # and a second time nothing is written over
    assert "Ya hay un registro" in deslinde("register", "restore", copy).sentence


def test_what_was_withdrawn_after_the_copy_stays_withdrawn(
    keyed: tuple[Run, Secret, Path], pair: tuple[str, Path], tmp_path: Path
) -> None:
    deslinde, secret, folder = keyed
    row = _incident(folder, secret, CANARY)
    copy = tmp_path / "copia.age"
    assert deslinde("register", "backup", "--to", copy, "--recipient", pair[0]).code == 0
    register = opening.open_register("", folder, secret)
    with store.writing(register, "ana", NOW) as txn:
        store.bury(txn, Noun.EVENT, row)
    opening.close(register)
    shutil.copy(folder / "withdrawn.jsonl", tmp_path / "lista.jsonl")
    shutil.rmtree(folder)
    again = deslinde(
        *("register", "restore", copy, "--identity", pair[1]),
        *("--withdrawn", tmp_path / "lista.jsonl"),
    )
    assert "Retirados otra vez, porque se retiraron después: 1." in again.out
    assert _titles(folder, secret) == []


def test_passphrases_come_from_standard_input_and_never_from_the_command_line(
    deslinde: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own, copy_s = "la frase del registro", "la frase de la copia"

    def typed(*lines: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    typed(own)
    assert deslinde("register", "init", "--passphrase-stdin").code == 0
    typed(own, copy_s)
    made = deslinde("register", "backup", "--to", tmp_path / "c.age", "--passphrase-stdin")
    assert made.code == 0, made.err
    assert own not in made.out + made.err
    assert copy_s not in made.out + made.err
    shutil.rmtree(tmp_path / "home" / "register")
    typed(own, own)
    wrong = deslinde("register", "restore", tmp_path / "c.age", "--passphrase-stdin")
    assert "no se abre con esa frase" in wrong.sentence
    typed(copy_s, own)
    assert deslinde("register", "restore", tmp_path / "c.age", "--passphrase-stdin").code == 0
    typed(own, "corta")
    short = deslinde("register", "backup", "--to", tmp_path / "d.age", "--passphrase-stdin")
    assert "muy corta" in short.sentence
    assert not (tmp_path / "d.age").exists()


def test_reading_the_log_is_a_line_of_the_log(keyed: tuple[Run, Secret, Path]) -> None:
    deslinde, secret, folder = keyed
    row = _incident(folder, secret, CANARY)
    first = deslinde("register", "audit")
    assert first.code == 0, first.err
    assert re.search(rf"1  2026-11-03T15:00:00\+00:00  ana  write event  {row}\n", first.out)
    assert re.search(r"2  \S+  orden  read log\n", first.out)
    assert CANARY not in first.out
    end = re.search(r"\d+:[0-9a-f]{64}", first.out)
    assert end
    again = deslinde("register", "audit", "--expect", end[0])
    assert "3  " in again.out
    other = deslinde("register", "audit", "--expect", f"2:{'0' * 64}")
    assert "no es la que se anotó" in other.sentence
    assert "--expect" in deslinde("register", "audit", "--expect", "2").sentence


def test_a_list_of_names_is_taken_and_never_shown(
    keyed: tuple[Run, Secret, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deslinde, secret, folder = keyed
    file = tmp_path / "nombres.txt"
    file.write_text(f"\ufeff{CANARY}\n\n+51 987 654 321\n", encoding="utf-8")
    added = deslinde("register", "names", "add", file)
    assert added.out == "Nuevos: 2. En la lista: 2.\n"
    monkeypatch.setattr("sys.stdin", io.StringIO("Otro Nadie Inventado\n"))
    assert deslinde("register", "names", "add", "-").out == "Nuevos: 1. En la lista: 3.\n"
    assert deslinde("register", "names", "remove", file).out == "Quitados: 2. En la lista: 1.\n"
    assert deslinde("register", "names", "count").out == "1\n"
    register = opening.open_register("", folder, secret)
    assert names.found_in(register, "otro nadie inventado")
    assert not names.found_in(register, CANARY)
    opening.close(register)
    file.write_text("Zulmira Ficticia\nxx\n", encoding="utf-8")
    refused = deslinde("register", "names", "add", file).sentence
    assert "Línea 2" in refused
    assert "xx" not in refused
    file.write_bytes(b"\xff\xfe")
    assert "UTF-8" in deslinde("register", "names", "add", file).sentence
    assert deslinde("register", "names", "count").out == "1\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("restore", "no-hay.age"),
        ("backup",),
        ("backup", "--to", "c.age", "--recipient", "age1no"),
        ("restore", "nota.txt", "--identity", "nota.txt"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    deslinde: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    key = tmp_path / "usb" / "clave"
    if arguments[0] == "backup":
        deslinde("register", "init", "--without-passphrase", "--new-key-file", key)
        monkeypatch.setenv("DESLINDE_REGISTER_KEY_FILE", str(key))
    (tmp_path / "nota.txt").write_text("nada")
    assert deslinde("register", *arguments).sentence
    assert not (tmp_path / "c.age").exists()
