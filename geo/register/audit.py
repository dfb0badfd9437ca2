"""Who did what, when: a line for each write and each privileged read, chained and sealed.

Each line holds the SHA-256 of the line before it, and the end of the chain stands in the
database's own row. Somebody without the key can neither read nor forge a line; whoever cuts lines
off is found by that row. Somebody who holds the key can write the whole log anew: an end of the
chain that was noted elsewhere (`deslinde register audit` prints it) tells.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from geo.register.seal import Keys, open_seal, seal
from geo.register.tables import AUDIT, META

_TABLE = AUDIT.name
_START = "0" * 64


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
    """Adds a line, in the transaction of the deed itself: neither is there without the other."""
    end = connection.execute(select(META.c.value).where(META.c.name == "audit")).scalar_one()
    n, before = _end(open_seal(keys, end, META.name, "audit", 0))
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


def lines(connection: Connection, keys: Keys) -> list[Line]:
    """Every line, oldest first, unchecked."""
    rows = connection.execute(select(AUDIT.c.n, AUDIT.c.sealed).order_by(AUDIT.c.n))
    return [Line(**json.loads(open_seal(keys, s, _TABLE, str(n), 0))) for n, s in rows]


def _text(line: Line) -> bytes:
    return json.dumps(vars(line), sort_keys=True, ensure_ascii=False).encode()


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _said(n: int, sha256: str) -> bytes:
    return json.dumps({"n": n, "sha256": sha256}).encode()


def _end(raw: bytes) -> tuple[int, str]:
    said = json.loads(raw)
    return said["n"], said["sha256"]
