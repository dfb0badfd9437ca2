"""An incident between the form and the register: what is known beforehand, and what was told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from geo.places import Places
from geo.register.dossier import Dossier
from geo.register.nouns import Act, Community, Event, Intervention, Involvement, Source, Subject
from geo.register.store import Kept
from geo.register.vocabulary import Vocabulary

T = TypeVar("T")

LISTS = ("acts", "doers", "sources", "measures", "communities")
"""The rows of the form of which there may be several."""


@dataclass(frozen=True)
class Known:
    """What the reader of a form may lean on.

    subjects, communities: by reference, those that the writer may use. stored: the incident as
    it lies in the register, None for a new one.
    """

    vocabulary: Vocabulary
    places: Places
    subjects: Mapping[str, Kept[Subject]]
    communities: Mapping[str, Kept[Community]]
    author: str
    stored: Dossier | None = None


@dataclass(frozen=True)
class Row(Generic[T]):
    """One row as it is to be: prefix of its fields, id ("" for a new one), whether it goes out."""

    prefix: str
    id: str
    content: T
    gone: bool = False


@dataclass(frozen=True)
class Story:
    """An incident as it was told, ready to be kept.

    Where a subject or a community is new, the rows name it by its reference instead of its id.
    """

    event: Event
    subjects: Mapping[str, Subject] = field(default_factory=dict)
    communities: Mapping[str, Community] = field(default_factory=dict)
    acts: tuple[Row[Act], ...] = ()
    involvements: tuple[Row[Involvement], ...] = ()
    sources: tuple[Row[Source], ...] = ()
    interventions: tuple[Row[Intervention], ...] = ()

    def rows(self) -> tuple[Row[Any], ...]:
        """Every row but the event."""
        return (*self.acts, *self.involvements, *self.sources, *self.interventions)
