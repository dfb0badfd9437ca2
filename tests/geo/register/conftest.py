"""Registers in both databases: a file, and a PostgreSQL that is started for the run."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from shapely import box

from geo.places import COUNTRY, Place, Places
from geo.register import consent, dossier, opening, review, store
from geo.register.dossier import Dossier
from geo.register.keyring import Secret
from geo.register.lists import ConsentWord, Noun, PlacePrecision, SubjectKind, Told
from geo.register.nouns import Act, Consent, Event, Spot, Subject
from geo.register.store import Register
from geo.register.vocabulary import Vocabulary, read
from geo.terms import Audience, PlaceLevel

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


@pytest.fixture(scope="session")
def emptied() -> list[str]:
    """Names of databases that tests have left: to empty one takes far less than to make one."""
    return []


@pytest.fixture
def new_database(server: tuple[str, Path], emptied: list[str]) -> Iterator[Callable[[], str]]:
    """Each call gives the URL of an empty database on the server."""
    taken: list[str] = []
    plain = server[0].replace("+psycopg", "")

    def new() -> str:
        if emptied:
            taken.append(emptied.pop())
        else:
            taken.append(f"t{secrets.token_hex(6)}")
            with psycopg.connect(f"{plain}/postgres", autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{taken[-1]}"')
        return f"{server[0]}/{taken[-1]}"

    yield new
    for name in taken:
        with psycopg.connect(f"{plain}/{name}", autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            connection.execute("DROP SCHEMA IF EXISTS kept CASCADE")
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
    emptied += taken


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


@pytest.fixture(scope="session")
def places() -> Places:
    """One department with two provinces of one district each; invented."""
    levels = (PlaceLevel.DEPARTMENT, PlaceLevel.PROVINCE, PlaceLevel.DISTRICT)
    made = [Place(COUNTRY, PlaceLevel.COUNTRY, "País", COUNTRY, -74.0, -9.0)]
    for code in ("90", "9001", "9002", "900101", "900201"):
        level = levels[len(code) // 2 - 1]
        made.append(Place(code, level, f"Lugar {code}", code[:-2], -74.0, -9.0))
    shapes = {"900101": box(-75, -10, -74, -9), "900201": box(-74, -10, -73, -9)}
    return Places({place.code: place for place in made}, shapes, illustrative=True)


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """The words of data/register."""
    folder = Path(__file__).resolve().parents[3] / "data" / "register"
    return read((path.name, path.read_text("utf-8")) for path in sorted(folder.glob("*.toml")))


@dataclass(frozen=True)
class Teller:
    """Writes down incidents the short way, as «ana», on the day of `at`."""

    register: Register
    at: datetime = datetime(2026, 5, 4, 15, 0, tzinfo=UTC)

    def put(self, noun: Noun, content: Any, who: str = "ana", **more: Any) -> str:
        """One row, in a transaction of its own."""
        with store.writing(self.register, who, self.at) as txn:
            return store.put(txn, noun, content, **more)

    def subject(self, reference: str = "S-1", **more: Any) -> str:
        """A person."""
        return self.put(Noun.SUBJECT, Subject(SubjectKind.PERSON, reference, **more))

    def incident(self, *subjects: str, kinds: tuple[str, ...] = ("T01",), **more: Any) -> str:
        """A submitted incident without communities, with one act for each subject."""
        said = {
            "community_concerned": Told.NO,
            "submitted": True,
            "author": "ana",
            "happened_on": "2026-03",
            "spot": Spot("900101", PlacePrecision.DISTRICT),
        }
        event = self.put(Noun.EVENT, Event(**(said | more)))
        for subject in subjects:
            self.put(Noun.ACT, Act(subject, kinds), event=event)
        return event

    def says(
        self,
        of: str,
        word: ConsentWord,
        said_on: str = "2026-04-01",
        audience: Audience = Audience.BOXES,
        **more: Any,
    ) -> str:
        """A word of consent."""
        with store.writing(self.register, "ana", self.at) as txn:
            return consent.record(txn, Consent(of, audience, word, said_on=said_on, **more))

    def approve(self, event: str, who: str = "berta", at: datetime | None = None) -> str:
        """An approval of the incident as it lies there."""
        with store.writing(self.register, who, at or self.at) as txn:
            found = dossier.gather(txn, event)
            assert found is not None
            return review.approve(txn, found)

    def dossier(self, event: str) -> Dossier:
        """The incident, gathered."""
        found = dossier.gather(self.register, event)
        assert found is not None
        return found


@pytest.fixture
def teller(register: Register) -> Teller:
    """Writes down incidents in an open, empty register."""
    return Teller(register)


@pytest.fixture
def any_teller(any_register: Register) -> Teller:
    """The same, in each of the two databases."""
    return Teller(any_register)
