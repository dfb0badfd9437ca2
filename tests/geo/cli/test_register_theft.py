"""What a stolen disk still opens after a change of passphrase, and older files put in place."""

import io
import shutil
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from geo.register import keyring, opening, store, withdraw
from geo.register.database import FILE
from geo.register.lists import Noun
from geo.register.nouns import Event

Run = Callable[..., Any]
WORDS = "cinco palabras al azar aquí"
OTHER = "otras cinco palabras muy distintas"
NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch, deslinde: Run) -> Run:
    """`says("words\\n", "purge")` runs a verb of the register with these lines on its input."""

    def run(lines: str, verb: str, *arguments: object) -> Any:
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        return deslinde("register", verb, "--passphrase-stdin", *arguments)

    return run


@pytest.fixture
def folder(says: Run, tmp_path: Path) -> Path:
    """The folder of a register that a passphrase opens."""
    assert says(f"{WORDS}\n", "init").code == 0
    return tmp_path / "home" / "register"


def test_the_keyring_of_the_old_passphrase_is_nowhere_on_the_disk(folder: Path, says: Run) -> None:
    with sqlite3.connect(folder / FILE) as connection:
        [ring] = connection.execute("SELECT value FROM register_meta WHERE name = 'keyring'")
    desk = opening.open_register("", folder, keyring.passphrase(WORDS))
    with store.writing(desk, "ana", NOW) as txn:
        store.put(txn, Noun.EVENT, Event(title="hecho"))
    part = bytes(ring[0])[40:200]
    assert any(part in path.read_bytes() for path in folder.iterdir()), "it is found where it lies"
    assert says(f"{WORDS}\n{OTHER}\n", "passphrase").code == 0
    assert [path.name for path in folder.iterdir() if part in path.read_bytes()] == []
    opening.close(desk)


def test_an_older_database_put_in_place_brings_nothing_withdrawn_back(
    folder: Path, says: Run, tmp_path: Path
) -> None:
    register = opening.open_register("", folder, keyring.passphrase(WORDS))
    with store.writing(register, "ana", NOW) as txn:
        row = store.put(txn, Noun.EVENT, Event(title="retirado"))
    opening.close(register)
    shutil.copy(folder / FILE, tmp_path / "older")
    register = opening.open_register("", folder, keyring.passphrase(WORDS))
    with store.writing(register, "ana", NOW) as txn:
        withdraw.event(txn, row)
    opening.close(register)
    shutil.copy(tmp_path / "older", folder / FILE)
    ran = says(f"{WORDS}\n", "purge")
    assert "más antigua que la lista de retiros: 1 " in ran.err
    register = opening.open_register("", folder, keyring.passphrase(WORDS))
    assert store.get(register, Noun.EVENT, row) is None
    opening.close(register)


@pytest.mark.parametrize("verb", ["init", "purge"])
def test_a_passphrase_that_is_no_text_is_a_sentence(says: Run, folder: Path, verb: str) -> None:
    if verb == "init":
        shutil.rmtree(folder)
    sentence = says("cinco palabras \udcf1 al azar\n", verb).sentence
    assert "UTF-8" in sentence
    assert "palabras" not in sentence.replace("UTF-8", "")
