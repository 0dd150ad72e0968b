"""Runs migrations on the connection that `models.migrate` gives; there is no other way to run them."""

from alembic import context

from models.database import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the transaction is begun and ended by models.migrate
)
context.run_migrations()
