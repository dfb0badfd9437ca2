"""What Alembic runs: on the connection that it was handed, in that connection's transaction."""

from alembic import context

from geo.register.schema import VERSION_TABLE
from geo.register.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
