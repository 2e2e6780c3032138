"""Kept connections, as many to a server as there are calls at once.

An HTTP client for everything costs three times the CPU a call (cookies, redirects, streams, which
the Bot API has no use for), and does not tell whether a request was written before its connection
broke. What a failure says about delivery is in its type, so that nobody has to read messages:

* ``NotSent`` and ``NotSentInTime``: the server got no request. Repeating is safe.
* another ``TimedOut``, or a plain ``NetworkError``: the request may have arrived and been
  carried out. Repeating may do it twice.
"""

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from aiohappyeyeballs import AddrInfoType, start_connection
from telegram.error import TimedOut
from yarl import URL

from bot.http1 import KEPT, Line, Request
from handlers.sending import NotSent

KNOWN = 10.0
"""Seconds that an address is good for."""
OTHER_FAMILY = 0.25
"""Seconds after which an address of IPv4 is tried beside one of IPv6 (RFC 8305)."""


class NotSentInTime(NotSent, TimedOut):
    """No connection in time, be it that the server did not accept or that our pool was full."""

    def __init__(self, message: str = "no connection in time; the request was not sent"):
        super().__init__(message)


class Server(NamedTuple):
    host: str
    port: int
    tls: bool

    @classmethod
    def of(cls, url: str) -> "Server":
        address = URL(url)
        return cls(address.raw_host or "", address.port or 0, address.scheme == "https")


class Lines:
    """Those to one server."""

    def __init__(self, server: Server, agent: str) -> None:
        self._server, self._agent = server, agent
        self._free: deque[Line] = deque()
        self._open: set[Line] = set()
        self._addresses: Sequence[AddrInfoType] = ()
        self._stale = 0.0
        self._lookup: asyncio.Task[None] | None = None

    async def call(
        self, request: Request, connect: float | None, answer: float | None
    ) -> tuple[int, bytes]:
        """-> (HTTP status, body). Seconds for a connection, and from it to the whole answer."""
        line = self._kept() or await self._new(connect)
        if request.leaves:
            request.leaves()
        told = await line.call(request.written(self._agent), answer)
        if line.good:
            line.since = line.loop.time()
            self._free.append(line)
        return told

    def close(self) -> None:
        for line in list(self._open):
            line.abort()
        if self._lookup:
            self._lookup.cancel()

    def _kept(self) -> Line | None:
        """The one that was used last; those that were not used for long are closed."""
        while self._free:
            line = self._free.pop()
            if line.usable:
                while self._free and line.loop.time() - self._free[0].since > KEPT:
                    self._free.popleft().abort()
                return line
            line.abort()
        return None

    async def _new(self, patience: float | None) -> Line:
        try:
            async with asyncio.timeout(patience):
                line = await self._connected()
        except TimeoutError as error:
            raise NotSentInTime from error
        except OSError as error:
            raise NotSent(f"no connection: {error.strerror or type(error).__name__}") from error
        if not line.good:
            raise NotSent("the server hung up before the request")
        return line

    async def _connected(self) -> Line:
        loop, server = asyncio.get_running_loop(), self._server
        made = await start_connection(
            await self._found(), happy_eyeballs_delay=OTHER_FAMILY, interleave=1
        )
        try:
            _, line = await loop.create_connection(
                lambda: Line(self._open),
                sock=made,
                ssl=_context() if server.tls else None,
                server_hostname=server.host if server.tls else None,
            )
        except BaseException:
            made.close()
            raise
        return line

    async def _found(self) -> Sequence[AddrInfoType]:
        """A lookup outlives who gave up on it: one that is slow serves those who come next."""
        loop = asyncio.get_running_loop()
        if loop.time() >= self._stale:
            if self._lookup is None or self._lookup.done():
                self._lookup = loop.create_task(self._look_up())
                self._lookup.add_done_callback(lambda task: task.cancelled() or task.exception())
            await asyncio.shield(self._lookup)
        return self._addresses

    async def _look_up(self) -> None:
        loop, (host, port, _) = asyncio.get_running_loop(), self._server
        self._addresses = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        self._stale = loop.time() + KNOWN


@cache
def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(("http/1.1",))
    return context
