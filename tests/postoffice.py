"""A sender on a store of its own, with Telegram's side of it played in memory."""

import asyncio
import datetime as dt
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import locales
from bot.leader import Leader
from data.crew import Crew
from data.library import Library
from data.model.deliveries import Delivery
from data.model.outbox import Audience, Mailing, Status, Urgency, Window
from data.model.plots import Plot
from data.planner import Planner
from data.store import Store
from data.store.ports import Followed
from data.tally import Tally
from data.topics import RecentTopics
from data.unanswered import UnansweredLog
from handlers.ask import Services
from handlers.dispatch import Dispatch
from handlers.notices import Draft, Notice, draft
from handlers.outbox import Sender
from handlers.pacing import Pace
from handlers.reply import Reply
from handlers.wording import Wording

NOW = dt.datetime(2025, 11, 20, 8, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
SPEAKERS = locales.load()


@dataclass
class Telegram:
    """Who got what. ``answers`` are given to a chat instead of delivering, each once."""

    got: Counter[int] = field(default_factory=Counter)
    arrived: Counter[tuple[str, int]] = field(default_factory=Counter)
    """The same by words and chat."""
    bodies: list[dict[str, str]] = field(default_factory=list)
    answers: defaultdict[int, deque[Delivery]] = field(default_factory=lambda: defaultdict(deque))
    loses: set[int] = field(default_factory=set)
    """Chats whose messages arrive, and the answer does not."""
    before: Callable[[int], Awaitable[object]] | None = None

    async def deliver(self, _method: str, body: bytes, leaves: Callable[[], None]) -> Delivery:
        leaves()
        params = dict(parse_qsl(body.decode()))
        chat = int(params["chat_id"])
        self.bodies.append(params)
        if self.before:
            await self.before(chat)
        if self.answers[chat]:
            return self.answers[chat].popleft()
        self.got[chat] += 1
        self.arrived[params["text"], chat] += 1
        if chat in self.loses:
            return Delivery("unknown", error="no answer")
        return Delivery("delivered", message_id=self.got[chat])


class NoShelf:
    """For words that tell nothing of the content."""

    @property
    def library(self) -> Library:
        raise LookupError


async def words(notice: Notice, _services: Services) -> Reply | None:
    """The body tells what becomes of it."""
    if notice.body.get("fails"):
        raise RuntimeError("no words")
    return None if notice.body.get("over") else Reply((f"{notice.ref} {notice.speaker.language}",))


async def until(claim: Callable[[], Awaitable[bool]]) -> None:
    """What other tasks, threads or processes bring about."""
    while not await claim():  # noqa: ASYNC110 - there is nothing to wait for but the claim
        await asyncio.sleep(0.002)


def shown(reply: Reply) -> Draft:
    return draft("sendMessage", reply.silent, {"text": reply.paragraphs[0]})


async def no_picture(_plot: Plot) -> bytes | None:
    return None


@dataclass
class Office:
    """A store and a clock that stands where it is put."""

    store: Store
    telegram: Telegram
    now: dt.datetime = NOW
    rate: int = 0

    def clock(self) -> dt.datetime:
        return self.now

    def services(self) -> Services:
        store, shelf, zone = self.store, NoShelf(), ZoneInfo("Asia/Baku")
        return Services(
            shelf=shelf,
            chats=store.chats,
            subscriptions=store.subscriptions,
            mailings=store.mailings,
            planner=Planner(store.alarms, store.mailings, shelf, zone),
            topics=RecentTopics(store.topics),
            unanswered=UnansweredLog(store.unanswered),
            tally=Tally(store.census, lambda: self.clock().date()),
            picture=no_picture,
            desk=store.desk,
            staff=Crew(frozenset(), store.desk),
            speakers=SPEAKERS,
            now=self.clock,
            zone=zone,
            offers=(),
        )

    async def people(self, ids: Iterable[int], language: str = "en") -> None:
        lines = [Followed(each, language, "Asia/Baku", ()) for each in ids]
        await self.store.subscriptions.bring_in(lines, self.now)

    async def announce(self, key: str, **body: Any) -> int:
        """To all who accept announcements; tells the mailing's number."""
        mailing = Mailing(key, "test", key, Urgency.ANNOUNCEMENT, body)
        window = Window(self.now, self.now + DAY)
        number = await self.store.mailings.plan(mailing, Audience(), window)
        await self.store.mailings.fan_out(self.now)
        return number

    def leader(self, store: Store | None = None, dispatch: Dispatch | None = None) -> Leader:
        """Another process may have a ``store`` of its own on the same database."""
        outbox = (store or self.store).outbox
        wording = Wording(self.services(), {"test": words}, shown)
        sender = Sender(outbox, wording, dispatch or self.dispatch())
        return Leader(outbox, partial(sender.send, now=self.clock))

    def dispatch(self) -> Dispatch:
        return Dispatch(self.telegram.deliver, Pace(self.rate), self.clock)

    async def crash(self, after: int) -> None:
        """Send until so many calls were made, then die: nothing is finished or written down."""
        dispatch, reached = self.dispatch(), asyncio.Event()
        leader = self.leader(dispatch=dispatch)
        count = iter(range(after - 1, -1, -1))

        async def on_the_way(chat: int) -> None:
            await asyncio.sleep(0)
            if not next(count, 0):
                reached.set()
                if chat % 2:  # of the others the message arrives, and nobody hears of it
                    await asyncio.Event().wait()

        self.telegram.before = on_the_way
        task = asyncio.create_task(leader.run())
        finished = asyncio.create_task(self._idle(leader))
        ended = asyncio.create_task(reached.wait())
        await asyncio.wait((finished, ended), return_when=asyncio.FIRST_COMPLETED)
        dispatch.collect()
        dispatch._ready.clear()
        for each in (task, finished, ended, *dispatch._calls):
            each.cancel()
        dispatch._calls.clear()
        with suppress(asyncio.CancelledError):
            await task
        self.telegram.before = None

    async def _idle(self, leader: Leader) -> None:
        await leader.leading.wait()
        await until(self._nothing_left)

    async def _nothing_left(self) -> bool:
        return await self.store.outbox.idle(self.now)

    @asynccontextmanager
    async def sending(self, store: Store | None = None) -> AsyncIterator[Leader]:
        leader = self.leader(store)
        task = asyncio.create_task(leader.run())
        try:
            yield leader
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def send(self) -> dict[Status, int]:
        """All that may leave now has left; tells how many letters are in each status."""
        async with self.sending() as leader, asyncio.timeout(10):
            await leader.leading.wait()
            await until(self._nothing_left)
        return await self.counts()

    async def counts(self) -> dict[Status, int]:
        counts = await self.store.outbox.counts()
        return {status: many for status, many in counts.items() if many}


@asynccontextmanager
async def office(address: str) -> AsyncIterator[Office]:
    async with Store(address) as store:
        yield Office(store, Telegram())
