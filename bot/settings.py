"""The environment, read once into frozen Settings; what is wrong is named with its variable."""

import hashlib
import hmac
import os
import re
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SECRETS = ("BOT_TOKEN", "DATABASE_URL", "WEBHOOK_SECRET")
"""May also be given as NAME_FILE: the path of a file that holds the value."""

MENDING = {"BOT_TOKEN": "take it from @BotFather and set it in the environment or in .env"}

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PORT = re.compile("[1-9][0-9]{0,4}")


TELEGRAM = "https://api.telegram.org"
FREE_RATE, PAID_RATE = 30, 1000
"""Messages a second to different people that Telegram carries for nothing, and at the most."""


class SettingsError(Exception):
    """A setting that cannot be used; one line that names it and says how to mend it."""


def _trimmed(value: object) -> object:
    """Without the white space that copying has brought."""
    return value.strip() if isinstance(value, str) else value


def _token(value: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("must look like 123456789:AAE…, as @BotFather gives it")
    return value


def _api(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("must be an address like https://api.telegram.org")
    return value.rstrip("/")


def _webhook(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0):
        raise ValueError("must be an address like https://bot.example.org/updates")
    return value


def _secret(value: SecretStr) -> SecretStr:
    if value.get_secret_value() and not _SECRET.fullmatch(value.get_secret_value()):
        raise ValueError("must be 1 to 256 of the characters A-Z a-z 0-9 _ -")
    return value


def _admins(value: object) -> object:
    if not isinstance(value, str):
        return value
    numbers = [part for part in re.split(r"[,;\s]+", value) if part]
    if wrong := [part for part in numbers if not re.fullmatch("[1-9][0-9]{0,15}", part)]:
        raise ValueError(f"{wrong[0]!r} is not a Telegram user id; give numbers parted by commas")
    return tuple(int(part) for part in numbers)


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not _PORT.fullmatch(port) or int(port) > 65535:
        raise ValueError("must be HOST:PORT like 127.0.0.1:8443")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"no time zone {value!r}; give a name like Asia/Baku") from None
    return value


def _level(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


class StoreSettings(BaseSettings):
    """What every command needs; the bot itself needs more, see Settings."""

    model_config = SettingsConfigDict(
        frozen=True,
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
        env_ignore_empty=True,
    )

    database_url: str = "sqlite+aiosqlite:///citydays.sqlite3"
    time_zone: Annotated[str, AfterValidator(_zone)] = "Asia/Baku"
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(_level)
    ] = "INFO"
    log_format: Literal["text", "json"] = "text"


class SendingSettings(StoreSettings):
    """What is asked before many people are told something."""

    bot_api_url: Annotated[str, AfterValidator(_api)] = TELEGRAM
    send_rate: Annotated[int, Field(ge=0)] = 25
    paid_broadcast: bool = False
    admin_ids: Annotated[tuple[int, ...], NoDecode, BeforeValidator(_admins)] = ()
    two_person_approval: bool = False

    @model_validator(mode="after")
    def _rate_is_allowed(self) -> Self:
        """Telegram's own limits; another server has its own, or none."""
        if self.send_rate > FREE_RATE and not self.paid_broadcast:
            raise ValueError(
                f"more than {FREE_RATE} messages a second cost Telegram Stars; "
                "set PAID_BROADCAST=1 if you want to pay, or a lower rate"
            )
        if self.bot_api_url == TELEGRAM and not 1 <= self.send_rate <= PAID_RATE:
            raise ValueError(f"must be 1 to {PAID_RATE} messages a second")
        return self


class Settings(SendingSettings):
    """All that can be set. See the table in the README."""

    bot_token: Annotated[SecretStr, BeforeValidator(_trimmed), AfterValidator(_token)]
    webhook_url: Annotated[str, AfterValidator(_webhook)] = ""
    webhook_secret: Annotated[SecretStr, AfterValidator(_secret)] = SecretStr("")
    listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:8443"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log line may hold."""
        parts = urlsplit(self.database_url)
        return (self.bot_token.get_secret_value(), self.secret, unquote(parts.password or ""))

    @property
    def secret(self) -> str:
        """What Telegram proves itself with; without WEBHOOK_SECRET one made from the token."""
        given = self.webhook_secret.get_secret_value()
        token = self.bot_token.get_secret_value()
        return given or hmac.new(token.encode(), b"webhook", hashlib.sha256).hexdigest()


Kind = TypeVar("Kind", bound=StoreSettings)


def load(kind: type[Kind]) -> Kind:
    """From the environment and ``.env``.

    Raises SettingsError with one line that names the variable.
    """
    try:
        return kind.model_validate(_from_files())
    except ValidationError as error:
        raise SettingsError(_told(error)) from None
    except UnicodeDecodeError:  # the values of the environment are text already
        raise SettingsError(".env is not text in UTF-8; save it so") from None


def _from_files() -> dict[str, str]:
    environment = {**dotenv_values(".env"), **os.environ}
    values = {}
    for name in SECRETS:
        if path := environment.get(f"{name}_FILE"):
            if environment.get(name):
                raise SettingsError(f"{name} and {name}_FILE are both set; keep one of them")
            try:
                values[name.lower()] = Path(path).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = error.strerror if isinstance(error, OSError) else "it is not text"
                raise SettingsError(f"{name}_FILE: {path} cannot be read: {reason}") from None
    return values


def _told(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    # what concerns several variables belongs to no field; so far that is the rate
    variable = str(first["loc"][0]).upper() if first["loc"] else "SEND_RATE"
    if first["type"] == "missing":
        return (
            f"{variable} is not set; {MENDING.get(variable, 'set it in the environment or .env')}"
        )
    return f"{variable}: {first['msg'].removeprefix('Value error, ')}"
