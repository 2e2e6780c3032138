"""How SQLAlchemy is set up: on a file for readers, for one writer, for look-ups; on a server."""

from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

_PRAGMAS = ("busy_timeout=5000", "synchronous=NORMAL", "foreign_keys=ON")


def of_server(url: URL) -> AsyncEngine:
    return create_async_engine(url, pool_pre_ping=True)


def of_file(url: URL) -> AsyncEngine:
    engine = create_async_engine(
        url,
        connect_args={"isolation_level": None},
        skip_autocommit_rollback=True,
        pool_reset_on_return=None,
    )
    event.listen(engine.sync_engine, "connect", _prepare)
    return engine


def in_this_thread(url: URL) -> Engine:
    """For ``Database.row``: one connection, which only reads."""
    return _without_loop(
        url, poolclass=StaticPool, skip_autocommit_rollback=True, pool_reset_on_return=None
    )


def in_own_thread(url: URL) -> Engine:
    """For ``Database.transaction``: one connection, which writes."""
    engine = _without_loop(url, pool_size=1)
    event.listen(engine, "begin", _begin)
    return engine


def _without_loop(url: URL, **options: Any) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite"),
        # closed in the thread of the loop; never used by two at once
        connect_args={"isolation_level": None, "check_same_thread": False},
        **options,
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
