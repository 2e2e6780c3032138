"""Every setting: what is good, and what is refused in one line that names it."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings, SettingsError, StoreSettings, load

TOKEN = "1234567:TEST-token-that-opens-nothing"
NAMES = tuple(name.upper() for name in Settings.model_fields)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Nothing but a token is set, and no `.env` is near."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.upper().removesuffix("_FILE") in NAMES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    return monkeypatch


def refusal(kind: type[StoreSettings] = Settings) -> str:
    with pytest.raises(SettingsError) as refused:
        load(kind)
    told = str(refused.value)
    assert "\n" not in told
    assert TOKEN not in told
    return told


def test_a_token_is_all_that_is_needed() -> None:
    settings = load(Settings)
    assert settings.bot_token.get_secret_value() == TOKEN
    assert settings.model_dump(exclude={"bot_token", "webhook_secret"}) == {
        "database_url": "sqlite+aiosqlite:///citydays.sqlite3",
        "time_zone": "Asia/Baku",
        "log_level": "INFO",
        "log_format": "text",
        "bot_api_url": "https://api.telegram.org",
        "send_rate": 25,
        "paid_broadcast": False,
        "admin_ids": (),
        "two_person_approval": False,
        "webhook_url": "",
        "listen": "127.0.0.1:8443",
    }


def test_content_commands_need_no_token(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("BOT_TOKEN")
    assert load(StoreSettings).database_url == "sqlite+aiosqlite:///citydays.sqlite3"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("BOT_TOKEN", "hunter2", "BOT_TOKEN: must look like 123456789:AAE…"),
        ("BOT_TOKEN", "123:ab c", "BOT_TOKEN: must look like"),
        ("BOT_TOKEN", f"{TOKEN}\nX-Header: 1", "BOT_TOKEN: must look like"),
        ("BOT_TOKEN", f"{TOKEN}/../../x", "BOT_TOKEN: must look like"),
        ("ADMIN_IDS", "12,@leyla", "ADMIN_IDS: '@leyla' is not a Telegram user id"),
        ("ADMIN_IDS", "-100123", "ADMIN_IDS: '-100123' is not a Telegram user id"),
        ("ADMIN_IDS", "0", "ADMIN_IDS: '0' is not"),
        ("ADMIN_IDS", "1.5", "ADMIN_IDS: '1.5' is not"),
        ("ADMIN_IDS", "9" * 40, "ADMIN_IDS: '9999"),
        ("BOT_API_URL", "localhost:8081", "BOT_API_URL: must be an address like"),
        ("BOT_API_URL", "ftp://example.org", "BOT_API_URL: must be an address like"),
        ("WEBHOOK_URL", "bot.example.org/hook", "WEBHOOK_URL: must be an address like"),
        ("WEBHOOK_URL", "https://", "WEBHOOK_URL: must be an address like"),
        ("WEBHOOK_URL", "https://[::1/hook", "WEBHOOK_URL: "),
        ("BOT_API_URL", "https://[::1", "BOT_API_URL: "),
        ("BOT_API_URL", "http://127.0.0.1:99999", "BOT_API_URL: Port out of range"),
        ("BOT_API_URL", "http://127.0.0.1:http", "BOT_API_URL: Port could not be"),
        ("WEBHOOK_URL", "https://bot.example.org:99999/", "WEBHOOK_URL: Port out of range"),
        ("WEBHOOK_SECRET", "with space", "WEBHOOK_SECRET: must be 1 to 256 of the characters"),
        ("WEBHOOK_SECRET", "x" * 257, "WEBHOOK_SECRET: must be 1 to 256"),
        ("LISTEN", "8443", "LISTEN: must be HOST:PORT like 127.0.0.1:8443"),
        ("LISTEN", "127.0.0.1:0", "LISTEN: must be HOST:PORT"),
        ("LISTEN", "127.0.0.1:65536", "LISTEN: must be HOST:PORT"),
        ("LISTEN", "127.0.0.1:http", "LISTEN: must be HOST:PORT"),
        ("LISTEN", "127.0.0.1:٨٠", "LISTEN: must be HOST:PORT"),
        ("LISTEN", "127.0.0.1:²", "LISTEN: must be HOST:PORT"),
        ("TIME_ZONE", "Asia/Bakoo", "TIME_ZONE: no time zone 'Asia/Bakoo'; give a name like"),
        ("TIME_ZONE", "../../etc/passwd", "TIME_ZONE: no time zone"),
        ("TIME_ZONE", "Asia", "TIME_ZONE: no time zone"),
        ("TIME_ZONE", "+04:00", "TIME_ZONE: no time zone"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL: Input should be 'DEBUG', 'INFO'"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT: Input should be 'text' or 'json'"),
    ],
)
def test_what_is_refused(
    environment: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    environment.setenv(name, value)
    assert refusal().startswith(told)


@pytest.mark.parametrize("value", ["", None])
def test_a_missing_token_says_where_tokens_come_from(
    environment: pytest.MonkeyPatch, value: str | None
) -> None:
    environment.delenv("BOT_TOKEN")
    if value is not None:
        environment.setenv("BOT_TOKEN", value)
    told = refusal()
    assert told.startswith("BOT_TOKEN is not set")
    assert "@BotFather" in told


def test_what_is_accepted(environment: pytest.MonkeyPatch) -> None:
    for name, value in {
        "ADMIN_IDS": " 12, 34;56\n78 ",
        "BOT_API_URL": "http://127.0.0.1:8081/",
        "WEBHOOK_URL": "https://bot.example.org/hook",
        "WEBHOOK_SECRET": "s3cret_-X",
        "LISTEN": "[::1]:8443",
        "LOG_LEVEL": "debug",
    }.items():
        environment.setenv(name, value)
    settings = load(Settings)
    assert settings.admin_ids == (12, 34, 56, 78)
    assert settings.bot_api_url == "http://127.0.0.1:8081"
    assert settings.address == ("::1", 8443)
    assert settings.log_level == "DEBUG"
    assert settings.secret == "s3cret_-X"


@pytest.mark.parametrize("given", [f" {TOKEN}", f"{TOKEN}\n", f"\t{TOKEN}\r\n "])
def test_white_space_around_the_token_is_no_part_of_it(
    environment: pytest.MonkeyPatch, tmp_path: Path, given: str
) -> None:
    environment.setenv("BOT_TOKEN", given)
    assert load(Settings).bot_token.get_secret_value() == TOKEN
    environment.delenv("BOT_TOKEN")
    Path(tmp_path, "token").write_text(given, "utf-8")
    environment.setenv("BOT_TOKEN_FILE", "token")
    assert load(Settings).bot_token.get_secret_value() == TOKEN


@pytest.mark.parametrize("given", [" ", "\n"])
def test_a_token_of_white_space_is_none(environment: pytest.MonkeyPatch, given: str) -> None:
    environment.setenv("BOT_TOKEN", given)
    assert refusal().startswith("BOT_TOKEN: must look like")


def test_an_empty_variable_is_an_unset_one(environment: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        if name != "BOT_TOKEN":
            environment.setenv(name, "")
    assert load(Settings).time_zone == "Asia/Baku"


def test_settings_come_from_a_file_too_and_the_environment_wins(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment.delenv("BOT_TOKEN")
    Path(tmp_path, ".env").write_text(
        f'# ours\nBOT_TOKEN="{TOKEN}"\nTIME_ZONE=Europe/Rome\nLOG_LEVEL=ERROR\nOTHER=1\n', "utf-8"
    )
    environment.setenv("LOG_LEVEL", "WARNING")
    settings = load(Settings)
    assert settings.bot_token.get_secret_value() == TOKEN
    assert (settings.time_zone, settings.log_level) == ("Europe/Rome", "WARNING")


@pytest.mark.usefixtures("environment")
def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"BOT_TOKEN=\xff\xfe")
    assert refusal() == ".env is not text in UTF-8; save it so"


@pytest.mark.parametrize("name", ["BOT_TOKEN", "DATABASE_URL", "WEBHOOK_SECRET"])
def test_secrets_may_stand_in_a_file(
    environment: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    value = {"BOT_TOKEN": "7654321:AAE-of-the-file"}.get(name, "s3cret")
    Path(tmp_path, "secret").write_text(f"{value}\n", "utf-8")
    environment.delenv("BOT_TOKEN")
    if name != "BOT_TOKEN":
        environment.setenv("BOT_TOKEN", TOKEN)
    environment.setenv(f"{name}_FILE", str(tmp_path / "secret"))
    settings = load(Settings)
    told = {
        "BOT_TOKEN": settings.bot_token.get_secret_value(),
        "DATABASE_URL": settings.database_url,
        "WEBHOOK_SECRET": settings.webhook_secret.get_secret_value(),
    }
    assert told[name] == value


def test_a_secret_and_its_file_are_one_too_many(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("BOT_TOKEN_FILE", "token")
    assert refusal() == "BOT_TOKEN and BOT_TOKEN_FILE are both set; keep one of them"


@pytest.mark.parametrize(
    ("path", "reason"),
    [("absent", "No such file"), (".", "Is a directory"), ("binary", "it is not text")],
)
def test_a_secret_that_cannot_be_read(
    environment: pytest.MonkeyPatch, tmp_path: Path, path: str, reason: str
) -> None:
    Path(tmp_path, "binary").write_bytes(b"\xff\xfe\x00")
    environment.delenv("BOT_TOKEN")
    environment.setenv("BOT_TOKEN_FILE", path)
    told = refusal()
    assert told.startswith(f"BOT_TOKEN_FILE: {path} cannot be read: ")
    assert reason in told


def test_a_malformed_token_in_a_file_is_not_shown(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Path(tmp_path, "token").write_text(f"{TOKEN} and more", "utf-8")
    environment.delenv("BOT_TOKEN")
    environment.setenv("BOT_TOKEN_FILE", "token")
    assert refusal().startswith("BOT_TOKEN: must look like")


def test_the_webhooks_secret_is_made_of_the_token_where_none_is_given(
    environment: pytest.MonkeyPatch,
) -> None:
    made = load(Settings).secret
    assert len(made) == 64
    assert TOKEN.partition(":")[2] not in made
    assert load(Settings).secret == made, "the same after every start"
    environment.setenv("BOT_TOKEN", f"{TOKEN}2")
    assert load(Settings).secret != made


def test_nothing_secret_is_shown(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("WEBHOOK_SECRET", "s3cret")
    environment.setenv("DATABASE_URL", "postgresql+asyncpg://bot:p%40ss@db/citydays")
    settings = load(Settings)
    assert {TOKEN, "s3cret", "p@ss"} <= set(settings.secrets)
    for told in (repr(settings), str(settings), f"{settings.model_dump()}"):
        assert TOKEN not in told
        assert "s3cret" not in told


def test_settings_do_not_change() -> None:
    settings = load(Settings)
    with pytest.raises(ValidationError):
        settings.listen = "0.0.0.0:1"  # type: ignore[misc] # that is what is tried
