"""Brings the tables to what this program needs, at every start."""

from sqlalchemy import Connection, inspect, text

from data.store.database import Database
from data.store.errors import StoreError

HEAD = "0001"
"""The newest migration: known here because looking it up costs half a second at every start."""

_REVISION = text("SELECT version_num FROM alembic_version")


async def migrate(database: Database) -> None:
    """Raises StoreError when a newer program has been at work."""
    async with database.reading() as connection:
        if await connection.run_sync(_revision) == HEAD:
            return
    async with database.writing(alone=True) as connection:
        found = await connection.run_sync(_revision)  # another process may have been faster
        if found != HEAD and not await connection.run_sync(upgrade, HEAD):
            raise StoreError(
                f"{database.where} was made by a newer version (revision {found}); "
                "install that one, or name another database"
            )


def upgrade(connection: Connection, revision: str) -> bool:
    """In the transaction of ``connection``. False when it is at a revision nobody knows here."""
    from alembic import command  # noqa: PLC0415 - half a second, needed once in the database's life
    from alembic.config import Config  # noqa: PLC0415 - the same
    from alembic.util import CommandError  # noqa: PLC0415 - the same

    config = Config()
    config.set_main_option("script_location", "data.store:migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError:
        return False
    return True


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(_REVISION).scalar()
