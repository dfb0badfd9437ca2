"""Earlier wordings: told where they are due, and gone without taking off who wrote them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from geo.errors import RecordRefused
from geo.register import review, store, withdraw, wordings
from geo.register.lists import Noun
from geo.register.nouns import Act


def _rewrite(teller: Any, event: str, who: str = "ana", **changes: Any) -> None:
    kept = teller.dossier(event).event
    teller.put(Noun.EVENT, replace(kept.content, **changes), who, id=event, read=kept.revision)


def _deed(teller: Any, deed: Any, row: str) -> Any:
    with store.writing(teller.register, "estela", teller.at) as txn:
        return deed(txn, row)


def _due(teller: Any, event: str) -> bool:
    found = teller.dossier(event)
    assert wordings.due(teller.register, {event: frozenset()}) == (
        (event,) if wordings.is_due(teller.register, found) else ()
    )
    return wordings.is_due(teller.register, found)


def test_who_wrote_a_part_cannot_approve_it_once_the_wording_is_forgotten(any_teller: Any) -> None:
    teller = any_teller
    event = teller.incident(teller.subject(), title="uno")
    _rewrite(teller, event, " Berta ", title="dos", narrative="de Berta")
    _rewrite(teller, event, "ana", title="tres")
    with pytest.raises(RecordRefused, match="otra persona"):
        teller.approve(event, "berta")
    assert _deed(teller, withdraw.forget, event) == 2
    assert "berta" in review.writers(teller.register, teller.dossier(event))
    with pytest.raises(RecordRefused, match="otra persona"):
        teller.approve(event, "BERTA")
    teller.approve(event, "carla")


def test_the_wordings_from_before_somebody_left_are_due_once_the_incident_was_read_again(
    teller: Any,
) -> None:
    leaving, other = teller.subject(), teller.subject("S-2")
    event, plain = teller.incident(leaving, other, narrative="quien se fue"), teller.incident(other)
    _rewrite(teller, plain, narrative="dos")
    teller.approve(plain)
    _deed(teller, withdraw.subject, leaving)
    assert not _due(teller, event)
    _rewrite(teller, event, narrative="sin")
    assert not _due(teller, event)
    teller.approve(event)
    assert _due(teller, event)
    assert wordings.count(teller.register, teller.dossier(event)) == 1
    _deed(teller, withdraw.forget, event)
    assert not _due(teller, event)
    assert wordings.count(teller.register, teller.dossier(event)) == 0
    assert not _due(teller, plain)
    # what is written later is no wording of before
    later = replace(teller, at=teller.at + timedelta(days=1))
    for title in ("uno", "dos"):
        _rewrite(later, event, title=title)
    teller.approve(event)
    assert wordings.count(teller.register, teller.dossier(event)) == 2


def test_a_row_that_a_writer_took_out_is_no_withdrawal(teller: Any) -> None:
    someone = teller.subject()
    event = teller.incident(someone)
    act = teller.put(Noun.ACT, Act(someone, ("K01",)), event=event)
    with store.writing(teller.register, "ana", teller.at) as txn:
        store.bury(txn, Noun.ACT, act)
    _rewrite(teller, event, narrative="dos")
    teller.approve(event)
    assert not _due(teller, event)
