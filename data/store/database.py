"""Connections: many that read at once, one at a time that writes. All that differs between SQLite
and PostgreSQL is here."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    Executable,
    Select,
    Table,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from data.store import engines
from data.store.errors import StoreError, told, was_undone
from data.store.urls import checked, is_sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
Insert = Callable[[Table], "sqlite.Insert | postgresql.Insert"]

Rows = Mapping[str, Any] | Sequence[Mapping[str, Any]]

_PATIENCE = 5.0
"""Seconds, like the busy timeout."""
_TRIES = 5
"""Of a transaction; none of those that failed had any effect."""
_FILE_CLOCK = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
_SERVER_CLOCK = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"
_ALONE = text("SELECT pg_advisory_xact_lock(3019)")  # any number, the same in all processes


class Database:
    """Engines for one database; opens nothing until it is asked.

    SQLite begins by itself as a reader and fails at once when a reader turns writer beside
    another, whatever its timeout. So the writer says BEGIN IMMEDIATE, and waits; readers say
    nothing, and need no rollback. Raises StoreError for an address that cannot be meant, and later
    for whatever ails the database.
    """

    def __init__(self, address: str) -> None:
        url = checked(address)
        self.where = url.database or "" if is_sqlite(url) else url.render_as_string()
        self.insert = _insert(url)
        """The INSERT that knows ON CONFLICT."""
        self._in_file = is_sqlite(url)
        self.now_millis = _FILE_CLOCK if self._in_file else _SERVER_CLOCK
        """The database's own clock in SQL: milliseconds since 1970."""
        self._here = engines.in_this_thread(url) if self._in_file else None
        # one: writers of this process wait in order, and not in SQLite's busy loop
        self._thread = ThreadPoolExecutor(1) if self._in_file else None
        self._writer = engines.in_own_thread(url) if self._in_file else None
        try:
            self._engine = engines.of_file(url) if self._in_file else engines.of_server(url)
        except ImportError:
            raise StoreError(
                f"the driver {url.get_driver_name()} is missing; install citydays[postgresql]"
            ) from None
        automatic = {} if self._in_file else {"isolation_level": "AUTOCOMMIT"}
        self._readers = self._engine.execution_options(**automatic)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Every statement on its own sees what is committed."""
        try:
            async with self._readers.connect() as connection:
                yield connection
        except (DBAPIError, OSError) as error:
            raise told(self.where, error) from error

    async def row(
        self, look_up: Select[Any], parameters: Mapping[str, Any]
    ) -> Sequence[Any] | None:
        """The row that a key finds.

        SQLite answers in this thread, in 40 µs: handing so little to a connection's own thread
        and back takes ten times as long. Readers never wait for a writer there.
        """
        if self._here is None:
            async with self.reading() as connection:
                found: Sequence[Any] | None
                found = (await connection.execute(look_up, parameters)).first()
                return found
        try:
            with self._here.connect() as connection:
                found = connection.execute(look_up, parameters).first()
                return found
        except (DBAPIError, OSError) as error:
            raise told(self.where, error) from error

    async def transaction(self, work: Callable[[Connection], T], *, alone: bool = False) -> T:
        """What ``work`` returns: its statements are one transaction, undone on an exception.

        ``alone``: no other process is in such a transaction meanwhile. On SQLite that is always
        so; there ``work`` runs in a thread, which the loop waits for once and not for each
        statement. It goes on to its end there when the waiting is cancelled: a statement given up
        half-read would keep the file locked. ``work`` is done again where the database has undone
        it for another transaction's sake.
        """
        for attempt in range(_TRIES):
            try:
                return await self._transaction(work, alone)
            except (DBAPIError, OSError) as error:
                if attempt == _TRIES - 1 or not was_undone(error):
                    raise told(self.where, error) from error
        raise AssertionError("unreachable")

    async def _transaction(self, work: Callable[[Connection], T], alone: bool) -> T:
        if self._writer is None:
            async with self._engine.begin() as connection:
                if alone:
                    await connection.execute(_ALONE)
                return await connection.run_sync(work)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, _carry_out, self._writer, work)

    async def catch_up(self, *those: Table) -> None:
        """What others had begun to write to these tables is there to be seen.

        One at a time: nobody waits for us there while we wait for them. On SQLite nobody writes
        beside us.
        """
        if self._writer is None:
            for each in those:
                await self.write(text(f"LOCK TABLE {each.name} IN SHARE MODE"))

    async def write(self, statement: Executable, rows: Rows | None = None) -> int:
        """A transaction of one statement; tells how many rows it has changed."""
        return await self.transaction(partial(_execute, statement, rows))

    async def check(self) -> None:
        """Raises StoreError when the database cannot be trusted."""
        if self._here is None:
            return
        # in this thread: one of aiosqlite's whose file cannot be opened may outlive the loop, and
        # then complains on stderr
        try:
            with self._here.connect() as connection:
                found = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
        except (DBAPIError, OSError) as error:
            raise told(self.where, error) from error
        if found != "ok":
            raise StoreError(f"{self.where} is damaged; restore a backup")
        if await self._log_ahead() != "wal":
            raise StoreError(f"{self.where}: no write-ahead log there; put it on a local disk")

    async def _log_ahead(self) -> str:
        """Switch the file to the write-ahead log, for good; tells the mode that it is in.

        Where two processes switch it at once SQLite fails without waiting, so we wait.
        """
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while True:
            try:
                async with self._readers.connect() as connection:
                    found = await connection.execute(text("PRAGMA journal_mode=WAL"))
                    return str(found.scalar_one())
            except DBAPIError as error:
                late = asyncio.get_running_loop().time() > deadline
                if late or "locked" not in str(error.orig):
                    raise told(self.where, error) from error
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        """Threads of connections left open would keep the process from ending. May come twice."""
        if self._here is not None:
            self._here.dispose()
        await self._engine.dispose()
        if self._thread and self._writer:
            await asyncio.to_thread(self._thread.shutdown)
            self._writer.dispose()


def _insert(url: URL) -> Insert:
    """Only the dialect that is used is loaded: the other costs 0.1 s and 4 MB at every start."""
    if is_sqlite(url):
        from sqlalchemy.dialects.sqlite import insert  # noqa: PLC0415 - see above

        return insert
    from sqlalchemy.dialects.postgresql import insert as upsert  # noqa: PLC0415 - see above

    return upsert


def _carry_out(engine: Engine, work: Callable[[Connection], T]) -> T:
    with engine.begin() as connection:
        return work(connection)


def _execute(statement: Executable, rows: Rows | None, connection: Connection) -> int:
    return connection.execute(statement, rows).rowcount
