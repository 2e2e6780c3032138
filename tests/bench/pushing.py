"""Telegram's side of a webhook: up to so many connections, one update at a time on each."""

import asyncio
from collections import deque
from json import dumps
from typing import Any
from urllib.parse import urlsplit


class Pusher:
    """Takes from ``updates`` what it has connections for; what is not answered 200 comes again."""

    def __init__(self, params: dict[str, str], updates: deque[dict[str, Any]]) -> None:
        self.updates = updates
        self.idle: list[Connection] = []
        self._most = int(params.get("max_connections", 40))
        self._connections = 0
        self._opening: set[asyncio.Task[Any]] = set()
        url = urlsplit(params["url"])
        self._address = (url.hostname or "", url.port or 80)
        secret = params.get("secret_token")
        named = f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\n" if secret else ""
        self.head = (
            f"POST {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\n{named}"
            "Content-Type: application/json\r\nContent-Length: "
        ).encode()

    def wake(self) -> None:
        while self.updates and self.idle:
            self.idle.pop().post(self.updates.popleft())
        while len(self._opening) < len(self.updates) and self._connections < self._most:
            self._connections += 1
            task = asyncio.ensure_future(self._open())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def _open(self) -> None:
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: Connection(self), *self._address
            )
        except OSError:
            self.lost()

    def lost(self) -> None:
        self._connections -= 1
        asyncio.get_running_loop().call_later(0.05, self.wake)

    def again(self, update: dict[str, Any]) -> None:
        self.updates.appendleft(update)
        asyncio.get_running_loop().call_later(0.05, self.wake)

    def close(self) -> None:
        self._most = 0
        for connection in self.idle:
            connection.transport.close()


class Connection(asyncio.Protocol):
    transport: asyncio.WriteTransport

    def __init__(self, pusher: Pusher) -> None:
        self._pusher = pusher
        self._buffer = b""
        self._update: dict[str, Any] | None = None

    def connection_made(self, transport: Any) -> None:  # uvloop's is no asyncio.Transport
        self.transport = transport
        self._pusher.idle.append(self)
        self._pusher.wake()

    def post(self, update: dict[str, Any]) -> None:
        self._update = update
        body = dumps(update).encode()
        self.transport.write(self._pusher.head + b"%d\r\n\r\n" % len(body) + body)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        _, _, length = head.lower().partition(b"content-length:")
        if not found or len(rest) < int(length.split(b"\r\n")[0] or 0):
            return
        self._buffer = b""
        update, self._update = self._update, None
        if update is not None and not head.startswith(b"HTTP/1.1 200"):
            self._pusher.again(update)
        self._pusher.idle.append(self)
        self._pusher.wake()

    def connection_lost(self, _: Exception | None) -> None:
        if self in self._pusher.idle:
            self._pusher.idle.remove(self)
        if self._update is not None:
            self._pusher.again(self._update)
        self._pusher.lost()
