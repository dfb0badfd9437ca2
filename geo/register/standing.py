"""How the register is, for whoever looks after it: figures and states, no content, no key."""

import stat
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, func, select

from geo.register import keyring, meta, rotation, schema
from geo.register.opening import is_locked
from geo.register.tables import AUDIT, TABLES

_OPENED_BY = {"passphrase": "frase", "file": "archivo de clave"}


def lines(engine: Engine, folder: Path) -> Iterator[str]:
    """One line for each thing. Raises RegisterDamaged where the tables are of a newer form."""
    with engine.connect() as connection:
        schema.check(connection)
        ring = meta.read(connection, "keyring")
        yield f"Base de datos: {engine.url.render_as_string(hide_password=True)}"
        yield f"Forma de las tablas: {schema.form_of(connection)}"
        yield f"Se abre con: {', '.join(_OPENED_BY[kind] for kind in keyring.slots(ring))}"
        yield f"Candado: {'puesto' if is_locked(folder) else 'no'}"
        if rotation.is_pending(connection):
            yield "Un cambio de claves quedó a medias: repita «deslinde register rotate-key»."
        for noun, table in TABLES.items():
            here, gone = (
                connection.execute(select(func.count(table.c.id.distinct())).where(which)).scalar()
                for which in (table.c.gone_on == "", table.c.gone_on != "")
            )
            if here or gone:
                yield f"{noun:<14}{here:>8,} filas{gone:>8,} retiradas"
        yield f"Bitácora: {connection.execute(select(func.count()).select_from(AUDIT)).scalar():,}"
    for path in (folder, folder / "register.sqlite"):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield f"«{path}» está abierto a otras cuentas de esta máquina: use «chmod go=»."
