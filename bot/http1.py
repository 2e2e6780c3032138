"""HTTP/1.1 on one connection, one call at a time."""

import asyncio
import select
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from telegram.error import NetworkError, TimedOut
from yarl import URL

KEPT = 15.0
"""Seconds that an idle connection is good for: what lies between forgets those that are silent."""


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


class Line(asyncio.Protocol):
    """One connection; ``everyone`` are those that are open."""

    since = 0.0
    """When it became free."""

    def __init__(self, everyone: "set[Line]") -> None:
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

    def connection_made(self, transport: Any) -> None:  # uvloop's is no asyncio.Transport
        self._transport: asyncio.Transport = transport
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
