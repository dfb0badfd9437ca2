"""What is handed in stays sealed as it came; what is looked at is the copy without metadata."""

import hashlib
import io
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from geo.errors import AttachmentRefused, RecordUnknown, RegisterDamaged, SealBroken
from geo.register import attachments, store
from geo.register.lists import Noun
from geo.register.nouns import Attachment
from geo.register.store import Register

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _photo() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = "Zulmira Inventada"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "S", 2: (12.0, 30.0, 36.0)})
    made = io.BytesIO()
    Image.new("RGB", (30, 20), (1, 2, 200)).save(made, "JPEG", exif=exif)
    return made.getvalue()


PHOTO = _photo()


@pytest.fixture
def taken(register: Register) -> Attachment:
    return attachments.take(register, PHOTO, "C:\\Users\\Zulmira\\la casa\u202e.jpg")


def _files(register: Register) -> list[Path]:
    return sorted((register.folder / attachments.FOLDER).iterdir())


def test_the_original_comes_back_bit_for_bit_and_the_copy_without_its_maker(
    register: Register, taken: Attachment
) -> None:
    assert attachments.original(register, taken) == PHOTO
    assert taken.sha256 == hashlib.sha256(PHOTO).hexdigest()
    assert (taken.kind, taken.media, taken.size_bytes) == ("photo", "image/jpeg", len(PHOTO))
    copy = attachments.working(register, taken)
    assert b"Zulmira" in PHOTO
    assert b"Zulmira" not in copy
    assert b"Exif" not in copy


def test_what_lies_on_the_disk_can_be_read_by_nobody_without_the_key(
    register: Register, taken: Attachment
) -> None:
    assert len(_files(register)) == 2
    for path in _files(register):
        raw = path.read_bytes()
        assert raw.startswith(b"age-encryption.org/v1")
        assert PHOTO[:64] not in raw
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "casa" not in path.name
    assert stat.S_IMODE((register.folder / attachments.FOLDER).stat().st_mode) == 0o700


def test_a_folder_on_somebody_s_disk_is_not_kept_with_the_name(taken: Attachment) -> None:
    assert taken.note == "la casa .jpg"


def test_a_changed_or_exchanged_file_is_never_shown_as_the_original(
    register: Register, taken: Attachment
) -> None:
    other = attachments.take(register, PHOTO + b"tail", "x")
    folder = register.folder / attachments.FOLDER
    (folder / taken.original).write_bytes((folder / other.original).read_bytes())
    with pytest.raises(RegisterDamaged):
        attachments.original(register, taken)
    sealed = (folder / taken.working).read_bytes()
    (folder / taken.working).write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(SealBroken):
        attachments.working(register, taken)


@pytest.mark.parametrize("name", ["../register.sqlite", "/etc/passwd", "..", "", "a\\b"])
def test_a_row_cannot_name_a_file_outside_the_folder(
    register: Register, taken: Attachment, name: str
) -> None:
    forged = Attachment(**{**vars(taken), "original": name})
    with pytest.raises(RegisterDamaged):
        attachments.original(register, forged)
    with pytest.raises(RegisterDamaged):
        attachments.remove(register.folder, (name,))
    assert (register.folder / "register.sqlite").is_file()


def test_what_was_withdrawn_is_gone_and_says_so(register: Register, taken: Attachment) -> None:
    for _ in range(2):
        attachments.remove(register.folder, attachments.names_of(taken))
    assert _files(register) == []
    with pytest.raises(RecordUnknown):
        attachments.working(register, taken)


def test_a_refused_file_leaves_nothing_behind(register: Register) -> None:
    with pytest.raises(AttachmentRefused):
        attachments.take(register, b"MZ program", "x.jpg")
    assert not (register.folder / attachments.FOLDER).exists()


def test_a_disk_that_fails_half_way_leaves_no_half_of_an_attachment(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = attachments._kept
    calls = []

    def failing(where: Register, content: bytes) -> str:
        calls.append(content)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        return kept(where, content)

    monkeypatch.setattr(attachments, "_kept", failing)
    with pytest.raises(OSError, match="No space"):
        attachments.take(register, PHOTO, "x")
    assert _files(register) == []


def test_a_file_whose_row_was_never_written_is_found_and_one_in_use_is_not(
    register: Register, taken: Attachment
) -> None:
    with store.writing(register, "doc", NOW) as txn:
        store.put(txn, Noun.ATTACHMENT, taken, event="e")
    lost = attachments.take(register, PHOTO, "x")
    assert set(attachments.orphans(register)) == set(attachments.names_of(lost))
    just_now = datetime.now(UTC)
    assert attachments.orphans(register, just_now) == ()
    assert set(attachments.orphans(register, just_now + timedelta(hours=2))) == set(
        attachments.names_of(lost)
    )
    attachments.remove(register.folder, attachments.orphans(register))
    assert attachments.original(register, taken) == PHOTO


def test_a_half_written_file_counts_as_left_behind(register: Register, taken: Attachment) -> None:
    half = register.folder / attachments.FOLDER / f".{os.getpid()}-x.age"
    half.write_bytes(b"half")
    assert half.name in attachments.orphans(register)
