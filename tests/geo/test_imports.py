"""Who may see an import changes only where its owner named it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo.errors import NothingToDo
from geo.home import Home
from geo.imports import Import, ImportKind, listed, record, set_tier
from geo.stages import Snapshot
from geo.terms import Tier

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def kept(home: Home, sha256: str, source_id: str) -> None:
    snapshot = Snapshot(sha256, "a.zip", 1, "a.zip", source_id, NOON)
    record(home, Import(ImportKind.LAYER, snapshot, Tier.RESTRICTED))


def test_a_slip_of_a_few_letters_does_not_open_what_is_restricted(tmp_path: Path) -> None:
    home = Home(tmp_path, tmp_path, lambda: NOON)
    kept(home, "abcdef0" + "0" * 57, "una")
    kept(home, "abcde99" + "0" * 57, "otra")
    with pytest.raises(NothingToDo):
        set_tier(home, "abcde", Tier.PUBLIC)
    assert {one.tier for one in listed(home)} == {Tier.RESTRICTED}
    set_tier(home, "ABCDEF", Tier.PUBLIC)
    assert {one.snapshot.source_id: one.tier for one in listed(home)} == {
        "una": Tier.PUBLIC,
        "otra": Tier.RESTRICTED,
    }
