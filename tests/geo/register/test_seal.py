"""A sealed blob opens where it was sealed, and nowhere else, and only as it was."""

import os

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import SealBroken
from geo.register import files_seal, keyring
from geo.register.keyring import Opened
from geo.register.seal import Hidden, HiddenText, Keys, key_of, new_key, open_seal, seal

KEY_ID, KEY = new_key()
KEYS = Keys(KEY_ID, {KEY_ID: KEY})

places = st.tuples(
    st.sampled_from(["register_event", "register_act", "register_meta"]),
    st.text("0123456789abcdef", min_size=1, max_size=32),
    st.integers(0, 2**31),
)


@given(st.binary(max_size=2000), places)
def test_what_was_sealed_opens_where_it_was_sealed(
    content: bytes, place: tuple[str, str, int]
) -> None:
    assert open_seal(KEYS, seal(KEYS, content, *place), *place) == content


@given(st.binary(max_size=300), places, places)
def test_a_blob_moved_to_another_table_row_or_revision_does_not_open(
    content: bytes, place: tuple[str, str, int], other: tuple[str, str, int]
) -> None:
    blob = seal(KEYS, content, *place)
    if place != other:
        with pytest.raises(SealBroken):
            open_seal(KEYS, blob, *other)


@pytest.mark.parametrize("other", [("act", "r1", 1), ("event", "r2", 1), ("event", "r1", 2)])
def test_each_of_table_row_and_revision_alone_keeps_a_blob_where_it_is(
    other: tuple[str, str, int],
) -> None:
    with pytest.raises(SealBroken):
        open_seal(KEYS, seal(KEYS, b"told", "event", "r1", 1), *other)


@given(st.binary(max_size=300), places, st.data())
def test_a_blob_with_one_bit_changed_does_not_open(
    content: bytes, place: tuple[str, str, int], data: st.DataObject
) -> None:
    blob = bytearray(seal(KEYS, content, *place))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        open_seal(KEYS, bytes(blob), *place)


@given(st.binary(max_size=300), places, st.data())
def test_a_blob_cut_short_or_made_longer_does_not_open(
    content: bytes, place: tuple[str, str, int], data: st.DataObject
) -> None:
    blob = seal(KEYS, content, *place)
    with pytest.raises(SealBroken):
        open_seal(KEYS, blob[: data.draw(st.integers(0, len(blob) - 1))], *place)
    with pytest.raises(SealBroken):
        open_seal(KEYS, blob + b"\0", *place)


def test_the_length_of_a_blob_tells_little_of_what_is_in_it() -> None:
    lengths = {len(seal(KEYS, b"x" * size, "t", "r", 1)) for size in range(252)}
    assert len(lengths) == 1


def test_the_same_words_are_never_the_same_blob() -> None:
    assert seal(KEYS, b"a", "t", "r", 1) != seal(KEYS, b"a", "t", "r", 1)


def test_a_blob_names_its_key_and_opens_under_that_one_only() -> None:
    other_id, other = new_key()
    blob = seal(KEYS, b"a", "t", "r", 1)
    assert key_of(blob) == KEY_ID
    with pytest.raises(SealBroken, match="clave que no está aquí"):
        open_seal(Keys(other_id, {other_id: other}), blob, "t", "r", 1)
    with pytest.raises(SealBroken):
        open_seal(Keys(KEY_ID, {KEY_ID: other}), blob, "t", "r", 1)


def test_keys_show_themselves_in_no_text() -> None:
    opened = keyring.fresh("AGE-SECRET-KEY-1")
    (key,) = opened.keys.by_id.values()
    for shown in (opened, opened.keys, opened.keys.by_id, key, opened.identity, Hidden(b"abc")):
        said = f"{shown!r}"
        assert "AGE-SECRET" not in said
        assert repr(bytes(key))[2:-1] not in said
    assert repr(HiddenText("abc")) == "HiddenText()"


@pytest.fixture
def opened_keys() -> Opened:
    """A keyring with a real identity."""
    return keyring.fresh(str(pyrage.x25519.Identity.generate()))


def test_a_file_opens_under_the_identity_before_while_that_one_is_kept(
    opened_keys: Opened,
) -> None:
    blob = files_seal.seal_bytes(opened_keys, b"photo")
    newer = Opened(
        opened_keys.keys, str(pyrage.x25519.Identity.generate()), (opened_keys.identity,)
    )
    assert files_seal.open_bytes(newer, blob) == b"photo"
    assert not files_seal.is_current(newer, blob)
    assert files_seal.is_current(newer, files_seal.seal_bytes(newer, b"photo"))
    with pytest.raises(SealBroken):
        files_seal.open_bytes(Opened(newer.keys, newer.identity), blob)


def test_a_damaged_file_is_a_sentence(opened_keys: Opened) -> None:
    blob = bytearray(files_seal.seal_bytes(opened_keys, os.urandom(1000)))
    for damaged in (b"", bytes(blob[:100]), bytes(blob[:-1]), b"plain", bytes(blob) + b"x"):
        with pytest.raises(SealBroken, match="Restaure"):
            files_seal.open_bytes(opened_keys, damaged)
    blob[-20] ^= 1
    with pytest.raises(SealBroken, match="Restaure"):
        files_seal.open_bytes(opened_keys, bytes(blob))
