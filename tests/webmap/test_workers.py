"""Several processes behind one address: no reader is written down, and no two releases mixed."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from geo.home import Home
from geo.release import read
from geo.terms import Tier

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run on Windows")

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_S = 120


@dataclass
class Site:
    """A server of the command, over a folder that has two releases.

    passing: its temporary folder.
    """

    process: subprocess.Popen[str]
    port: int
    folder: Path
    ids: list[str]
    passing: Path

    def get(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        """On a connection of its own, so that any of the processes may answer."""
        connection = HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", path)
        answer = connection.getresponse()
        told = answer.status, answer.read(), {k.lower(): v for k, v in answer.getheaders()}
        connection.close()
        return told

    def raw(self, content: bytes) -> bytes:
        """What the server says to bytes that are no request."""
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(content)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while part := connection.recv(65_536):
                answer += part
            return answer

    def publish(self, number: int) -> None:
        """Moves the pointer as `deslinde build` does."""
        fresh = self.folder / "fresh"
        fresh.write_text(f"{self.ids[number]}\n")
        fresh.replace(self.folder / read.POINTER)

    def shown(self) -> str:
        """The release that some process shows now."""
        return str(json.loads(self.get("/salud")[1]).get("release", ""))


@pytest.fixture(scope="module")
def site(
    demonstration: Home, hostile: Home, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("site")
    passing = home / "passing"
    passing.mkdir()
    folder = home / "releases" / "public"
    folder.mkdir(parents=True)
    ids = []
    for one in (demonstration, hostile):
        release = read.open_release(one.releases(Tier.PUBLIC))
        shutil.copytree(release.folder, folder / release.id)
        ids.append(release.id)
    (folder / read.POINTER).write_text(f"{ids[0]}\n")
    command = ["serve", "--port", "0", "--workers", "2", "--threads", "2"]
    with (
        (home / "said").open("w") as told,
        subprocess.Popen(
            [sys.executable, "-m", "webmap.cli", *command],
            cwd=ROOT,
            env=os.environ | {"DESLINDE_HOME": str(home), "TMPDIR": str(passing)},
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", said)
        assert found, (home / "said").read_text()
        made = Site(process, int(found[1]), folder, ids, passing)
        yield made
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
    assert list(passing.iterdir()) == []
    # what was asked badly, and by whom, is written nowhere; the process that was killed is
    for line in (home / "said").read_text().splitlines():
        assert "SIGKILL" in line
        assert "127.0.0.1" not in line


def test_the_site_answers_and_does_not_say_which_program_it_is(site: Site) -> None:
    status, page, headers = site.get("/es/")
    assert status == 200
    assert b"map_deslinde" in page
    assert "Content-Security-Policy".lower() in headers
    assert headers.get("server") == "deslinde"
    assert json.loads(site.get("/listo")[1])["ready"] is True


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET /es/?" + b"x" * 5_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nBig: " + b"x" * 9_000 + b"\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 100 + b"\r\n", b"431"),
        (b"POST /es/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"40"),
    ],
)
def test_what_is_no_request_is_refused_and_no_address_is_written_down(
    site: Site, content: bytes, code: bytes
) -> None:
    answer = site.raw(content)
    assert answer.startswith(b"HTTP/1.1 " + code)
    assert b"Traceback" not in answer


def test_every_process_takes_up_a_new_release_and_none_mixes_two(site: Site) -> None:
    assert {site.shown() for _ in range(10)} == {site.ids[0]}
    site.publish(1)
    end = time.monotonic() + PATIENCE_S
    alike = 0
    while alike < 30:
        status, page, _headers = site.get("/es/")
        there = {one for one in site.ids if one.encode() in page}
        assert status == 200
        assert len(there) == 1
        release = there.pop()
        status, _data, _headers = site.get(f"/datos/{release}/manifest.json")
        assert status == 200  # whichever process is asked, and however the change goes on
        alike = alike + 1 if release == site.ids[1] else 0
        assert time.monotonic() < end, "the new release is not shown by every process"
    assert site.get(f"/datos/{site.ids[0]}/manifest.json")[0] == 200  # for a while
    (site.folder / read.POINTER).unlink()
    assert {site.get("/es/")[0] for _ in range(10)} == {503}
    assert site.get("/listo")[0] == 503
    assert site.get("/salud")[0] == 200
    site.publish(1)
    assert site.shown() == site.ids[1]


def _children(site: Site) -> list[int]:
    listed = Path(f"/proc/{site.process.pid}/task/{site.process.pid}/children")
    if not listed.is_file():
        pytest.skip("this system does not list the children of a process")
    return [int(one) for one in listed.read_text().split()]


def test_a_process_that_dies_is_replaced(site: Site) -> None:
    first = _children(site)
    os.kill(first[0], signal.SIGKILL)
    end = time.monotonic() + PATIENCE_S
    while set(_children(site)) == set(first) or len(_children(site)) < 2:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert site.get("/es/metodo")[0] == 200


@pytest.mark.parametrize(
    "asked",
    [
        b"GET /es/territorio/demo-territories:T-001/expediente.zip HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /es/superposiciones.gpkg HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_what_a_process_was_making_when_it_was_killed_is_gone_at_once(
    site: Site, asked: bytes
) -> None:
    """A bundle, a download: what a reader asked for does not lie on the disk afterwards."""
    end = time.monotonic() + PATIENCE_S
    caught = False
    while not caught:
        with socket.create_connection(("127.0.0.1", site.port)) as connection:
            connection.sendall(asked)
            connection.settimeout(0.0005)
            while not caught and not _answered(connection):
                caught = any(site.passing.glob("*/*"))
            if caught:
                for one in _children(site):
                    os.kill(one, signal.SIGKILL)
        assert time.monotonic() < end, "nothing was seen while it was made"
    while any(site.passing.iterdir()):
        assert time.monotonic() < end
        time.sleep(0.02)
    assert site.get("/es/metodo")[0] == 200


def _answered(connection: socket.socket) -> bool:
    try:
        return bool(connection.recv(1))
    except TimeoutError:
        return False


# a site with a release that is none, whose first copy is told to end as early as can be
TOLD_EARLY = """
import os, signal, socket, sys
from types import SimpleNamespace
from flask import Flask
from webmap import workers

def begin(_):
    if not os.path.exists(sys.argv[1]):
        with open(sys.argv[1], "w") as told:
            told.write(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGQUIT)

nothing = lambda: None
app = Flask("early")
app.extensions["shelf"] = SimpleNamespace(
    make_ready=nothing, current=lambda: SimpleNamespace(id="x"), preparing=False, leave_to=begin
)
listening = socket.create_server(("127.0.0.1", 0))
workers.serve(app, listening, 1, 1, lambda: print("ready", flush=True))
"""


def test_a_process_that_is_told_to_end_while_it_begins_does_not_stay_for_ever(
    tmp_path: Path,
) -> None:
    told = tmp_path / "told"
    with subprocess.Popen(
        [sys.executable, "-c", TOLD_EARLY, str(told)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            until = time.monotonic() + PATIENCE_S
            while time.monotonic() < until and not (told.exists() and _gone(told.read_text())):
                time.sleep(0.05)
            assert _gone(told.read_text())
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE_S) == 0
        finally:
            process.kill()


def _gone(number: str) -> bool:
    if not number:
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    return False
