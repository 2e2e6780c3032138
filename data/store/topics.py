"""The port ``Topics`` in SQL."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from data.model.dates import Said
from data.model.topics import Topic
from data.store import tables
from data.store.database import Database
from data.store.ports import Lasting

_TOPICS = tables.topics
_OF = (
    select(_TOPICS.c.subjects, _TOPICS.c.ideas, _TOPICS.c.day, _TOPICS.c.month, _TOPICS.c.year)
    .where(_TOPICS.c.chat_id == bindparam("chat"))
    .where(_TOPICS.c.expires_at > bindparam("now"))
)
_PRUNE = delete(_TOPICS).where(_TOPICS.c.expires_at <= bindparam("now"))


class SqlTopics:
    """See ``data.store.ports.Topics``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        upsert = database.insert(_TOPICS)
        new = {each.name: upsert.excluded[each.name] for each in _TOPICS.c if not each.primary_key}
        self._upsert = upsert.on_conflict_do_update(index_elements=["chat_id"], set_=new)

    async def of(self, chat_id: int, now: datetime) -> Topic | None:
        row = await self._database.row(_OF, {"chat": chat_id, "now": now})
        if row is None:
            return None
        subjects, ideas, *said = row
        return Topic(tuple(subjects.split()), tuple(ideas.split()), Said(*said))

    async def remember(self, topics: Mapping[int, Lasting]) -> None:
        # in one order in every process: PostgreSQL could else lock two of them for each other
        rows = [_row(chat_id, lasting) for chat_id, lasting in sorted(topics.items(), key=_chat)]
        if rows:
            await self._database.write(self._upsert, rows)

    async def prune(self, now: datetime) -> None:
        await self._database.write(_PRUNE, {"now": now})


def _chat(item: tuple[int, Lasting]) -> int:
    return item[0]


def _row(chat_id: int, lasting: Lasting) -> dict[str, object]:
    topic = lasting.topic
    return {
        "chat_id": chat_id,
        "subjects": " ".join(topic.subjects),
        "ideas": " ".join(topic.ideas),
        "day": topic.said.day,
        "month": topic.said.month,
        "year": topic.said.year,
        "expires_at": lasting.until,
    }
