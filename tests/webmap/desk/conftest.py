"""A desk with an empty register, and somebody at it for each role."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from shapely import box

from geo.home import Home, read_texts
from geo.places import Place, Places
from geo.register import vocabulary
from geo.register.keyring import Secret
from geo.register.opening import create
from geo.register.store import Register
from geo.terms import PlaceLevel
from webmap.desk import accounts
from webmap.desk.app import create_desk
from webmap.desk.desk import Role
from webmap.desk.settings import Settings

DATA = Path(__file__).resolve().parents[3] / "data"
QUICK = {"rounds": 1, "memory_cost": 8, "parallelism": 1}


@dataclass
class Clock:
    """A clock that a test moves."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 21, 12, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk_home(tmp_path: Path, clock: Clock) -> Home:
    """An installation of its own, with a clock that a test moves."""
    return Home(tmp_path / "home", DATA, clock)


@pytest.fixture
def desk_register(desk_home: Home) -> Iterator[Register]:
    """An empty register, open under a key file, which costs no time."""
    register = create("", desk_home.register, (Secret("file", bytes(range(32))),))
    yield register
    register.engine.dispose()


@pytest.fixture(scope="session")
def desk_places() -> Places:
    """Two invented districts side by side, each in its own province of one department."""
    made = {
        "": Place("", PlaceLevel.COUNTRY, "Perú", "", -74.0, -9.0),
        "90": Place("90", PlaceLevel.DEPARTMENT, "Departamento Inventado", "", -70.0, -12.5),
        "9001": Place("9001", PlaceLevel.PROVINCE, "Provincia Uno", "90", -70.5, -12.5),
        "9002": Place("9002", PlaceLevel.PROVINCE, "Provincia Dos", "90", -69.5, -12.5),
        "900101": Place("900101", PlaceLevel.DISTRICT, "Distrito Uno", "9001", -70.5, -12.5),
        "900201": Place("900201", PlaceLevel.DISTRICT, "Distrito Dos", "9002", -69.5, -12.5),
    }
    shapes = {"900101": box(-71, -13, -70, -12), "900201": box(-70, -13, -69, -12)}
    return Places(made, shapes, illustrative=True)


@pytest.fixture(scope="session")
def desk_vocabulary() -> Any:
    return vocabulary.read(read_texts(DATA / "register"))


@pytest.fixture
def desk_settings() -> Settings:
    """Passwords that cost nothing, and no limits: a test that needs them overrides this."""
    return Settings(argon2=QUICK, limits=False)


@pytest.fixture
def desk_app(
    desk_home: Home,
    desk_register: Register,
    desk_places: Places,
    desk_vocabulary: Any,
    desk_settings: Settings,
) -> Flask:
    """The whole desk, with every room."""
    app = create_desk(desk_home, desk_register, desk_places, desk_vocabulary, desk_settings)
    app.testing = True
    return app


@pytest.fixture
def client_as(desk_app: Flask, clock: Clock) -> Callable[..., FlaskClient]:
    """`client_as(Role.REVIEWER)` is somebody at the desk with that role, already in.

    name: the account, made when it is not there; two names are two people.
    """
    desk_accounts: accounts.Accounts = desk_app.extensions["desk_accounts"]

    def enter(*roles: Role, name: str = "") -> FlaskClient:
        named = name or "-".join(roles)
        with desk_app.app_context():
            if accounts.found(desk_accounts, named) is None:
                number = accounts.add(desk_accounts, "test", named, roles, "una frase de prueba")
                accounts.change_password(desk_accounts, named, number, "otra frase de prueba")
                accounts.fresh_codes(desk_accounts, named, number)
            user = accounts.found(desk_accounts, named)
            desk_accounts.session.commit()
            mark = user.fs_uniquifier
        client = desk_app.test_client()
        at = int(clock().timestamp())
        with client.session_transaction() as session:
            session.update(_user_id=mark, _fresh=True, begun_at=at, seen_at=at, proved_at=at)
        return client

    return enter


@pytest.fixture
def token() -> Callable[[FlaskClient, str], str]:
    """`token(client, address)`: the hidden token of the form on that page."""

    def read(client: FlaskClient, address: str) -> str:
        page = client.get(address).text
        return page.partition('name="csrf_token" value="')[2].partition('"')[0]

    return read
