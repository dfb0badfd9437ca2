"""What every room of the desk is given, and who may ask what of it. Deny by default."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from geo.home import Home
from geo.places import Places
from geo.register.store import Register
from geo.words import Words


class Role(StrEnum):
    """What an account may do. An account may have several."""

    MONITOR = "monitor"  # a community's own: records, sees what they recorded
    DOCUMENTER = "documenter"  # records and edits incidents
    REVIEWER = "reviewer"  # reads all incidents, approves what others wrote
    LAWYER = "lawyer"  # reads what is consented for lawyers, asks for annexes
    STEWARD = "steward"  # consent, withdrawal, publication of boxes, release of annexes
    ADMINISTRATOR = "administrator"  # accounts, audit log; reads no incident


Permissions = Mapping[str, Mapping[str, frozenset[Role] | None]]
"""endpoint -> method -> roles that may ask; None: anybody, also without an account."""

ALL = frozenset(Role)


@dataclass(frozen=True, eq=False)
class Desk:
    """The open register and where it runs.

    account: the name of who is asking, as the audit log names them. words: in the reader's
    language. vocabulary: data/register, as types.
    """

    home: Home
    register: Register
    places: Places
    vocabulary: Any
    account: Callable[[], str]
    roles: Callable[[], frozenset[Role]]
    words: Callable[[], Words]
