"""Which form the tables have, and the way from an older one. Alembic does the work.

An older form is not brought up when the register is opened: the way goes up only, and would shut
out a colleague's older program without anybody having said so. `deslinde register upgrade` does
it, in one transaction, after a backup.
"""

from pathlib import Path

from sqlalchemy import Connection, String, column, inspect, select, table

from geo.errors import RegisterClosed, RegisterDamaged
from geo.register.tables import METADATA

FORMS = ("0001",)
"""Every form that there was, oldest first. The last one is this program's."""

VERSION_TABLE = "register_version"
MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def form_of(connection: Connection) -> str:
    """The form of the tables that are there. Raises RegisterDamaged where nothing says it."""
    if inspect(connection).has_table(VERSION_TABLE):
        wanted = select(column("version_num", String)).select_from(table(VERSION_TABLE))
        forms = list(connection.execute(wanted).scalars())
        if len(forms) == 1:
            return forms[0]
    raise _not_whole()


def _not_whole() -> RegisterDamaged:
    return RegisterDamaged(
        "En la base de datos no hay un registro entero: restaure una copia con «deslinde register "
        "restore»."
    )


def check(connection: Connection) -> None:
    """Raises RegisterDamaged at tables of a newer form, RegisterClosed at those of an older one."""
    form = form_of(connection)
    if form == FORMS[-1] and not set(METADATA.tables) <= set(inspect(connection).get_table_names()):
        raise _not_whole()
    if form not in FORMS:
        raise RegisterDamaged(
            "El registro es de una versión más nueva: actualice el programa. No se tocó nada."
        )
    if form != FORMS[-1]:
        raise RegisterClosed(
            "El registro es de una versión anterior. Haga una copia con «deslinde register backup» "
            "y luego «deslinde register upgrade»."
        )


def upgrade(connection: Connection) -> None:
    """Brings the tables to this program's form, in the transaction of `connection`."""
    # most commands never need it, and it is slow to import
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
