"""The closed lists of the register. Codes that a country fixes stand in data/register."""

from enum import StrEnum


class Noun(StrEnum):
    """What a row of the register is: one table each, the same columns in all."""

    EVENT = "event"
    ACT = "act"
    INVOLVEMENT = "involvement"
    SOURCE = "source"
    INTERVENTION = "intervention"
    SUBJECT = "subject"
    COMMUNITY = "community"
    CONSENT = "consent"
    REVIEW = "review"
    ATTACHMENT = "attachment"
    FIELD = "field"
    REQUEST = "request"
    APPROVAL = "approval"
    BOXES = "boxes"
    NAMES = "names"
    DESK = "desk"


class Told(StrEnum):
    """An answer that a person gave, or that nobody asked for: three things, never two."""

    YES = "yes"
    NO = "no"
    NOT_RECORDED = "not-recorded"


class SubjectKind(StrEnum):
    PERSON = "person"
    FAMILY = "family"
    COMMUNITY = "community"
    ORGANISATION = "organisation"


class Verification(StrEnum):
    """How sure a fact, or somebody's part in it, is."""

    REPORTED = "reported"
    CORROBORATED = "corroborated"
    JUDICIALLY_ESTABLISHED = "judicially-established"


class PlacePrecision(StrEnum):
    """How finely the place was told; `exact` and `community` never leave the register."""

    EXACT = "exact"
    COMMUNITY = "community"
    DISTRICT = "district"
    PROVINCE = "province"
    DEPARTMENT = "department"
    COUNTRY = "country"


class Reach(StrEnum):
    """For whom a measure is asked."""

    INDIVIDUAL = "individual"
    COLLECTIVE = "collective"


class ConsentWord(StrEnum):
    """What a subject or a community said. The last word counts; a veto stands against everybody."""

    GIVEN = "given"
    REFUSED = "refused"
    VETO = "veto"
    WITHDRAWN = "withdrawn"


class Decision(StrEnum):
    """What a second person decided on an incident."""

    APPROVED = "approved"
    RETURNED = "returned"


class State(StrEnum):
    """Where an incident stands; derived from its rows and reviews, never stored."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    CHANGED = "changed"  # approved once, and written again since: the approved words still count
    WITHDRAWN = "withdrawn"


class Release(StrEnum):
    """What two people let out."""

    BOXES = "boxes"
    ANNEX = "annex"
