"""One index for the whole desk, in memory, and which of its entries somebody may see."""

from collections.abc import Callable

from flask import Flask, current_app

from geo.register.lists import Told
from geo.register.search import Entry, Index
from webmap.desk.desk import Desk, Role

_NAME = "desk_index"


def prepare(app: Flask, desk: Desk) -> None:
    """Gives the application its index; it is filled when somebody looks for something."""
    app.extensions[_NAME] = Index(desk.register, desk.places)


def index() -> Index:
    """The index of the application that answers."""
    found: Index = current_app.extensions[_NAME]
    return found


def may_see(desk: Desk) -> Callable[[Entry], bool]:
    """Which entries whoever asks may see in a list: as `access.readable` has it."""
    roles, account = desk.roles(), desk.account()
    if roles & {Role.DOCUMENTER, Role.REVIEWER, Role.STEWARD}:
        return lambda _entry: True
    own = Role.MONITOR in roles
    lawyer = Role.LAWYER in roles
    return lambda one: (own and one.author == account) or (lawyer and one.lawyer is Told.YES)
