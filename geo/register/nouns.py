"""What the rows of the register say, after the HURIDOCS model. All of it is sealed.

Event: what happened, when, where. Act: what was done to whom. Involvement: who took part, as a
type and never a name. Source: how it is known. Intervention: what was asked of whom, and what
became of it. Identifiers are random texts; a subject's name is nowhere: the key from reference
to person stays with the organisation that holds it.

Source of the model: HURIDOCS, Events Standard Formats (2001).
"""

from dataclasses import dataclass

from geo.register.lists import (
    ConsentWord,
    Decision,
    PlacePrecision,
    Reach,
    Release,
    SubjectKind,
    Told,
    Verification,
)
from geo.terms import Audience


@dataclass(frozen=True)
class Spot:
    """Where, as told. place: a code of `geo.places`, "" for the country.

    lon, lat: degrees (EPSG:4326), None unless precision is exact. given_as: the coordinates as
    they were written, with their CRS, since a datum may be mended later. words: a place finer
    than the district in somebody's words.
    """

    place: str = ""
    precision: PlacePrecision = PlacePrecision.COUNTRY
    lon: float | None = None
    lat: float | None = None
    given_as: str = ""
    words: str = ""


@dataclass(frozen=True)
class Event:
    """What happened. happened_on, until_on: partial dates, "" where unknown."""

    title: str = ""
    narrative: str = ""
    happened_on: str = ""
    until_on: str = ""
    spot: Spot = Spot()
    communities: tuple[str, ...] = ()  # ids of Community whose place or people are concerned
    community_concerned: Told = Told.NOT_RECORDED
    organisation: str = ""
    case_numbers: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()  # ids of data/cases
    verification: Verification = Verification.REPORTED
    languages: tuple[str, ...] = ()
    submitted: bool = False
    author: str = ""


@dataclass(frozen=True)
class Subject:
    """Whom it happened to: a person, a family, a community, an organisation. Never a name.

    groups: code of data/register -> what was told; a group that is not there was not recorded.
    """

    kind: SubjectKind
    reference: str
    community: str = ""
    organisation: str = ""
    description: str = ""
    woman: Told = Told.NOT_RECORDED
    groups: dict[str, Told] | None = None
    contact: str = ""


@dataclass(frozen=True)
class Act:
    """What was done to one subject. kinds, charges: codes of data/register; harm: of its list."""

    subject: str
    kinds: tuple[str, ...]
    harm: str = ""
    method: str = ""
    charges: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Involvement:
    """Who took part in an act (its id, or "" for the event): a type of data/register, no name."""

    perpetrator: str
    act: str = ""
    degree: str = ""
    confidence: Verification = Verification.REPORTED
    note: str = ""


@dataclass(frozen=True)
class Source:
    """How it is known. kind, reliability: codes of data/register."""

    kind: str
    reliability: str = ""
    told_on: str = ""
    contact: str = ""
    text: str = ""
    connection: str = ""


@dataclass(frozen=True)
class Step:
    """One stage of a measure or of a case: a code of data/register, its date, a document."""

    stage: str
    on: str = ""
    document: str = ""
    note: str = ""


@dataclass(frozen=True)
class Intervention:
    """What was asked for, of whom, for whom, and what became of it.

    measure: a code of data/register, or "" where it is a case of justice alone. steps, case_steps:
    append-only, because outcomes reverse; a step that was wrong is followed by another.
    """

    measure: str = ""
    reach: Reach = Reach.INDIVIDUAL
    asked_of: str = ""
    requested_on: str = ""
    answered_on: str = ""
    subjects: tuple[str, ...] = ()
    wishes: str = ""  # what the defenders themselves want
    steps: tuple[Step, ...] = ()
    case_number: str = ""
    case_steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Community:
    """A community under a random reference; its name is sealed with the rest."""

    reference: str
    name: str = ""
    place: str = ""
    note: str = ""


@dataclass(frozen=True)
class Consent:
    """One word of a subject or a community. `of`: the id of the Subject or Community.

    event: the incident it is about, "" for all of theirs. until_on: the last day, "" for none.
    """

    of: str
    audience: Audience
    word: ConsentWord
    purpose: str = ""
    event: str = ""
    said_on: str = ""
    until_on: str = ""
    how: str = ""


@dataclass(frozen=True)
class Review:
    """What a second person decided. covers: id -> revision of every row that was read.

    number: 1 for the first review of an incident, and so on.
    """

    decision: Decision
    by: str
    on: str
    covers: dict[str, int]
    note: str = ""
    number: int = 1


@dataclass(frozen=True)
class Attachment:
    """A file with an incident. sha256: of the original, which stays sealed as it came.

    kind: `photo`, `audio`, `pdf`, `track`. original, working: names in the sealed folder; the
    working copy has no metadata. copy_sha256: of the working copy.
    """

    sha256: str
    kind: str
    media: str
    size_bytes: int
    original: str
    working: str
    note: str = ""
    copy_sha256: str = ""


@dataclass(frozen=True)
class Field:
    """Points and tracks from the field (GPX, KML, a photo's place), used while consent stands."""

    attachment: str
    points: tuple[tuple[float, float, str], ...] = ()  # lon, lat, and the instant or ""
    tracks: tuple[tuple[tuple[float, float], ...], ...] = ()


@dataclass(frozen=True)
class Request:
    """Something that is to go out, exactly as two people are to see it. digest: of `content`."""

    release: Release
    by: str
    at: str
    digest: str
    content: str
    note: str = ""


@dataclass(frozen=True)
class Approval:
    """One person's yes to exactly this digest."""

    request: str
    digest: str
    by: str
    at: str
