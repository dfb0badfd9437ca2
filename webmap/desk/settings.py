"""How a desk runs: whom it answers, how long a session lasts, how much a password costs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from flask import current_app

LOOPBACK = ("127.0.0.1", "localhost")
"""An IPv6 address is not among them: werkzeug cannot compare one."""


def _never() -> bool:
    return False


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Settings:
    """Set once, when the desk starts.

    hosts: the names it answers to; any other is refused, since a foreign page may point its own
    name at this machine. secure: cookies go over TLS only. argon2: what passlib is told of the
    cost of a password. limits: how often an account may ask. closed: whether the register was
    locked from elsewhere. close: locks it and ends the desk.
    """

    hosts: tuple[str, ...] = LOOPBACK
    secure: bool = False
    argon2: Mapping[str, int] = field(default_factory=dict)
    limits: bool = True
    idle: timedelta = timedelta(minutes=20)
    longest: timedelta = timedelta(hours=12)
    halfway: timedelta = timedelta(minutes=5)
    fresh: timedelta = timedelta(minutes=10)
    closed: Callable[[], bool] = _never
    close: Callable[[], None] = _nothing

    def over(self, closed: Callable[[], bool], close: Callable[[], None]) -> "Settings":
        """The same over a register that can be locked."""
        return replace(self, closed=closed, close=close)


def settings_here() -> Settings:
    """How the desk that is answering runs."""
    here: Settings = current_app.extensions["desk_settings"]
    return here
