"""The tables, as the migrations leave them."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. SQLite would drop the offset of an aware one without converting it.

    Raises ValueError for a moment without an offset.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is not None and value.utcoffset() is None:
            raise ValueError(f"{value} has no offset from UTC, so it is no moment")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value and value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

content_versions = Table(
    "content_versions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("author", String(100), nullable=False),
    Column("note", Text, nullable=False),
)

documents = Table(
    "documents",
    metadata,
    # SHA-256 of the body: a document that stays the same is kept once for all versions
    Column("digest", String(64), primary_key=True),
    Column("type", String(20), nullable=False),
    Column("key", String(50), nullable=False),
    Column("body", Text, nullable=False),
)

content_entries = Table(
    "content_entries",
    metadata,
    Column("version_id", ForeignKey(content_versions.c.id), primary_key=True),
    Column("key", String(50), primary_key=True),
    Column("digest", ForeignKey(documents.c.digest), nullable=False),
)

# nothing of a person but what the bot needs to answer: no names, no messages
chats = Table(
    "chats",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("type", String(20), nullable=False),
    Column("language", String(10)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

topics = Table(
    "topics",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    # ids and names of ideas, parted by spaces
    Column("subjects", Text, nullable=False),
    Column("ideas", Text, nullable=False),
    Column("day", Integer),
    Column("month", Integer),
    Column("year", Integer),
    Column("expires_at", UtcDateTime, nullable=False),
)

# without who asked
unanswered = Table(
    "unanswered",
    metadata,
    Column("text", String(200), primary_key=True),
    Column("language", String(10), nullable=False),
    Column("times", Integer, nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
)
