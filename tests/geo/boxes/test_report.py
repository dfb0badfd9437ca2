"""The report says what a box teaches, and keeps in what breaks a promise."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from geo.boxes import differences, learning, public_folder
from geo.boxes import state as remembered
from geo.boxes.findings import Finding, Weight
from geo.boxes.propose import Proposal, compute
from geo.boxes.report import Report, blocking, report
from geo.boxes.state import Remembered
from geo.boxes.waiting import Pending, pending_now
from geo.home import Home
from geo.places import Places
from geo.register import approved, names, store
from geo.register.lists import Noun, PlacePrecision
from geo.register.nouns import Source, Spot
from geo.register.store import Register, writing
from geo.release.privacy.state import EMPTY, Box, Member, State
from geo.release.privacy.taking_away import take_away
from geo.release.published import to_bytes
from geo.stages import Incidents
from geo.terms import PlaceLevel
from geo.words import SPANISH, words

ON = date(2026, 11, 22)
LON, LAT = -69.3123456, -12.5543217


def _proposal(register: Register, places: Places) -> Proposal:
    found = approved.incidents(register, places, ON.isoformat())
    return compute(Remembered(), found, places, ON, b"")


def _report(home: Home, register: Register, places: Places) -> Report:
    return report(home, register, _proposal(register, places), places, ON)


def _said(found: tuple[Finding, ...], weight: Weight) -> str:
    return "\n".join(one.said(words(SPANISH, "")) for one in found if one.weight is weight)


def test_what_a_box_teaches_is_counted_from_its_facts(
    home: Home, register: Register, places: Places, box_of_five: tuple[str, ...]
) -> None:
    found = _report(home, register, places)
    [box] = found.boxes
    assert box.place == "Ribera Media, Palma Real Ilustrativa, Bajo Ilustrativo"
    assert (box.count, box.fresh, box.subjects, box.communities, box.most) == (5, 5, 3, 2, 2)
    assert box.one_year
    assert box.one_kind
    assert len(found.changes.come) == 1
    assert found.changes.go == ()
    assert found.blocking == ()
    looked = _said(found.findings, Weight.LOOK)
    assert "todos los hechos son de 2026" in looked
    assert "misma clase" in looked


def test_a_box_that_is_mostly_about_one_person_is_pointed_at(
    home: Home, register: Register, places: Places, tell: Callable[..., str]
) -> None:
    people = (("s1", "c1"), ("s1", "c1"), ("s1", "c1"), ("s2", "c1"), ("s3", "c2"))
    for number, (subject, of) in enumerate(people):
        tell("990102", subject, of, f"202{number}-05", kinds=(f"k{number}",))
    found = _report(home, register, places)
    looked = _said(found.findings, Weight.LOOK)
    assert "3 de 5 hechos son de una misma persona" in looked
    assert "misma clase" not in looked
    assert "todos los hechos son de" not in looked


def test_an_exact_place_in_a_public_release_keeps_the_boxes_in(
    home: Home, register: Register, places: Places, tell: Callable[..., str]
) -> None:
    spot = Spot("990102", PlacePrecision.EXACT, LON, LAT)
    for subject, of in (("s1", "c1"), ("s2", "c1"), ("s3", "c2"), ("s1", "c1"), ("s2", "c2")):
        tell("", subject, of, spot=spot)
    assert _report(home, register, places).blocking == ()
    release = home.releases("public") / "abc"
    release.mkdir(parents=True)
    (release / "x.json.gz").write_bytes(gzip.compress(json.dumps([LON, LAT]).encode()))
    said = _said(_report(home, register, places).blocking, Weight.BLOCK)
    assert "public/abc/x.json.gz" in said
    assert "lugar exacto" in said
    assert "69" not in said
    # coarser numbers may be there by chance
    (release / "x.json.gz").write_bytes(json.dumps([round(LON, 3), round(LAT, 3)]).encode())
    found = _report(home, register, places)
    assert found.blocking == ()
    assert "se parecen a un lugar" in _said(found.findings, Weight.LOOK)


def test_in_the_folder_of_the_boxes_also_a_coarse_place_keeps_them_in(
    home: Home, register: Register, places: Places, tell: Callable[..., str]
) -> None:
    tell("", "s1", "c1", spot=Spot("990102", PlacePrecision.EXACT, LON, LAT))
    home.boxes.mkdir(parents=True)
    (home.boxes / "boxes.json").write_text(f"{LON:.3f} {LAT:.3f}")
    assert "lugar exacto" in _said(_report(home, register, places).blocking, Weight.BLOCK)


def test_names_and_contacts_keep_the_boxes_in_and_strangers_in_the_folder_too(
    home: Home, register: Register, places: Places, box_of_five: tuple[str, ...]
) -> None:
    with writing(register, "ana", home.now()) as txn:
        names.add(txn, ["Zulmira Inventada Quispecanta"])
        contact = Source("k", contact="987 001 002")
        store.put(txn, Noun.SOURCE, contact, event=box_of_five[0])
    release = home.releases("public") / "abc"
    release.mkdir(parents=True)
    (release / "a.txt").write_text("habló Quispecanta, Zulmira Inventada")
    (release / "b.txt").write_text("llamar al 987 001 002")
    home.boxes.mkdir(parents=True)
    (home.boxes / "notas.txt").write_text("x")
    said = _said(_report(home, register, places).blocking, Weight.BLOCK)
    for part in ("public/abc/a.txt", "public/abc/b.txt", "«notas.txt»", "lista reservada"):
        assert part in said
    assert "Zulmira" not in said
    assert "987" not in said


def test_a_publication_that_only_takes_away_is_not_kept_in_by_a_release(
    home: Home, register: Register, places: Places, box_of_five: tuple[str, ...]
) -> None:
    with writing(register, "ana", home.now()) as txn:
        names.add(txn, ["Zulmira Inventada Quispecanta"])
    release = home.releases("public") / "abc"
    release.mkdir(parents=True)
    (release / "a.txt").write_text("Zulmira Inventada Quispecanta")
    closing = _proposal(register, places)
    assert blocking(home, register, closing, places, ON)
    state = take_away(closing.state, Incidents(()))
    shown = replace(closing.published, boxes=(), years=())
    gone = Proposal(shown, state, True, closing.before)
    assert blocking(home, register, gone, places, ON) == ()


def test_foreign_hosts_and_makers_of_files_are_pointed_at(
    home: Home, register: Register, places: Places, box_of_five: tuple[str, ...]
) -> None:
    release = home.releases("public") / "abc"
    release.mkdir(parents=True)
    (release / "a.html").write_text('<img src="https://cdn.example.net/a.png">')
    (release / "b.xml").write_text("<dc:creator>x</dc:creator>")
    looked = _said(_report(home, register, places).findings, Weight.LOOK)
    assert "cdn.example.net" in looked
    assert "dice algo de quien lo hizo (dc:creator)" in looked


def _box(number: int, people: str, place: str = "990102", *, fresh: bool = True) -> Box:
    members = tuple(
        Member(f"{number}{place}{k}", place, 2026, (p,), (f"c{k % 2}",), fresh)
        for k, p in enumerate(people)
    )
    return Box(number, PlaceLevel.DISTRICT, place, members)


@pytest.mark.parametrize(
    ("before", "after", "took_away", "said"),
    [
        ((), (_box(1, "abcde"),), False, "no es lo que hay"),
        ((_box(1, "abcde"),), (_box(1, "abcdef"),), False, "no se abre"),
        ((), (_box(1, "abcde"),), True, "traería paquetes nuevos"),
        ((_box(1, "abcde"),), (), False, "Desaparecería"),
        ((), (_box(1, "aabba"),), False, "cinco hechos que no hayan salido"),
        ((), (_box(1, "abcde", fresh=False),), False, "cinco hechos que no hayan salido"),
    ],
)
def test_what_would_break_a_promise_of_the_boxes_is_found_again(
    register: Register,
    places: Places,
    before: tuple[Box, ...],
    after: tuple[Box, ...],
    took_away: bool,
    said: str,
) -> None:
    old = State(closed_to="2026-Q2", last=1, boxes=before)
    new = State(closed_to="2026-Q3", last=1, boxes=after)
    shown = replace(_proposal(register, places).published, boxes=())
    found = tuple(differences.findings(old, new, shown, Incidents(()), took_away=took_away))
    assert said in _said(found, Weight.BLOCK)


def test_whoever_withdrew_is_counted_with_the_days_that_passed(
    home: Home,
    register: Register,
    places: Places,
    box_of_five: tuple[str, ...],
    take_back: Callable[[str], None],
) -> None:
    assert pending_now(register, places, ON) == Pending(0, 0)
    made = _proposal(register, places)
    with writing(register, "ana", home.now()) as txn:
        remembered.remember(
            txn, Remembered(), made.state, to_bytes(made.published), took_away=False
        )
    assert pending_now(register, places, ON) == Pending(0, 0)
    take_back(box_of_five[0])
    assert pending_now(register, places, ON) == Pending(1, 0)
    assert pending_now(register, places, date(2026, 11, 25)) == Pending(1, 3)


def test_nothing_of_an_empty_register_is_reported(
    home: Home, register: Register, places: Places
) -> None:
    found = _report(home, register, places)
    assert (found.boxes, found.findings) == ((), ())
    assert learning.learnt(EMPTY, Incidents(()), places) == ()
    assert public_folder.strangers(home.boxes) == ()


def test_a_year_that_is_one_fact_s_alone_is_pointed_out(
    home: Home,
    register: Register,
    places: Places,
    box_of_five: tuple[str, ...],
    tell: Callable[..., str],
) -> None:
    tell("990102", "s3", "c2", "2023-05")
    assert "lejos de los demás" in _said(_report(home, register, places).findings, Weight.LOOK)
    tell("990102", "s3", "c2", "2024")
    assert "lejos" not in _said(_report(home, register, places).findings, Weight.LOOK)
