"""The risk report: what two people should know before they say yes, and what keeps the boxes in."""

from dataclasses import dataclass
from datetime import date

from geo.boxes import alike, differences, learning, public_bytes, public_folder
from geo.boxes import state as remembered
from geo.boxes.differences import Differences
from geo.boxes.findings import Finding, Weight
from geo.boxes.learning import Learnt
from geo.boxes.propose import Proposal
from geo.errors import ReleaseDamaged
from geo.home import Home
from geo.places import Places
from geo.register import approved
from geo.register.store import Register
from geo.release.published import Published, from_bytes, to_bytes
from geo.stages import Incidents
from geo.words import SPANISH, _, words


@dataclass(frozen=True)
class Report:
    """boxes: each from within. changes: what the public will see come and go.

    findings: those that block come first.
    """

    proposal: Proposal
    boxes: tuple[Learnt, ...]
    changes: Differences
    findings: tuple[Finding, ...]

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What keeps the boxes in."""
        return tuple(one for one in self.findings if one.weight is Weight.BLOCK)


def report(home: Home, register: Register, proposal: Proposal, places: Places, on: date) -> Report:
    """The report of a proposal. It reads every file of the public folders.

    on: today, at the country's clock.
    """
    incidents = approved.incidents(register, places, on.isoformat())
    before = remembered.kept(register)
    boxes = learning.learnt(proposal.state, incidents, places)
    unseen = before.restored() and not public_folder.now_public(home.boxes)
    found = [
        *([_ANEW] if proposal.anew else ()),
        *([_UNSEEN] if unseen else ()),
        *_promises(before, proposal, incidents),
        *learning.findings(proposal.state, boxes),
        *alike.of_tables(proposal.state),
        *alike.of_people(proposal.state, register, places),
        *public_bytes.findings(
            home, register, to_bytes(proposal.published), took_away=proposal.took_away
        ),
    ]
    return Report(
        proposal,
        boxes,
        differences.differences(_shown(before.published), proposal.published),
        tuple(sorted(found, key=lambda one: one.weight is not Weight.BLOCK)),
    )


def blocking(
    home: Home, register: Register, proposal: Proposal, places: Places, on: date
) -> tuple[str, ...]:
    """What keeps a proposal in, as plain Spanish sentences."""
    spanish = words(SPANISH, "")
    return tuple(one.said(spanish) for one in report(home, register, proposal, places, on).blocking)


_ANEW = Finding(
    Weight.LOOK,
    _(
        "Se comienza de nuevo: salen todos los paquetes publicados, y ningún hecho de hoy vuelve a "
        "contar como nuevo."
    ),
)

_UNSEEN = Finding(
    Weight.LOOK,
    _(
        "El registro viene de un respaldo y la carpeta pública está vacía: si después de ese "
        "respaldo se publicó algo, copie en ella el boxes.json que está en línea y prepare otra "
        "propuesta."
    ),
)


def _promises(
    before: remembered.Remembered, proposal: Proposal, incidents: Incidents
) -> tuple[Finding, ...]:
    return tuple(
        differences.findings(
            before.state,
            proposal.state,
            proposal.published,
            incidents,
            took_away=proposal.took_away,
        )
    )


def _shown(content: bytes) -> Published | None:
    try:
        return from_bytes(content) if content else None
    except ReleaseDamaged:
        return None
