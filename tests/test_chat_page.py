"""The chat page in a real browser, talking to a puppet; with `app` it talks to the real bot."""

from collections.abc import AsyncIterator, Iterator

import pytest
from selenium import webdriver

from bot.local import Person, Server, World
from tests import browser
from tests.browser import ChatPage
from tests.puppet import Puppet, echo, puppet


@pytest.fixture(scope="module")
def driver() -> Iterator[webdriver.Chrome]:
    with browser.started() as running:
        yield running


@pytest.fixture
async def page(server: Server, driver: webdriver.Chrome) -> AsyncIterator[ChatPage]:
    """Nothing may be logged by the browser, at the end of any test."""
    shown = ChatPage(driver, server.url)
    yield shown
    assert await shown.leaves() == []


@pytest.fixture
async def echoing(server: Server) -> AsyncIterator[Puppet]:
    async with puppet(server, echo) as made:
        yield made


@pytest.fixture
def leyla(world: World) -> Person:
    return world.person(101, "Leyla", "az")


@pytest.mark.usefixtures("echoing", "leyla")
@pytest.mark.parametrize("width", [390, 1280])
async def test_talking_and_pressing(page: ChatPage, width: int) -> None:
    await page.opens(width=width)
    await page.clicks("#wide", "Başla")
    await page.sees(".message[data-from=bot] b", "You said")
    await page.says("a <b>tag</b> & more")
    await page.sees(".message[data-from=me] .text", "a <b>tag</b> & more")
    await page.sees(".message[data-from=bot] .text", "a <b>tag</b> & more")
    await page.clicks(".key", "More")
    await page.sees("#toast", "Noted")
    await page.sees(".message[data-from=bot] i", "more")
    await page.sees(".stamp", "redaktə edilib")
    wide = await page.script("return document.documentElement.scrollWidth")
    assert wide <= width


@pytest.mark.usefixtures("echoing", "leyla")
async def test_a_deep_link_starts_with_its_payload(page: ChatPage, world: World) -> None:
    await page.opens("?me=101&start=c_kalbajar")
    await page.sees(".message[data-from=bot]", "/start c_kalbajar")
    await page.clicks("#more")
    await page.clicks("#more-menu .option", "Keçidlə aç…")
    await page.types("#dialog input", "h_lachin")
    await page.clicks("#dialog button[value=ok]")
    await page.sees(".message[data-from=bot]", "/start h_lachin")
    await world.settled()


async def test_the_command_menu_speaks_the_clients_language(
    page: ChatPage, echoing: Puppet, leyla: Person
) -> None:
    for code, told in (("az", "Növbəti gün"), ("ru", "Следующий день")):
        commands = [{"command": "next", "description": told}]
        await echoing.call("setMyCommands", commands=commands, language_code=code)
    await leyla.writes("salam")
    await page.opens()
    await page.clicks("#slash")
    await page.sees("#commands .option", "Növbəti gün")
    await page.script("document.querySelector('#tongue').value = 'ru'")
    await page.script("document.querySelector('#tongue').onchange()")
    await page.sees("#status", "бот")
    await page.clicks("#slash")
    await page.clicks("#commands .option", "/next\nСледующий день")
    await page.sees(".message[data-from=bot]", "/next")
    assert leyla.account.language == "ru"


@pytest.mark.usefixtures("echoing")
async def test_blocking_shows_in_both_directions(
    page: ChatPage, world: World, leyla: Person
) -> None:
    await leyla.writes("salam")
    await page.opens()
    await page.clicks("#more")
    await page.clicks("#more-menu .option", "Botu blokla")
    await page.sees("#wide", "Botu blokdan çıxar")
    assert leyla.chat.standing[world.bot.id] == "kicked"
    await page.clicks("#wide")
    await page.says("yenə")
    await page.sees(".message[data-from=bot]", "yenə")


@pytest.mark.usefixtures("leyla")
async def test_the_clock_moves(page: ChatPage, world: World) -> None:
    await page.opens()
    await page.sees("#now", "20 noyabr 2025, 12:00")
    await page.clicks("#hour")
    await page.sees("#now", "20 noyabr 2025, 13:00")
    await page.clicks("#day")
    await page.sees("#now", "21 noyabr 2025, 13:00")
    await page.script("document.querySelector('#moment').value = '2025-11-25T10:00'")
    await page.clicks("#move")
    await page.sees("#now", "25 noyabr 2025, 10:00")
    assert world.clock().isoformat() == "2025-11-25T10:00:00+04:00"


@pytest.mark.usefixtures("echoing")
async def test_people_groups_and_what_is_no_text(page: ChatPage, world: World) -> None:
    await page.opens(width=390)
    await page.clicks("#back")
    await page.clicks("#new-person")
    await page.types("#dialog input", "Анна")
    await page.script("document.querySelector('#dialog select').value = 'ru'")
    await page.clicks("#dialog button[value=ok]")
    await page.clicks("#wide", "Начать")
    await page.clicks("#attach")
    await page.clicks("#attach-menu .option", "Геопозиция")
    await page.sees(".place", "39.7536")
    await page.clicks("#back")
    await page.clicks("#new-group")
    await page.types("#dialog input", "Kəlbəcərlilər")
    await page.clicks("#dialog button[value=ok]")
    await page.sees(".service", "City Days теперь в группе")
    await page.says("/next")
    await page.sees(".message[data-from=bot]", "/next")
    await world.settled()
    assert [person.account.language for person in world.people.values()] == ["az", "ru"]


async def test_formatting_pictures_and_links_are_shown_safely(
    page: ChatPage, echoing: Puppet, world: World, leyla: Person
) -> None:
    await leyla.sends_photo()
    await world.settled()
    text = (
        '<u>u</u> <a href="https://a.az/?x=&quot;1&quot;">link</a> <tg-spoiler>dark</tg-spoiler>'
        "<blockquote expandable>1\n2\n3\n4</blockquote>&lt;img src=x onerror=alert(1)&gt; /next"
    )
    await echoing.call("sendMessage", chat_id=101, text=text, parse_mode="HTML")
    await page.opens()
    await page.sees(".message .text", "<img src=x onerror=alert(1)>")
    assert await page.script("return document.querySelector('img.photo').naturalWidth") == 1
    link = "return document.querySelector('.text a[target]').getAttribute('href')"
    assert await page.script(link) == 'https://a.az/?x="1"'
    await page.clicks("tg-spoiler")
    await page.clicks("blockquote[expandable]")
    assert await page.texts("blockquote.open") == ["1\n2\n3\n4"]
    await page.clicks(".text a.command", "/next")
    await page.sees(".message[data-from=me]", "/next")
    await world.settled()
