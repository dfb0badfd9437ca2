"""The tables: one for each noun, the same columns in all, and nothing readable in any.

What lies open: random ids, which rows hang together, revision numbers, the day of writing, and
that a row was withdrawn. Everything that somebody said is in `sealed`.
"""

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
)

from geo.register.lists import Noun

METADATA = MetaData()

META = Table(
    "register_meta",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
"""What the register knows of itself.

`keyring`: wrapped keys. `key`: the id of the key in force. `changes`: raised by every write.
`audit`: the end of the chain.
"""

AUDIT = Table(
    "register_audit",
    METADATA,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""One line for each write, privileged read, approval and export; each holds the last one's hash."""


def _table(noun: Noun) -> Table:
    return Table(
        f"register_{noun}",
        METADATA,
        Column("id", String(32), nullable=False),
        Column("revision", Integer, nullable=False),
        Column("event", String(32), nullable=False, default="", index=True),
        Column("sealed", LargeBinary, nullable=True),
        Column("written_on", String(10), nullable=False),
        Column("gone_on", String(10), nullable=False, default=""),
        PrimaryKeyConstraint("id", "revision"),
    )


TABLES = {noun: _table(noun) for noun in Noun}
