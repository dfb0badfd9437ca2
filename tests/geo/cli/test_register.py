"""The register from the command line: its keys, its lock, and that no key is ever seen."""

import io
import os
import pty
import re
import sqlite3
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from geo.cli.register import register as group
from geo.register import keyring, opening, store
from geo.register.lists import Noun
from geo.register.nouns import Event

Run = Callable[..., Any]
WORDS = "cinco palabras al azar aquí"
OTHER = "otras cinco palabras muy distintas"
NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
KEYS = "DESLINDE_REGISTER_KEY_FILE"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder in which the command keeps the register."""
    return tmp_path / "home" / "register"


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch, deslinde: Run) -> Run:
    """`says("words\\n", "purge")` runs a verb of the register with these lines on its input."""

    def run(lines: str, verb: str, *arguments: object) -> Any:
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        return deslinde("register", verb, "--passphrase-stdin", *arguments)

    return run


@pytest.fixture
def made(says: Run, tmp_path: Path) -> Path:
    """A register that a passphrase and a key file open; the key file."""
    key = tmp_path / "usb" / "llave"
    assert says(f"{WORDS}\n", "init", "--new-key-file", key).code == 0
    return key


def _write(home: Path, words: str = WORDS) -> None:
    register = opening.open_register("", home, keyring.passphrase(words))
    with store.writing(register, "ana", NOW) as txn:
        store.put(txn, Noun.EVENT, Event(title="hecho"))
    opening.close(register)


def _read(home: Path, words: str = WORDS) -> list[str]:
    register = opening.open_register("", home, keyring.passphrase(words))
    titles = [kept.content.title for kept in store.every(register, Noun.EVENT)]
    opening.close(register)
    return titles


def test_a_register_is_made_once_and_its_keys_are_said_to_be_kept_elsewhere(
    made: Path, home: Path, says: Run
) -> None:
    assert home.stat().st_mode & 0o777 == 0o700
    before = (home / "register.sqlite").read_bytes()
    assert "no se toca" in says(f"{WORDS}\n", "init").sentence
    assert (home / "register.sqlite").read_bytes() == before


def test_a_short_passphrase_makes_no_register(says: Run, home: Path) -> None:
    assert "12 letras" in says("corta\n", "init").sentence
    assert "no trae la frase" in says("", "init").sentence
    assert not home.exists()


def test_a_key_file_beside_the_register_makes_no_register(says: Run, home: Path) -> None:
    refused = says("", "init", "--without-passphrase", "--new-key-file", home.parent / "k")
    assert "otro lugar" in refused.sentence
    assert not (home / "register.sqlite").exists()


def test_a_wrong_passphrase_is_a_sentence(made: Path, says: Run) -> None:
    assert "no abre el registro" in says("otra frase cualquiera\n", "purge").sentence


def test_the_key_file_opens_instead_of_the_passphrase(
    made: Path, deslinde: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEYS, str(made))
    assert deslinde("register", "purge").code == 0
    made.unlink()
    assert "conecte el medio" in deslinde("register", "purge").sentence


def test_a_locked_register_answers_nothing_until_its_words_are_said(
    made: Path, home: Path, says: Run, deslinde: Run
) -> None:
    desk = opening.open_register("", home, keyring.passphrase(WORDS))
    assert deslinde("register", "lock").code == 0
    assert not opening.is_open(desk)
    assert "candado" in says(f"{WORDS}\n", "purge").sentence
    assert "no abre" in says("otra frase cualquiera\n", "unlock").sentence
    assert opening.is_locked(home)
    assert says(f"{WORDS}\n", "unlock").code == 0
    assert not opening.is_locked(home)
    assert says(f"{WORDS}\n", "purge").code == 0
    opening.close(desk)


def test_a_passphrase_is_changed_and_the_key_file_goes_on_opening(
    made: Path, home: Path, says: Run, monkeypatch: pytest.MonkeyPatch, deslinde: Run
) -> None:
    _write(home)
    both = f"{WORDS}\n{OTHER}\n"
    assert KEYS in says(both, "passphrase").sentence
    monkeypatch.setenv(KEYS, str(made))
    assert says(both, "passphrase").code == 0
    assert "no abre" in says(f"{WORDS}\n", "purge").sentence
    assert _read(home, OTHER) == ["hecho"]
    assert deslinde("register", "purge").code == 0


def test_a_lost_key_file_is_replaced(
    made: Path, home: Path, says: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(KEYS, str(made))
    newer = tmp_path / "usb" / "otra"
    assert says(f"{WORDS}\n{OTHER}\n", "passphrase", "--new-key-file", newer).code == 0
    assert made.read_bytes() != newer.read_bytes()
    monkeypatch.setenv(KEYS, str(newer))
    assert says(f"{OTHER}\n", "rotate-key").code == 0


def test_keys_are_changed_and_what_was_written_is_read(
    made: Path, home: Path, says: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(home)
    desk = opening.open_register("", home, keyring.passphrase(WORDS))
    monkeypatch.setenv(KEYS, str(made))
    assert says(f"{WORDS}\n", "rotate-key").code == 0
    assert not opening.is_open(desk)
    opening.close(desk)
    assert _read(home) == ["hecho"]
    assert "audit" not in says(f"{WORDS}\n", "audit").err


def test_the_state_of_the_register_is_told_without_a_key_and_without_content(
    made: Path, home: Path, deslinde: Run
) -> None:
    _write(home)
    said = deslinde("register", "status")
    assert said.code == 0
    assert "frase, archivo de clave" in said.out
    assert "event                1 filas" in said.out
    assert "hecho" not in said.out
    (home / "register.sqlite").chmod(0o644)
    assert "chmod go=" in deslinde("register", "status").out


@pytest.mark.parametrize("verb", ["purge", "rotate-key", "passphrase", "unlock"])
def test_where_no_register_was_made_each_verb_says_how_to_make_one(says: Run, verb: str) -> None:
    assert "deslinde register init" in says(f"{WORDS}\n", verb).sentence


@pytest.mark.parametrize("verb", ["status", "upgrade"])
def test_where_no_register_was_made_the_state_says_so(deslinde: Run, verb: str) -> None:
    assert "deslinde register init" in deslinde("register", verb).sentence


@pytest.mark.parametrize("verb", ["status", "upgrade", "rotate-key"])
def test_a_register_of_a_newer_program_is_left_alone(
    made: Path, home: Path, deslinde: Run, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    with sqlite3.connect(home / "register.sqlite") as connection:
        connection.execute("UPDATE register_version SET version_num = '9999'")
    connection.close()
    monkeypatch.setenv(KEYS, str(made))
    assert "versión más nueva: actualice el programa" in deslinde("register", verb).sentence


def test_an_upgrade_of_what_is_new_already_changes_nothing(made: Path, deslinde: Run) -> None:
    assert deslinde("register", "upgrade").code == 0


# --- no key is seen ------------------------------------------------------------------------------

_PROGRAM = """
import sys
from pathlib import Path
from geo.cli.terminal import answer
from geo.home import here
from webmap.cli import deslinde
for verb in sys.argv[1:]:
    print(verb, answer(deslinde, ["register", *verb.split()]))
