"""A backup and its way back: whole or not at all, in both databases, and nothing in the open."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest
import sqlalchemy as sa
from sqlalchemy import select

from geo.errors import (
    BackupUnreadable,
    FileUnwritable,
    KeyRefused,
    RegisterThere,
)
from geo.register import audit, backup, envelope, files_seal, opening, restoring, store
from geo.register.attachments import FOLDER, original
from geo.register.keyring import Secret
from geo.register.lists import Noun
from geo.register.nouns import Attachment, Event
from geo.register.store import Register
from geo.register.tables import AUDIT, META

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
CANARY = "Zulmira Ficticia, -12.594123 -69.189321"


@dataclass(frozen=True)
class Pair:
    """What locks a backup without stretching, and what opens it."""

    lock: Secret
    key: Secret


@pytest.fixture(scope="session")
def pair() -> Pair:
    """An age identity and its recipient: instant, where a passphrase takes two seconds."""
    identity = pyrage.x25519.Identity.generate()
    return Pair(
        Secret("recipient", str(identity.to_public()).encode()),
        Secret("identity", str(identity).encode()),
    )


def _attach(register: Register, name: str, content: bytes) -> str:
    folder = register.folder / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / name).write_bytes(files_seal.seal_bytes(register.opened, content))
    row = Attachment(
        sha256=hashlib.sha256(content).hexdigest(),
        kind="photo",
        media="image/jpeg",
        size_bytes=len(content),
        original=name,
        working=name,
    )
    with store.writing(register, "ana", NOW) as txn:
        return store.put(txn, Noun.ATTACHMENT, row)


def _accounts(register: Register) -> None:
    """Tables that the register does not know: numbered, referring, of every kind of value."""
    metadata = sa.MetaData()
    sa.Table(
        "desk_account",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.LargeBinary, unique=True, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("seen", sa.DateTime),
        sa.Column("born", sa.Date),
        sa.Column("share", sa.Float),
        sa.Column("codes", sa.JSON(none_as_null=True)),
        sa.Column("note", sa.Text, server_default="it's"),
        sa.Column("kind", sa.String(12), index=True),
    )
    sa.Table(
        "desk_holds",
        metadata,
        sa.Column(
            "account", sa.ForeignKey("desk_account.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("role", sa.BigInteger, primary_key=True, autoincrement=False),
    )
    with register.engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(
            sa.insert(metadata.tables["desk_account"]),
            [
                {
                    "id": n,
                    "name": bytes([n]),
                    "active": n % 2 == 0,
                    "seen": NOW.replace(day=n, microsecond=678, tzinfo=None),
                    "born": NOW.replace(day=n).date(),
                    "share": 0.1 * n,
                    "codes": {"bytes": ["ñ", None, n]} if n > 1 else None,
                    "note": "línea\notra",
                    "kind": None,
                }
                for n in (1, 2, 3)
            ],
        )
        connection.execute(
            sa.insert(metadata.tables["desk_holds"]), [{"account": 2, "role": 2**40}]
        )


def _fill(register: Register) -> str:
    with store.writing(register, "ana", NOW) as txn:
        row = store.put(txn, Noun.EVENT, Event(title="uno", narrative=CANARY))
        store.put(txn, Noun.EVENT, Event(title="dos"), id=row, read=1)
        store.bury(txn, Noun.EVENT, store.put(txn, Noun.EVENT, Event(title="retirado")))
    _attach(register, "a" * 32 + ".age", CANARY.encode() * 9000)
    _attach(register, "b" * 32 + ".age", b"")
    _accounts(register)
    return row


def _content(register: Register) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, with the columns of each; the log's end and the changes apart."""
    metadata = sa.MetaData()
    with register.engine.connect() as connection:
        metadata.reflect(connection)
        return {
            table.name: [
                tuple(column.name for column in table.columns),
                *sorted((tuple(row) for row in connection.execute(select(table))), key=repr),
            ]
            for table in metadata.sorted_tables
        }


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / FOLDER).iterdir())}


