"""Nothing secret gets into a log, by whatever way and in whatever form it comes."""

import asyncio
import io
import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Literal
from urllib.parse import quote

import pytest

from bot.logs import HIDDEN, Redaction, set_up

TOKEN = "1234567:TEST-abcdefghijklmnopqrstuvwxyz01234"
STRANGER = "7654321:AAF_another-bots-token_that_nobody_told_of"
SECRET = 'hook "secret" of ours'
LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
Form = Literal["text", "json"]


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.excepthook, threading.excepthook
    levels = {name: logging.getLogger(name).level for name in ("httpx", "httpcore", "telegram")}
    yield
    root.handlers[:], root.level, sys.excepthook, threading.excepthook = before
    logging.captureWarnings(False)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture(params=["text", "json"])
def form(request: pytest.FixtureRequest) -> Form:
    return "json" if request.param == "json" else "text"


def told(form: Form, level: str, tell: Callable[[], None]) -> str:
    """-> all that is written while ``tell`` runs."""
    set_up(level, form, [TOKEN, SECRET])
    written = io.StringIO()
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    tell()
    return written.getvalue()


def assert_clean(text: str) -> None:
    """Not the whole, and not the part that is enough to take a bot over."""
    assert HIDDEN in text
    for secret in (TOKEN, STRANGER, SECRET, json.dumps(SECRET)[1:-1], TOKEN.partition(":")[2]):
        assert secret not in text
        assert quote(secret, safe="") not in text


@pytest.mark.parametrize("level", LEVELS)
def test_no_secret_is_written_at_any_level(form: Form, level: str) -> None:
    def tell() -> None:
        log = logging.getLogger("some.library")
        for name in LEVELS:
            at = logging.getLevelName(name)
            log.log(at, "POST https://example.org/bot%s/sendMessage", TOKEN)
            log.log(at, f"/file/bot{STRANGER}/photo and {quote(TOKEN, safe='')}")  # noqa: G004 - a secret may come so, too
            log.log(at, "%r", {"token": TOKEN, "secret_token": SECRET, "half": TOKEN[8:]})

    written = told(form, level, tell)
    assert_clean(written)
    assert len(written.splitlines()) == 3 * (len(LEVELS) - LEVELS.index(level))


def test_no_secret_is_written_in_a_traceback(form: Form) -> None:
    def tell() -> None:
        try:
            try:
                raise ConnectionError(f"https://example.org/bot{TOKEN}/getMe")
            except ConnectionError as error:
                raise ValueError(f"{STRANGER} {SECRET}") from error
        except ValueError:
            logging.getLogger("bot").exception("it failed with %s", TOKEN)

    written = told(form, "INFO", tell)
    assert_clean(written)
    assert "ConnectionError" in written


def test_no_secret_is_written_by_what_nobody_caught(form: Form) -> None:
    def die() -> None:
        raise ValueError(f"bot{TOKEN}")

    def tell() -> None:
        thread = threading.Thread(target=die)
        thread.start()
        thread.join()
        try:
            die()
        except ValueError as error:
            sys.excepthook(ValueError, error, error.__traceback__)
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn(f"bot{TOKEN}", stacklevel=1)

    written = told(form, "INFO", tell)
    assert_clean(written)
    assert written.count("uncaught exception") == 2


def test_no_secret_is_written_by_a_task_nobody_awaited(form: Form) -> None:
    async def die() -> None:
        raise ValueError(f"bot{TOKEN}")

    async def leave() -> None:
        await asyncio.wait([asyncio.create_task(die())])

    written = told(form, "INFO", lambda: asyncio.run(leave()))
    assert_clean(written)
    assert "never retrieved" in written


def test_a_dying_process_writes_no_secret(form: Form) -> None:
    program = f"""
from bot.logs import set_up
set_up("DEBUG", {form!r}, [{SECRET!r}])
raise SystemError("bot{TOKEN} {STRANGER}" + {SECRET!r})
"""
    died = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)  # noqa: S603 (our own)
    assert died.returncode == 1
    assert died.stdout == b""
    assert_clean(died.stderr.decode())


def test_json_is_one_object_a_line() -> None:
    def tell() -> None:
        logging.getLogger("bot.x").warning("Şuşa\n«%s»", TOKEN)
        try:
            raise ValueError("no")
        except ValueError:
            logging.getLogger("bot.y").exception("failed")

    first, second = map(json.loads, told("json", "INFO", tell).splitlines())
    assert first.pop("time").endswith("+00:00")
    assert first == {"level": "WARNING", "logger": "bot.x", "message": f"Şuşa\n«{HIDDEN}»"}
    assert second["error"].splitlines()[-1] == "ValueError: no"


@pytest.mark.parametrize("name", ["httpx", "httpcore.http11", "aiohttp.access", "aiosqlite"])
def test_those_who_write_urls_are_quiet_even_when_asked_to_debug(name: str) -> None:
    written = told("text", "DEBUG", lambda: logging.getLogger(name).info("GET /"))
    assert written == ""


def test_quiet_ones_are_not_louder_than_the_rest() -> None:
    written = told("text", "CRITICAL", lambda: logging.getLogger("httpx").error("no"))
    assert written == ""


@pytest.mark.parametrize(
    "text",
    ["12:30", "https://example.org:8443/a", "2025-11-25T10:00:00+04:00", "1234567:short"],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Redaction(["", SECRET])(text) == text
