"""A fast Bot API server for load: it answers at once, keeps updates, and pushes or holds them.

One process on one thread with hand-written HTTP/1.1, so that it costs less than what it measures.

    /bot<TOKEN>/<method>  getUpdates, setWebhook, send…, editMessage…; the rest is answered "true"
    POST /load            a JSON ``Load``: sends updates, and reports when all are answered
    POST /conditions      a JSON ``Conditions``: how messages are taken from now on
    GET /sent             who has got what since then
"""

import argparse
import asyncio
import json
from collections import deque
from typing import Any
from urllib.parse import parse_qsl, unquote

import uvloop

from tests.bench.driver import Driver, Load
from tests.bench.pushing import Pusher
from tests.bench.recipients import Conditions, Recipients

Answer = dict[str, Any]
HEAD = b"HTTP/1.1 %d Told\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


def right(result: object) -> Answer:
    return {"ok": True, "result": result}


class Server:
    """One bot's side of Telegram: its queue of updates, and who takes them."""

    def __init__(self) -> None:
        self.updates: deque[Answer] = deque()
        self.driver = Driver(self.add)
        self.pusher: Pusher | None = None
        self.poller: tuple[Http, asyncio.TimerHandle] | None = None
        self.numbers = 0
        self.recipients = Recipients(Conditions())

    def add(self, update: Answer) -> None:
        self.numbers += 1
        self.updates.append({"update_id": self.numbers, **update})
        if self.pusher:
            self.pusher.wake()
        else:
            self.release()

    def release(self) -> None:
        if self.poller:
            http, timer = self.poller
            self.poller = None
            timer.cancel()
            http.reply(right(list(self.updates)[:100]))

    def call(self, http: "Http", method: str, params: dict[str, Any]) -> Answer | None:
        """-> what to answer now; None if the answer comes later."""
        if method == "getUpdates":
            return self.get_updates(http, params)
        if method == "getMe":
            return right({"id": 1, "is_bot": True, "first_name": "Fake", "username": "fake_bot"})
        if method.lower().startswith(("send", "editmessage")):
            return self.take(http, params)
        if method in {"setWebhook", "deleteWebhook"}:
            self.set_webhook(params)
        return right([] if method == "getMyCommands" else True)

    def get_updates(self, http: "Http", params: dict[str, str]) -> Answer | None:
        offset = int(params.get("offset", 0))
        while self.updates and self.updates[0]["update_id"] < offset:
            self.updates.popleft()
        self.release()
        seconds = int(params.get("timeout", 0))
        if self.updates or not seconds:
            return right(list(self.updates)[:100])
        self.poller = http, asyncio.get_running_loop().call_later(seconds, self.release)
        return None

    def take(self, http: "Http", params: dict[str, Any]) -> Answer | None:
        troubled = self.recipients.send(int(params["chat_id"]))
        if troubled == "cut":
            http.transport.abort()
            return None
        answer = troubled if isinstance(troubled, dict) else right(self.message(params))
        latency = self.recipients.conditions.latency
        if not latency:
            return answer
        asyncio.get_running_loop().call_later(latency / 1000, http.reply, answer)
        return None

    def message(self, params: dict[str, Any]) -> Answer:
        self.numbers += 1
        chat = int(params["chat_id"])
        markup = params.get("reply_markup", {})
        markup = json.loads(markup) if isinstance(markup, str) else markup
        self.driver.answered(chat, markup)
        message = {"message_id": self.numbers, "date": 0, "chat": {"id": chat, "type": "private"}}
        return {
            **message,
            "text": params.get("text", ""),
            **({"reply_markup": markup} if markup else {}),
        }

    def set_webhook(self, params: dict[str, str]) -> None:
        if self.pusher:
            self.pusher.close()
        self.pusher = Pusher(params, self.updates) if params.get("url") else None
        if self.pusher:
            self.pusher.wake()


class Http(asyncio.Protocol):
    """The server's side of one connection: requests one after another, of known length."""

    transport: asyncio.WriteTransport

    def __init__(self, server: Server) -> None:
        self.server = server
        self.buffer = b""

    def connection_made(self, transport: Any) -> None:  # uvloop's is no asyncio.Transport
        self.transport = transport

    def connection_lost(self, _: Exception | None) -> None:
        if self.server.poller and self.server.poller[0] is self:
            self.server.poller[1].cancel()
            self.server.poller = None

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        _, said, length = head.lower().partition(b"\r\ncontent-length:")
        size = int(length.split(b"\r\n")[0]) if said else 0
        if len(rest) >= size:
            self.buffer = rest[size:]
            answer = self.request(unquote(head.split(b" ", 2)[1].decode()), rest[:size])
            if answer is not None:
                self.reply(answer)

    def request(self, path: str, body: bytes) -> Answer | None:
        if path == "/load":
            self.server.driver.start(Load(**json.loads(body)), self.reply)
            return None
        if path == "/conditions":
            self.server.recipients = Recipients(Conditions.of(json.loads(body)))
            return right(True)
        if path == "/sent":
            return right(self.server.recipients.report())
        form = json.loads(body) if body[:1] == b"{" else dict(parse_qsl(body.decode()))
        return self.server.call(self, path.rpartition("/")[2], form)

    def reply(self, answer: Answer) -> None:
        body = json.dumps(answer).encode()
        if not self.transport.is_closing():
            self.transport.write(HEAD % (answer.get("error_code", 200), len(body)) + body)


async def serve(port: int) -> None:
    server = Server()
    listening = await asyncio.get_running_loop().create_server(
        lambda: Http(server), "127.0.0.1", port, backlog=1024
    )
    async with listening:
        await listening.serve_forever()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("port", type=int)
    uvloop.run(serve(options.parse_args().port))
