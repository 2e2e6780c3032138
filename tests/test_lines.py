"""What servers may say on a kept connection, and what becomes of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram.error import NetworkError, TimedOut

from bot import http1
from bot.http1 import Request
from bot.lines import Lines, NotSentInTime, Server
from tests.test_wire import heard, listening

YES = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes"


class Speaker:
    """Answers each request with the next of its ``answers``, on any connection."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.connections = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while True:
            await heard(reader)
            answer = self.answers.pop(0)
            writer.write(answer.removesuffix(b"<end>"))
            if answer.endswith(b"<end>"):
                return


class Caller:
    def __init__(self, url: str) -> None:
        self.url = url
        self.lines = Lines(Server.of(url), "test")

    async def __call__(self, patience: float = 5) -> tuple[int, bytes]:
        return await self.lines.call(Request("POST", self.url, b"a=b"), patience, patience)


@asynccontextmanager
async def speaking(speaker: Speaker) -> AsyncIterator[Caller]:
    async with listening(speaker.talk) as url:
        caller = Caller(url)
        try:
            yield caller
        finally:
            caller.lines.close()


@pytest.mark.parametrize(
    "answer",
    [
        YES,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\ny\r\n2\r\nes\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" + YES,
    ],
    ids=["a length", "chunks", "a first sign"],
)
async def test_a_whole_answer_leaves_the_connection_for_the_next(answer: bytes) -> None:
    speaker = Speaker(answer, answer)
    async with speaking(speaker) as call:
        assert await call() == (200, b"yes")
        assert await call() == (200, b"yes")
    assert speaker.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nyes",
        b"HTTP/1.1 200 OK\r\n\r\nyes<end>",
        b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nyes<end>",
    ],
    ids=["close", "its end is that of the connection", "HTTP/1.0"],
)
async def test_a_connection_that_ends_with_its_answer_is_not_used_again(answer: bytes) -> None:
    speaker = Speaker(answer, answer)
    async with speaking(speaker) as call:
        assert await call() == (200, b"yes")
        assert await call() == (200, b"yes")
    assert speaker.connections == 2


@pytest.mark.parametrize(
    "answer",
    [
        b"<end>",
        b"HTTP/1.1 200 OK\r\n<end>",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nyes<end>",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nyes<end>",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
    ],
)
async def test_what_is_no_whole_answer_leaves_a_doubt(answer: bytes) -> None:
    async with speaking(Speaker(answer, YES)) as call:
        with pytest.raises(NetworkError) as caught:
            await call()
        assert type(caught.value) is NetworkError
        assert await call() == (200, b"yes")


async def test_what_is_said_unasked_ends_the_connection() -> None:
    speaker = Speaker(YES + b"HTTP/1.1 408 Request Timeout\r\n\r\n", YES)
    async with speaking(speaker) as call:
        assert await call() == (200, b"yes")
        assert await call() == (200, b"yes")
    assert speaker.connections == 2


async def test_a_connection_that_was_idle_for_long_is_not_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http1, "KEPT", 0.0)
    speaker = Speaker(YES, YES)
    async with speaking(speaker) as call:
        await call()
        await call()
    assert speaker.connections == 2


async def test_a_late_answer_is_not_taken_for_the_next_ones() -> None:
    asked = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        if not asked.is_set():
            asked.set()
            await reader.read()
        writer.write(YES)

    async with listening(talk) as url:
        call = Caller(url)
        with pytest.raises(TimedOut):
            await call(0.05)
        assert await call() == (200, b"yes")
        call.lines.close()


async def test_a_request_says_when_it_leaves_which_is_after_a_connection_is_made() -> None:
    left: list[int] = []
    speaker = Speaker(YES)
    async with speaking(speaker) as call:
        request = Request("POST", call.url, b"a=b", leaves=lambda: left.append(len(left)))
        await call.lines.call(request, 5, 5)
        assert left == [0]
    refusing = Caller("http://127.0.0.1:1/")
    with pytest.raises(NetworkError):
        await refusing.lines.call(Request("POST", refusing.url, leaves=left.clear), 5, 5)
    assert left == [0]


async def test_a_slow_lookup_serves_those_who_come_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else who has less patience than the first name server needs would never get through."""
    lookups = 0
    known = asyncio.Event()
    loop = asyncio.get_running_loop()
    look_up = loop.getaddrinfo

    async def slow(*args: Any, **more: Any) -> Any:
        nonlocal lookups
        lookups += 1
        await known.wait()
        return await look_up(*args, **more)

    monkeypatch.setattr(loop, "getaddrinfo", slow)
    async with speaking(Speaker(YES)) as call:
        with pytest.raises(NotSentInTime):
            await call(0.02)
        known.set()
        assert await call() == (200, b"yes")
    assert lookups == 1
