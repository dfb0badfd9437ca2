"""A reserved annex on its way out: asked for, approved by two people, encrypted, or refused.

What two people approve are the exact bytes of the document together with whom it is for, so that
neither can be exchanged afterwards. Consent is asked when it is prepared and again each time it is
handed out; what changed in between closes it.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

import cattrs
import pyrage

from geo.boxes import two_people
from geo.errors import ReleaseRefused
from geo.places import Places
from geo.register import lawyer, store
from geo.register.lists import Release
from geo.register.nouns import Request
from geo.register.store import Kept, Register, Writing
from geo.register.vocabulary import Vocabulary
from geo.reserved import Reserved, ReservedForum, digest

SHORTEST_PASSPHRASE = 16

_CONVERTER = cattrs.Converter(forbid_extra_keys=True)


@dataclass(frozen=True)
class About:
    """What an annex holds and for whom. content: the digest of what it says (`geo.reserved`).

    on: the day it was gathered. recipients: age public keys that may open it; none where it is to
    be closed with a passphrase that is chosen when it is handed out.
    """

    events: tuple[str, ...]
    forum: ReservedForum
    purpose: str
    language: str
    on: str
    content: str
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """An annex that is not out yet, or may still be handed out. sha256: of the PDF alone."""

    id: str
    about: About
    pdf: bytes
    by: str
    at: str
    digest: str
    approvers: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """What whoever received the PDF can compare."""
        return hashlib.sha256(self.pdf).hexdigest()


def gathered(
    where: Register | Writing, about: About, places: Places, vocabulary: Vocabulary, today: str
) -> Reserved:
    """What the annex says as of its day, if consent stands today. Raises ReleaseRefused."""
    return lawyer.gather(
        where,
        about.events,
        about.forum,
        about.purpose,
        places=places,
        vocabulary=vocabulary,
        on=about.on,
        today=today,
    )


def asked(content: Reserved, about: About) -> About:
    """What is to be approved. Raises ReleaseRefused where a recipient is no age key."""
    for recipient in about.recipients:
        try:
            pyrage.x25519.Recipient.from_str(recipient)
        except pyrage.RecipientError as error:
            raise ReleaseRefused(
                "Una clave de destino no es una clave pública de age («age1…»): pídala otra vez a "
                "quien recibirá el anexo."
            ) from error
    return replace(about, content=digest(content))


def request(txn: Writing, about: About, pdf: bytes, note: str = "") -> str:
    """Asks that exactly this PDF may go to exactly these recipients; gives the request's id."""
    said = json.dumps(asdict(about), ensure_ascii=False, sort_keys=True).encode()
    return two_people.request(
        txn, Release.ANNEX, said + b"\n" + pdf, note, event=_filed_under(about.events)
    )


def waiting(where: Register | Writing) -> tuple[Waiting, ...]:
    """Every annex that was asked for and not taken back, the earliest first."""
    found = [_read(where, one) for one in two_people.waiting(where, Release.ANNEX)]
    return tuple(sorted(found, key=lambda one: (one.at, one.id)))


def one(where: Register | Writing, row: str) -> Waiting | None:
    """An annex that waits, None where there is none of this id."""
    return next((found for found in waiting(where) if found.id == row), None)


def check(
    where: Register | Writing, annex: Waiting, places: Places, vocabulary: Vocabulary, today: str
) -> None:
    """Raises ReleaseRefused where consent no longer stands, or its incidents were changed since."""
    now = gathered(where, annex.about, places, vocabulary, today)
    if digest(now) != annex.about.content:
        raise ReleaseRefused(
            "Los hechos de este anexo cambiaron desde que se preparó: retírelo y prepare otro."
        )


def released(txn: Writing, row: str, places: Places, vocabulary: Vocabulary) -> Waiting:
    """An annex that may go out now, with its line in the audit log.

    Raises ReleaseRefused where approvals are missing, where somebody changed rows from outside, or
    as `check` does.
    """
    two_people.may_go(txn, Release.ANNEX, row)
    two_people.check_custody(txn)
    annex = one(txn, row)
    if annex is None:
        raise ReleaseRefused("Ese anexo ya no está: fue retirado.")
    check(txn, annex, places, vocabulary, txn.at.date().isoformat())
    store.note(txn, f"export annex {annex.digest}", row)
    return annex


def sealed(annex: Waiting, passphrase: str = "") -> bytes:
    """The PDF as an age file: for its recipients, or under a passphrase where it names none.

    Raises ReleaseRefused for a passphrase that is too short.
    """
    if annex.about.recipients:
        keys = [pyrage.x25519.Recipient.from_str(one) for one in annex.about.recipients]
        closed: bytes = pyrage.encrypt(annex.pdf, keys)
        return closed
    if len(passphrase.strip()) < SHORTEST_PASSPHRASE:
        raise ReleaseRefused(
            f"La frase que cierra el anexo necesita {SHORTEST_PASSPHRASE} letras o más: elija "
            "varias palabras, y désela a quien lo reciba por otro camino."
        )
    under_words: bytes = pyrage.passphrase.encrypt(annex.pdf, passphrase.strip())
    return under_words


def drop(txn: Writing, row: str) -> None:
    """Takes an annex back: its content and approvals go."""
    two_people.drop(txn, Release.ANNEX, row, "withdraw")


def drop_closed(txn: Writing, places: Places, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Takes back every annex that consent no longer opens, or whose incidents changed; their ids.

    To be asked after a withdrawal, so that no sealed copy outlives what was taken back.
    """
    gone = []
    for annex in waiting(txn):
        try:
            check(txn, annex, places, vocabulary, txn.at.date().isoformat())
        except ReleaseRefused:
            drop(txn, annex.id)
            gone.append(annex.id)
    return tuple(gone)


def _read(where: Register | Writing, asked_for: Kept[Request]) -> Waiting:
    said, _, pdf = two_people.content_of(asked_for).partition(b"\n")
    try:
        about = _CONVERTER.structure(json.loads(said), About)
    except (ValueError, cattrs.BaseValidationError) as error:
        raise ReleaseRefused(
            "Un anexo en espera es de otra versión del programa: retírelo y prepare otro."
        ) from error
    return Waiting(
        asked_for.id,
        about,
        pdf,
        asked_for.content.by,
        asked_for.content.at,
        asked_for.content.digest,
        two_people.approvers(where, asked_for.id),
    )


def _filed_under(events: Iterable[str]) -> str:
    """The incident that a request is filed under: the first of several."""
    return min(events, default="")
