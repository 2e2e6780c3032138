"""The tables, as the migrations leave them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    false,
    text,
    true,
)

from data.store.guards import keep
from data.store.moments import Millis, UtcDateTime

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
    Column("zone", String(40), nullable=False, server_default="Asia/Baku"),
    Column("hour", SmallInteger, nullable=False, server_default="10"),
    Column("quiet_from", SmallInteger),
    Column("quiet_to", SmallInteger),
    Column("silent", Boolean, nullable=False, server_default=false()),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("announcements", Boolean, nullable=False, server_default=false()),
)

NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""Of rows; SQLite counts up only what it calls INTEGER."""

# all who want to be told of a topic at the same moment: few rows, which a tick reads
alarms = Table(
    "alarms",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("topic", String(110), nullable=False),
    Column("lead", String(8), nullable=False),
    Column("zone", String(40), nullable=False),
    Column("hour", SmallInteger, nullable=False),
    # up to when it has been told: from its birth on, nothing of the past
    Column("told", Millis, nullable=False),
    # never: far in the future
    Column("due", Millis, nullable=False, server_default="0", index=True),
    UniqueConstraint("topic", "lead", "zone", "hour"),
)

# and the people, of whom there may be a million
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("alarm_id", Integer, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("thread_id", BigInteger, primary_key=True, autoincrement=False),
    Index(None, "chat_id", "thread_id"),
    sqlite_with_rowid=False,
)

mailings = Table(
    "mailings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(250), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("ref", String(200), nullable=False),
    Column("urgency", SmallInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("author", String(100), nullable=False),
    Column("audience", Text),
    Column("starts", Millis),
    Column("ends", Millis),
    Column("state", String(10), nullable=False),
    Column("error", Text, nullable=False, server_default=""),
    # JSON: letters that have been deleted, by their last status
    Column("counts", Text),
    Index(None, "state", "urgency", "id"),
)

PENDING = "status = 'pending'"
SENDING = "status = 'sending'"
"""A partial index is used only where the condition is written just so."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=True),
    Column("mailing_id", Integer, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger, nullable=False),
    Column("status", String(10), nullable=False),
    Column("not_before", Millis, nullable=False),
    Column("expires", Millis, nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("message_id", BigInteger),
    Column("error", Text),
    UniqueConstraint("mailing_id", "chat_id", "thread_id"),
    Index("ix_outbox_pending", "mailing_id", "not_before", "id", sqlite_where=text(PENDING)),
    Index("ix_outbox_sending", "id", sqlite_where=text(SENDING)),
)


@event.listens_for(outbox, "before_create")
def _say_it_to_postgresql(table: Table, connection: Connection, **_: object) -> None:
    """Said above, the condition would load PostgreSQL's dialect: 3 MB for every bot on SQLite."""
    if connection.dialect.name == "postgresql":
        for index in table.indexes:
            index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]


# the one row that all processes share: who sends, and whether anybody may
door = Table(
    "door",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("owner", String(100)),
    Column("epoch", Integer, nullable=False),
    Column("held_until", Millis, nullable=False),
    Column("flood_until", Millis),
    Column("paused", Text, nullable=False),
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

# the people who run the bot; its owners stand in the settings
roles = Table(
    "roles",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("role", String(20), nullable=False),
)

# what one of them is writing
drafts = Table(
    "drafts",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
)

# messages that show how far a mailing is
watches = Table(
    "watches",
    metadata,
    Column("mailing_id", Integer, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, nullable=False),
    Column("language", String(10), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Millis, nullable=False),
    Column("actor", BigInteger, nullable=False),
    Column("act", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("details", Text, nullable=False),
)
keep(audit)
