"""The Bot API over our own lines, for python-telegram-bot."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from telegram.request import BaseRequest, RequestData

from bot.forms import URL_ENCODED, Upload, body_of
from bot.http1 import Request
from bot.lines import Lines, NotSentInTime, Server
from handlers.pacing import Pace

if TYPE_CHECKING:  # PTB has no public name for "a number of seconds, None, or not given"
    from telegram._utils.types import ODVInput

# How long to wait after a 429 is then a timedelta; without it PTB warns of every such answer.
os.environ.setdefault("PTB_TIMEDELTA", "true")

MESSAGES = ("send", "edit", "copy", "forward")
"""How the names of the methods begin that Telegram's limits are meant for."""
POOL_IS_FULL = "all connections are busy; the request was not sent"


@dataclass(frozen=True)
class Patience:
    """How long a call waits, where the caller does not say otherwise."""

    read: timedelta = timedelta(seconds=20)
    connect: timedelta = timedelta(seconds=5)
    pool: timedelta = timedelta(seconds=10)
    upload: timedelta = timedelta(seconds=20)


class Wire(BaseRequest):
    """At most ``connections`` calls at once; the others wait for their turn, ``patience.pool``.

    Messages are answers to people where there is a ``pace``, and leave by it.
    """

    def __init__(
        self,
        connections: int = 256,
        patience: Patience | None = None,
        pace: Pace | None = None,
    ):
        self._patience = patience or Patience()
        self._pace = pace
        self._turns = asyncio.Semaphore(connections)
        self._lines: dict[Server, Lines] | None = None

    @property
    def read_timeout(self) -> float:
        return self._patience.read.total_seconds()

    async def initialize(self) -> None:
        self._lines = {} if self._lines is None else self._lines

    async def shutdown(self) -> None:
        lines, self._lines = self._lines, None
        for each in (lines or {}).values():
            each.close()

    async def do_request(  # noqa: PLR0913 (the signature is PTB's)
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: "ODVInput[float]" = BaseRequest.DEFAULT_NONE,
        write_timeout: "ODVInput[float]" = BaseRequest.DEFAULT_NONE,
        connect_timeout: "ODVInput[float]" = BaseRequest.DEFAULT_NONE,
        pool_timeout: "ODVInput[float]" = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """-> (HTTP status, body); raises what ``lines`` says."""
        body, ours = body_of(request_data), self._patience
        connect, answer = (
            _seconds(connect_timeout, ours.connect),
            _seconds(read_timeout, ours.read),
        )
        if isinstance(body, Upload):
            answer = _both(answer, _seconds(write_timeout, ours.upload))
        leaves = await self._place(url.rpartition("/")[2])
        await self._turn(_seconds(pool_timeout, ours.pool))
        try:
            request = Request(method, url, *await body.encoded(), leaves)
            return await self._to(url).call(request, connect, answer)
        finally:
            self._turns.release()

    async def post_form(
        self, url: str, form: bytes, leaves: Callable[[], None]
    ) -> tuple[int, bytes]:
        """An URL-encoded form as it is -> (HTTP status, body); raises what ``lines`` says.

        ``leaves`` is called when it is written.
        """
        ours = self._patience
        await self._turn(ours.pool.total_seconds())
        try:
            request = Request("POST", url, form, URL_ENCODED, leaves)
            return await self._to(url).call(
                request, ours.connect.total_seconds(), ours.read.total_seconds()
            )
        finally:
            self._turns.release()

    async def _place(self, call: str) -> Callable[[], None] | None:
        """Waits for it where the call is a message; what is to be called when it leaves."""
        if self._pace and call.startswith(MESSAGES):
            return (await self._pace.answer()).leave
        return None

    async def _turn(self, patience: float | None) -> None:
        """The caller gives it back. Raises NotSentInTime."""
        if not self._turns.locked():
            await self._turns.acquire()
            return
        try:
            async with asyncio.timeout(patience):
                await self._turns.acquire()
        except TimeoutError as error:
            raise NotSentInTime(POOL_IS_FULL) from error

    def _to(self, url: str) -> Lines:
        if self._lines is None:
            raise RuntimeError("the wire is used before initialize() or after shutdown()")
        server = _server(url)
        if server not in self._lines:
            self._lines[server] = Lines(server, self.USER_AGENT)
        return self._lines[server]


_server = lru_cache(maxsize=64)(Server.of)


def _both(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other


def _seconds(given: "ODVInput[float]", ours: timedelta) -> float | None:
    if given is None or isinstance(given, int | float):
        return given
    return ours.total_seconds()
