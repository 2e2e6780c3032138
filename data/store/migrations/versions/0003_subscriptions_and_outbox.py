"""How chats want to be told, what they follow, and the outbox."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_chats() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("zone", sa.String(40), server_default="Asia/Baku", nullable=False),
        sa.Column("hour", sa.SmallInteger(), server_default="10", nullable=False),
        sa.Column("quiet_from", sa.SmallInteger()),
        sa.Column("quiet_to", sa.SmallInteger()),
        sa.Column("silent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("announcements", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def upgrade() -> None:
    with op.batch_alter_table("chats") as chats:
        for column in _of_chats():
            chats.add_column(column)
    _followers()
    _letters()
    op.create_table(
        "door",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.String(100)),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=False),
        sa.Column("flood_until", sa.BigInteger()),
        sa.Column("paused", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_door"),
    )


def _followers() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("topic", sa.String(110), nullable=False),
        sa.Column("lead", sa.String(8), nullable=False),
        sa.Column("zone", sa.String(40), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alarms"),
        sa.UniqueConstraint(
            "topic", "lead", "zone", "hour", name="uq_alarms_topic_lead_zone_hour"
        ),
    )
    op.create_index("ix_alarms_due", "alarms", ["due"])
    op.create_table(
        "subscriptions",
        sa.Column("alarm_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("alarm_id", "chat_id", "thread_id", name="pk_subscriptions"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_subscriptions_chat_id_thread_id", "subscriptions", ["chat_id", "thread_id"]
    )


def _letters() -> None:
    op.create_table(
        "mailings",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("key", sa.String(250), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("ref", sa.String(200), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author", sa.String(100), nullable=False),
        sa.Column("audience", sa.Text()),
        sa.Column("starts", sa.BigInteger()),
        sa.Column("ends", sa.BigInteger()),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mailings"),
        sa.UniqueConstraint("key", name="uq_mailings_key"),
    )
    op.create_index("ix_mailings_state_urgency_id", "mailings", ["state", "urgency", "id"])
    op.create_table(
        "outbox",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("mailing_id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint(
            "mailing_id", "chat_id", "thread_id", name="uq_outbox_mailing_id_chat_id_thread_id"
        ),
    )
    _partial("ix_outbox_pending", ["mailing_id", "not_before", "id"], "status = 'pending'")
    _partial("ix_outbox_sending", ["id"], "status = 'sending'")


def _partial(name: str, columns: list[str], where: str) -> None:
    only = sa.text(where)
    op.create_index(name, "outbox", columns, sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    for name in ("door", "outbox", "mailings", "subscriptions", "alarms"):
        op.drop_table(name)
    with op.batch_alter_table("chats") as chats:
        for column in _of_chats():
            chats.drop_column(column.name)
