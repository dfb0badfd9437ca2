"""The tables are what the migrations make, in both databases; other rooms' tables are let be."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from geo.errors import RegisterClosed, RegisterDamaged, RegisterThere
from geo.register import opening, schema, store
from geo.register.database import WRITES
from geo.register.keyring import Secret
from geo.register.store import Register
from geo.register.tables import METADATA


def _differences(engine: Engine) -> list[object]:
    ours = {*METADATA.tables, schema.VERSION_TABLE}
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _of: kind != "table" or name in ours,
                "version_table": schema.VERSION_TABLE,
                "compare_type": True,
            },
        )
        return [str(one) for one in compare_metadata(context, METADATA)]


def _say(engine: Engine, *statements: str) -> None:
    with engine.connect().execution_options(**WRITES) as connection, connection.begin():
        for statement in statements:
            connection.execute(text(statement))


def _upgrade(engine: Engine) -> None:
    with engine.connect().execution_options(**WRITES) as connection, connection.begin():
        schema.upgrade(connection)


def test_the_migrations_make_the_tables_that_the_code_knows(any_register: Register) -> None:
    assert _differences(any_register.engine) == []


def test_a_table_that_differs_would_be_found(register: Register) -> None:
    _say(register.engine, "ALTER TABLE register_event ADD COLUMN narrative TEXT")
    assert len(_differences(register.engine)) == 1


def test_the_last_migration_is_the_form_that_the_code_wants() -> None:
    scripts = ScriptDirectory(str(schema.MIGRATIONS))
    assert scripts.get_current_head() == schema.FORMS[-1]
    assert {one.revision for one in scripts.walk_revisions()} == set(schema.FORMS)


def test_a_register_of_a_newer_program_is_refused_and_left_alone(
    any_register: Register, url: str, secret: Secret
) -> None:
    _say(any_register.engine, "UPDATE register_version SET version_num = '9999'")
    with pytest.raises(RegisterDamaged, match="versión más nueva: actualice el programa"):
        opening.open_register(url, any_register.folder, secret)


def test_a_database_that_says_no_form_is_no_whole_register(
    any_register: Register, url: str, secret: Secret
) -> None:
    _say(any_register.engine, "DELETE FROM register_version")
    with pytest.raises(RegisterDamaged, match="no hay un registro entero"):
        opening.open_register(url, any_register.folder, secret)


@pytest.fixture
def newer_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A program whose tables have one form more."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "v9999_more.py").write_text(
        "import sqlalchemy as sa\n"
        "from alembic import op\n"
        f"revision, down_revision = '9999', '{schema.FORMS[-1]}'\n"
        "def upgrade():\n"
        "    op.add_column('register_event', sa.Column('more', sa.Integer))\n"
    )
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    monkeypatch.setattr(schema, "FORMS", (*schema.FORMS, "9999"))
    return


def test_an_older_register_is_brought_up_only_when_somebody_says_so(
    any_register: Register, url: str, secret: Secret, newer_program: None
) -> None:
    _say(any_register.engine, "CREATE TABLE desk_account (id INTEGER)")
    with pytest.raises(RegisterClosed, match=r"register backup.*register upgrade"):
        opening.open_register(url, any_register.folder, secret)
    _upgrade(any_register.engine)
    opened = opening.open_register(url, any_register.folder, secret)
    assert "more" in {one["name"] for one in inspect(opened.engine).get_columns("register_event")}
    assert inspect(opened.engine).has_table("desk_account")
    opening.close(opened)


def test_an_upgrade_that_fails_half_way_changes_nothing(
    any_register: Register, newer_program: None
) -> None:
    broken = schema.MIGRATIONS / "versions" / "v9999_more.py"
    broken.write_text(broken.read_text() + "    op.execute('no statement')\n")
    with pytest.raises(DatabaseError):
        _upgrade(any_register.engine)
    columns = inspect(any_register.engine).get_columns("register_event")
    assert "more" not in {one["name"] for one in columns}
    with any_register.engine.connect() as connection:
        assert schema.form_of(connection) != "9999"


def test_a_register_is_never_made_over_another(
    any_register: Register, url: str, secret: Secret
) -> None:
    changes = store.changes(any_register)
    with pytest.raises(RegisterThere, match="no se toca"):
        opening.create(url, any_register.folder, (secret,))
    assert store.changes(any_register) == changes
