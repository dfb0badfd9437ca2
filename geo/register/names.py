"""The list of names, telephones and document numbers that must never stand in public.

The list itself names nobody: it holds keyed hashes (BLAKE2b) of the ways in which each may be
written, and their key, sealed like every row. The key is the list's own, so that a change of the
register's keys leaves the list as it is. `spellings` says what is found and what is not.
"""

import base64
import secrets
from collections.abc import Iterable
from typing import Any

from geo.errors import RecordRefused
from geo.register import store
from geo.register.lists import Noun
from geo.register.name_search import Found, Names, form_of, search, sign_of, stronger
from geo.register.spellings import Match, forms, signs
from geo.register.store import Register, Writing

__all__ = ["Found", "Match", "Names", "add", "count", "found_in", "opened", "remove", "search"]

_AT_ONCE = 500
"""Names in one row."""


def add(txn: Writing, texts: Iterable[str]) -> int:
    """Puts names and numbers on the list; gives how many are new.

    Raises RecordRefused where one of them cannot be looked for: then none was added.
    """
    rows = store.every(txn, Noun.NAMES)
    key = _key(rows[0].content) if rows else secrets.token_bytes(32)
    there = {name for row in rows for name in row.content["names"]}
    new: dict[str, Any] = {}
    for number, text in enumerate(texts, 1):
        made = _forms(text, number)
        name = form_of(key, next(iter(made)))
        if name not in there:
            new[name] = {
                "forms": {form_of(key, form): match.value for form, match in made.items()},
                "signs": sorted(sign_of(key, sign) for sign in signs(text, made)),
            }
    names = sorted(new)
    for first in range(0, len(names), _AT_ONCE):
        some = {name: new[name] for name in names[first : first + _AT_ONCE]}
        store.put(txn, Noun.NAMES, {"key": base64.b64encode(key).decode(), "names": some})
    return len(new)


def remove(txn: Writing, texts: Iterable[str]) -> int:
    """Takes names and numbers off the list; gives how many were on it. Raises RecordRefused."""
    wanted = [next(iter(_forms(text, number))) for number, text in enumerate(texts, 1)]
    taken = 0
    for row in store.every(txn, Noun.NAMES):
        gone = {form_of(_key(row.content), form) for form in wanted}
        left = {name: said for name, said in row.content["names"].items() if name not in gone}
        less = len(row.content["names"]) - len(left)
        if less:
            content = {**row.content, "names": left}
            store.put(txn, Noun.NAMES, content, id=row.id, read=row.revision)
        taken += less
    return taken


def count(where: Register | Writing) -> int:
    """How many names and numbers are on the list."""
    return len({name for row in store.every(where, Noun.NAMES) for name in row.content["names"]})


def opened(where: Register | Writing) -> Names | None:
    """The list, to `search` many texts with; None where nobody made one."""
    rows = store.every(where, Noun.NAMES)
    said = [one for row in rows for one in row.content["names"].values()]
    if not said:
        return None
    made: dict[str, Match] = {}
    for one in said:
        for form, named in one["forms"].items():
            match = Match(named)
            made[form] = stronger(made.get(form, match), match)
    every_sign = frozenset(sign for one in said for sign in one["signs"])
    return Names(_key(rows[0].content), made, every_sign)


def found_in(register: Register, text: str) -> list[Found]:
    """What of the register's list stands in `text`, in its order; [] where there is no list.

    For many texts open the list once: `search(opened(register), text)`.
    """
    names = opened(register)
    return search(names, text) if names else []


def _forms(text: str, number: int) -> dict[str, Match]:
    try:
        return forms(text)
    except RecordRefused as error:
        # by its number: what is on the list is never printed
        raise RecordRefused(f"Línea {number}: {error}") from error


def _key(content: dict[str, Any]) -> bytes:
    return base64.b64decode(content["key"])
