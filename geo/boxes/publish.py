"""The last step: two people's yes, everything looked at once more, then the public file.

First the register says what will be public, with a mark; then the file takes its place whole;
then the mark goes. Whoever is cut off in between finds the mark: `finish` writes the same bytes.
So the public file is always the old one or the new one, and the register knows which comes.
"""

from collections.abc import Callable
from datetime import date

from geo.boxes import public_folder, two_people
from geo.boxes import state as remembered
from geo.boxes.propose import Proposal, unknown, unpacked
from geo.boxes.two_people import content_of, may_go
from geo.errors import ReleaseRefused
from geo.home import Home
from geo.places import Places
from geo.register import approved, store
from geo.register.lists import Release
from geo.register.store import Register, writing
from geo.release.privacy.taking_away import pending
from geo.release.published import Published, to_bytes

Check = Callable[[Proposal], tuple[str, ...]]
"""What keeps a proposal from going out, as sentences; empty where nothing does."""


def publish(
    home: Home, register: Register, who: str, asked: str, places: Places, on: date, check: Check
) -> Published:
    """Publishes the proposal of a request that two people approved.

    on: today, at the country's clock. check: the report's blocking findings. Raises
    ReleaseRefused where approvals are missing, where somebody withdrew since the proposal was
    prepared, where another publication came between, where somebody changed rows from outside, or
    where `check` finds something.
    """
    finish(home, register, who)
    request = may_go(register, Release.BOXES, asked)
    proposal = unpacked(content_of(request))
    found = check(proposal)
    if found:
        raise ReleaseRefused("No se publica: " + " ".join(found))
    content = to_bytes(proposal.published)
    with writing(register, who, home.now()) as txn:
        if may_go(txn, Release.BOXES, asked).content.digest != request.content.digest:
            raise ReleaseRefused("La solicitud cambió mientras se revisaba: revise otra vez.")
        two_people.check_custody(txn)
        before = remembered.kept(txn)
        _still_so(before, proposal, public_folder.now_public(home.boxes))
        if pending(proposal.state, approved.incidents(txn, places, on.isoformat())):
            raise ReleaseRefused(
                "Alguien se retiró, o un hecho cambió, desde que se preparó esta propuesta: ya no "
                "vale. Prepare otra y pida otra vez las dos aprobaciones."
            )
        went = proposal.took_away
        remembered.remember(txn, before, proposal.state, content, took_away=went)
        two_people.drop(txn, Release.BOXES, asked, "publish")
    _write(home, register, who, content, proposal.published.quarter)
    return proposal.published


def finish(home: Home, register: Register, who: str) -> bool:
    """Completes a publication that was interrupted; says whether there was one."""
    kept = remembered.kept(register)
    if not kept.publishing:
        return False
    _write(home, register, who, kept.published, kept.state.closed_to)
    return True


def _write(home: Home, register: Register, who: str, content: bytes, quarter: str) -> None:
    public_folder.write(home.boxes, content, quarter)
    with writing(register, who, home.now()) as txn:
        remembered.written(txn)
        store.note(txn, "write public boxes")


def _still_so(before: remembered.Remembered, proposal: Proposal, public: bytes) -> None:
    if before.digest != proposal.before:
        raise ReleaseRefused(
            "Otra publicación salió desde que se preparó esta propuesta: prepare otra."
        )
    if unknown(before, public) and not proposal.anew:
        raise ReleaseRefused(
            "La carpeta pública cambió desde que se preparó esta propuesta: prepare otra."
        )