print(repr(here()))
for name in ("environ", "cmdline"):
    print(Path("/proc/self", name).read_bytes().decode())
"""


def _environment(home: Path) -> dict[str, str]:
    """No more than the command needs: the tests' own environment names them."""
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "DESLINDE_HOME": str(home.parent),
        "PYTHONPATH": str(Path(__file__).resolve().parents[3]),
    }


def test_no_output_environment_or_argument_of_a_process_holds_a_key(made: Path, home: Path) -> None:
    wrong = "una frase equivocada"
    deeds = {
        "purge": f"{WORDS}\n",
        "unlock": f"{wrong}\n",
        "rotate-key": f"{WORDS}\n",
        "passphrase": f"{WORDS}\n{OTHER}\n",
    }
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *(f"{verb} --passphrase-stdin" for verb in deeds)],
        input="".join(deeds.values()),
        capture_output=True,
        text=True,
        check=True,
        env={**_environment(home), KEYS: str(made)},
    )
    for verb, code in zip(deeds, (0, 2, 0, 0), strict=True):
        assert f"{verb} --passphrase-stdin {code}\n" in done.stdout, done.stderr
    assert "DESLINDE_HOME=" in done.stdout
    said = done.stdout + done.stderr
    held = (WORDS, OTHER, wrong, made.read_text().strip(), "AGE-SECRET-KEY")
    assert [one for one in held if one in said] == []


def test_a_passphrase_that_somebody_types_is_not_shown(tmp_path: Path) -> None:
    asked = [sys.executable, "-c", _PROGRAM, "init"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, asked, _environment(tmp_path / "home" / "register"))
    shown = b""
    for prompt in (b"Frase nueva", b"Otra vez"):
        while prompt not in shown:
            shown += os.read(terminal, 1000)
        # the terminal stops showing just after the question is there
        time.sleep(0.3)
        os.write(terminal, WORDS.encode() + b"\n")
    while True:
        try:
            more = os.read(terminal, 1000)
        except OSError:
            break
        if not more:
            break
        shown += more
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert "Registro hecho" in shown.decode()
    assert WORDS not in shown.decode()


def test_no_verb_takes_a_secret_as_an_argument() -> None:
    assert len(group.commands) > 8
    for verb, command in group.commands.items():
        taken = {one.name for one in command.params if not getattr(one, "is_flag", False)}
        assert not {name for name in taken if re.search("pass|secret|word|frase", name)}, verb
