"""Whoever writes in the files without a key: what they move, swap or bring back opens nothing."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from geo.errors import RegisterDamaged, SealBroken
from geo.register import (
    agreement,
    audit,
    consent,
    opening,
    restoring,
    rotation,
    store,
    withdraw,
    withdrawn,
)
from geo.register.attachments import FOLDER, take, working
from geo.register.database import FILE, WRITES
from geo.register.keyring import Secret
from geo.register.lists import ConsentWord, Noun, Told
from geo.register.nouns import Event
from geo.register.store import Register
from geo.register.tables import TABLES
from geo.terms import Audience

NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)
TRACK = b'<gpx version="1.1"><wpt lat="-9.5" lon="-74.5"/></gpx>'
OTHER = b'<gpx version="1.1"><wpt lat="-9.1" lon="-74.1"/></gpx>'


def test_a_veto_that_is_dated_back_from_outside_opens_nothing(teller: Any) -> None:
    one = teller.subject()
    event = teller.incident(one)
    teller.says(one, ConsentWord.GIVEN, said_on="2026-04-01")
    veto = teller.says(one, ConsentWord.VETO, said_on="")
    assert consent.allows(teller.dossier(event), Audience.BOXES, "", "2026-05-05") is Told.NO
    table = TABLES[Noun.CONSENT]
    dated_back = update(table).where(table.c.id == veto).values(written_on="2020-01-01")
    engine = teller.register.engine
    with engine.connect().execution_options(**WRITES) as connection, connection.begin():
        connection.execute(dated_back)
    with pytest.raises(SealBroken, match="fuera del programa"):
        teller.dossier(event)


def test_the_copy_of_another_file_is_not_shown_in_its_place(register: Register) -> None:
    one, other = take(register, TRACK, "a.gpx"), take(register, OTHER, "b.gpx")
    folder = register.folder / FOLDER
    shutil.copy(folder / other.working, folder / one.working)
    with pytest.raises(RegisterDamaged, match="no es el que se guardó"):
        working(register, one)


def test_what_was_withdrawn_goes_again_when_an_older_database_is_put_in_its_place(
    register: Register, secret: Secret, tmp_path: Path
) -> None:
    with store.writing(register, "ana", NOW) as txn:
        row = store.put(txn, Noun.EVENT, Event(title="retirado"))
        stays = store.put(txn, Noun.EVENT, Event(title="queda"))
    opening.close(register)
    shutil.copy(register.folder / FILE, tmp_path / "older")
    again = opening.open_register("", register.folder, secret)
    with store.writing(again, "ana", NOW) as txn:
        withdraw.event(txn, row)
    opening.close(again)
    shutil.copy(tmp_path / "older", register.folder / FILE)
    held = opening.open_register("", register.folder, secret)
    assert restoring.take_out_again(held, "ana", NOW) == 1
    assert restoring.take_out_again(held, "ana", NOW) == 0
    assert store.get(held, Noun.EVENT, row) is None
    assert store.get(held, Noun.EVENT, stays) is not None
    with held.engine.connect() as connection:
        audit.verify(connection, held.opened.keys)
        agreement.check(connection, held.opened.keys)
    assert withdrawn.read(held.folder / withdrawn.FILE)
    opening.close(held)


def test_a_folder_among_the_attachments_does_not_keep_the_old_key(
    register: Register, secret: Secret
) -> None:
    (register.folder / FOLDER / "x").mkdir(parents=True)
    after = rotation.rotate(register, (secret,), "ana", NOW)
    assert after.opened.older == ()
    with register.engine.connect() as connection:
        assert not rotation.is_pending(connection)


def test_a_wording_that_was_forgotten_is_no_fault_of_the_log(teller: Any) -> None:
    event = teller.incident(teller.subject())
    told = teller.dossier(event).event.content
    teller.put(Noun.EVENT, told, id=event, read=1)
    with store.writing(teller.register, "ana", NOW) as txn:
        withdraw.forget(txn, event)
    with teller.register.engine.connect() as connection:
        agreement.check(connection, teller.register.opened.keys)
