"""A table for each noun, one for the log, one for what the register knows of itself."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NOUNS = (
    "event",
    "act",
    "involvement",
    "source",
    "intervention",
    "subject",
    "community",
    "consent",
    "review",
    "attachment",
    "field",
    "request",
    "approval",
    "boxes",
    "names",
    "desk",
)


def upgrade() -> None:
    """Makes them."""
    op.create_table(
        "register_meta",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "register_audit",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("n"),
    )
    for noun in _NOUNS:
        op.create_table(
            f"register_{noun}",
            sa.Column("id", sa.String(32), nullable=False),
            sa.Column("revision", sa.Integer(), nullable=False),
            sa.Column("event", sa.String(32), nullable=False),
            sa.Column("sealed", sa.LargeBinary(), nullable=True),
            sa.Column("written_on", sa.String(10), nullable=False),
            sa.Column("gone_on", sa.String(10), nullable=False),
            sa.PrimaryKeyConstraint("id", "revision"),
        )
        op.create_index(f"ix_register_{noun}_event", f"register_{noun}", ["event"])
