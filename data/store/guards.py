"""What keeps the log as it was written, whoever reaches the database."""

from sqlalchemy import DDL, Table, event
from sqlalchemy.schema import ExecutableDDLElement

APPEND_ONLY = {
    "sqlite": tuple(
        f"CREATE TRIGGER audit_no_{deed} BEFORE {deed} ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        for deed in ("update", "delete")
    ),
    "postgresql": tuple(
        f"CREATE RULE audit_no_{deed} AS ON {deed} TO audit DO INSTEAD NOTHING"
        for deed in ("update", "delete")
    ),
}
"""By dialect."""


def keep(audit: Table) -> None:
    """Wherever the table is made, its rows can only be added to."""
    for dialect, statements in APPEND_ONLY.items():
        for statement in statements:
            guard: ExecutableDDLElement = DDL(statement)  # type: ignore[no-untyped-call] # SQLAlchemy's
            event.listen(audit, "after_create", guard.execute_if(dialect=dialect))
