"""What the person who asks for a bundle may choose: for whom, in which language, since when."""

from dataclasses import dataclass
from enum import StrEnum

from geo.words import SPANISH


class Forum(StrEnum):
    """For whom the annexes are ordered (domain: what each forum needs)."""

    AMPARO = "amparo"
    CIDH = "cidh"
    MINISTERIO = "ministerio"
    CATASTRO = "catastro"


class Baseline(StrEnum):
    """A date against which those of a right are laid. One of one's own is written AAAA-MM-DD."""

    TITLE = "title"
    RECOGNITION = "recognition"
    REGISTRATION = "registration"
    ILO169 = "ilo169"
    LEY29785 = "ley29785"
    JUDGMENT = "judgment"


class Separator(StrEnum):
    """How the CSV files are written: with a comma, or as a Spanish spreadsheet wants them."""

    COMMA = "comma"  # , between cells and a decimal point
    SEMICOLON = "semicolon"  # ; between cells and a decimal comma


@dataclass(frozen=True)
class Wishes:
    """baselines: values of `Baseline`, or partial dates; those asked for, in their order."""

    language: str = SPANISH
    forum: Forum = Forum.AMPARO
    baselines: tuple[str, ...] = (Baseline.TITLE.value,)
    separator: Separator = Separator.COMMA
