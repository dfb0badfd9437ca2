"""What opens a register: a passphrase or a key file, and what is said where neither does."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import KeyRefused, RegisterDamaged
from geo.register import key_file, keyring
from geo.register.keyring import Opened, Secret

WORDS = "cinco palabras al azar aquí"
FILE = Secret("file", b"f" * 32)
OPENED = keyring.fresh("AGE-SECRET-KEY-1OF-A-TEST")


def _same(one: Opened, other: Opened) -> bool:
    return (one.keys.current, one.keys.by_id, one.identity, one.older) == (
        other.keys.current,
        other.keys.by_id,
        other.identity,
        other.older,
    )


def test_each_secret_opens_the_same_keys() -> None:
    ring = keyring.wrap(OPENED, (keyring.new_passphrase(WORDS), FILE))
    assert keyring.slots(ring) == ("passphrase", "file")
    assert _same(keyring.unwrap(ring, keyring.passphrase(WORDS)), OPENED)
    assert _same(keyring.unwrap(ring, FILE), OPENED)


def test_a_passphrase_opens_however_a_keyboard_writes_its_accents() -> None:
    ring = keyring.wrap(OPENED, (keyring.new_passphrase("cinco palabras aqu\u00ed"),))
    assert _same(keyring.unwrap(ring, keyring.passphrase("cinco palabras aqui\u0301\n")), OPENED)


def test_a_wrong_passphrase_and_a_lost_key_are_a_sentence() -> None:
    ring = keyring.wrap(OPENED, (keyring.passphrase(WORDS),))
    for wrong in (keyring.passphrase(WORDS + "!"), keyring.passphrase(""), FILE):
        with pytest.raises(KeyRefused, match="Escríbala otra vez; sin ella el contenido no se"):
            keyring.unwrap(ring, wrong)


def test_a_short_passphrase_is_not_taken() -> None:
    with pytest.raises(KeyRefused, match="12 letras"):
        keyring.new_passphrase("once letras")
    assert keyring.new_passphrase("doce letras!")


def test_a_register_that_nothing_opens_is_not_made() -> None:
    with pytest.raises(KeyRefused):
        keyring.wrap(OPENED, ())


def test_no_secret_is_left_behind_unnoticed() -> None:
    words = keyring.passphrase(WORDS)
    ring = keyring.wrap(OPENED, (words, FILE))
    keyring.check_whole(ring, (FILE, words))
    for some in ((), (FILE,), (words,), (words, Secret("file", b"x" * 32))):
        with pytest.raises(KeyRefused, match="dé todos"):
            keyring.check_whole(ring, some)


RING = keyring.wrap(OPENED, (FILE,))


@given(st.data())
def test_a_damaged_keyring_is_a_sentence_and_never_other_keys(data: st.DataObject) -> None:
    ring = bytearray(RING)
    kind = data.draw(st.sampled_from(["cut", "flip", "drop"]))
    where = data.draw(st.integers(0, len(ring) - 1))
    if kind == "cut":
        del ring[where:]
    elif kind == "drop":
        del ring[where]
    else:
        ring[where] ^= 1 << data.draw(st.integers(0, 7))
    try:
        opened = keyring.unwrap(bytes(ring), FILE)
    except (KeyRefused, RegisterDamaged):
        return
    # a bit of base64 that stands for nothing, or a space: what is read is the same
    assert _same(opened, OPENED)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"\xff",
        json.dumps({"form": 1, "slots": {}, "content": 1}).encode(),
        json.dumps({"form": 1, "slots": [{}], "content": ""}).encode(),
        json.dumps({"form": 1, "slots": [{"kind": "file"}], "content": ""}).encode(),
        json.dumps(
            {"form": 1, "slots": [{"kind": "file", "salt": 1, "master": 1}], "content": ""}
        ).encode(),
    ],
)
def test_what_is_no_keyring_is_a_sentence(said: bytes) -> None:
    with pytest.raises(RegisterDamaged, match="dañado: restaure"):
        keyring.unwrap(said, FILE)


def test_a_keyring_of_a_newer_program_is_refused() -> None:
    newer = json.loads(RING) | {"form": 2}
    with pytest.raises(RegisterDamaged, match="actualice el programa"):
        keyring.unwrap(json.dumps(newer).encode(), FILE)


def test_a_keyring_that_asks_for_all_the_memory_is_refused() -> None:
    ring = json.loads(keyring.wrap(OPENED, (keyring.passphrase(WORDS),)))
    ring["slots"][0]["memory_kib"] = 2**31
    with pytest.raises(RegisterDamaged):
        keyring.unwrap(json.dumps(ring).encode(), keyring.passphrase(WORDS))


# --- key files -----------------------------------------------------------------------------------


def test_a_key_file_is_made_for_its_owner_alone_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "usb" / "llave"
    made = key_file.make(path, (tmp_path / "home",))
    assert path.stat().st_mode & 0o777 == 0o600
    assert key_file.read(path, (tmp_path / "home",)) == made
    assert len(made.value) == 32
    with pytest.raises(KeyRefused, match="Ya hay un archivo"):
        key_file.make(path, ())


def _written(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("where", ["home/llave", "home/register/llave", "home/a/b/llave"])
def test_a_key_file_beside_what_it_opens_is_refused(tmp_path: Path, where: str) -> None:
    path = _written(tmp_path / where, b"0" * 64)
    with pytest.raises(KeyRefused, match="Guárdelo en otro lugar"):
        key_file.read(path, (tmp_path / "home",))
    with pytest.raises(KeyRefused, match="Guárdelo en otro lugar"):
        key_file.make(path.with_name("otra"), (tmp_path / "home",))


def test_a_link_does_not_hide_that_a_key_file_lies_beside_what_it_opens(tmp_path: Path) -> None:
    inside = _written(tmp_path / "home" / "llave", b"0" * 64)
    (tmp_path / "link").symlink_to(inside)
    (tmp_path / "folder").symlink_to(tmp_path / "home")
    for path in (tmp_path / "link", tmp_path / "folder" / "llave", tmp_path / "x/../home/llave"):
        with pytest.raises(KeyRefused, match="Guárdelo en otro lugar"):
            key_file.read(path, (tmp_path / "home",))


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o604])
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(KeyRefused, match="chmod 600"):
        key_file.read(_written(tmp_path / "llave", b"0" * 64, mode), ())


@pytest.mark.parametrize(
    "content", [b"", b"00", b"0" * 62, b"0" * 66, b"z" * 64, b"\xff" * 64, bytes(range(100, 132))]
)
def test_a_short_or_foreign_file_is_no_key_and_is_not_shown(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(KeyRefused, match="no es un archivo de clave") as caught:
        key_file.read(_written(tmp_path / "llave", content), ())
    assert caught.value.__cause__ is None


def test_a_key_file_on_a_stick_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(KeyRefused, match="conecte el medio"):
        key_file.read(tmp_path / "usb" / "llave", ())
