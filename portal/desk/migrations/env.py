"""Run by Alembic: `portal.desk.engines` gives it a connection that is in a transaction already."""

from alembic import context

from portal.desk.tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, transactional_ddl=True
)
context.run_migrations()
