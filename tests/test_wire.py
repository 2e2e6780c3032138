"""The wire against real servers on loopback: what arrives, and what a failure says."""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
import uvloop
from aiohttp import web
from telegram import Bot, InputFile
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TimedOut

from bot import http1
from bot.lines import NotSentInTime
from bot.wire import Patience, Wire
from handlers.sending import NotSent

TOKEN = "1234567:TEST-abcdefghijklmnopqrstuvwxyz01234"
SOON = timedelta(milliseconds=50)
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b'HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n{"ok":true,"result":true}'


@asynccontextmanager
async def listening(talk: Talk) -> AsyncIterator[str]:
    """A server that says just what ``talk`` makes it say; yields its base URL."""
    talks: set[asyncio.Task[None]] = set()

    async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.add(task)
        try:
            with suppress(asyncio.CancelledError):  # the test is over
                await talk(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot"
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


@asynccontextmanager
async def calling(url: str, wire: Wire | None = None) -> AsyncIterator[Bot]:
    """A Bot whose calls go through the wire, without the getMe of its own start."""
    wire = wire or Wire()
    await wire.initialize()
    try:
        yield Bot(TOKEN, base_url=url, request=wire, get_updates_request=wire)
    finally:
        await wire.shutdown()


async def heard(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """-> (head, body) of one request."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    return head, await reader.readexactly(length)


async def test_a_call_arrives_as_ptb_sends_it() -> None:
    bodies: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            head, body = await heard(reader)
            assert head.startswith(f"POST /bot{TOKEN}/setMyName HTTP/1.1".encode())
            assert b"Content-Type: application/x-www-form-urlencoded" in head
            bodies.append(body)
            writer.write(OK)

    name = "Kəlbəcər & Şuşa = 100 % + «ещё»\n" * 20  # also long enough to be quoted once
    async with listening(talk) as url, calling(url) as bot:
        assert await bot.set_my_name(name, language_code="az")
        assert await bot.set_my_name("İ")
    assert parse_qs(bodies[0].decode("ascii")) == {"name": [name], "language_code": ["az"]}
    assert parse_qs(bodies[1].decode("ascii")) == {"name": ["İ"]}


async def test_a_file_arrives_as_multipart() -> None:
    got: dict[str, object] = {}

    async def receive(request: web.Request) -> web.Response:
        form = await request.post()
        document = form["document"]
        assert isinstance(document, web.FileField)
        got.update(chat=form["chat_id"], caption=form["caption"], name=document.filename)
        got.update(content=document.file.read(), mime=document.content_type)
        document.file.close()
        return web.json_response(
            {
                "ok": True,
                "result": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}},
            }
        )

    pages = web.Application()
    pages.router.add_post(f"/bot{TOKEN}/sendDocument", receive)
    runner = web.AppRunner(pages)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with calling(f"http://127.0.0.1:{runner.addresses[0][1]}/bot") as bot:
            file = InputFile(b"BEGIN:VCALENDAR", filename="günlər.ics")
            await bot.send_document(5, file, caption="Şəhər günləri")
    finally:
        await runner.cleanup()
    assert got == {
        "chat": "5",
        "caption": "Şəhər günləri",
        "name": "günlər.ics",
        "content": b"BEGIN:VCALENDAR",
        "mime": "text/calendar",
    }


async def test_a_refused_connection_was_not_sent() -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else gets it, and it refuses
        taken.bind(("127.0.0.1", 0))
        async with calling(f"http://127.0.0.1:{taken.getsockname()[1]}/bot") as bot:
            with pytest.raises(NotSent) as caught:
                await bot.get_me()
    assert not isinstance(caught.value, TimedOut)
    assert TOKEN not in str(caught.value)


async def test_no_connection_in_time_was_not_sent() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(3)]  # who fill the queue that nobody empties
        try:
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(address)
            wire = Wire(patience=Patience(connect=SOON))
            async with calling(f"http://127.0.0.1:{address[1]}/bot", wire) as bot:
                with pytest.raises(NotSentInTime, match="was not sent"):
                    await bot.get_me()
        finally:
            for one in waiting:
                one.close()


async def test_a_full_pool_was_not_sent_and_frees_itself() -> None:
    arrived, answer = asyncio.Event(), asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await heard(reader)
            arrived.set()
            await answer.wait()
            writer.write(OK)

    wire = Wire(connections=1, patience=Patience(pool=SOON))
    async with listening(talk) as url, calling(url, wire) as bot:
        first = asyncio.create_task(bot.set_my_name("a"))
        await arrived.wait()
        with pytest.raises(NotSentInTime, match="all connections are busy"):
            await bot.set_my_name("b")
        answer.set()
        assert await first
        assert await bot.set_my_name("c")


async def test_no_answer_in_time_may_have_been_sent() -> None:
    async def talk(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await heard(reader)
        await reader.read()

    async with listening(talk) as url, calling(url, Wire(patience=Patience(read=SOON))) as bot:
        with pytest.raises(TimedOut) as caught:
            await bot.set_my_name("a")
    assert not isinstance(caught.value, NotSent)


async def test_an_upload_that_is_not_read_ends() -> None:
    async def talk(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.Event().wait()

    patience = Patience(read=SOON, connect=SOON, upload=SOON)
    async with listening(talk) as url, calling(url, Wire(patience=patience)) as bot:
        with pytest.raises(TimedOut) as caught:
            await bot.send_document(5, InputFile(b"x" * 30_000_000, filename="x"))
    assert not isinstance(caught.value, NotSent)


async def test_a_hang_up_after_the_request_may_have_been_sent() -> None:
    requests = 0

    async def talk(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        nonlocal requests
        await heard(reader)
        requests += 1

    async with listening(talk) as url, calling(url) as bot:
        with pytest.raises(NetworkError) as caught:
            await bot.set_my_name("a")
    assert type(caught.value) is NetworkError
    assert requests == 1


async def calls_after_hang_ups() -> int:
    """-> how many of three calls were served, each after the server closed the last's connection.

    The kernel knows of the end, the event loop got no turn to see it.
    """
    served = 0
    answered: asyncio.Queue[int] = asyncio.Queue()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal served
        await heard(reader)
        served += 1
        writer.write(OK)
        await writer.drain()
        answered.put_nowait(writer.get_extra_info("socket").fileno())
        await asyncio.Event().wait()

    async with listening(talk) as url, calling(url) as bot:
        for name in ("a", "b", "c"):
            assert await bot.set_my_name(name)
            with socket.socket(fileno=os.dup(await answered.get())) as server_side:
                server_side.shutdown(socket.SHUT_RDWR)
    return served


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_connection_the_server_closed_meanwhile_is_not_used(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
) -> None:
    with asyncio.Runner(loop_factory=new_loop) as runner:
        assert runner.run(calls_after_hang_ups()) == 3


async def test_a_server_that_hangs_up_at_once_is_not_called_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = 0

    async def talk(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        nonlocal made
        made += 1

    monkeypatch.setattr(http1, "_readable", lambda _: True)  # its end is there before the request
    async with listening(talk) as url, calling(url) as bot, asyncio.timeout(5):
        with pytest.raises(NetworkError):
            await bot.set_my_name("a")
    assert made == 1


async def test_a_new_connection_that_is_gone_again_was_not_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def talk(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    monkeypatch.setattr("asyncio.selector_events._SelectorTransport.is_closing", lambda _: True)
    async with listening(talk) as url, calling(url) as bot, asyncio.timeout(5):
        with pytest.raises(NotSent):
            await bot.set_my_name("a")


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, b'{"ok":false,"description":"Bad Request: chat not found"}', BadRequest),
        (404, b"<html>no</html>", InvalidToken),
        (429, b'{"ok":false,"parameters":{"retry_after":7}}', RetryAfter),
        (502, b"<html>Bad Gateway</html>", NetworkError),
        (302, b"{}", NetworkError),
    ],
)
async def test_the_servers_answers_are_ptbs_errors(
    status: int, body: bytes, error: type[Exception]
) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await heard(reader)
        head = (
            f"HTTP/1.1 {status} X\r\nLocation: /elsewhere\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)

    logging.getLogger("telegram.request.BaseRequest").setLevel(logging.CRITICAL)
    async with listening(talk) as url, calling(url) as bot:
        with pytest.raises(error) as caught:
            await bot.set_my_name("a")
    assert type(caught.value) is error


async def test_a_cancelled_call_leaves_its_place() -> None:
    arrived = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, body = await heard(reader)
        arrived.set()
        if body == b"name=b":
            writer.write(OK)
        await reader.read()

    async with listening(talk) as url, calling(url, Wire(connections=1)) as bot:
        first = asyncio.create_task(bot.set_my_name("a"))
        await arrived.wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert await bot.set_my_name("b")


async def test_a_wire_that_is_not_open_says_so() -> None:
    with pytest.raises(RuntimeError, match="before initialize"):
        await Wire().do_request("http://127.0.0.1:1/", "GET")
