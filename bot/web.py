"""What comes to the bot by HTTP: updates from Telegram, questions of health from the operator."""

import hmac
import json
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from aiohttp import web
from telegram import Bot

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the name of a header)
GRACE = timedelta(seconds=20)
LARGEST_UPDATE = 1024 * 1024  # bytes, as aiohttp sets it; Telegram's own are some ten thousand

Take = Callable[[object], Awaitable[None]]
Check = Callable[[], Awaitable[str | None]]
Page = Callable[[web.BaseRequest], Awaitable[web.Response]]


@dataclass(frozen=True)
class Webhook:
    """``url`` is public; requests to its path must bear ``secret``."""

    url: str
    secret: str

    @property
    def path(self) -> str:
        return urlsplit(self.url).path or "/"

    async def announce(self, bot: Bot, allowed_updates: Sequence[str]) -> None:
        """Raises telegram.error.TelegramError. 100 connections are the most Telegram allows."""
        await bot.set_webhook(
            self.url,
            secret_token=self.secret,
            allowed_updates=allowed_updates,
            max_connections=100,
            drop_pending_updates=False,
        )


class Site:
    """Pages by their path, on aiohttp's bare server: its Application costs 20 µs a request."""

    def __init__(self) -> None:
        self._pages: dict[str, tuple[str, Page]] = {}

    def add(self, method: str, path: str, page: Page) -> None:
        self._pages[path] = method, page

    async def __call__(self, request: web.BaseRequest) -> web.Response:
        method, page = self._pages.get(request.path, ("", _unknown))
        if method not in {request.method, ""}:
            return web.Response(status=405, headers={"Allow": method})
        return await page(request)


async def _unknown(_: web.BaseRequest) -> web.Response:
    return web.Response(status=404)


def receive(site: Site, webhook: Webhook, take: Take) -> None:
    """Adds the webhook's door. 200 is said once the update is handled; Telegram repeats else."""
    secret = webhook.secret.encode()

    async def update(request: web.BaseRequest) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, secret):
            return web.Response(status=403)
        body = await _body(request)
        if body is None:
            log.warning("a webhook request of more than %d bytes was dropped", LARGEST_UPDATE)
            return web.Response()
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            log.warning("a webhook request of %d bytes is no JSON; dropped", len(body))
        else:
            await take(raw)
        return web.Response()

    site.add("POST", webhook.path, update)


async def _body(request: web.BaseRequest) -> bytes | None:
    """None for more than an update can be; it is read to its end, for the next request follows."""
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        async for _ in request.content.iter_any():
            pass
        return None


def site(live: Check, ready: Check) -> Site:
    """``live`` and ``ready`` name what is wrong, or answer None. Wrong is 503."""

    def page(check: Check) -> Page:
        async def health(_: web.BaseRequest) -> web.Response:
            wrong = await check()
            return web.Response(status=503 if wrong else 200, text=f"{wrong or 'ok'}\n")

        return health

    pages = Site()
    pages.add("GET", "/livez", page(live))
    pages.add("GET", "/readyz", page(ready))
    return pages


class CannotListen(Exception):  # noqa: N818 (reads as what is the matter)
    """One line for the operator: the address and why it cannot be had."""


class Listener:
    def __init__(self, pages: Site, host: str, port: int):
        # Without an access log: its lines would bear the webhook's path.
        self._runner = web.ServerRunner(
            web.Server(pages, access_log=None), shutdown_timeout=GRACE.total_seconds()
        )
        self._host, self._port = host, port

    async def start(self) -> None:
        """Raises CannotListen."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise CannotListen(f"cannot listen on {self._host}:{self._port}: {reason}") from error

    @property
    def port(self) -> int:
        """The one that was given by the system, if 0 was asked for."""
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Takes no new requests and waits for those under way, at most ``GRACE``."""
        await self._runner.cleanup()
