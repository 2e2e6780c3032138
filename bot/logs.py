"""One handler on the root logger, and nothing leaves it with a token or a secret in it."""

import json
import logging
import re
import sys
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal
from urllib.parse import quote

# In a URL the token follows the letters "bot", so a word's edge is not where it begins.
TOKEN = r"(?<!\d)\d{6,}(?::|%3[Aa])[A-Za-z0-9_-]{30,}"  # noqa: S105 (a pattern)
HIDDEN = "[hidden]"
# At their talkative levels these write URLs, or what people wrote to the bot.
QUIET = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "aiohttp.access": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
    "apscheduler": logging.CRITICAL,  # bot.clock tells what fails, once
    "telegram": logging.INFO,
}

log = logging.getLogger(__name__)


class Redaction:
    """Hides what looks like a bot token, and ``secrets`` literally, quoted for URLs or in JSON."""

    def __init__(self, secrets: Iterable[str] = ()):
        spelt = {form for secret in secrets if secret for form in _spellings(secret)}
        longest_first = sorted(spelt, key=len, reverse=True)
        self._pattern = re.compile("|".join([*map(re.escape, longest_first), TOKEN]))

    def __call__(self, text: str) -> str:
        return self._pattern.sub(HIDDEN, text)


def _spellings(secret: str) -> Iterable[str]:
    """A token is given away by the part after its colon, too."""
    parts = [secret, secret.partition(":")[2]] if re.match(r"\d+:", secret) else [secret]
    for part in filter(None, parts):
        yield from (
            part,
            quote(part),
            quote(part, safe=""),
            json.dumps(part)[1:-1],
            repr(part)[1:-1],
        )


class TextLines(logging.Formatter):
    def __init__(self, redact: Redaction):
        super().__init__("%(asctime)s %(levelname)-8s %(name)s: %(message)s")
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(super().format(record))


class JsonLines(logging.Formatter):
    """One object a line: time (UTC), level, logger, message, and error with its traceback."""

    def __init__(self, redact: Redaction):
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return self._redact(json.dumps(line, ensure_ascii=False))


def set_up(
    level: str, form: Literal["text", "json"] = "text", secrets: Iterable[str] = ()
) -> None:
    """Replaces the root logger's handlers; uncaught exceptions and warnings go there, too."""
    redact = Redaction(secrets)
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(redact) if form == "json" else TextLines(redact))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, lowest in QUIET.items():
        logging.getLogger(name).setLevel(max(lowest, logging.getLevelName(level)))
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda died: _uncaught(
        died.exc_type, died.exc_value, died.exc_traceback
    )


def _uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    log.critical("uncaught exception", exc_info=(kind, error, trace))
