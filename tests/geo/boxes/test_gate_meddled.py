"""Whoever hides a word of consent in the database, without a key, lets nothing out."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, update

from geo.boxes import public_folder, two_people
from geo.boxes.propose import propose
from geo.boxes.publish import publish
from geo.errors import ReleaseRefused
from geo.home import Home
from geo.places import Places
from geo.register import store
from geo.register.database import WRITES
from geo.register.lists import ConsentWord, Noun, Release
from geo.register.store import Register, writing
from geo.register.tables import TABLES

WORDS = TABLES[Noun.CONSENT]


@pytest.mark.parametrize(
    "hidden", [delete(WORDS), update(WORDS).values(gone_on="2026-11-21", sealed=None)]
)
def test_a_word_that_was_hidden_from_outside_keeps_everything_in(
    register: Register,
    home: Home,
    places: Places,
    box_of_five: tuple[str, ...],
    take_back: Callable[[str], None],
    hidden: Any,
) -> None:
    take_back(box_of_five[0])
    [word] = [
        one.id
        for one in store.every(register, Noun.CONSENT)
        if one.content.word is ConsentWord.WITHDRAWN
    ]
    engine = register.engine
    with engine.connect().execution_options(**WRITES) as connection, connection.begin():
        connection.execute(hidden.where(WORDS.c.id == word))
    on = home.now().date()
    with writing(register, "ana", home.now()) as txn:
        asked = propose(txn, places, on, public_folder.now_public(home.boxes))
    [request] = store.every(register, Noun.REQUEST)
    for who in ("ana", "beto"):
        with writing(register, who, home.now()) as txn:
            two_people.approve(txn, Release.BOXES, asked, request.content.digest)
    with pytest.raises(ReleaseRefused, match="fuera del programa"):
        publish(home, register, "ana", asked, places, on, lambda _made: ())
    assert not home.boxes.exists()