@pytest.fixture
def to_any(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """The URL of an empty place in the database of this name."""

    def find(name: str) -> str:
        return "" if name == "sqlite" else str(request.getfixturevalue("new_database")())

    return find


@pytest.fixture
def made(register: Register, tmp_path: Path, pair: Pair) -> tuple[Path, str]:
    """A backup of a register with something of everything, and the id of its incident."""
    row = _fill(register)
    path = tmp_path / "copias" / "copia.age"
    backup.backup(register, path, pair.lock, "ana", NOW)
    return path, row


@pytest.mark.parametrize("after", ["sqlite", "postgresql"])
def test_nothing_is_lost_from_one_database_to_the_other(
    any_register: Register,
    tmp_path: Path,
    pair: Pair,
    secret: Secret,
    to_any: Callable[[str], str],
    after: str,
) -> None:
    row = _fill(any_register)
    path = tmp_path / "copia.age"
    done = backup.backup(any_register, path, pair.lock, "ana", NOW)
    before = _content(any_register)
    assert done.rows == sum(len(rows) - 1 for rows in before.values())
    assert (done.attachments, done.size_bytes) == (2, path.stat().st_size)
    url, folder = to_any(after), tmp_path / "new"
    said = restoring.restore(path, pair.key, secret, url, folder, "eva", NOW)
    assert (said.rows, said.attachments, said.withdrawn, said.log) == (done.rows, 2, 0, "")
    restored = opening.open_register(url, folder, secret)
    now = _content(restored)
    for name in before:
        if name == META.name:
            same = {row for row in before[name] if row[0] != "audit"}
            assert same <= set(now[name])
        elif name == AUDIT.name:
            assert set(before[name]) < set(now[name])  # and one line more, of the restoring
        else:
            assert now[name] == before[name], name
    assert _files(folder) == _files(any_register.folder)
    kept = store.get(restored, Noun.EVENT, row)
    assert kept is not None
    assert kept.content.title == "dos"
    photo = store.every(restored, Noun.ATTACHMENT)[0]
    assert original(restored, photo.content) in (CANARY.encode() * 9000, b"")
    with restored.engine.connect() as connection:
        assert audit.lines(connection, restored.opened.keys)[-1].deed == "restore"
        audit.verify(connection, restored.opened.keys)
    # the tables are the same tables: references, numbers, defaults, what may be there once
    with restored.engine.connect() as connection, connection.begin():
        connection.exec_driver_sql("INSERT INTO desk_account (name, active) VALUES ('x', true)")
        found = connection.exec_driver_sql("SELECT id, note FROM desk_account WHERE id > 3")
        assert [tuple(one) for one in found] == [(4, "it's")]
        inspected = sa.inspect(connection)
        assert inspected.get_foreign_keys("desk_holds")[0]["options"]["ondelete"] == "CASCADE"
        assert [
            one["column_names"] for one in inspected.get_unique_constraints("desk_account")
        ] == [["name"]]
        assert {one["name"] for one in inspected.get_indexes("register_event")} == {
            "ix_register_event_event"
        }
    with store.writing(restored, "eva", NOW) as txn:
        store.put(txn, Noun.EVENT, Event(title="tres"), id=row, read=2)
    opening.close(restored)


def test_a_passphrase_of_its_own_opens_it_and_no_other(
    register: Register, tmp_path: Path, secret: Secret
) -> None:
    path = tmp_path / "copia.age"
    words = Secret("passphrase", "cuatro palabras inventadas ñ".encode())
    backup.backup(register, path, words, "ana", NOW)
    with pytest.raises(BackupUnreadable, match="frase"):
        restoring.restore(
            path, Secret("passphrase", b"otra frase"), secret, "", tmp_path / "new", "ana", NOW
        )
    assert not (tmp_path / "new" / "register.sqlite").exists()
    restoring.restore(path, words, secret, "", tmp_path / "new", "ana", NOW)
    opening.close(opening.open_register("", tmp_path / "new", secret))


def test_neither_the_backup_s_key_nor_the_register_s_is_enough_alone(
    made: tuple[Path, str], tmp_path: Path, pair: Pair, secret: Secret
) -> None:
    other = Secret("file", b"x" * 32)
    with pytest.raises(KeyRefused):
        restoring.restore(made[0], pair.key, other, "", tmp_path / "new", "ana", NOW)
    stranger = Secret("identity", str(pyrage.x25519.Identity.generate()).encode())
    with pytest.raises(BackupUnreadable):
        restoring.restore(made[0], stranger, secret, "", tmp_path / "new", "ana", NOW)
    with pytest.raises(BackupUnreadable):
        restoring.restore(made[0], secret, secret, "", tmp_path / "new", "ana", NOW)
    assert not (tmp_path / "new").exists()


def test_a_backup_takes_no_other_s_name_and_a_recipient_must_be_one(
    register: Register, tmp_path: Path, pair: Pair
) -> None:
    (tmp_path / "copia.age").write_text("otra")
    with pytest.raises(FileUnwritable):
        backup.backup(register, tmp_path / "copia.age", pair.lock, "ana", NOW)
    assert (tmp_path / "copia.age").read_text() == "otra"
    with pytest.raises(KeyRefused):
        backup.backup(register, tmp_path / "b.age", Secret("recipient", b"age1no"), "ana", NOW)
    assert not (tmp_path / "b.age").exists()
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_register_that_is_there_is_never_written_over(
    made: tuple[Path, str],
    register: Register,
    tmp_path: Path,
    pair: Pair,
    secret: Secret,
    new_database: Callable[[], str],
) -> None:
    before = (register.folder / "register.sqlite").read_bytes()
    with pytest.raises(RegisterThere):
        restoring.restore(made[0], pair.key, secret, "", register.folder, "ana", NOW)
    assert (register.folder / "register.sqlite").read_bytes() == before
    url = new_database()
    opening.close(opening.create(url, tmp_path / "pg", (secret,)))
    with pytest.raises(RegisterThere):
        restoring.restore(made[0], pair.key, secret, url, tmp_path / "pg", "ana", NOW)
    opening.close(opening.open_register(url, tmp_path / "pg", secret))


def test_what_sqlite_left_of_another_register_is_not_taken_for_this_one_s(
    made: tuple[Path, str], tmp_path: Path, pair: Pair, secret: Secret
) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "register.sqlite-wal").write_bytes(b"left")
    with pytest.raises(RegisterThere, match=r"register\.sqlite-wal"):
        restoring.restore(made[0], pair.key, secret, "", folder, "ana", NOW)


