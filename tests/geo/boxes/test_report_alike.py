"""The report points at what is told of a whole box, and at people who may be counted twice."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from geo.boxes import alike
from geo.boxes.findings import Finding, Weight
from geo.boxes.propose import compute
from geo.boxes.report import report
from geo.boxes.state import Remembered, kept
from geo.home import Home
from geo.places import Places
from geo.register import approved, backup, opening, store
from geo.register.keyring import Secret
from geo.register.lists import Noun, SubjectKind
from geo.register.restoring import restore
from geo.register.store import Register, writing
from geo.release.privacy import tables
from geo.release.privacy.state import Box, Counted, State, as_member
from geo.stages import Fact
from geo.terms import PlaceLevel
from geo.words import SPANISH, words

ON = date(2026, 11, 22)


def _said(found: tuple[Finding, ...]) -> str:
    assert all(one.weight is Weight.LOOK for one in found)
    return "\n".join(one.said(words(SPANISH, "")) for one in found)


def _year(kinds: list[str]) -> str:
    """What is said of three boxes with a fact of 2025 of each kind, dealt in turn."""
    facts = [
        Fact(f"f{n}", (f"s{n}",), (f"c{n % 2}",), "990102", 2025, "2026-Q1", kinds=(kind,))
        for n, kind in enumerate(kinds)
    ]
    boxes = tuple(
        Box(
            1 + n,
            PlaceLevel.DISTRICT,
            "990102",
            tuple(as_member(one, fresh=True) for one in facts[n::3]),
        )
        for n in range(3)
    )
    row = Counted(2025, 3, tables.numbers(facts), shown=True)
    state = State(closed_to="2026-Q2", last=3, counted=3, boxes=boxes, years=(row,))
    return _said(tuple(alike.of_tables(state)))


def test_a_year_in_which_all_was_the_same_is_pointed_at() -> None:
    """Fifteen of fifteen were threats: whoever knows that a box is of that year knows its kind."""
    assert "2025" in _year(["T01"] * 15)
    assert "T01" in _year(["T01"] * 15)
    assert "T01" in _year(["T01"] * 16 + ["L01"] * 2)
    assert _year(["T01"] * 15 + ["L01"] * 5) == ""
    assert "not-recorded" not in _year(["T01"] * 15)


def _learnt(home: Home, register: Register, places: Places) -> str:
    found = approved.incidents(register, places, ON.isoformat())
    made = compute(Remembered(), found, places, ON, b"")
    return _said(report(home, register, made, places, ON).findings)


def test_a_person_and_their_organisation_told_as_two_are_pointed_at(
    home: Home, register: Register, places: Places, box_of_five: tuple[str, ...]
) -> None:
    assert "podrían ser" not in _learnt(home, register, places)
    with writing(register, "ana", home.now()) as txn:
        for row in store.every(txn, Noun.SUBJECT)[:2]:
            content = replace(row.content, organisation="Federación Inventada ")
            store.put(txn, Noun.SUBJECT, content, id=row.id, read=row.revision)
    said = _learnt(home, register, places)
    assert "2 de 3" in said
    assert "Federación" not in said


def test_a_family_of_a_person_s_community_is_pointed_at(
    home: Home, register: Register, places: Places, box_of_five: tuple[str, ...]
) -> None:
    with writing(register, "ana", home.now()) as txn:
        rows = store.every(txn, Noun.SUBJECT)
        [row] = [one for one in rows if one.content.reference == "s1"]
        content = replace(row.content, kind=SubjectKind.FAMILY)
        store.put(txn, Noun.SUBJECT, content, id=row.id, read=row.revision)
    assert "2 de 3" in _learnt(home, register, places)  # s1 and s2 are of c1


def test_a_register_from_a_copy_made_before_it_published_is_pointed_at(
    home: Home,
    register: Register,
    places: Places,
    box_of_five: tuple[str, ...],
    secret: Secret,
    tmp_path: Path,
) -> None:
    copy = tmp_path / "copy.age"
    opened = Secret("passphrase", "cuatro palabras inventadas ñ".encode())
    backup.backup(register, copy, opened, "ana", home.now())
    assert "respaldo" not in _learnt(home, register, places)
    opening.close(register)
    restore(copy, opened, secret, "", tmp_path / "other", "ana", home.now())
    again = opening.open_register("", tmp_path / "other", secret)
    try:
        assert kept(again).published == b""
        assert "carpeta pública está vacía" in _learnt(home, again, places)
    finally:
        opening.close(again)


def test_nothing_is_said_of_a_state_without_boxes(register: Register, places: Places) -> None:
    assert tuple(alike.of_tables(State())) == ()
    assert tuple(alike.of_people(State(), register, places)) == ()
