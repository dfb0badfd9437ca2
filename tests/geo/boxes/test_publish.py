"""What goes out is what two people saw, whole or not at all, and it tells nothing of when."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from geo.boxes import public_folder, two_people
from geo.boxes import state as remembered
from geo.boxes.propose import Proposal, open_proposal, packed, propose, unpacked
from geo.boxes.publish import finish, publish
from geo.errors import RegisterDamaged, ReleaseRefused
from geo.home import Home
from geo.places import Places
from geo.register import opening, store
from geo.register.keyring import Secret
from geo.register.lists import Noun, Release
from geo.register.store import Register, writing
from geo.release.boxes import read
from geo.release.published import Published, to_bytes

ON = date(2026, 11, 22)


def _nothing(_proposal: Proposal) -> tuple[str, ...]:
    return ()


def _proposed(register: Register, home: Home, places: Places, *, anew: bool = False) -> str:
    with writing(register, "ana", home.now()) as txn:
        public = public_folder.now_public(home.boxes)
        return propose(txn, places, ON, public, anew=anew)


def _approved(register: Register, home: Home, asked: str) -> None:
    [request] = [one for one in store.every(register, Noun.REQUEST) if one.id == asked]
    for who in ("ana", "beto"):
        with writing(register, who, home.now()) as txn:
            two_people.approve(txn, Release.BOXES, asked, request.content.digest)


def _out(register: Register, home: Home, places: Places, asked: str) -> Published:
    return publish(home, register, "ana", asked, places, ON, _nothing)


def _published(register: Register, home: Home, places: Places) -> Published:
    asked = _proposed(register, home, places)
    _approved(register, home, asked)
    return _out(register, home, places, asked)


def test_five_facts_become_one_box_and_the_file_says_so(
    register: Register, home: Home, places: Places, box_of_five: tuple[str, ...]
) -> None:
    shown = _published(register, home, places)
    [box] = shown.boxes
    assert (box.district, box.count, box.from_year, box.to_year) == ("Ribera Media", 5, 2026, 2026)
    assert read(home.boxes) == shown
    assert remembered.kept(register).published == (home.boxes / "boxes.json").read_bytes()
    assert not remembered.kept(register).publishing
    assert store.every(register, Noun.REQUEST) == []


def test_the_file_is_the_only_one_readable_by_all_and_dated_by_its_quarter(
    register: Register, home: Home, places: Places, box_of_five: tuple[str, ...]
) -> None:
    _published(register, home, places)
    [path] = home.boxes.iterdir()
    assert path.name == "boxes.json"
    assert (home.boxes.stat().st_mode & 0o777, path.stat().st_mode & 0o777) == (0o755, 0o644)
    end = datetime(2026, 10, 1, tzinfo=UTC).timestamp()
    assert (path.stat().st_mtime, home.boxes.stat().st_mtime) == (end, end)


@pytest.mark.parametrize(
    ("quarter", "end"), [("2026-Q4", (2027, 1)), ("2026-Q1", (2026, 4)), ("2025-Q2", (2025, 7))]
)
def test_a_quarter_ends_where_the_next_begins(quarter: str, end: tuple[int, int]) -> None:
    assert public_folder.end_of(quarter) == datetime(*end, 1, tzinfo=UTC)


def test_nothing_goes_out_without_two(
    register: Register, home: Home, places: Places, box_of_five: tuple[str, ...]
) -> None:
    asked = _proposed(register, home, places)
    with pytest.raises(ReleaseRefused, match="Faltan aprobaciones"):
        _out(register, home, places, asked)
    assert not home.boxes.exists()
    assert remembered.kept(register).row == ""


def test_who_withdrew_after_the_approvals_is_not_published(
    register: Register,
    home: Home,
    places: Places,
    box_of_five: tuple[str, ...],
    take_back: Callable[[str], None],
) -> None:
    asked = _proposed(register, home, places)
    _approved(register, home, asked)
    take_back(box_of_five[3])
    with pytest.raises(ReleaseRefused, match="ya no vale"):
        _out(register, home, places, asked)
    assert not home.boxes.exists()


def test_a_withdrawal_takes_its_whole_box_away_at_once_and_its_memory_too(
    register: Register,
    home: Home,
    places: Places,
    box_of_five: tuple[str, ...],
    take_back: Callable[[str], None],
) -> None:
    _published(register, home, places)
    old = remembered.kept(register).row
    take_back(box_of_five[0])
    # the quarter is closed already: what takes away does not wait for the next
    shown = _published(register, home, places)
    assert shown.boxes == ()
    assert read(home.boxes) == shown
    assert store.get(register, Noun.BOXES, old) is None
    kept = remembered.kept(register)
    assert [(one.fresh, one.level.value) for one in kept.state.waiting] == [(False, "province")] * 5


def test_a_closed_quarter_is_not_closed_again(
    register: Register, home: Home, places: Places, box_of_five: tuple[str, ...]
) -> None:
    _published(register, home, places)
    with pytest.raises(ReleaseRefused, match="No hay nada que publicar"):
        _proposed(register, home, places)


def test_an_old_proposal_cannot_follow_a_newer_publication(
    register: Register, home: Home, places: Places, box_of_five: tuple[str, ...]
) -> None:
    with writing(register, "ana", home.now()) as txn:
        asked = propose(txn, places, ON, b"")
    old = two_people.content_of(_request(register, asked))
    _published(register, home, places)
    with writing(register, "ana", home.now()) as txn:
        asked = two_people.request(txn, Release.BOXES, old)
    _approved(register, home, asked)
    with pytest.raises(ReleaseRefused, match="Otra publicación salió"):
        _out(register, home, places, asked)


def test_a_blocking_finding_stops_the_publication(
    register: Register, home: Home, places: Places, box_of_five: tuple[str, ...]
) -> None:
    asked = _proposed(register, home, places)
    _approved(register, home, asked)
    with pytest.raises(ReleaseRefused, match="No se publica: mal"):
        publish(home, register, "ana", asked, places, ON, lambda _p: ("mal",))
    assert not home.boxes.exists()


def test_a_register_older_than_the_public_file_does_not_close_boxes_on_top_of_it(
    register: Register, home: Home, places: Places, box_of_five: tuple[str, ...]
) -> None:
    shown = _published(register, home, places)
    with writing(register, "ana", home.now()) as txn:
        # as after restoring a backup from before the publication
        store.bury(txn, Noun.BOXES, remembered.kept(txn).row)
    with pytest.raises(ReleaseRefused, match="este registro no conoce"):
        _proposed(register, home, places)
    assert read(home.boxes) == shown


def test_a_new_beginning_holds_nothing_for_fresh_that_may_have_been_shown(
    register: Register, home: Home, places: Places, box_of_five: tuple[str, ...]
) -> None:
    _published(register, home, places)
    with writing(register, "ana", home.now()) as txn:
        store.bury(txn, Noun.BOXES, remembered.kept(txn).row)
    asked = _proposed(register, home, places, anew=True)
    _approved(register, home, asked)
    assert _out(register, home, places, asked).boxes == ()
    kept = remembered.kept(register).state
    assert {one.incident for one in kept.waiting} == set(box_of_five)
    assert not any(one.fresh for one in kept.waiting)


def test_what_was_invented_gives_way_to_the_first_publication(
    register: Register, home: Home, places: Places, box_of_five: tuple[str, ...]
) -> None:
    asked = _proposed(register, home, places)
    invented = unpacked(two_people.content_of(_request(register, asked))).published
    other = to_bytes(replace(invented, boxes=(), illustrative=True))
    public_folder.write(home.boxes, other, invented.quarter)
    _approved(register, home, asked)
    assert _out(register, home, places, asked) == read(home.boxes)


def _request(register: Register, asked: str) -> store.Kept[two_people.Request]:
    found = store.get(register, Noun.REQUEST, asked)
    assert found is not None
    return found


def test_a_proposal_is_read_as_it_was_written(
    register: Register, home: Home, places: Places, box_of_five: tuple[str, ...]
) -> None:
    asked = _proposed(register, home, places)
    content = two_people.content_of(_request(register, asked))
    assert packed(unpacked(content)) == content
    waiting = open_proposal(register)
    assert waiting is not None
    assert waiting[0] == asked
    for bad in (b"", b"{}", b'{"form": 2}', content[:-1], content.replace(b'"before"', b'"x"')):
        with pytest.raises(ReleaseRefused):
            unpacked(bad)


@pytest.mark.parametrize("content", [{}, {"form": 2}, {"form": 1, "state": {}}, [1], "x"])
def test_a_state_that_cannot_be_is_damage(
    register: Register, now: datetime, content: object
) -> None:
    with writing(register, "ana", now) as txn:
        store.put(txn, Noun.BOXES, content)
    with pytest.raises(RegisterDamaged):
        remembered.kept(register)


def test_killed_at_any_point_the_public_file_is_the_old_one_or_the_new_one(
    home: Home,
    places: Places,
    register: Register,
    box_of_five: tuple[str, ...],
    take_back: Callable[[str], None],
    killed_everywhere: Callable[..., int],
    secret: Secret,
    tmp_path: Path,
) -> None:
    _published(register, home, places)
    old = (home.boxes / "boxes.json").read_bytes()
    take_back(box_of_five[0])
    asked = _proposed(register, home, places)
    _approved(register, home, asked)
    new = json.loads(two_people.content_of(_request(register, asked)))["published"].encode()
    assert old != new
    opening.close(register)
    database = (tmp_path / "register" / "register.sqlite").read_bytes()
    seen: set[tuple[bytes, bool]] = set()

    def prepare() -> None:
        for path in (tmp_path / "register").glob("register.sqlite*"):
            path.unlink()
        (tmp_path / "register" / "register.sqlite").write_bytes(database)
        for path in home.boxes.iterdir():
            path.unlink()
        public_folder.write(home.boxes, old, "2026-Q3")

    def deed() -> None:
        opened = opening.open_register("", tmp_path / "register", secret)
        _out(opened, home, places, asked)

    def check(ended: bool) -> None:
        public = (home.boxes / "boxes.json").read_bytes()
        assert public in (old, new)
        opened = opening.open_register("", tmp_path / "register", secret)
        went = finish(home, opened, "ana")
        kept = remembered.kept(opened)
        assert not kept.publishing
        assert (home.boxes / "boxes.json").read_bytes() == kept.published
        assert [path.name for path in home.boxes.iterdir()] == ["boxes.json"]
        # what was not published yet still waits with its two approvals
        assert (kept.published == new) == (not store.every(opened, Noun.REQUEST))
        assert not ended or kept.published == new
        seen.add((public, went))
        opening.close(opened)

    assert killed_everywhere(prepare, deed, check) > 10
    assert {(old, False), (old, True), (new, True)} <= seen


def test_what_took_the_place_of_the_public_file_after_the_approvals_is_not_written_over(
    register: Register, home: Home, places: Places, box_of_five: tuple[str, ...]
) -> None:
    asked = _proposed(register, home, places)
    _approved(register, home, asked)
    elsewhere = Published("2026-Q3", False, (), ())
    public_folder.write(home.boxes, to_bytes(elsewhere), "2026-Q3")
    with pytest.raises(ReleaseRefused, match="La carpeta pública cambió"):
        _out(register, home, places, asked)
    assert read(home.boxes) == elsewhere
    assert remembered.kept(register).published == b""


def test_a_request_that_changed_while_it_was_looked_at_is_not_published(
    register: Register, home: Home, places: Places, box_of_five: tuple[str, ...]
) -> None:
    asked = _proposed(register, home, places)
    _approved(register, home, asked)

    def meanwhile(made: Proposal) -> tuple[str, ...]:
        content = packed(replace(made, before="0" * 64))
        with writing(register, "carla", home.now()) as txn:
            old = store.get(txn, Noun.REQUEST, asked)
            assert old is not None
            said = b64encode(content).decode()
            other = replace(old.content, content=said, digest=two_people.digest_of(content))
            store.put(txn, Noun.REQUEST, other, id=asked, read=old.revision)
        _approved(register, home, asked)
        return ()

    with pytest.raises(ReleaseRefused, match="cambió mientras se revisaba"):
        publish(home, register, "ana", asked, places, ON, meanwhile)
    assert not home.boxes.exists()
