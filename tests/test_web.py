"""The webhook's door and the health pages, asked over loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot

from bot.web import LARGEST_UPDATE, CannotListen, Listener, Site, Webhook, receive, site
from bot.wire import Wire

TOKEN = "1234567:TEST-abcdefghijklmnopqrstuvwxyz01234"
HOOK = Webhook("https://example.org/hook/x7", "s3cret-Ə")
GOOD = {"X-Telegram-Bot-Api-Secret-Token": HOOK.secret}


class Desk:
    def __init__(self) -> None:
        self.taken: list[object] = []
        self.open = asyncio.Event()
        self.open.set()
        self.wrong: str | None = None

    async def take(self, raw: object) -> None:
        await self.open.wait()
        self.taken.append(raw)

    async def live(self) -> str | None:
        return None

    async def ready(self) -> str | None:
        return self.wrong


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[aiohttp.ClientSession]:
    pages = site(desk.live, desk.ready)
    receive(pages, HOOK, desk.take)
    listener = Listener(pages, "127.0.0.1", 0)
    await listener.start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{listener.port}") as session:
        yield session
    await listener.stop()


async def test_an_update_is_acknowledged_once_it_is_handled(
    client: aiohttp.ClientSession, desk: Desk
) -> None:
    desk.open.clear()
    post = asyncio.create_task(client.post("/hook/x7", json={"update_id": 1}, headers=GOOD))
    await (await client.get("/livez")).read()  # a whole exchange later
    assert not post.done()
    desk.open.set()
    assert (await post).status == 200
    assert desk.taken == [{"update_id": 1}]


async def status(client: aiohttp.ClientSession, *headers: bytes) -> int:
    """Of a request to the webhook that has these headers, and never the ten bytes it promises."""
    base = client._base_url
    assert base is not None
    reader, writer = await asyncio.open_connection(base.host, base.port)
    head = (b"POST /hook/x7 HTTP/1.1", b"Host: x", b"Content-Length: 10", *headers)
    writer.write(b"\r\n".join(head) + b"\r\n\r\n")
    line = await reader.readline()
    writer.close()
    return int(line.split()[1])


@pytest.mark.parametrize(
    "given", [b"", b"s3cret", "s3cret-Ə1".encode(), "S3CRET-Ə".encode(), b"\xff\xfe"]
)
async def test_without_the_secret_nothing_is_read(
    client: aiohttp.ClientSession, desk: Desk, given: bytes
) -> None:
    assert await status(client, b"X-Telegram-Bot-Api-Secret-Token: " + given) == 403
    assert await status(client) == 403
    assert desk.taken == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
async def test_what_is_no_json_is_dropped_for_good(
    client: aiohttp.ClientSession, desk: Desk, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    async with client.post("/hook/x7", data=body, headers=GOOD) as answer:
        assert answer.status == 200
    assert desk.taken == []
    assert f"{len(body)} bytes is no JSON" in caplog.text


async def test_json_of_any_shape_is_the_intakes_to_judge(
    client: aiohttp.ClientSession, desk: Desk
) -> None:
    async with client.post("/hook/x7", json=[None], headers=GOOD) as answer:
        assert answer.status == 200
    assert desk.taken == [[None]]


@pytest.mark.parametrize("size", [LARGEST_UPDATE + 1, 16 * LARGEST_UPDATE])
async def test_a_huge_body_is_dropped_for_good_and_the_connection_serves_on(
    client: aiohttp.ClientSession, desk: Desk, caplog: pytest.LogCaptureFixture, size: int
) -> None:
    """Another answer than 200 would have it sent again and again."""
    base = client._base_url
    assert base is not None
    reader, writer = await asyncio.open_connection(base.host, base.port)
    secret = b"X-Telegram-Bot-Api-Secret-Token: " + HOOK.secret.encode()
    for body in (b" " * size, b"[1]"):
        head = (b"POST /hook/x7 HTTP/1.1", b"Host: x", b"Content-Length: %d" % len(body), secret)
        writer.write(b"\r\n".join(head) + b"\r\n\r\n" + body)
        await writer.drain()
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200 ")
    writer.close()
    assert desk.taken == [[1]]
    assert caplog.text.count("was dropped") == 1


async def test_other_paths_and_methods_are_unknown(client: aiohttp.ClientSession) -> None:
    assert (await client.post("/", headers=GOOD)).status == 404
    assert (await client.get("/hook/x7", headers=GOOD)).status == 405


async def test_health_names_what_is_wrong(client: aiohttp.ClientSession, desk: Desk) -> None:
    async def page(path: str) -> tuple[int, str]:
        async with client.get(path) as answer:
            return answer.status, await answer.text()

    assert await page("/livez") == await page("/readyz") == (200, "ok\n")
    desk.wrong = "the store cannot be written"
    assert await page("/readyz") == (503, "the store cannot be written\n")
    assert await page("/livez") == (200, "ok\n")


async def test_a_taken_port_is_one_line() -> None:
    desk = Desk()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotListen) as caught:
            await Listener(site(desk.live, desk.ready), "127.0.0.1", port).start()
    assert str(caught.value) == f"cannot listen on 127.0.0.1:{port}: Address already in use"


async def test_a_host_that_is_not_ours_is_one_line() -> None:
    desk = Desk()
    with pytest.raises(CannotListen) as caught:
        await Listener(site(desk.live, desk.ready), "192.0.2.1", 0).start()
    assert "\n" not in str(caught.value)


async def test_stop_waits_for_those_under_way(desk: Desk) -> None:
    pages = site(desk.live, desk.ready)
    arrived = asyncio.Event()

    async def take(raw: object) -> None:
        arrived.set()
        await desk.take(raw)

    receive(pages, HOOK, take)
    listener = Listener(pages, "127.0.0.1", 0)
    await listener.start()
    desk.open.clear()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{listener.port}") as session:
        post = asyncio.create_task(session.post(HOOK.path, json={}, headers=GOOD))
        await arrived.wait()
        stop = asyncio.create_task(listener.stop())
        await asyncio.sleep(0)
        assert not stop.done()
        desk.open.set()
        assert (await post).status == 200
        await stop
    assert desk.taken == [{}]


def test_the_path_is_that_of_the_url() -> None:
    assert Webhook("https://example.org/a/b", "s").path == "/a/b"
    assert Webhook("https://example.org", "s").path == "/"


async def test_the_webhook_is_announced_with_all_that_matters() -> None:
    said: dict[str, Any] = {}

    async def set_webhook(request: web.BaseRequest) -> web.Response:
        said.update(parse_qs((await request.read()).decode()))
        return web.json_response({"ok": True, "result": True})

    pages = Site()
    pages.add("POST", f"/bot{TOKEN}/setWebhook", set_webhook)
    listener = Listener(pages, "127.0.0.1", 0)
    await listener.start()
    wire = Wire()
    await wire.initialize()
    bot = Bot(TOKEN, base_url=f"http://127.0.0.1:{listener.port}/bot", request=wire)
    await HOOK.announce(bot, ["message"])
    await wire.shutdown()
    await listener.stop()
    assert said == {
        "url": [HOOK.url],
        "secret_token": [HOOK.secret],
        "allowed_updates": ['["message"]'],
        "max_connections": ["100"],
        "drop_pending_updates": ["false"],
    }
