"""Runs PostgreSQL's migrations on the connection that `models.postgres.migrate` gives; there is no other way to run them."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
context.run_migrations()
