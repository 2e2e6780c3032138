"""The event store: SQL on SQLite or PostgreSQL, behind the ports that everything else uses."""

from data.store.errors import StoreError
from data.store.store import Store

__all__ = ["Store", "StoreError"]
