"""The tables of accounts, in the register's own database, so that a backup holds them too.

Names are sealed, always the same way (AES-SIV), so that they can be asked for and not read.
"""

from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from flask_security import AsaList, RoleMixin, UserMixin
from sqlalchemy import (
    Boolean,
    Column,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    insert,
    select,
)
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from geo.errors import RegisterDamaged
from geo.register.database import WRITES
from webmap.desk.desk import Role

FORM = "1"
"""The form of these tables; raised together with a step that brings older ones up to it."""


class SealedText(TypeDecorator[str]):
    """A short text under AES-SIV, bound to its column; the same text gives the same bytes."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, cipher: AESSIV, column: str) -> None:
        super().__init__()
        self.cipher = cipher
        self.column = column

    def process_bind_param(self, value: str | None, dialect: Any) -> bytes | None:  # noqa: ARG002
        """The text, sealed."""
        if value is None:
            return None
        return self.cipher.encrypt(value.encode("utf-8"), [self.column.encode()])

    def process_result_value(self, value: Any, dialect: Any) -> str | None:  # noqa: ARG002
        """The text, opened; "?" where somebody else wrote there."""
        if value is None:
            return None
        try:
            return self.cipher.decrypt(bytes(value), [self.column.encode()]).decode("utf-8")
        except (InvalidTag, ValueError):
            return "?"


class Codes(AsaList):
    """Recovery codes; the type holds nothing, so that statements with it may be kept."""

    cache_ok = True


@dataclass(frozen=True, eq=False)
class Models:
    """The tables under one key. tries: failed attempts by name, whether there is one or not.

    holds: the roles of accounts. seals: a code over each account (`account_seals`).
    """

    metadata: MetaData
    user: type[Any]
    role: type[Any]
    holds: Table
    seals: Table
    tries: Table
    meta: Table


def models(key: bytes) -> Models:
    """The tables, with names sealed under `key` (64 bytes)."""
    cipher = AESSIV(key)

    class Model(DeclarativeBase):
        pass

    holds = Table(
        "desk_account_role",
        Model.metadata,
        Column("account", ForeignKey("desk_account.id"), primary_key=True),
        Column("role", ForeignKey("desk_role.id"), primary_key=True),
    )

    class AccountRole(Model, RoleMixin):
        __tablename__ = "desk_role"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str] = mapped_column(String(40), unique=True)

    class Account(Model, UserMixin):
        """number: what addresses name it by. must_change: its password was given by another."""

        __tablename__ = "desk_account"
        id: Mapped[int] = mapped_column(primary_key=True)
        number: Mapped[str] = mapped_column(String(32), unique=True)
        username: Mapped[str] = mapped_column(
            SealedText(cipher, "desk_account.username"), unique=True
        )
        password: Mapped[str] = mapped_column(String(255))
        active: Mapped[bool] = mapped_column(Boolean)
        must_change: Mapped[bool] = mapped_column(Boolean, default=True)
        fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
        tf_primary_method: Mapped[str | None] = mapped_column(String(64))
        tf_totp_secret: Mapped[str | None] = mapped_column(Text)
        totp_counter: Mapped[int | None] = mapped_column(Integer)
        mf_recovery_codes: Mapped[Any] = mapped_column(
            MutableList.as_mutable(Codes()), nullable=True
        )
        roles: Mapped[list[AccountRole]] = relationship(  # type: ignore[assignment]
            AccountRole, secondary=holds, lazy="joined", order_by=AccountRole.id
        )

    seals = Table(
        "desk_account_code",
        Model.metadata,
        Column("account", Integer, primary_key=True, autoincrement=False),
        Column("code", String(64), nullable=False),
    )
    tries = Table(
        "desk_tries",
        Model.metadata,
        Column("name", SealedText(cipher, "desk_tries.name"), primary_key=True),
        Column("failed", Integer, nullable=False),
        Column("locks", Integer, nullable=False),
        Column("until", Integer, nullable=False),
        Column("seen", Integer, nullable=False),
    )
    meta = Table(
        "desk_meta",
        Model.metadata,
        Column("name", String(40), primary_key=True),
        Column("value", String(40), nullable=False),
    )
    return Models(Model.metadata, Account, AccountRole, holds, seals, tries, meta)


def make_ready(engine: Engine, tables: Models) -> None:
    """Makes what is not there yet. Raises RegisterDamaged where the tables are of a newer form."""
    roles = tables.role.__table__
    with engine.connect().execution_options(**WRITES) as connection, connection.begin():
        tables.metadata.create_all(connection)
        form = connection.execute(
            select(tables.meta.c.value).where(tables.meta.c.name == "form")
        ).scalar()
        if form is None:
            connection.execute(insert(tables.meta).values(name="form", value=FORM))
        elif form != FORM:
            raise RegisterDamaged(
                "Las cuentas de este registro son de una versión más nueva: actualice el programa."
            )
        known = set(connection.execute(select(roles.c.name)).scalars())
        for role in Role:
            if role not in known:
                connection.execute(insert(roles).values(name=role.value))
