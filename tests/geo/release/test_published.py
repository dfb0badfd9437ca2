"""The bytes of a publication of boxes: nothing else fits in them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import ReleaseDamaged, StageBroken
from geo.release import boxes
from geo.release.published import (
    Number,
    PublicBox,
    Published,
    Topic,
    Year,
    from_bytes,
    order,
    to_bytes,
)
from geo.terms import PlaceLevel

WHOLE = PublicBox("", PlaceLevel.COUNTRY, "", "", "", -75.0, -9.5, None, None, 9)
TOWN = PublicBox("010203", PlaceLevel.DISTRICT, "A", "B", "C", -70.12, -12.99, 2020, 2024, 5)
SAID = Published(
    "2026-Q3",
    True,
    (WHOLE, TOWN),
    (Year(2024, (Number(Topic.KINDS, "T01", 10), Number(Topic.WOMEN, "not-recorded", 5))),),
)


def test_the_file_says_this_and_no_more() -> None:
    said = json.loads(to_bytes(SAID))
    assert set(said) == {"form", "quarter", "illustrative", "boxes", "years"}
    assert said["boxes"][1] == {
        "place": "010203",
        "level": "district",
        "department": "A",
        "province": "B",
        "district": "C",
        "lon": -70.12,
        "lat": -12.99,
        "from_year": 2020,
        "to_year": 2024,
        "count": 5,
    }
    assert from_bytes(to_bytes(SAID)) == SAID


def test_a_folder_without_a_publication_says_so(tmp_path: Path) -> None:
    assert boxes.read(tmp_path) is None
    assert boxes.read(tmp_path / "nowhere") is None
    (tmp_path / boxes.FILE).write_bytes(to_bytes(SAID))
    assert boxes.read(tmp_path) == SAID


@pytest.mark.parametrize(
    "change",
    [
        {"lon": -70.123},
        {"lat": -91.0},
        {"lon": float("nan")},
        {"count": 4},
        {"count": -5},
        {"from_year": None},
        {"from_year": 2025},
        {"district": ""},
        {"level": PlaceLevel.PROVINCE},
        {"place": ""},
    ],
)
def test_a_box_that_shows_too_much_or_nonsense_cannot_be_made(change: dict[str, Any]) -> None:
    with pytest.raises(StageBroken):
        replace(SAID, boxes=(WHOLE, replace(TOWN, **change)))


@pytest.mark.parametrize(
    "numbers",
    [
        (Number(Topic.KINDS, "T01", 4),),
        (Number(Topic.KINDS, "T01", 0),),
        (Number(Topic.KINDS, "T01", 11),),
        (Number(Topic.KINDS, "<script>", 10),),
        (Number(Topic.WOMEN, "yes", 5), Number(Topic.KINDS, "T01", 5)),
        (Number(Topic.KINDS, "T01", 5), Number(Topic.KINDS, "T01", 10)),
    ],
)
def test_a_national_number_below_five_or_in_between_cannot_be_made(
    numbers: tuple[Number, ...],
) -> None:
    with pytest.raises(StageBroken):
        replace(SAID, years=(Year(2024, numbers),))


def test_neither_boxes_nor_years_can_stand_in_the_order_of_their_closing() -> None:
    with pytest.raises(StageBroken):
        replace(SAID, boxes=(TOWN, WHOLE))
    with pytest.raises(StageBroken):
        replace(SAID, years=(Year(2025, ()), Year(2024, ())))
    with pytest.raises(StageBroken):
        replace(SAID, quarter="2026-07")


def _said(**change: Any) -> bytes:
    said = json.loads(to_bytes(SAID)) | change
    return (json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        to_bytes(SAID)[:-2],
        to_bytes(SAID) + b" ",
        to_bytes(SAID).replace(b'"count": 5', b'"count": 5, "incident": "f1"'),
        to_bytes(SAID).replace(b'"count": 5', b'"count": 5, "count": 5'),
        to_bytes(SAID).replace(b"-70.12,", b"-70.1234,"),
        to_bytes(SAID).replace(b"-70.12,", b"-70.120,"),
        to_bytes(SAID).replace(b'"count": 5', b'"count": 3'),
        to_bytes(SAID).replace(b'"count": 5', b'"count": "5"'),
        to_bytes(SAID).replace(b'"level": "district"', b'"level": "house"'),
        to_bytes(SAID).replace(b'"quarter": "2026-Q3"', b'"quarter": "2026-09-30"'),
        _said(form=2),
        _said(closed_at="2026-10-01"),
        _said(left_out=3),
    ],
)
def test_bytes_that_say_anything_else_are_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(ReleaseDamaged):
        from_bytes(content)


_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(names=st.tuples(_TEXTS, _TEXTS, _TEXTS), counts=st.lists(st.integers(5, 99), max_size=6))
def test_what_was_written_is_read(names: tuple[str, str, str], counts: list[int]) -> None:
    department, province, district = names
    made = [
        replace(TOWN, department=department, province=province, district=district, count=count)
        for count in counts
    ]
    said = replace(SAID, boxes=tuple(sorted([WHOLE, *made], key=order)))
    assert from_bytes(to_bytes(said)) == said
    assert to_bytes(from_bytes(to_bytes(said))) == to_bytes(said)
