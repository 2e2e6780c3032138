"""The Bot API over aiohttp, for python-telegram-bot.

What a failed call says about delivery is in its type, so that nobody has to read messages:

* ``NotSent`` and ``NotSentInTime``: the server got no request. Repeating is safe.
* another ``TimedOut``, or a plain ``NetworkError``: the request may have arrived and been
  carried out. Repeating may do it twice.
* every other ``TelegramError`` is the server's own answer, as PTB's own wire reports it.
"""

import asyncio
import os
import select
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from weakref import WeakSet

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.forms import Body, Form, Upload, body_of
from handlers.pacing import Pace
from handlers.sending import NotSent

if TYPE_CHECKING:  # PTB has no public name for "a number of seconds, None, or not given"
    from telegram._utils.types import ODVInput

# How long to wait after a 429 is then a timedelta; without it PTB warns of every such answer.
os.environ.setdefault("PTB_TIMEDELTA", "true")

MESSAGES = ("send", "edit", "copy", "forward")
"""How the names of the methods begin that Telegram's limits are meant for."""
POOL_IS_FULL = "all connections are busy; the request was not sent"


class NotSentInTime(NotSent, TimedOut):
    """No connection in time, be it that the server did not accept or that our pool was full."""

    def __init__(self, message: str = "no connection in time; the request was not sent"):
        super().__init__(message)


@dataclass(frozen=True)
class Patience:
    """How long a call waits, where the caller does not say otherwise."""

    read: timedelta = timedelta(seconds=20)
    connect: timedelta = timedelta(seconds=5)
    pool: timedelta = timedelta(seconds=10)
    upload: timedelta = timedelta(seconds=20)


class _Stale(aiohttp.ClientConnectionError):
    """The kept connection was closed by the server before anything was written to it."""


_USED: WeakSet[ResponseHandler] = WeakSet()
"""Connections that have carried a request."""


class _Request(aiohttp.ClientRequest):
    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        """Looks whether the server hung up meanwhile: aiohttp repeats no POST, as it cannot know.

        An idle connection has nothing to read, so what is readable now is the end of it. Of a new
        one nobody knows that, and a server that closes each would be called for ever.
        """
        transport, protocol = conn.transport, conn.protocol
        used = protocol in _USED
        if protocol is None or transport is None or transport.is_closing():
            raise _Stale if used else NotSent("the server hung up before the request")
        if used and _readable(transport):
            raise _Stale
        _USED.add(protocol)
        return await super().send(conn)


def _readable(transport: asyncio.Transport) -> bool:
    poll = select.poll()
    poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)
    return bool(poll.poll(0))


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
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._patience.read.total_seconds()

    async def initialize(self) -> None:
        if self._session is not None:
            return
        self._session = aiohttp.ClientSession(
            # The turns are counted here, so that waiting for one and connecting stay apart.
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.USER_AGENT},
            request_class=_Request,
        )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

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
        """-> (HTTP status, body); raises what the module says."""
        body, ours = body_of(request_data), self._patience
        limits = _limits(
            _seconds(connect_timeout, ours.connect),
            _seconds(read_timeout, ours.read),
            _seconds(write_timeout, ours.upload) if isinstance(body, Upload) else None,
        )
        if self._pace and url.rpartition("/")[2].startswith(MESSAGES):
            await self._pace.answer()
        await self._turn(_seconds(pool_timeout, ours.pool))
        try:
            return await self._exchange(method, _address(url), body, limits)
        finally:
            self._turns.release()

    async def post_form(self, url: str, form: bytes) -> tuple[int, bytes]:
        """An URL-encoded form as it is -> (HTTP status, body); raises what the module says."""
        ours = self._patience
        limits = _limits(ours.connect.total_seconds(), ours.read.total_seconds(), None)
        await self._turn(ours.pool.total_seconds())
        try:
            return await self._exchange("POST", _address(url), Form(form), limits)
        finally:
            self._turns.release()

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

    async def _exchange(
        self, method: str, url: URL, body: Body, limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        try:
            while True:  # each stale connection is dropped, and a new one is never stale
                try:
                    return await self._once(method, url, body, limits)
                except _Stale:
                    continue
        except aiohttp.ConnectionTimeoutError as error:
            raise NotSentInTime from error
        except aiohttp.ClientConnectorError as error:
            raise NotSent(_named(error)) from error
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(_named(error)) from error

    async def _once(
        self, method: str, url: URL, body: Body, limits: aiohttp.ClientTimeout
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("the wire is used before initialize() or after shutdown()")
        async with self._session.request(
            method,
            url,
            data=body.encoded(),
            headers=body.headers,
            timeout=limits,
            allow_redirects=False,
        ) as response:
            return response.status, await response.read()


@lru_cache(maxsize=64)
def _address(url: str) -> URL:
    return URL(url)


@lru_cache(maxsize=32)
def _limits(
    connect: float | None, read: float | None, upload: float | None
) -> aiohttp.ClientTimeout:
    """aiohttp watches reading, not writing: an upload is bound as a whole."""
    whole = connect + read + upload if connect and read and upload else None
    return aiohttp.ClientTimeout(total=whole, connect=connect, sock_read=read)


def _seconds(given: "ODVInput[float]", ours: timedelta) -> float | None:
    if given is None or isinstance(given, int | float):
        return given
    return ours.total_seconds()


def _named(error: aiohttp.ClientError) -> str:
    """Without aiohttp's own words: some name the URL, and with it the token."""
    reason = error.strerror if isinstance(error, OSError) else None
    return f"{type(error).__name__}: {reason}" if reason else type(error).__name__
