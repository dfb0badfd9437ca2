"""Where somebody was: the places of a walk (GPX, KML) and of a photo, sealed, under consent.

They are used while everybody concerned lets somebody besides the count read the incident, and go
with the file that they came from. None of them ever reaches the public count, which knows no place
finer than a district.
"""

from geo.register import consent
from geo.register.cleaning.apart import trace
from geo.register.cleaning.forms import Kind, form_of
from geo.register.dossier import Dossier
from geo.register.lists import Told
from geo.register.nouns import Field
from geo.register.store import Kept
from geo.terms import Audience

READERS = (Audience.LAWYER, Audience.PARTNER)
"""Whom a place may be shown to; whoever is only counted has told nobody where."""


def read(content: bytes, attachment: str) -> Field | None:
    """The places in a file as it came; None where it has none. attachment: the id of its row.

    Raises AttachmentRefused where it says places that are none.
    """
    if form_of(content).kind not in (Kind.TRACK, Kind.PHOTO):
        return None
    found = trace(content)
    if not found.points and not found.tracks:
        return None
    return Field(attachment, found.points, found.tracks)


def may_be_used(dossier: Dossier, on: str) -> bool:
    """Whether the places of this incident may be shown on this day (YYYY-MM-DD)."""
    return any(consent.allows(dossier, reader, "", on) is Told.YES for reader in READERS)


def usable(dossier: Dossier, on: str) -> tuple[Kept[Field], ...]:
    """The places of this incident, none of them where consent does not stand on this day.

    Nor those of a file that was taken back.
    """
    if not may_be_used(dossier, on):
        return ()
    there = {row.id for row in dossier.attachments}
    return tuple(row for row in dossier.fields if row.content.attachment in there)
