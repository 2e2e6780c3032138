"""Brings the tables to what this program needs, at every start."""

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    inspect,
    text,
)

from data.store import tables
from data.store.database import Database
from data.store.errors import StoreError

HEAD = "0006"
"""The newest migration: known here because looking it up costs half a second at every start."""

_REVISION = text("SELECT version_num FROM alembic_version")


async def migrate(database: Database) -> None:
    """Raises StoreError when a newer program has been at work."""
    async with database.reading() as connection:
        if await connection.run_sync(_revision) == HEAD:
            return
    unknown = await database.transaction(_bring_up, alone=True)
    if unknown:
        raise StoreError(
            f"{database.where} was made by a newer version (revision {unknown}); "
            "install that one, or name another database"
        )


def _bring_up(connection: Connection) -> str | None:
    """The revision, where it is one that nobody knows here."""
    found = _revision(connection)  # another process may have been faster
    if found is None and not inspect(connection).get_table_names():
        create(connection)
    elif found != HEAD and not upgrade(connection, HEAD):
        return found
    return None


def create(connection: Connection) -> None:
    """All tables in an empty database, as the migrations would leave them.

    Alembic itself costs a third of a second and 8 MB at the first start of every bot.
    """
    tables.metadata.create_all(connection)
    version = Table(
        "alembic_version",
        MetaData(),
        Column("version_num", String(32), nullable=False),
        PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
    )
    version.create(connection)
    connection.execute(version.insert().values(version_num=HEAD))


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
