"""The databases at hand: SQLite always, and a PostgreSQL server where TEST_DATABASE_URL names one.

Each test has a database of its own there, so its user must be allowed to create them.
"""

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

SERVER = os.environ.get("TEST_DATABASE_URL", "")
KINDS = ("sqlite", "postgresql") if SERVER else ("sqlite",)


@asynccontextmanager
async def empty(kind: str, folder: Path) -> AsyncIterator[str]:
    """The address of a database without tables, which ends with the test."""
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{folder / 'test.db'}"
        return
    name = f"citydays_{uuid.uuid4().hex}"
    engine = create_async_engine(SERVER, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f"CREATE DATABASE {name}"))
        yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
        async with engine.connect() as connection:
            await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        await engine.dispose()
