"""What the register knows of itself: a row for each name, in the table `register_meta`."""

from sqlalchemy import Connection, select, update

from geo.errors import RegisterDamaged
from geo.register.tables import META


def read(connection: Connection, name: str, *, to_write: bool = False) -> bytes:
    """One value. to_write: nobody else changes it before this transaction ends.

    Raises RegisterDamaged where it is not there.
    """
    wanted = select(META.c.value).where(META.c.name == name)
    found = connection.execute(
        wanted.with_for_update() if to_write else wanted
    ).scalar_one_or_none()
    if found is None:
        raise _damaged()
    return bytes(found)


def number(connection: Connection, name: str, *, to_write: bool = False) -> int:
    """One value that is a number. Raises RegisterDamaged."""
    said = read(connection, name, to_write=to_write)
    if not said.isdigit():
        raise _damaged()
    return int(said)


def put(connection: Connection, name: str, value: bytes) -> None:
    """Changes a value that is there."""
    connection.execute(update(META).where(META.c.name == name).values(value=value))


def _damaged() -> RegisterDamaged:
    return RegisterDamaged(
        "Al registro le falta algo de lo que sabe de sí mismo: no lo use. Restaure una copia con "
        "«deslinde register restore»."
    )