def test_attachments_of_another_register_are_not_written_over(
    made: tuple[Path, str], tmp_path: Path, pair: Pair, secret: Secret
) -> None:
    folder = tmp_path / "new"
    (folder / FOLDER).mkdir(parents=True)
    (folder / FOLDER / ("a" * 32 + ".age")).write_bytes(b"another")
    with pytest.raises(RegisterThere):
        restoring.restore(made[0], pair.key, secret, "", folder, "ana", NOW)
    assert not (folder / "register.sqlite").exists()
    assert (folder / FOLDER / ("a" * 32 + ".age")).read_bytes() == b"another"


def _refused(path: Path, key: Secret, secret: Secret, folder: Path) -> None:
    with pytest.raises(BackupUnreadable):
        restoring.restore(path, key, secret, "", folder, "ana", NOW)
    assert not folder.exists()


def test_a_backup_that_was_cut_anywhere_restores_nothing(
    made: tuple[Path, str], tmp_path: Path, pair: Pair, secret: Secret
) -> None:
    whole = made[0].read_bytes()
    cut = tmp_path / "cut.age"
    step = max(1, len(whole) // 40)
    ends = {*range(0, 400, 13), *range(400, len(whole), step), len(whole) - 1, len(whole) - 17}
    for end in sorted(ends):
        cut.write_bytes(whole[:end])
        _refused(cut, pair.key, secret, tmp_path / "new")
    cut.write_bytes(whole + b"x")
    _refused(cut, pair.key, secret, tmp_path / "new")


def test_a_changed_byte_is_found_wherever_it_is(
    made: tuple[Path, str], tmp_path: Path, pair: Pair, secret: Secret
) -> None:
    whole = made[0].read_bytes()
    changed = tmp_path / "changed.age"
    head = whole.index(b"\n--- ", whole.index(b"\n--- ") + 5) + 80
    far = range(head, len(whole), max(1, len(whole) // 30))
    for at in (*range(head), *far):
        byte = bytearray(whole)
        byte[at] ^= 1 << at % 8
        changed.write_bytes(bytes(byte))
        with pytest.raises(BackupUnreadable):
            envelope.read(changed, envelope.unlock(changed, pair.key), _Nothing())
    byte = bytearray(whole)
    byte[len(whole) // 2] ^= 1
    changed.write_bytes(bytes(byte))
    _refused(changed, pair.key, secret, tmp_path / "new")


class _Nothing:
    def write(self, piece: bytes) -> int:
        return len(piece)

    def flush(self) -> None:
        pass


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"age-encryption.org/v1\n",
        b"deslinde-backup 2 000010\n0123456789",
        b"deslinde-backup 1 999999\n",
        b"deslinde-backup 1 000000\n",
        b"PK\x03\x04" + bytes(100),
        b"\n" * 1000,
    ],
)
def test_what_is_no_backup_is_told_so(
    tmp_path: Path, content: bytes, pair: Pair, secret: Secret
) -> None:
    path = tmp_path / "foto.jpg"
    path.write_bytes(content)
    _refused(path, pair.key, secret, tmp_path / "new")
