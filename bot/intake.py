"""Every update, from either transport, is handled once and in its chat's order."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import Application, BaseUpdateProcessor

log = logging.getLogger(__name__)


class ChatOrder(BaseUpdateProcessor):
    """One update of a chat at a time, ``at_once`` chats at once.

    PTB takes its own place before a chat's turn, so one busy chat could take all places. Here
    PTB's places only bound those that wait, and a place to run is taken once the turn has come.
    """

    __slots__ = ("_places", "_turns")

    def __init__(self, at_once: int = 64, waiting: int = 10_000):
        super().__init__(max_concurrent_updates=waiting)
        self._places = asyncio.Semaphore(at_once)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        # Only those who wait or run hold the lock, so an idle chat's lock is gone by itself.
        turn = self._turns.setdefault(_chat(update), asyncio.Lock())
        async with turn, self._places:
            await coroutine

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""


def _chat(update: object) -> int:
    """Where order matters; an update of nobody's waits for none but its like, under 0."""
    if not isinstance(update, Update):
        return 0
    where = update.effective_chat or update.effective_user
    return where.id if where else 0


class Intake:
    """``remembered`` is how many handled update ids are known again when they come once more."""

    def __init__(
        self, application: Application[Any, Any, Any, Any, Any, Any], remembered: int = 4096
    ):
        self._application = application
        self._remembered = remembered
        self._handled: OrderedDict[int, None] = OrderedDict()
        self._under_way: dict[int, asyncio.Future[None]] = {}
        self.malformed = 0
        self.repeated = 0

    async def take(self, raw: object) -> None:
        """Returns once the update is handled. Raises nothing; a cancelled one is not handled."""
        update = self._parsed(raw)
        if update is None:
            return
        while first := self._under_way.get(update.update_id):
            await asyncio.wait([first])
        if update.update_id in self._handled:
            self.repeated += 1
            return
        self._under_way[update.update_id] = done = asyncio.get_running_loop().create_future()
        try:
            await self._handle(update)
            self._remember(update.update_id)
        finally:
            del self._under_way[update.update_id]
            done.set_result(None)

    def _parsed(self, raw: object) -> Update | None:
        """What cannot be read now cannot be read later: it counts as handled, and is not shown."""
        try:
            if isinstance(raw, dict) and type(raw["update_id"]) is int:
                return Update.de_json(raw, self._application.bot)
            reason = "no update"
        except Exception as error:  # de_json raises whatever its input provokes
            reason = type(error).__name__
        self.malformed += 1
        log.warning("malformed update dropped: %s", reason)
        return None

    async def _handle(self, update: Update) -> None:
        work = self._application.process_update(update)
        try:
            await self._application.update_processor.process_update(update, work)
        except Exception:
            log.exception("update %d failed outside its handlers", update.update_id)
        finally:
            work.close()  # if cancelled while it waited for its turn

    def _remember(self, update_id: int) -> None:
        self._handled[update_id] = None
        if len(self._handled) > self._remembered:
            self._handled.popitem(last=False)
