"""What would be published now, computed and put before two people as exact bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.boxes import state as remembered
from geo.boxes import two_people
from geo.boxes.state import Remembered
from geo.errors import RegisterDamaged, ReleaseDamaged, ReleaseRefused
from geo.places import Places
from geo.register import approved
from geo.register.lists import Release
from geo.register.store import Register, Writing
from geo.release.privacy import quarters
from geo.release.privacy.closing import close
from geo.release.privacy.publication import publication
from geo.release.privacy.state import State, Wait, from_json, to_json
from geo.release.privacy.taking_away import pending, take_away
from geo.release.published import Published, from_bytes, to_bytes
from geo.stages import Incidents

FORM = 1


@dataclass(frozen=True)
class Proposal:
    """A publication, the state after it, and from which state it was computed.

    took_away: it only takes boxes away. before: the digest of what was remembered. anew: nothing
    that was published before is known to the register, so all begins again.
    """

    published: Published
    state: State
    took_away: bool
    before: str
    anew: bool = False


_UNKNOWN = (
    "La carpeta pública tiene una publicación que este registro no conoce: quizá se restauró un "
    "respaldo anterior a ella. Restaure el respaldo más nuevo. Si no lo hay, comience de nuevo con "
    "«deslinde boxes propose --anew»."
)
_UNSEEN = (
    "El registro viene de un respaldo y en la carpeta pública no está lo publicado: copie en ella "
    "el boxes.json que está en línea, o restaure el respaldo más nuevo. Si no hay ninguno de los "
    "dos, comience de nuevo con «deslinde boxes propose --anew»."
)


def compute(
    before: Remembered, incidents: Incidents, places: Places, on: date, public: bytes
) -> Proposal:
    """What would be published on a day: first what must go, else the quarters that have ended.

    public: the bytes of the public file. Raises ReleaseRefused where there is nothing to publish,
    or where the public file is not the one that the register remembers.
    """
    if unknown(before, public):
        raise ReleaseRefused(_UNKNOWN if _is_real(public) else _UNSEEN)
    if pending(before.state, incidents):
        after, took_away = take_away(before.state, incidents), True
    else:
        quarter = quarters.last_ended(on)
        if before.state.closed_to >= quarter:
            raise ReleaseRefused(
                f"No hay nada que publicar: el trimestre {before.state.closed_to} ya está cerrado "
                "y nadie se retiró. El siguiente se cierra cuando termine."
            )
        after, took_away = close(before.state, incidents, quarter, places), False
    return Proposal(publication(after, incidents, places), after, took_away, before.digest)


def unknown(before: Remembered, public: bytes) -> bool:
    """Whether something may be public that this register does not remember.

    What was invented for a demonstration gives way to any publication. Where nothing is public
    here, a register that was restored cannot know what it published after its copy was made.
    """
    if before.lost:
        return True
    if public == before.published:
        return False
    if _is_real(public):
        return True
    return bool(before.published) and before.restored()


def _is_real(public: bytes) -> bool:
    try:
        return bool(public) and not from_bytes(public).illustrative
    except ReleaseDamaged:
        return True


def compute_anew(
    before: Remembered, incidents: Incidents, places: Places, on: date, public: bytes
) -> Proposal:
    """A beginning without boxes, where what was published is not known any more.

    Every fact of today may be in a box that only the public remembers. None of them counts as
    fresh again, so no later box can be taken apart with what was published before. Nor does what
    is not counted today or not here, and is told again later: no fact of this year or before.
    """
    try:
        shown = from_bytes(public).quarter if public else ""
    except ReleaseDamaged:
        shown = ""
    closed_to = max(before.state.closed_to, shown, quarters.last_ended(on))
    since = quarters.later(closed_to)
    waiting = tuple(
        Wait(fact.incident, places.by_code[fact.place].level, since, fresh=False)
        for fact in incidents.facts
    )
    last = before.state.last
    after = State(closed_to=closed_to, last=last, counted=last, waiting=waiting, old_to=on.year)
    return Proposal(publication(after, incidents, places), after, True, before.digest, anew=True)


def propose(
    txn: Writing, places: Places, on: date, public: bytes, note: str = "", *, anew: bool = False
) -> str:
    """Computes what would be published and asks for two people's yes; gives the request's id.

    on: today, at the country's clock. public: the bytes of the public file. Raises
    ReleaseRefused, PlacesMissing.
    """
    before = remembered.kept(txn)
    if before.publishing:
        raise ReleaseRefused(
            "Una publicación quedó a medias: termínela con «deslinde boxes status» y vuelva a "
            "preparar."
        )
    incidents = approved.incidents(txn, places, on.isoformat())
    made = (compute_anew if anew else compute)(before, incidents, places, on, public)
    return two_people.request(txn, Release.BOXES, packed(made), note)


def open_proposal(where: Register | Writing) -> tuple[str, Proposal] | None:
    """The request that waits and what it holds, None where none waits."""
    waiting = two_people.waiting(where, Release.BOXES)
    if not waiting:
        return None
    return waiting[-1].id, unpacked(two_people.content_of(waiting[-1]))


def drop_overtaken(txn: Writing, places: Places, on: date) -> None:
    """Drops a proposal that holds what was withdrawn since: it could not be published any more.

    One that only takes away others stays, so that no withdrawal holds up the one before it.
    """
    for asked in two_people.waiting(txn, Release.BOXES):
        made = unpacked(two_people.content_of(asked))
        if pending(made.state, approved.incidents(txn, places, on.isoformat())):
            two_people.drop(txn, Release.BOXES, asked.id, "withdraw")


def packed(proposal: Proposal) -> bytes:
    """A proposal as the bytes that two people approve."""
    said = {
        "form": FORM,
        "published": to_bytes(proposal.published).decode(),
        "state": to_json(proposal.state),
        "took_away": proposal.took_away,
        "before": proposal.before,
        "anew": proposal.anew,
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def unpacked(content: bytes) -> Proposal:
    """The proposal in these bytes. Raises ReleaseRefused where they are none."""
    try:
        said: Mapping[str, Any] = json.loads(content)
        if said["form"] != FORM:
            raise ReleaseRefused("La propuesta es de otra versión del programa: prepare otra.")
        return Proposal(
            from_bytes(said["published"].encode()),
            from_json(said["state"]),
            bool(said["took_away"]),
            str(said["before"]),
            bool(said["anew"]),
        )
    except (ValueError, KeyError, TypeError, RegisterDamaged, ReleaseDamaged) as error:
        raise ReleaseRefused("La propuesta no se puede leer: prepare otra.") from error
