"""A backup made by somebody else, a seized laptop, a large register: what a copy gives away."""

import base64
import io
import json
import re
import stat
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import insert

from geo.errors import BackupUnreadable, FileUnwritable, RegisterDamaged, RegisterThere
from geo.register import (
    audit,
    backup,
    envelope,
    files_seal,
    manifest,
    names,
    opening,
    restoring,
    store,
)
from geo.register.attachments import FOLDER
from geo.register.keyring import Secret
from geo.register.lists import Noun
from geo.register.members import Incoming, Member, Outgoing
from geo.register.nouns import Attachment, Event
from geo.register.seal import Keys
from geo.register.store import Register
from geo.register.tables import AUDIT, TABLES

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
IDENTITY = pyrage.x25519.Identity.generate()
LOCK = Secret("recipient", str(IDENTITY.to_public()).encode())
KEY = Secret("identity", str(IDENTITY).encode())
PHOTO = "a" * 32 + ".age"
CANARIES = ("Zulmira Ficticia", "-12.594123", "987654321", "ronda de prueba")

Content = list[tuple[str, bytes]]


def _fill(register: Register) -> None:
    with store.writing(register, "ana", NOW) as txn:
        store.put(txn, Noun.EVENT, Event(title=CANARIES[0], narrative=" ".join(CANARIES)))
        row = Attachment(
            sha256="", kind="photo", media="", size_bytes=0, original=PHOTO, working=PHOTO
        )
        store.put(txn, Noun.ATTACHMENT, row)
        names.add(txn, [CANARIES[0], CANARIES[2]])
    folder = register.folder / FOLDER
    folder.mkdir(mode=0o700)
    sealed = files_seal.seal_bytes(register.opened, " ".join(CANARIES).encode() * 50)
    (folder / PHOTO).write_bytes(sealed)


@pytest.fixture
def copy(register: Register, tmp_path: Path) -> Path:
    """A backup of a register with canaries everywhere."""
    _fill(register)
    path = tmp_path / "copy.age"
    backup.backup(register, path, LOCK, "ana", NOW)
    return path


def _apart(path: Path) -> Content:
    held: Content = []

    def begin(name: str, _size: int) -> Callable[[bytes], None]:
        held.append((name, b""))

        def put(piece: bytes) -> None:
            held[-1] = (name, held[-1][1] + piece)

        return put

    envelope.read(path, envelope.unlock(path, KEY), Incoming(begin))
    return held


def _together(path: Path, content: Content) -> None:
    members = [Member(name, len(said), (said,)) for name, said in content]
    with path.open("wb") as out:
        envelope.write(out, LOCK, Outgoing(members, []))


def _told_anew(content: Content, keys: Keys, **changes: object) -> Content:
    """The same members with a manifest that fits them, sealed under `keys`."""
    before = manifest.read(content[-1][1])[0]
    told: list[object] = []
    source = Outgoing([Member(n, len(s), (s,)) for n, s in content[:-1]], told)  # type: ignore[arg-type]
    while source.read(1 << 16):
        pass
    said = manifest.Manifest(
        **{**vars(before), "members": tuple(told), **changes}  # type: ignore[arg-type]
    )
    return [*content[:-1], (manifest.NAME, manifest.to_bytes(said, keys))]


def _refused(path: Path, secret: Secret, folder: Path, told: str = ".") -> None:
    with pytest.raises(BackupUnreadable, match=told):
        restoring.restore(path, KEY, secret, "", folder, "ana", NOW)
    assert not folder.exists() or list(folder.iterdir()) == []
    assert list(folder.parent.glob("**/evil*")) == []


@pytest.mark.parametrize("lost", ["tables.json", "rows", "attachments", "withdrawn", "manifest"])
def test_a_copy_without_one_of_its_parts_is_refused(
    copy: Path, tmp_path: Path, secret: Secret, lost: str
) -> None:
    content = _apart(copy)
    part = next(name for name, _ in content if name.startswith(lost))
    _together(copy, [one for one in content if one[0] != part])
    _refused(copy, secret, tmp_path / "new")


