"""A list as pasted from a pleading comes back whole: each code once, in its order."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import CodesUnreadable
from geo.evidence.chosen import Outcome
from geo.evidence.codes import folded, lines, text_of

RIGHTS = pd.DataFrame(
    {
        "key": [
            "cat:010033716",
            "cat:010033817",
            "cat:010033817~2",
            "bos:22-SAM/C-J-016-03",
            "bos:010033716X",
            "otra:AB 12",
            "otra:77",
            "cat:77",
            "cat:P(1)",
        ],
        "native_id": [
            "010033716",
            "010033817",
            "010033817",
            "22-SAM/C-J-016-03",
            "010033716X",
            "AB 12",
            "77",
            "77",
            "P(1)",
        ],
    }
).astype("string")


def read(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(line.code, line.outcome.value, line.keys) for line in lines(text, RIGHTS)]


def test_every_code_of_a_pleading_is_told_apart() -> None:
    text = "\ufeff«010033716»;\t“010033817”, 22-sam/c-j-016-03.\n• N° 010033716\n99"
    assert read(text) == [
        ("010033716", "matched", ("cat:010033716",)),
        ("010033817", "ambiguous", ("cat:010033817", "cat:010033817~2")),
        ("22-sam/c-j-016-03", "matched", ("bos:22-SAM/C-J-016-03",)),
        ("010033716", "repeated", ("cat:010033716",)),
        ("99", "not-found", ()),
    ]


@pytest.mark.parametrize(
    "written",
    [
        "010033716",
        "  010033716  ",
        '"010033716"',
        "'010033716",
        '="010033716"',
        "‘010033716’.",
        "- 010033716",
        "• 010033716",
        "1. 010033716",
        "(a) 010033716",
        "23.- 010033716",
        "N° 010033716",
        "N.º010033716",
        "Nro. 010033716",
        "nro 010033716",
        "№ 010033716",
        "Código: 010033716",
        "010033716.",
        "010033716\u00a0",
        "\u200b010033716\ufeff",
        "０１００３３７１６",
        "[010033716]",
        "cat:010033716",
        "CAT:010033716",
    ],
)
def test_what_a_pleading_puts_around_a_code_is_no_part_of_it(written: str) -> None:
    ((_code, outcome, keys),) = read(written)
    assert (outcome, keys) == ("matched", ("cat:010033716",))


@pytest.mark.parametrize(
    "written",
    ["22‑SAM/C‑J‑016‑03", "22–sam⁄c–j–016–03", "«22-SAM/C-J-016-03».", "22\u00adSAM/C-J-016-03"],
)
def test_the_dashes_and_slashes_of_a_contract_stay(written: str) -> None:
    ((_code, outcome, keys),) = read(written)
    assert (outcome, keys) == ("matched", ("bos:22-SAM/C-J-016-03",))


def test_zeros_are_never_added_or_dropped_and_the_likely_code_is_offered() -> None:
    (line,) = lines("10033716", RIGHTS)
    assert (line.outcome, line.keys, line.hint) == (Outcome.NOT_FOUND, (), ("010033716",))
    (line,) = lines("22SAMCJ01603", RIGHTS)
    assert (line.outcome, line.hint) == (Outcome.NOT_FOUND, ("22-SAM/C-J-016-03",))
    (line,) = lines("0010033716", RIGHTS)
    assert (line.outcome, line.hint) == (Outcome.NOT_FOUND, ("010033716",))


def test_spaces_part_codes_unless_a_code_holds_them() -> None:
    assert [one[0] for one in read("010033716 010033817")] == ["010033716", "010033817"]
    assert read("ab 12") == [("ab 12", "matched", ("otra:AB 12",))]
    assert read("p(1)") == [("p(1)", "matched", ("cat:P(1)",))]


def test_a_code_of_several_sources_gives_all_and_a_whole_key_gives_one() -> None:
    assert read("77") == [("77", "ambiguous", ("cat:77", "otra:77"))]
    assert read("otra:77") == [("otra:77", "matched", ("otra:77",))]
    assert read("cat:010033817~2")[0][1:] == ("matched", ("cat:010033817~2",))


def test_a_number_of_the_list_that_is_a_code_is_not_lost() -> None:
    assert [one[0] for one in read("77. 010033716")] == ["77", "010033716"]


def test_the_same_right_under_two_names_is_said_to_be_repeated() -> None:
    assert [one[1] for one in read("010033716, cat:010033716")] == ["matched", "repeated"]
    assert [one[1] for one in read("nada, NADA")] == ["not-found", "repeated"]


_TOKENS = st.text(
    alphabet=st.sampled_from("0123456789ABCXYZabcñÑ-/_~"), min_size=1, max_size=14
).filter(lambda one: folded(one)[:1].isalnum() and folded(one)[-1:].isalnum())
_LISTS = st.lists(
    st.one_of(st.sampled_from(sorted(set(RIGHTS["native_id"]) - {"AB 12", "P(1)"})), _TOKENS),
    min_size=1,
    max_size=12,
)


@given(
    _LISTS, st.lists(st.sampled_from(["\n", ",", ";", "\t", "\r\n", " ", "\u00a0", ", ", ";\n"]))
)
def test_every_code_of_a_list_comes_back_exactly_once_and_in_order(
    codes: list[str], between: list[str]
) -> None:
    breaks = [*between, *["\n"] * len(codes)]
    text = "".join(code + gap for code, gap in zip(codes, breaks, strict=False))
    found = lines(text, RIGHTS)
    assert [line.code for line in found] == codes
    assert [line.number for line in found] == list(range(1, len(codes) + 1))
    known = {folded(code) for code in RIGHTS["native_id"]}
    seen: set[str] = set()
    for line in found:
        same = folded(line.code)
        assert (line.outcome is Outcome.REPEATED) == (same in seen)
        assert bool(line.keys) == (same in known)
        seen.add(same)


@given(st.text(max_size=60))
def test_no_letter_or_digit_of_a_pasted_text_is_lost(text: str) -> None:
    try:
        found = lines(text, RIGHTS)
    except CodesUnreadable:
        return
    told = "".join(line.written for line in found)
    assert [one for one in told if one.isalnum()] == [one for one in text if one.isalnum()]


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\ufeff", "--- ;;; «»", '""', "%PDF\x00\x01\x02", "a\x07b"]
)
def test_what_is_no_list_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(CodesUnreadable, match=r"^[^.]*\.$"):
        lines(text, RIGHTS)


def test_a_list_is_read_in_the_encodings_that_say_what_they_are() -> None:
    assert text_of("N° 1".encode("utf-8-sig"), "lista.txt") == "N° 1"
    assert text_of("N° 1".encode("utf-16"), "lista.txt") == "N° 1"
    for content in ("N° 1".encode("cp1252"), b"PK\x03\x04\xff\xfe\x80", b"\x89PNG\r\n\x1a\n\xff"):
        with pytest.raises(CodesUnreadable, match=r"^«lista.txt» [^.]*\.$"):
            text_of(content, "lista.txt")


def test_every_code_of_a_real_cadastre_is_found_as_pasted(
    real_data: Callable[[str], Path],
) -> None:
    told = json.loads(real_data("ingemmet_17s_raw_nocrs_20260310.geojson").read_text("utf-8"))
    codes = [one["properties"]["CODIGOU"] for one in told["features"]]
    assert len(set(codes)) == len(codes) > 9_000
    rights = pd.DataFrame({"key": [f"cat:{one}" for one in codes], "native_id": codes})
    pasted = [f"{n}. «{one.lower()}»" if n % 3 else f"N° {one};" for n, one in enumerate(codes)]
    found = lines("\n".join(pasted), rights)
    assert [line.keys for line in found] == [(f"cat:{one}",) for one in codes]
    bare = lines("\n".join(one.lstrip("0") for one in codes), rights)
    assert sum(line.outcome is Outcome.MATCHED for line in bare) == sum(
        not one.startswith("0") for one in codes
    )
