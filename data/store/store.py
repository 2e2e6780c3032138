"""One database with all ports on it."""

from types import TracebackType
from typing import Self

from data.store.census import Census
from data.store.censuses import SqlCensus
from data.store.chats import SqlChats
from data.store.contents import SqlContents
from data.store.database import Database
from data.store.desk import Desk
from data.store.desks import SqlDesk
from data.store.mailings import SqlMailings
from data.store.outbox import SqlOutbox
from data.store.ports import Chats, Contents, Subscriptions, Topics, Unanswered
from data.store.post import Alarms, Mailings, Outbox
from data.store.schema import migrate
from data.store.subscriptions import SqlAlarms, SqlSubscriptions
from data.store.topics import SqlTopics
from data.store.unanswered import SqlUnanswered


class Store:
    """The ports can be handed out before ``open`` and are used after it.

    Raises StoreError when the address is wrong, ``open`` when what stands there is; so do the
    ports when the database fails later.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self.contents: Contents = SqlContents(self._database)
        self.chats: Chats = SqlChats(self._database)
        self.topics: Topics = SqlTopics(self._database)
        self.unanswered: Unanswered = SqlUnanswered(self._database)
        self.subscriptions: Subscriptions = SqlSubscriptions(self._database)
        self.alarms: Alarms = SqlAlarms(self._database)
        self.mailings: Mailings = SqlMailings(self._database)
        self.outbox: Outbox = SqlOutbox(self._database)
        self.desk: Desk = SqlDesk(self._database)
        self.census: Census = SqlCensus(self._database)

    async def open(self) -> None:
        """Check the database and bring its tables up to date."""
        try:
            await self._database.check()
            await migrate(self._database)
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Compulsory: a connection left open keeps the process from ending."""
        await self._database.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()
