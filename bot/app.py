"""The composition root: Settings become a running bot. The only place that builds things."""

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any, Literal

from bot.application import application
from bot.clock import Ticking
from bot.intake import Intake
from bot.polling import Polling
from bot.reaching import insist
from bot.services import SPEAKERS, services
from bot.settings import Settings
from bot.unasked import Unasked, Way
from bot.web import Listener, Webhook, receive, site
from data.importer import publish_packaged, unseen
from data.model.documents import ContentError
from data.shelf import Shelf
from data.store import Store, StoreError
from handlers import menus
from handlers.pacing import Pace
from handlers.questions import question

log = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "callback_query", "inline_query", "my_chat_member")
STALLED = 150.0
"""Seconds without an answer to getUpdates after which polling counts as dead."""
REFRESH = dt.timedelta(seconds=5)
"""How soon every process answers from a new content version."""
WRITE = dt.timedelta(seconds=1)
"""How long topics, unanswered questions and counts wait to go to the store together."""
PRUNE = dt.timedelta(minutes=10)
"""How often what is no longer to be kept is deleted."""
CENSUS = dt.timedelta(minutes=10)
"""How often the subscribers are counted, for the statistics."""

NAMED = 5
"""Newer documents that the log names."""


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


Role = Literal["all", "web", "sender"]
"""Of a process beside others on one database: it answers people, or sends what nobody asked for,
or both. Of those that send one does, and the others stand by."""


class App:
    """The bot from its start to its stop."""

    def __init__(self, settings: Settings, now: Callable[[], dt.datetime], role: Role) -> None:
        self._settings = settings
        self._answers, self._sends = role != "sender", role != "web"
        self._store = Store(settings.database_url)
        self._shelf = Shelf(self._store.contents, frozenset(SPEAKERS))
        self.services = services(settings, self._store, self._shelf, now)
        way = Way(Pace(settings.send_rate), settings.paid_broadcast)
        self._application = application(settings, self.services, way.pace)
        self._unasked = Unasked(self._store, self.services, self._application.bot, way)
        self._intake = Intake(self._application)
        self._polling: Polling | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._open = AsyncExitStack()

    async def start(self) -> None:
        """Open the store, greet Telegram, begin to take updates.

        Raises StoreError, ContentError, CannotListen or StartError; all is closed again then.
        """
        try:
            await self._start()
        except BaseException:
            await self._open.aclose()
            raise

    async def prepare(self) -> None:
        """For free questions, before the first: made in the loop it would hold up every chat."""
        if self._answers:
            await asyncio.to_thread(question.prepared, self.services)

    async def look_for_news(self) -> None:
        """Tell the log what came with a newer program and nobody has brought into the store."""
        try:
            found = await unseen(self._store.contents, frozenset(SPEAKERS))
        except (ContentError, StoreError) as error:  # what is in use is none the worse for it
            log.warning("the packaged content was not looked at: %s", error)
            return
        if found:
            log.warning(
                "newer packaged content is not in use (%d): %s; to put all of it in the "
                "place of its namesakes: python -m bot content import",
                len(found),
                ", ".join((*found[:NAMED], "…") if len(found) > NAMED else found),
            )

    async def run(self) -> None:
        """Until it is cancelled, or something that must go on has ended with its error."""
        await asyncio.gather(asyncio.Event().wait(), *self._tasks)

    async def stop(self) -> None:
        """Take nothing new, finish what is under way, close everything in turn."""
        await self._open.aclose()

    async def _start(self) -> None:
        self._open.push_async_callback(self._store.close)
        await self._store.open()
        await publish_packaged(self._store.contents, frozenset(SPEAKERS), self.services.now())
        await self._shelf.refresh()
        await self._prune()
        self._open.push_async_callback(self._write)
        await self._unasked.tell_changes(self._shelf)
        self._open.push_async_callback(self._application.bot.shutdown)  # open before getMe
        await insist(self._application.initialize, "BOT_API_URL", self._settings.bot_api_url)
        self._open.push_async_callback(self._application.shutdown)
        if self._answers:
            await self._listen()
            self._background(menus.publish(self._application.bot, self.services))
        if self._sends:
            await self._unasked.open()
            self._open.push_async_callback(self._unasked.close)
            self._background(self._unasked.run())
        self._start_clock()
        log.info("ready as @%s", self._application.bot.username)

    def _start_clock(self) -> None:
        ticks = {
            "content": (REFRESH, self._refresh),
            **(self._unasked.ticks() if self._sends else {}),
            "notes": (WRITE, self._write),
            "retention": (PRUNE, self._prune),
            "census": (CENSUS, self.services.tally.note_subscribers),
        }
        clock = Ticking(self.services.zone, ticks)
        clock.start()
        self._open.push_async_callback(clock.stop)

    async def catch_up(self) -> None:
        """All that is due has left: for a clock that is moved."""
        await self._refresh()
        await self._unasked.catch_up()

    async def _listen(self) -> None:
        """Take updates by the webhook where one is set, else by polling."""
        bot, settings = self._application.bot, self._settings
        pages = site(self._live, self._ready)
        if settings.webhook_url:
            webhook = Webhook(settings.webhook_url, settings.secret)
            receive(pages, webhook, self._intake.take)
            listener = Listener(pages, *settings.address)
            await listener.start()
            self._open.push_async_callback(listener.stop)
            await insist(
                lambda: webhook.announce(bot, ALLOWED_UPDATES), "WEBHOOK_URL", settings.bot_api_url
            )
            return
        self._polling = Polling(bot, self._intake.take, ALLOWED_UPDATES)
        self._open.push_async_callback(self._polling.finish)
        self._background(self._polling.run())

    def _background(self, work: Coroutine[Any, Any, None]) -> None:
        """Goes on beside the rest; ends with the bot, and the bot with its error."""
        task = asyncio.create_task(work)
        self._tasks.append(task)
        self._open.push_async_callback(_end, task)

    async def _refresh(self) -> None:
        if await self._shelf.refresh():
            log.info("content version %d is in use", self._shelf.library.version)
            await self.prepare()
        await self._unasked.tell_changes(self._shelf)

    async def _write(self) -> None:
        """What answering left to be written. It waits on where the store fails."""
        for notes in (self.services.topics, self.services.unanswered, self.services.tally):
            try:
                await notes.write()
            except StoreError as error:
                log.warning("topics, questions and counts wait: %s", error)

    async def _prune(self) -> None:
        now = self.services.now()
        await self.services.topics.prune(now)
        await self.services.unanswered.prune(now)

    async def _live(self) -> str | None:
        if self._polling and time.monotonic() - self._polling.last_poll > STALLED:
            return "no answer to getUpdates for too long"
        return None

    async def _ready(self) -> str | None:
        try:
            await self._store.contents.current_version()
        except Exception as error:  # whatever it is, the bot cannot answer now
            log.warning("the store does not answer: %s", error)
            return "the store does not answer"
        return await self._live()


def build(settings: Settings, now: Callable[[], dt.datetime] = utc_now, role: Role = "all") -> App:
    """The bot, not yet started. Raises StoreError for a DATABASE_URL that cannot be meant."""
    return App(settings, now, role)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):  # run() has told, or will
        await task
