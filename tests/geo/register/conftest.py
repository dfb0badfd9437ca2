"""Registers in both databases: a file, and a PostgreSQL that is started for the run."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from geo.register import opening
from geo.register.keyring import Secret
from geo.register.store import Register

BACKENDS = ("sqlite", "postgresql")


def _program(name: str) -> str:
    found = shutil.which(name)
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not found and not newest:
        pytest.skip("no PostgreSQL here: `make browser` installs one on Debian as root")
    return found or str(newest[-1])


def _as_postgres(*command: str, folder: Path) -> None:
    """The server refuses to run as root; anybody else runs it as themselves."""
    whole = ("runuser", "-u", "postgres", "--", *command) if os.geteuid() == 0 else command
    done = subprocess.run(whole, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def server() -> Iterator[tuple[str, Path]]:
    """A PostgreSQL on loopback: its URL without a database, and the folder of its data."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    # not pytest's own folder: its parents are closed to the server's account
    with tempfile.TemporaryDirectory(prefix="deslinde-pg-", ignore_cleanup_errors=True) as made:
        folder, port = Path(made), _free_port()
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data = folder / "data"
        _as_postgres(
            *(initdb, "--pgdata", str(data), "--username", "deslinde", "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C", "--no-sync"),
            folder=folder,
        )
        settings = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c shared_buffers=16MB"
        control = (pg_ctl, "--pgdata", str(data), "--wait")
        _as_postgres(
            *control, "--log", str(folder / "log"), "--options", settings, "start", folder=folder
        )
        try:
            yield f"postgresql+psycopg://deslinde@127.0.0.1:{port}", data
        finally:
            _as_postgres(*control, "--mode", "immediate", "stop", folder=folder)


@pytest.fixture
def new_database(server: tuple[str, Path]) -> Iterator[Callable[[], str]]:
    """Each call gives the URL of an empty database on the server."""
    made: list[str] = []
    plain = server[0].replace("+psycopg", "")

    def new() -> str:
        made.append(f"t{secrets.token_hex(6)}")
        with psycopg.connect(f"{plain}/postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{made[-1]}"')
        return f"{server[0]}/{made[-1]}"

    yield new
    with psycopg.connect(f"{plain}/postgres", autocommit=True) as connection:
        for name in made:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest) -> str:
    """The address of a database without a register: "" for SQLite, then PostgreSQL."""
    if request.param == "sqlite":
        return ""
    address: str = request.getfixturevalue("new_database")()
    return address


@pytest.fixture
def any_register(url: str, tmp_path: Path, secret: Secret) -> Iterator[Register]:
    """An open, empty register, in each of the two databases."""
    made = opening.create(url, tmp_path / "register", (secret,))
    yield made
    opening.close(made)
