"""What the bot does by itself: it plans what is due, and one process of all sends it."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from telegram import Bot

from bot.leader import Leader
from bot.posting import Post, counted
from data.library import Library
from data.shelf import Shelf
from data.store import Store
from handlers import changes
from handlers.ask import Services
from handlers.dispatch import Dispatch
from handlers.features import WORDS
from handlers.outbox import Sender
from handlers.pacing import Pace
from handlers.progress import Progress
from handlers.sending import drafted, renew
from handlers.wording import Wording

PLANNING = dt.timedelta(seconds=1)
"""How late a reminder may be written down."""
KEPT = dt.timedelta(days=30)
"""How long it is known who got what, after it could last be sent. Telegram lets a bot take a
message back for two days."""
PRUNE = dt.timedelta(hours=1)
"""How often what is older is deleted."""
PROGRESS = dt.timedelta(seconds=3)
"""Between two edits of a message that shows how far an announcement is."""


@dataclass(frozen=True)
class Way:
    """How fast it leaves. ``paid``: Telegram sells that."""

    pace: Pace
    paid: bool


class Unasked:
    """Reminders, notices of changes and announcements, from what is due to Telegram."""

    def __init__(self, store: Store, services: Services, bot: Bot, way: Way) -> None:
        self._store, self._services = store, services
        self._planner = services.planner
        self._post = Post(bot.base_url)
        self._sender = Sender(
            store.outbox,
            Wording(services, WORDS, partial(drafted, bot, way.paid)),
            Dispatch(counted(self._post.deliver, services.tally), way.pace, services.now),
        )
        self._progress = Progress(services, partial(renew, bot))
        self._leader = Leader(store.outbox, partial(self._sender.send, now=services.now))
        self._planning = asyncio.Lock()
        self._told: Library | None = None

    async def open(self) -> None:
        await self._post.open()

    async def close(self) -> None:
        await self._post.close()

    async def run(self) -> None:
        """Send while this process leads, until it is cancelled."""
        await self._leader.run()

    def ticks(self) -> Mapping[str, tuple[dt.timedelta, Callable[[], Awaitable[None]]]]:
        """For the clock: how often, and what."""
        return {
            "plan": (PLANNING, self._plan),
            "progress": (PROGRESS, self._show_progress),
            "prune": (PRUNE, self._prune),
        }

    async def tell_changes(self, shelf: Shelf) -> None:
        """Also of versions that came while no process was looking; once, but for a failure."""
        library = shelf.library
        if library is not self._told:
            since = self._services.now() - changes.LIFE
            await changes.plan(self._services, await shelf.since(since))
            self._told = library

    async def catch_up(self) -> None:
        """All that is due has left."""
        await self._leader.leading.wait()
        await self._plan()
        while not await self._store.outbox.idle(self._services.now()):
            self._sender.nudge()
            await asyncio.sleep(0.005)
        await self._store.mailings.close_finished()
        await self._progress.tick()

    async def _plan(self) -> None:
        async with self._planning:  # a tick and catch_up() would else read the same alarms
            if self._leader.leading.is_set() and await self._planner.tick(self._services.now()):
                self._sender.nudge()

    async def _show_progress(self) -> None:
        if self._leader.leading.is_set():
            await self._progress.tick()

    async def _prune(self) -> None:
        if self._leader.leading.is_set():
            await self._store.mailings.prune(self._services.now() - KEPT)
