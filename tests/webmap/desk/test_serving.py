"""`deslinde desk` in the terminal: its first account, and where it refuses to listen."""

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from geo.errors import KeyRefused, RecordRefused, RegisterClosed, SettingMissing
from geo.register import opening
from webmap import listening
from webmap.cli import deslinde
from webmap.desk import serving

FIRST = "primera frase de prueba"
Run = Callable[..., Result]


@pytest.fixture
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A home of its own, and a key file, which opens a register in no time."""
    set_here = {
        "DESLINDE_HOME": str(tmp_path / "home"),
        "DESLINDE_REGISTER_KEY_FILE": str(tmp_path / "key"),
    }
    for name, value in set_here.items():
        monkeypatch.setenv(name, value)
    return {**os.environ, **set_here, "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def run(surroundings: dict[str, str]) -> Run:
    def said(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(deslinde, arguments, input=typed)

    return said


@pytest.fixture
def made(run: Run, surroundings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A register that a key file opens; gives its folder."""
    key = surroundings["DESLINDE_REGISTER_KEY_FILE"]
    monkeypatch.delenv("DESLINDE_REGISTER_KEY_FILE")
    result = run("register", "init", "--without-passphrase", "--new-key-file", key)
    assert result.exit_code == 0, result.output
    monkeypatch.setenv("DESLINDE_REGISTER_KEY_FILE", key)
    return Path(surroundings["DESLINDE_HOME"]) / "register"


def test_an_account_is_made_in_the_terminal_and_its_password_is_never_shown(
    made: Path, run: Run
) -> None:
    add = ("desk", "account", "add", "Colibri-7", "--role", "administrator")
    result = run(*add, typed=f"{FIRST}\n{FIRST}\n")
    assert result.exit_code == 0, result.output
    assert "Cuenta «colibri-7» hecha." in result.output
    assert FIRST not in result.output
    assert run("desk", "account", "list").output == "colibri-7  administrator  activa\n"
    assert isinstance(run(*add, typed=f"{FIRST}\n{FIRST}\n").exception, RecordRefused)
    new = ("desk", "account", "add", "colibri-8", "--role", "monitor")
    for typed, why in (("corta\ncorta\n", "12 letras"), (f"{FIRST}\notra\n", "no son iguales")):
        refused = run(*new, typed=typed).exception
        assert isinstance(refused, RecordRefused)
        assert why in str(refused)
    result = run("desk", "account", "anew", "colibri-7", typed=f"{FIRST} dos\n{FIRST} dos\n")
    assert "Acceso nuevo para «colibri-7»." in result.output
    nobody = run("desk", "account", "anew", "nadie", typed=f"{FIRST}\n{FIRST}\n").exception
    assert "No hay ninguna cuenta «nadie»" in str(nobody)


@pytest.mark.usefixtures("made")
def test_without_the_key_there_is_no_account(
    run: Run, tmp_path: Path, surroundings: dict[str, str]
) -> None:
    other = tmp_path / "key"
    other.chmod(0o600)
    other.write_bytes(bytes(reversed(other.read_bytes().strip())))
    assert isinstance(run("desk", "account", "list").exception, KeyRefused)


def test_the_desk_runs_until_the_register_is_locked(
    made: Path, surroundings: dict[str, str]
) -> None:
    command = [sys.executable, "-m", "webmap.cli", "desk", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=surroundings
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/", running.stdout.readline())
        assert found, running.stderr.read()
        with urllib.request.urlopen(f"{found[0]}es/entrar") as answer:
            assert answer.status == 200
            assert "waitress" not in str(answer.headers).lower()
        opening.lock(made)
        out, errors = running.communicate()
    assert running.returncode == 0
    assert out == "La mesa terminó.\n"
    assert errors == ""


def test_the_desk_does_not_open_to_other_machines_by_mistake(run: Run) -> None:
    for host in ("0.0.0.0", "192.0.2.1", "::", "::1", "mesa.example", "127.0.0.1.example"):
        with pytest.raises(SettingMissing, match="otras máquinas"):
            serving.settings_on(host, False, ("mesa.example",))
        with pytest.raises(SettingMissing, match="--name"):
            serving.settings_on(host, True, ())
    assert not serving.settings_on("127.0.0.1", False, ()).secure
    on_network = serving.settings_on("0.0.0.0", True, ("mesa.example",))
    assert on_network.secure
    assert on_network.hosts == ("mesa.example",)
    assert isinstance(run("desk", "--host", "0.0.0.0").exception, SettingMissing)


def test_no_desk_without_a_register(run: Run) -> None:
    assert isinstance(run("desk").exception, RegisterClosed)


def test_the_help_of_the_desk_is_in_spanish() -> None:
    for command in (("desk",), ("desk", "account"), ("desk", "account", "add")):
        said = CliRunner().invoke(deslinde, [*command, "--help"])
        assert said.exit_code == 0
        for english in ("Usage", "Options", "COMMAND", "Show this", "Commands"):
            assert english not in said.output


def test_what_many_send_at_once_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, int] = {}
    monkeypatch.setattr(listening, "create_server", lambda _app, **said: seen.update(said))
    listening.listen(Flask("x"), "127.0.0.1", 0, in_memory=serving.IN_MEMORY)
    assert seen["connection_limit"] <= 24
    assert seen["channel_timeout"] <= 30
