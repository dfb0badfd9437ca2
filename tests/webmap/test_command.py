"""The command: helps in Spanish, serves the public folder, and says plainly what is wrong."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from geo.cli.terminal import answer
from geo.home import Home
from webmap.cli import VERBS, deslinde

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = (sys.executable, "-W", "error", "-m", "webmap.cli")


def _run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DESLINDE_HOME": str(home)}
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def _running(*arguments: str, home: Path, end: int = signal.SIGINT) -> Iterator[str]:
    """A server until the end of the block; gives the address that it printed."""
    environment = {**os.environ, "DESLINDE_HOME": str(home)}
    with subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            said = ""
            while "http://" not in said:
                line = process.stdout.readline()
                if not line:
                    assert process.stderr is not None
                    raise AssertionError(said + process.stderr.read())
                said += line
            yield re.findall(r"http://\S+", said)[0]
        finally:
            process.send_signal(end)
            process.wait(timeout=60)


def _get(address: str) -> tuple[int, bytes, str]:
    with urllib.request.urlopen(address) as answer:
        return answer.status, answer.read(), str(answer.headers)


def test_help_is_in_spanish_and_names_every_verb(tmp_path: Path) -> None:
    done = _run("--help", home=tmp_path)
    assert done.returncode == 0
    for word in ("Uso:", "Opciones:", "Órdenes:", *VERBS):
        assert word in done.stdout
    for english in ("Usage", "Options", "Show this"):
        assert english not in done.stdout


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_helps_in_spanish(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(deslinde, [verb, "--help"]) == 0
    told = capsys.readouterr().out
    assert "Uso: deslinde" in told
    said = re.sub(r"DESLINDE_[A-Z_]+", "", told)  # the names of settings are names
    for english in ("Show this", "required", "default", "TEXT ", "PATH", "RANGE", "FILE"):
        assert english not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("superponer",), "No existe la orden «superponer»."),
        (("check",), "Falta ARCHIVO."),
        (("check", "uno", "dos"), "Sobra o falta algo en la orden."),
        (("overlap", "--concessions", "x"), "Falta --territories."),
        (("import", "x", "--source", "y", "--tier", "z"), "use public, partner, restricted."),
        (("check", "x", "--nada"), "No existe la opción --nada."),
        (("serve", "--port", "x"), "use un número desde 0 hasta 65535."),
    ],
)
def test_a_slip_on_the_command_line_is_told_in_spanish_and_where_to_look(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(deslinde, arguments) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "--help»." in told


def test_a_verb_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    done = _run("superponer", home=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_serve_without_a_release_says_what_to_do(tmp_path: Path) -> None:
    done = _run("serve", "--port", "0", home=tmp_path)
    assert done.returncode == 2
    assert "deslinde build" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_one_sentence(demonstration: Home) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = _run("serve", "--port", port, home=demonstration.root)
    assert done.returncode == 2
    assert port in done.stderr
    assert "--port" in done.stderr


def test_a_host_that_nobody_knows_is_one_sentence(demonstration: Home) -> None:
    done = _run("serve", "--host", "nobody.invalid", "--port", "0", home=demonstration.root)
    assert done.returncode == 2
    assert "--host" in done.stderr
    assert "Traceback" not in done.stderr


def test_serve_prints_its_address_and_answers_there(demonstration: Home) -> None:
    with _running("serve", "--port", "0", home=demonstration.root) as address:
        status, body, headers = _get(address)
        assert status == 200
        assert b"map_deslinde" in body
        assert "Content-Security-Policy" in headers
        assert "waitress" not in headers.casefold()
        assert json.loads(_get(f"{address}salud")[1])["status"] == "ok"


def test_run_builds_the_demonstration_and_serves_it(tmp_path: Path) -> None:
    with _running("run", "--port", "0", home=tmp_path) as address:
        told = json.loads(_get(f"{address}salud")[1])
        assert (told["status"], told["illustrative"]) == ("ok", True)


def test_serving_never_holds_what_could_show_more() -> None:
    program = (
        "import sys\n"
        "import webmap.cli, webmap.serving\n"
        "held = [m for m in sys.modules if m.startswith(('geo.intake', 'geo.pipeline',"
        " 'geo.cli.keep', 'geo.release.write'))]\n"
        "sys.exit(repr(held) if held else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_server_that_is_stopped_leaves_no_bundle_behind(
    demonstration: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with _running("serve", "--port", "0", home=demonstration.root, end=signal.SIGTERM) as where:
        address = f"{where}es/territorio/demo-claims:R-001/expediente.zip?para=cidh"
        with urllib.request.urlopen(address) as answer:
            assert answer.status == 200
            assert answer.read(2) == b"PK"
        assert [path.suffix for path in tmp_path.glob("deslinde-*/*")] == [".zip"]
    assert not list(tmp_path.iterdir())
