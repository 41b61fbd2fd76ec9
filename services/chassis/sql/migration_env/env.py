"""The one environment that all tiers' migrations run in; ``chassis.sql.migrations`` hands everything in."""

from alembic import context

handed = context.config.attributes
context.configure(
    connection=handed["connection"],
    # One migration, one transaction: what is recorded as done is done, and a long chain holds its locks in turn.
    transaction_per_migration=True,
    on_version_apply=handed["on_version_apply"],
)
with context.begin_transaction():
    context.run_migrations()