@pytest.mark.parametrize(
    "name",
    [
        "attachments/../evil.age",
        "attachments//evil.age",
        "attachments/.evil",
        "attachments/x/evil",
        "../evil",
        "/evil",
        "rows/999/00000000.jsonl",
        "rows/-x/evil",
        "evil",
        "tables.json",
    ],
)
def test_a_part_with_a_name_of_its_own_is_refused_also_where_the_key_is_known(
    copy: Path, register: Register, tmp_path: Path, secret: Secret, name: str
) -> None:
    content = _apart(copy)
    more = [*content[:-1], (name, b"evil"), content[-1]]
    _together(copy, _told_anew(more, register.opened.keys))
    _refused(copy, secret, tmp_path / "new")


def test_a_copy_by_somebody_without_the_register_s_key_is_refused(
    copy: Path, tmp_path: Path, secret: Secret
) -> None:
    # whoever knows a recipient can make a file for it: say, one that leaves out an incident
    stranger = Keys(b"12345678", {b"12345678": bytes(32)})
    _together(copy, _told_anew(_apart(copy), stranger))
    _refused(copy, secret, tmp_path / "new", "clave de este registro")


def test_a_copy_of_a_newer_program_is_told_so(
    copy: Path, register: Register, tmp_path: Path, secret: Secret
) -> None:
    content = dict(_apart(copy))
    tables = json.loads(content["tables.json"]) | {"schema": "0999"}
    newer = [*({**content, "tables.json": json.dumps(tables).encode()}).items()]
    _together(copy, _told_anew(newer, register.opened.keys, schema="0999"))
    _refused(copy, secret, tmp_path / "new", "versión más nueva")
    page = json.loads(content[manifest.NAME]) | {"form": 2}
    _together(copy, [*list(content.items())[:-1], (manifest.NAME, json.dumps(page).encode())])
    _refused(copy, secret, tmp_path / "new", "versión más nueva")


@pytest.mark.parametrize(
    "rows", [b"", b"[]", b"{}", b"[1]", b"\xff", b'[{"x": 1}]', b'[{"bytes": "?"}, 1, 2]']
)
def test_rows_that_are_none_are_refused(
    copy: Path, register: Register, tmp_path: Path, secret: Secret, rows: bytes
) -> None:
    content = [
        (name, rows if name.startswith("rows/") and n == 1 else said)
        for n, (name, said) in enumerate(_apart(copy))
    ]
    assert content[1][1] == rows
    _together(copy, _told_anew(content, register.opened.keys))
    _refused(copy, secret, tmp_path / "new")


def test_what_is_encrypted_but_no_archive_is_refused(tmp_path: Path, secret: Secret) -> None:
    path = tmp_path / "copy.age"
    for content in (b"", b"x" * 5000, bytes(1024), bytes(1024) + b"evil"):
        with path.open("wb") as out:
            envelope.write(out, LOCK, io.BytesIO(content))
        _refused(path, secret, tmp_path / "new")


def test_a_copy_with_a_broken_log_is_restored_and_says_so(
    register: Register, tmp_path: Path, secret: Secret
) -> None:
    _fill(register)
    with store.writing(register, "ana", NOW) as txn:
        txn.connection.execute(AUDIT.delete().where(AUDIT.c.n == 2))
    path = tmp_path / "copy.age"
    backup.backup(register, path, LOCK, "ana", NOW)
    done = restoring.restore(path, KEY, secret, "", tmp_path / "new", "ana", NOW)
    assert "La línea 3 no sigue" in done.log


def test_a_folder_that_holds_something_foreign_is_not_copied_in_silence(
    register: Register, tmp_path: Path
) -> None:
    _fill(register)
    (register.folder / FOLDER / ".123-half.age").write_bytes(b"being written")
    backup.backup(register, tmp_path / "one.age", LOCK, "ana", NOW)
    (register.folder / FOLDER / "un nombre ajeno.jpg").write_bytes(b"evil")
    with pytest.raises(RegisterDamaged, match="un nombre ajeno"):
        backup.backup(register, tmp_path / "two.age", LOCK, "ana", NOW)
    assert [path.name for path in tmp_path.glob("*.age")] == ["one.age"]


def test_what_a_stopped_backup_left_is_cleared_by_the_next_of_that_name_and_nothing_else(
    register: Register, tmp_path: Path
) -> None:
    for name in (".123-copy.age", ".123-other.age", "123-copy.age"):
        (tmp_path / name).write_bytes(b"left")
    backup.backup(register, tmp_path / "copy.age", LOCK, "ana", NOW)
    left = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert left == {"copy.age", ".123-other.age", "123-copy.age"}
    with pytest.raises(FileUnwritable):
        backup.backup(register, tmp_path / "copy.age", LOCK, "ana", NOW)


