"""What is wrong with a database, told in one line to the person who set DATABASE_URL."""

from sqlalchemy.exc import DBAPIError

_TOLD = (
    ("unable to open database file", "{where} cannot be opened; is it a file one may write?"),
    ("readonly", "{where} may only be read; allow this user to write it and its folder"),
    ("not a database", "{where} is not a database; name another file or restore a backup"),
    ("malformed", "{where} is damaged; restore a backup"),
    ("locked", "{where} is locked by another process; stop that one or name another file"),
    ("disk i/o error", "{where} cannot be read; look at the disk, restore a backup"),
    ("full", "{where} has no room to grow; free some space on its disk"),
)


class StoreError(Exception):
    """A database that cannot be used: one line that names it and says how to mend it."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"DATABASE_URL: {problem}")


_UNDONE = ("40001", "40P01")
"""SQLSTATE of PostgreSQL: a serialization failure, a deadlock."""


def was_undone(error: DBAPIError | OSError) -> bool:
    """The transaction surely had no effect, and would have one if it were tried again."""
    return getattr(getattr(error, "orig", None), "sqlstate", "") in _UNDONE


def told(where: str, error: DBAPIError | OSError) -> StoreError:
    """``where`` is the database without its password."""
    reason = str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0]
    for sign, sentence in _TOLD:
        if sign in reason.lower():
            return StoreError(sentence.format(where=where))
    return StoreError(f"{where} cannot be used: {reason or type(error).__name__}")
