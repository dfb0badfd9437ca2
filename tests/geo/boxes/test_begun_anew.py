"""Whatever is lost, no box is closed over facts that the public may already have counted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from geo.boxes import differences, public_folder
from geo.boxes import state as remembered
from geo.boxes.propose import compute, compute_anew, open_proposal, propose, unknown
from geo.errors import ReleaseRefused
from geo.home import Home
from geo.places import Places
from geo.register import approved, backup, opening, store
from geo.register.keyring import Secret
from geo.register.lists import Noun
from geo.register.restoring import restore
from geo.register.store import Register, writing
from geo.release.privacy.state import EMPTY
from geo.release.published import from_bytes, to_bytes

ON = date(2026, 11, 22)
NEXT = date(2027, 2, 1)


def _shown(register: Register, home: Home, places: Places, on: date = ON) -> bytes:
    """Publishes what is due, as two people would; gives the public bytes."""
    with writing(register, "ana", home.now()) as txn:
        before = remembered.kept(txn)
        found = approved.incidents(txn, places, on.isoformat())
        made = compute(before, found, places, on, public_folder.now_public(home.boxes))
        content = to_bytes(made.published)
        remembered.remember(txn, before, made.state, content, took_away=made.took_away)
    public_folder.write(home.boxes, content, made.published.quarter)
    with writing(register, "ana", home.now()) as txn:
        remembered.written(txn)
        store.note(txn, "write public boxes")
    return content


def _proposed(register: Register, home: Home, places: Places, on: date, *, anew: bool) -> None:
    with writing(register, "ana", home.now()) as txn:
        propose(txn, places, on, public_folder.now_public(home.boxes), anew=anew)


@pytest.fixture
def gone(home: Home) -> Callable[[], None]:
    """The public folder is not there: another computer, or another person's site."""

    def emptied() -> None:
        (home.boxes / "boxes.json").unlink()

    return emptied


def test_boxes_whose_memory_was_withdrawn_are_not_closed_again(
    register: Register,
    home: Home,
    places: Places,
    box_of_five: tuple[str, ...],
    tell: Callable[..., str],
    gone: Callable[[], None],
) -> None:
    """An older copy was restored, and the list of withdrawals took its memory of boxes away.

    With the sixth fact a box of six would close where one of five had stood: it alone is told.
    """
    _shown(register, home, places)
    with writing(register, "ana", home.now()) as txn:
        store.bury(txn, Noun.BOXES, remembered.kept(txn).row)
    gone()
    tell("990102", "s9", "c9", "2021-05")
    with pytest.raises(ReleaseRefused, match="--anew"):
        _proposed(register, home, places, ON, anew=False)
    _proposed(register, home, places, ON, anew=True)
    waiting = open_proposal(register)
    assert waiting is not None
    assert not any(one.fresh for one in waiting[1].state.waiting)


@pytest.mark.parametrize("public", ["none", "invented"])
def test_a_restored_copy_must_be_shown_what_is_public(
    public: str,
    register: Register,
    home: Home,
    places: Places,
    box_of_five: tuple[str, ...],
    tell: Callable[..., str],
    secret: Secret,
    gone: Callable[[], None],
    tmp_path: Path,
) -> None:
    first = _shown(register, home, places)
    copy = tmp_path / "copy.age"
    opened = Secret("passphrase", "cuatro palabras inventadas ñ".encode())
    backup.backup(register, copy, opened, "ana", home.now())
    for n in range(5):
        tell("990102", f"t{n}", f"c{n}", approved_at=datetime(2026, 11, 1, tzinfo=UTC))
    last = _shown(register, home, places, NEXT)
    opening.close(register)
    folder = tmp_path / "other"
    restore(copy, opened, secret, "", folder, "ana", home.now())
    again = opening.open_register("", folder, secret)
    try:
        if public == "none":
            gone()
        else:
            invented = to_bytes(replace(from_bytes(first), illustrative=True))
            public_folder.write(home.boxes, invented, "2026-Q3")
        with pytest.raises(ReleaseRefused, match=r"boxes\.json"):
            _proposed(again, home, places, NEXT, anew=False)
        public_folder.write(home.boxes, last, "2026-Q4")
        with pytest.raises(ReleaseRefused, match="no conoce"):
            _proposed(again, home, places, NEXT, anew=False)
        public_folder.write(home.boxes, first, "2026-Q3")
        _proposed(again, home, places, NEXT, anew=False)
    finally:
        opening.close(again)


def test_who_takes_the_public_file_away_may_publish_again(
    register: Register,
    home: Home,
    places: Places,
    box_of_five: tuple[str, ...],
    gone: Callable[[], None],
) -> None:
    """In an emergency the file is simply deleted. The register that wrote it still knows it all."""
    _shown(register, home, places)
    gone()
    assert not unknown(remembered.kept(register), b"")
    _proposed(register, home, places, NEXT, anew=False)


def test_who_could_not_be_counted_on_the_day_of_a_new_beginning_is_not_fresh_after(
    register: Register,
    home: Home,
    places: Places,
    box_of_five: tuple[str, ...],
) -> None:
    there = approved.incidents(register, places, ON.isoformat())
    absent = replace(there, facts=there.facts[:-1])
    made = compute_anew(remembered.Remembered(), absent, places, ON, b"")
    assert made.state.old_to == 2026
    before = remembered.Remembered(made.state, to_bytes(made.published))
    after = compute(before, there, places, NEXT, to_bytes(made.published)).state
    assert not any(one.fresh for one in after.waiting)


def test_the_report_asks_for_itself_whether_a_fact_may_be_an_old_one(
    register: Register, places: Places, box_of_five: tuple[str, ...]
) -> None:
    told = approved.incidents(register, places, ON.isoformat())
    made = compute(remembered.Remembered(), told, places, ON, b"")
    old = replace(EMPTY, old_to=2026)
    for before, broken in ((EMPTY, 0), (old, 1)):
        found = differences.findings(before, made.state, made.published, told, took_away=False)
        assert len([*found]) == broken