def _forms(content: bytes) -> bytes:
    """The bytes, and what a curious person unpacks from them: base64, zlib, UTF-16."""
    found = [content]
    for text in re.findall(rb"[A-Za-z0-9+/=]{40,}", content):
        for cut in range(4):
            try:
                found.append(base64.b64decode(text[cut : cut + (len(text) - cut) // 4 * 4]))
            except ValueError:
                continue
    for start in re.finditer(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b", content):
        try:
            found.append(zlib.decompressobj(47).decompress(content[start.start() :], 1 << 20))
        except zlib.error:
            continue
    return b"\n".join(found)


def _is_silent(content: bytes) -> bool:
    shown = _forms(content).lower()
    return not any(
        canary.lower().encode(encoding) in shown
        for canary in CANARIES
        for encoding in ("utf-8", "utf-16-le", "utf-16-be")
    )


def test_a_canary_in_a_file_would_be_found() -> None:
    packed = zlib.compress(b"x" * 100 + CANARIES[0].encode() * 3)
    for planted in (
        CANARIES[1].encode(),
        base64.b64encode(b"ab" + CANARIES[0].encode() * 3),
        b"junk" + packed,
        CANARIES[2].encode("utf-16-le"),
    ):
        assert not _is_silent(planted)


def test_a_seized_laptop_with_a_copy_beside_it_says_nothing(
    register: Register, copy: Path, tmp_path: Path, secret: Secret
) -> None:
    opening.lock(register.folder)
    opening.close(register)
    every = [copy, *(path for path in register.folder.rglob("*") if path.is_file())]
    assert {path.name for path in every} >= {"copy.age", "register.sqlite", PHOTO, "closed"}
    for path in every:
        assert _is_silent(path.read_bytes()), path
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 or path.name in (PHOTO, "closed")
    # whoever has the copy's key but not the register's reads no more than ids and days
    for name, content in _apart(copy):
        assert _is_silent(content), name
    # and its owner loses nothing
    restoring.restore(copy, KEY, secret, "", tmp_path / "new", "ana", NOW)
    restored = opening.open_register("", tmp_path / "new", secret)
    assert store.every(restored, Noun.EVENT)[0].content.title == CANARIES[0]
    for path in (tmp_path / "new").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    opening.close(restored)


def test_ten_thousand_incidents_with_files_go_there_and_back(
    register: Register, tmp_path: Path, secret: Secret
) -> None:
    table = TABLES[Noun.EVENT]
    with store.writing(register, "ana", NOW) as txn:
        row = store.put(txn, Noun.EVENT, Event(title="uno"))
        blank = {"revision": 1, "event": "", "sealed": b"s" * 800, "written_on": "2026-11-03"}
        txn.connection.execute(
            insert(table), [blank | {"id": f"{n:032x}", "gone_on": ""} for n in range(10_000)]
        )
    folder = register.folder / FOLDER
    folder.mkdir(mode=0o700)
    for n in range(100):
        (folder / f"{n:032x}.age").write_bytes(bytes([n]) * (n * 1001))
    path = tmp_path / "copy.age"
    done = backup.backup(register, path, LOCK, "ana", NOW)
    assert done.attachments == 100
    again = restoring.restore(path, KEY, secret, "", tmp_path / "new", "ana", NOW)
    assert (again.rows, again.attachments) == (done.rows, 100)
    for n in range(100):
        name = f"{n:032x}.age"
        assert (tmp_path / "new" / FOLDER / name).read_bytes() == (folder / name).read_bytes()
    restored = opening.open_register("", tmp_path / "new", secret)
    assert store.get(restored, Noun.EVENT, row) is not None
    with restored.engine.connect() as connection:
        audit.verify(connection, restored.opened.keys)
    opening.close(restored)


def test_a_server_with_anything_in_it_is_not_restored_into(
    copy: Path, tmp_path: Path, secret: Secret, new_database: Callable[[], str]
) -> None:
    import psycopg

    url = new_database()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE theirs (n integer)")
    with pytest.raises(RegisterThere, match="no está vacía"):
        restoring.restore(copy, KEY, secret, url, tmp_path / "new", "ana", NOW)
