"""Which addresses of databases are taken, and what is wrong with the others."""

import os
from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from data.store.errors import StoreError

_DRIVERS = ("sqlite+aiosqlite", "postgresql+asyncpg")
_OPTIONS = ("uri", "timeout", "cached_statements")
"""Of a file's address. What else sqlite3 takes would change how we lock and commit."""


def checked(address: str) -> URL:
    """Raises StoreError for one that cannot be meant."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise StoreError(
            "is no database address; one is sqlite+aiosqlite:///citydays.sqlite3"
        ) from None
    if url.drivername not in _DRIVERS:
        known = " or ".join(f"{each}://" for each in _DRIVERS)
        raise StoreError(f"{url.drivername}:// is not known; it must begin with {known}")
    if is_sqlite(url):
        _check_path(url)
    return url


def _check_path(url: URL) -> None:
    if not url.database or ":memory:" in url.database or url.query.get("mode") == "memory":
        raise StoreError("names no file; one does like sqlite+aiosqlite:///citydays.sqlite3")
    if url.query.get("uri"):
        return  # SQLite itself reads what comes after "file:"
    if odd := [each for each in url.query if each not in _OPTIONS]:
        raise StoreError(f"SQLite has no option {odd[0]!r} here; take it out of the address")
    path = Path(url.database)
    if not path.parent.is_dir():
        raise StoreError(f"the folder {path.parent} does not exist; make it or name another")
    if path.is_dir():
        raise StoreError(f"{path} is a folder; name a file in it")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise StoreError(f"{path} cannot be written; allow this user to, or name another file")


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"
