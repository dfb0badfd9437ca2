"""A register of one's own, open, in an empty folder."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo.register.keyring import Secret
from geo.register.opening import create
from geo.register.store import Register

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """The instant at which tests write."""
    return NOW


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    """A new register, opened by a key file."""
    made = create("", tmp_path / "register", (Secret("file", bytes(range(32))),))
    yield made
    made.engine.dispose()
