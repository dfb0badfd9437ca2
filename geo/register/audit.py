"""Who did what, when: a line for each write and each privileged read, chained and sealed.

Each line holds the SHA-256 of the line before it, and the end of the chain stands in the
database's own row. Somebody without the key can neither read nor forge a line; whoever cuts lines
off is found by that row. Somebody who holds the key can write the whole log anew: an end of the
chain that was noted elsewhere (`deslinde register audit` prints it) tells.

A line holds ids, a verb and an account, never content; all lines are sealed at the same length,
so that nobody without the key tells one deed from another.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from geo.errors import CustodyBroken, SealBroken
from geo.register.seal import Keys, open_seal, seal
from geo.register.tables import AUDIT, META

_TABLE = AUDIT.name
_START = "0" * 64
_SIZE_BYTES = 764
"""Of the text of every line, filled up with spaces: three blocks of the seal."""

_DEED = re.compile(r"[a-z][a-z0-9-]{0,30}(?: [a-z0-9-]{1,64}){0,4}")
_LONGEST = 120
_ABOUT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}|")
_WHO_BYTES = 64
_TOLD = 10
"""Faults that are told one by one."""


@dataclass(frozen=True)
class Line:
    """One deed. about: the id of what it was done to, "" for the whole register."""

    n: int
    at: str
    who: str
    deed: str
    about: str
    before: str


def append(
    connection: Connection, keys: Keys, who: str, at: datetime, deed: str, about: str = ""
) -> None:
    """Adds a line, in the transaction of the deed itself: neither is there without the other.

    deed: a verb and what it was done to, in small letters: `read event`. about: an id. Raises
    ValueError where either could hold what somebody wrote: the log is no place for content.
    """
    if len(deed) > _LONGEST or not _DEED.fullmatch(deed) or not _ABOUT.fullmatch(about):
        raise ValueError("a line of the log holds a verb of the program and an id, nothing else")
    if not who.isprintable() or not 0 < len(who.encode()) <= _WHO_BYTES:
        raise ValueError("the account that a line of the log names is too long, or none")
    n, before = end(connection, keys)
    line = Line(n + 1, at.isoformat(timespec="seconds"), who, deed, about, before)
    text = _text(line)
    connection.execute(
        insert(AUDIT).values(n=line.n, sealed=seal(keys, text, _TABLE, str(line.n), 0))
    )
    sealed = seal(keys, _said(line.n, _hash(text)), META.name, "audit", 0)
    connection.execute(update(META).where(META.c.name == "audit").values(value=sealed))


def beginning(keys: Keys) -> bytes:
    """The end of an empty chain, sealed, for a new register."""
    return seal(keys, _said(0, _START), META.name, "audit", 0)


def lines(
    connection: Connection, keys: Keys, first: int = 1, last: int | None = None
) -> list[Line]:
    """Every line from number `first` on, or to `last`.

    `verify` says whether all are there, and as they were.

    Raises SealBroken where one does not open.
    """
    wanted = select(AUDIT.c.n, AUDIT.c.sealed).where(AUDIT.c.n >= first).order_by(AUDIT.c.n)
    rows = connection.execute(wanted if last is None else wanted.where(AUDIT.c.n <= last))
    return [_read(open_seal(keys, s, _TABLE, str(n), 0)) for n, s in rows]


def end(connection: Connection, keys: Keys) -> tuple[int, str]:
    """How many lines there are, and the hash of the last one: what to note elsewhere.

    Raises CustodyBroken where the row that says so is gone, SealBroken where it was changed.
    """
    found = connection.execute(select(META.c.value).where(META.c.name == "audit"))
    sealed = found.scalar_one_or_none()
    if sealed is None:
        raise CustodyBroken(
            "Falta el final de la bitácora: alguien lo borró fuera del programa. Restaure una "
            "copia de respaldo y compare."
        )
    return _end(open_seal(keys, sealed, META.name, "audit", 0))


def verify(
    connection: Connection, keys: Keys, noted: tuple[int, str] | None = None
) -> tuple[int, str]:
    """Every line against the one before it; gives the end of the chain.

    noted: an end that was written down elsewhere, by number and hash. Raises CustodyBroken with
    what is wrong, each in a sentence: a line that is missing, moved, changed or foreign, an end
    that was cut off, a noted line that is another one now.
    """
    wrong: list[str] = []
    reached = (0, _START)
    hashes = {0: _START}
    for n, text, sentence in _opened(connection, keys):
        if sentence:
            wrong.append(sentence)
            continue
        line = _read(text)
        if line.n != n or line.before != hashes.get(n - 1):
            wrong.append(f"La línea {n} no sigue a la anterior: falta una, o fue puesta después.")
        reached = (n, _hash(text))
        hashes[n] = reached[1]
    try:
        said = end(connection, keys)
        if said != reached:
            wrong.append(
                f"La bitácora debe terminar en la línea {said[0]} y la última es la {reached[0]}: "
                "le quitaron o le pusieron líneas."
            )
    except (CustodyBroken, SealBroken) as error:
        wrong.append(str(error))
    if noted is not None and hashes.get(noted[0]) != noted[1]:
        wrong.append(
            f"La línea {noted[0]} no es la que se anotó: la bitácora fue escrita de nuevo, o se "
            "restauró una copia anterior."
        )
    if wrong:
        more = [f"Y {len(wrong) - _TOLD} más."] if len(wrong) > _TOLD else []
        raise CustodyBroken(" ".join(wrong[:_TOLD] + more))
    return reached


def _opened(connection: Connection, keys: Keys) -> Iterator[tuple[int, bytes, str]]:
    rows = connection.execute(select(AUDIT.c.n, AUDIT.c.sealed).order_by(AUDIT.c.n))
    for n, sealed in rows:
        try:
            yield n, open_seal(keys, sealed, _TABLE, str(n), 0), ""
        except SealBroken:
            yield n, b"", f"La línea {n} fue cambiada, movida o es de otro registro."


def _read(text: bytes) -> Line:
    return Line(**json.loads(text))


def _text(line: Line) -> bytes:
    said = json.dumps(vars(line), sort_keys=True, ensure_ascii=False).encode()
    return said.ljust(_SIZE_BYTES)


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _said(n: int, sha256: str) -> bytes:
    return json.dumps({"n": n, "sha256": sha256}).encode()


def _end(raw: bytes) -> tuple[int, str]:
    said = json.loads(raw)
    return said["n"], said["sha256"]
