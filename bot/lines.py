"""HTTP/1.1 over kept connections, one call at a time on each.

An HTTP client for everything costs three times the CPU a call (cookies, redirects, streams, which
the Bot API has no use for), and does not tell whether a request was written before its connection
broke. What a failure says about delivery is in its type, so that nobody has to read messages:

* ``NotSent`` and ``NotSentInTime``: the server got no request. Repeating is safe.
* another ``TimedOut``, or a plain ``NetworkError``: the request may have arrived and been
  carried out. Repeating may do it twice.
"""

import asyncio
import select
import socket
import ssl
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple, cast

from aiohappyeyeballs import AddrInfoType, start_connection
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from telegram.error import NetworkError, TimedOut
from yarl import URL

from handlers.sending import NotSent

KEPT = 15.0
"""Seconds that an idle connection is good for: what lies between forgets those that are silent."""
KNOWN = 10.0
"""Seconds that an address is good for."""
OTHER_FAMILY = 0.25
"""Seconds after which an address of IPv4 is tried beside one of IPv6 (RFC 8305)."""


class NotSentInTime(NotSent, TimedOut):
    """No connection in time, be it that the server did not accept or that our pool was full."""

    def __init__(self, message: str = "no connection in time; the request was not sent"):
        super().__init__(message)


@dataclass(frozen=True)
class Request:
    """``content`` is the type of the body, where there is one; ``leaves`` is called as it is
    written, with a connection at hand."""

    method: str
    url: str
    body: bytes = b""
    content: str = ""
    leaves: Callable[[], None] | None = None

    def written(self, agent: str) -> bytes:
        head = _head(self.method, self.url, self.content, agent)
        return b"%s%d\r\n\r\n%s" % (head, len(self.body), self.body)


class Server(NamedTuple):
    host: str
    port: int
    tls: bool

    @classmethod
    def of(cls, url: str) -> "Server":
        address = URL(url)
        return cls(address.raw_host or "", address.port or 0, address.scheme == "https")


class Lines:
    """As many connections to one server as there are calls at once."""

    def __init__(self, server: "Server", agent: str) -> None:
        self._server, self._agent = server, agent
        self._free: deque[_Line] = deque()
        self._open: set[_Line] = set()
        self._addresses: Sequence[AddrInfoType] = ()
        self._stale = 0.0
        self._finding = asyncio.Lock()

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

    def _kept(self) -> "_Line | None":
        """The one that was used last; those that were not used for long are closed."""
        while self._free:
            line = self._free.pop()
            if line.usable:
                while self._free and line.loop.time() - self._free[0].since > KEPT:
                    self._free.popleft().abort()
                return line
            line.abort()
        return None

    async def _new(self, patience: float | None) -> "_Line":
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

    async def _connected(self) -> "_Line":
        loop, server = asyncio.get_running_loop(), self._server
        made = await start_connection(
            await self._found(), happy_eyeballs_delay=OTHER_FAMILY, interleave=1
        )
        try:
            _, line = await loop.create_connection(
                lambda: _Line(self._open),
                sock=made,
                ssl=_context() if server.tls else None,
                server_hostname=server.host if server.tls else None,
            )
        except BaseException:
            made.close()
            raise
        return line

    async def _found(self) -> Sequence[AddrInfoType]:
        loop, (host, port, _) = asyncio.get_running_loop(), self._server
        async with self._finding:
            if loop.time() >= self._stale:
                self._addresses = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                self._stale = loop.time() + KNOWN
        return self._addresses


class _Line(asyncio.Protocol):
    """One connection; ``everyone`` are those that are open."""

    since = 0.0
    """When it became free."""

    def __init__(self, everyone: "set[_Line]") -> None:
        self.loop = asyncio.get_running_loop()
        self._everyone = everyone
        self._parser = HttpResponseParser(self)
        self._told: asyncio.Future[tuple[int, bytes]] | None = None
        self._body = b""
        self._bound = False

    @property
    def good(self) -> bool:
        return not self._transport.is_closing()

    @property
    def usable(self) -> bool:
        """Looks whether the server hung up meanwhile, too: the loop may not have seen it yet."""
        idle = self.loop.time() - self.since
        return self.good and idle < KEPT and not _readable(self._transport)

    async def call(self, request: bytes, patience: float | None) -> tuple[int, bytes]:
        self._told = self.loop.create_future()
        self._body, self._bound = b"", False
        self._transport.write(request)
        timer = None if patience is None else self.loop.call_later(patience, self._too_late)
        try:
            return await self._told
        except BaseException:  # its answer may still come, and would be taken for the next one's
            self.abort()
            raise
        finally:
            self._told = None
            if timer:
                timer.cancel()

    def abort(self) -> None:
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # of uvloop's own kind
        self._everyone.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._everyone.discard(self)
        if error is None and self._body and not self._bound:
            self.on_message_complete()  # its end is that of the connection
        self._fail(NetworkError("the server hung up before its answer"))

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._fail(NetworkError(f"what came is no answer: {type(error).__name__}"))
            self.abort()

    def on_message_begin(self) -> None:
        if not self._told or self._told.done():  # nobody asked for it
            self._transport.close()

    def on_header(self, name: bytes, _value: bytes) -> None:
        self._bound |= name.lower() in (b"content-length", b"transfer-encoding")

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200:  # it has more to say
            return
        if not self._parser.should_keep_alive():
            self._transport.close()
        if self._told and not self._told.done():
            self._told.set_result((status, self._body))

    def _too_late(self) -> None:
        self._fail(TimedOut())

    def _fail(self, error: NetworkError) -> None:
        if self._told and not self._told.done():
            self._told.set_exception(error)


@cache
def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(("http/1.1",))
    return context


@lru_cache(maxsize=64)
def _head(method: str, url: str, content: str, agent: str) -> bytes:
    """All before the length of the body."""
    address = URL(url)
    lines = [f"{method} {address.raw_path_qs} HTTP/1.1", f"Host: {address.host_port_subcomponent}"]
    lines += [f"User-Agent: {agent}", "Accept: */*"]
    lines += [f"Content-Type: {content}"] if content else []
    return "\r\n".join((*lines, "Content-Length: ")).encode()


def _readable(transport: asyncio.Transport) -> bool:
    """An idle connection has nothing to read, so what is readable now is the end of it."""
    poll = select.poll()
    poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)
    return bool(poll.poll(0))
