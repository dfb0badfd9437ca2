"""Characters: what no font has is shown as such, and what hides or reorders a text is gone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import AnnexFailed
from geo.evidence.annex.letters import FAMILIES, REPLACEMENT, clean, letters, named

KNOWN = frozenset(map(chr, range(32, 127))) | frozenset("ñáéíóúÑ°«»–—" + REPLACEMENT)


def test_a_name_keeps_its_letters_and_loses_what_hides_or_reorders_it() -> None:
    assert clean("Ñahuín", KNOWN) == ("Ñahuín", set())
    assert clean("abc\u202egnirts\u2066", KNOWN) == ("abc gnirts ", set())
    assert clean("uno\r\ndos\x00tres\x1b", KNOWN) == ("uno dos tres ", set())


def test_an_accent_typed_as_a_character_of_its_own_is_not_lost() -> None:
    assert clean("Ma\u0301laga", KNOWN) == ("Málaga", set())


def test_a_character_without_a_glyph_is_shown_and_told() -> None:
    assert clean("casa 🛖 una", KNOWN) == (f"casa {REPLACEMENT} una", {"🛖"})
    assert named("🛖") == "U+1F6D6"


@given(st.text())
def test_nothing_reaches_the_page_that_its_fonts_cannot_print(text: str) -> None:
    cleaned, lacking = clean(text, KNOWN)
    assert set(cleaned) <= KNOWN
    assert clean(cleaned, KNOWN) == (cleaned, set())
    assert not lacking & KNOWN


def test_the_letters_of_the_peoples_of_the_amazon_are_there(fonts: Path) -> None:
    known = letters(fonts)
    assert set("ñÑáéíóúüĩũẽöëʼ'ɨʉḑŝžčšǎ̃ ·°²√₁–—«»“”") - {"\u0303"} <= known
    assert REPLACEMENT in known


def test_a_missing_or_broken_font_is_named(tmp_path: Path, fonts: Path) -> None:
    with pytest.raises(AnnexFailed, match=r"DejaVuSans\.ttf"):
        letters(tmp_path)
    for name in FAMILIES:
        (tmp_path / name).write_bytes((fonts / name).read_bytes()[:300])
    with pytest.raises(AnnexFailed, match="no se puede leer"):
        letters(tmp_path)
