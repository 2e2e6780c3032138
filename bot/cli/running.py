"""run, demo and chat: the bot with Telegram, or with Telegram played on this machine."""

import asyncio
import contextlib
import ctypes
import gc
import logging
import platform
import signal
import sys
from collections.abc import Coroutine
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot import logs
from bot.app import App, Role, build, utc_now
from bot.settings import Settings, StoreSettings
from bot.web import CannotListen

log = logging.getLogger(__name__)

_M_ARENA_MAX = -8
"""From glibc's malloc.h."""

DEMO = "citydays-demo.sqlite3"
"""The database of demo and chat, in the folder that they are started in."""


def _glibc() -> ctypes.CDLL | None:
    """What can be told how to spend memory: together some 10 MB less."""
    if platform.libc_ver()[0] != "glibc":
        return None
    return ctypes.CDLL(None)


_libc = _glibc()


def run(settings: Settings, role: Role) -> None:
    """Until SIGTERM or SIGINT; then what is under way is finished first."""
    logs.set_up(settings.log_level, settings.log_format, settings.secrets)
    if _libc:
        _libc.mallopt(_M_ARENA_MAX, 1)  # before there are threads: each takes a heap of its own
    _loop(_serve(build(settings, role=role)))


def demo(settings: StoreSettings, port: int) -> None:
    """The bot and a chat page on http://127.0.0.1:port."""
    logs.set_up(settings.log_level, settings.log_format)
    _loop(_demo(settings, port))


def chat(settings: StoreSettings, language: str) -> None:
    """The bot in this terminal: type, or press a button by its number."""
    logs.set_up("WARNING", settings.log_format)
    _loop(_chat(settings, language))


def _loop(work: Coroutine[Any, Any, None]) -> None:
    if sys.platform == "win32":
        asyncio.run(work)
    else:
        import uvloop  # noqa: PLC0415 - it does not exist for Windows

        uvloop.run(work)


async def _serve(app: App) -> None:
    with _stoppable():
        try:
            gc.disable()  # what is made at the start stays
            await app.start()
            await app.prepare()
            await app.look_for_news()
            _settle()
            await app.run()
        except asyncio.CancelledError:
            log.info("stopping: what is under way is finished first")
        finally:
            await app.stop()


def _settle() -> None:
    """What was made until now stays for ever: the collector need not look at it each time.

    Measured with 64 updates in flight: a third less CPU an update, and half the p99.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    gc.enable()
    if _libc:
        _libc.malloc_trim(0)  # glibc keeps what reading the content took


@contextlib.contextmanager
def _stoppable() -> Any:
    """SIGTERM and SIGINT cancel the task that is in here; the second one kills as ever."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT) if sys.platform != "win32" else ()

    def stop() -> None:
        for each in signals:
            loop.remove_signal_handler(each)
        if task:
            task.cancel()

    for each in signals:
        loop.add_signal_handler(each, stop)
    yield


async def _demo(settings: StoreSettings, port: int) -> None:
    from bot.local import Clock, Server, World  # noqa: PLC0415 - only the demo plays Telegram

    zone = ZoneInfo(settings.time_zone)
    clock = Clock(utc_now().astimezone(zone))
    server = Server(World(clock=clock))
    try:
        await server.start(port=port)
    except OSError:
        raise CannotListen(
            f"port {port} is taken; stop what listens there or give another: demo --port 8081"
        ) from None
    print(f"Chat with the bot on {server.url} (Ctrl+C ends it)", flush=True)
    try:
        await _serve(build(_local(settings, server.url), clock))
    finally:
        await server.stop()


def _local(settings: StoreSettings, url: str) -> Settings:
    from bot.local import TOKEN  # noqa: PLC0415 - only the demo plays Telegram

    return Settings(
        bot_token=SecretStr(TOKEN),
        bot_api_url=url,
        database_url=f"sqlite+aiosqlite:///{DEMO}",
        time_zone=settings.time_zone,
        webhook_url="",
        admin_ids=(1,),
    )


async def _chat(settings: StoreSettings, language: str) -> None:
    from bot.cli.terminal import Terminal  # noqa: PLC0415 - only here Telegram is played
    from bot.local import Clock, Server, World  # noqa: PLC0415 - the same

    clock = Clock(utc_now().astimezone(ZoneInfo(settings.time_zone)))
    world = World(clock=clock)
    async with Server(world) as server:
        app = build(_local(settings, server.url), clock)
        await app.start()
        try:
            await Terminal(world, world.person(1, "You", language)).talk()
        finally:
            await app.stop()
