"""What Telegram shows of the bot is set once a language, and again only where it differs."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import App, build
from bot.local import TOKEN, Clock, Fault, Server, World
from bot.settings import Settings
from data.crew import Crew
from data.store import StoreError
from handlers import menus
from handlers.features import GROUP_OFFERS, OFFERS

PRIVATE, GROUPS = ("all_private_chats",), ("all_group_chats",)
LANGUAGES = ("", "az", "ru")
"""English is for all who have no language of their own here, so it bears no code."""

Publish = Callable[[], Awaitable[list[str]]]


@pytest.fixture
async def made(server: Server, clock: Clock, tmp_path: Path) -> AsyncIterator[App]:
    """The bot, not started: it has greeted Telegram and nothing else."""
    settings = Settings(
        bot_token=SecretStr(TOKEN),
        bot_api_url=server.url,
        database_url=f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}",
        webhook_url="",
    )
    app = build(settings, clock)
    await app._application.initialize()
    yield app
    await app._application.shutdown()
    await app.stop()


@pytest.fixture
def publish(made: App, server: Server) -> Publish:
    """Publishes, and tells the names of the setting calls that it took."""

    async def publish() -> list[str]:
        before = len(server.calls)
        await menus.publish(made._application.bot, made.services)
        return [each.method for each in server.calls[before:] if "set" in each.method.lower()]

    return publish


async def test_every_language_and_scope_is_set(publish: Publish, world: World) -> None:
    assert len(await publish()) == 3 * (2 + 3)
    profile = world.profile
    assert set(profile.commands) == {
        (scope, lang) for scope in (PRIVATE, GROUPS) for lang in LANGUAGES
    }
    for language in LANGUAGES:
        private = profile.commands[PRIVATE, language]
        assert [each["command"] for each in private] == [name for name, _ in OFFERS]
        group = profile.commands[GROUPS, language]
        assert [each["command"] for each in group] == [name for name, _ in GROUP_OFFERS]
        assert len(group) < len(private)
    for what in ("name", "description", "short_description"):
        assert len({profile.texts[what, language] for language in LANGUAGES}) == 3
    told = {
        language: profile.commands[PRIVATE, language][0]["description"] for language in LANGUAGES
    }
    assert told == {"": "The programme of a day", "az": "Günün proqramı", "ru": "Программа дня"}


@pytest.mark.parametrize(
    ("client", "about"),
    [
        ("az", "Günün proqramı"),
        ("ru", "Программа дня"),
        ("en", "The programme of a day"),
        ("it", "The programme of a day"),
        (None, "The programme of a day"),
    ],
)
async def test_each_client_is_shown_its_own(
    publish: Publish, world: World, client: str | None, about: str
) -> None:
    await publish()
    leyla = world.person(101, "Leyla", client)
    menu = world.profile.menu(leyla.chat, leyla.id, client)
    assert {each["command"]: each["description"] for each in menu}["programme"] == about


async def test_the_second_start_sets_nothing(publish: Publish, server: Server) -> None:
    await publish()
    before = len(server.calls)
    assert await publish() == []
    assert len(server.calls) - before == 15, "it looks at each"


async def test_what_was_changed_alone_is_set_again(publish: Publish, world: World) -> None:
    await publish()
    profile = world.profile
    right = profile.texts["description", "az"]
    profile.texts["description", "az"] = "Somebody has typed this at @BotFather."
    profile.commands[GROUPS, "ru"].pop()
    sent = await publish()
    assert sorted(each.lower().replace("_", "") for each in sent) == [
        "setmycommands",
        "setmydescription",
    ]
    assert profile.texts["description", "az"] == right
    assert len(profile.commands[GROUPS, "ru"]) == len(GROUP_OFFERS)


async def test_another_order_of_commands_is_another_menu(publish: Publish, world: World) -> None:
    await publish()
    world.profile.commands[PRIVATE, "az"].reverse()
    assert len(await publish()) == 1


async def test_a_failure_hinders_neither_the_others_nor_the_next_start(
    publish: Publish, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.faults.switch_on(Fault("error", methods=("setMyName",), times=1, status=502))
    assert len(await publish()) == 15
    assert "1 of 15 menus and names were not set; setMyName: " in caplog.text
    assert len([record for record in caplog.records if record.name == "handlers.menus"]) == 1
    assert len(await publish()) == 1
    assert await publish() == []


async def test_a_server_or_a_store_that_fails_does_not_end_the_bot(
    publish: Publish, made: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def no_result(*_: object, **__: object) -> None:
        raise KeyError("result")

    monkeypatch.setattr(menus, "call", no_result)
    assert await publish() == []
    assert "15 of 15 menus and names were not set; setMyCommands: 'result'" in caplog.text
    assert len(caplog.records) == 1

    async def damaged(*_: object) -> None:
        raise StoreError("bot.db is damaged; restore a backup")

    monkeypatch.setattr(menus, "_of_staff", damaged)
    staffed = replace(made.services, staff=Crew(frozenset({101}), made.services.desk))
    await menus.publish(made._application.bot, staffed)
    assert "is damaged" in caplog.text
