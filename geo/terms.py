"""The closed lists. A word outside its list is kept beside it as `…_raw`, never forced in."""

from enum import StrEnum


class Noun(StrEnum):
    CONCESSION = "concession"
    TERRITORY = "territory"


class Kind(StrEnum):
    """What a concession is a right to. `area` is a polygon of which nothing was declared."""

    MINING = "mining"
    LOGGING = "logging"
    HYDROCARBON = "hydrocarbon"
    PLOT = "plot"
    INFRASTRUCTURE = "infrastructure"
    ZONE = "zone"
    DETECTION = "detection"
    AREA = "area"


class Status(StrEnum):
    TITLED = "titled"
    APPLICATION = "application"
    EXTINGUISHED = "extinguished"
    OTHER = "other"
    UNKNOWN = "unknown"


class Tenure(StrEnum):
    """On what the boundary of a territory rests. Only a document makes it titled."""

    TITLED = "titled"
    USE_CESSION = "use-cession"
    RECOGNISED = "recognised"
    CLAIMED = "claimed"
    RESERVE = "reserve"
    PROTECTED_AREA = "protected-area"
    BUFFER_ZONE = "buffer-zone"
    UNKNOWN = "unknown"


class HolderKind(StrEnum):
    COMPANY = "company"
    NATURAL_PERSON = "natural-person"
    STATE = "state"
    COMMUNITY = "community"
    UNKNOWN = "unknown"


class Tier(StrEnum):
    """Who may see a row. A tier's folder holds its own rows and those of the tiers below it."""

    PUBLIC = "public"
    PARTNER = "partner"
    RESTRICTED = "restricted"


class CrsBasis(StrEnum):
    """How the CRS of a file is known."""

    DECLARED = "declared"  # the file's own word
    STANDARD = "standard"  # the format's standard says it (RFC 7946, KML, GPX)
    STATED = "stated"  # a document or the source's declaration says it
    ASSUMED = "assumed"  # the user said it


class GridDatum(StrEnum):
    """In which datum a right's corners are whole kilometres."""

    WGS84 = "wgs84"
    PSAD56 = "psad56"
    UNKNOWN = "unknown"


class OverlapClass(StrEnum):
    OVERLAP = "overlap"
    SLIVER = "sliver"
    INDETERMINATE = "indeterminate"
    NEAR = "near"
    ADJACENT = "adjacent"


PAIRS: tuple[str, ...] = (
    OverlapClass.OVERLAP.value,
    OverlapClass.SLIVER.value,
    OverlapClass.INDETERMINATE.value,
)
"""The classes of which both sides share at least 1 m²."""


class Severity(StrEnum):
    """A review priority, not a legal grade. From least to most."""

    INFO = "info"
    LOW = "baja"
    MEDIUM = "media"
    HIGH = "alta"
    CRITICAL = "crítica"


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Deed(StrEnum):
    """What a step of normalising did to a row."""

    EXCLUDED = "excluded"
    REPAIRED = "repaired"
    NOTED = "noted"


class Sure(StrEnum):
    """How sure a fact in data/ is."""

    FOUND = "found"
    COMPUTED = "computed"
    INFERRED = "inferred"
    RECALLED = "recalled"
    PROPOSAL = "proposal"
    TO_BE_CONFIRMED = "to-be-confirmed"


class FactKind(StrEnum):
    """What a dated fact, brought by people with its document, is about."""

    FILING = "filing"
    GRANT = "grant"
    TITLE = "title"
    RECOGNITION = "recognition"
    REGISTRATION = "registration"
    CLAIM = "claim"
    CONSULTATION = "consultation"
    CONSULTATION_SEARCH = "consultation-search"
    WORKS_START = "works-start"
    EXTINCTION = "extinction"
    EXPIRY = "expiry"


class PlaceLevel(StrEnum):
    """How finely the place of a fact is known, or shown. From the finest to the widest."""

    DISTRICT = "district"
    PROVINCE = "province"
    DEPARTMENT = "department"
    COUNTRY = "country"


class Audience(StrEnum):
    """To whom a consent opens what a person told."""

    BOXES = "boxes"  # counted in the public boxes and the national tables, and nothing else
    PARTNER = "partner"  # an organisation that works with the subject
    LAWYER = "lawyer"  # an annex for a court, the IACHR or the Mechanism, under reserve
