"""Cards to share, as Telegram gets them."""

import json
from typing import Any

import pytest
from telegram.error import BadRequest

from bot.local import Person, World, composing
from bot.local.chats import JSON
from handlers import edge


async def answer(world: World, person: Person, words: str) -> JSON:
    query = await person.asks_inline(words)
    await world.settled()
    assert query.answer is not None
    return query.answer


async def cards(world: World, person: Person, words: str) -> list[JSON]:
    found: list[JSON] = (await answer(world, person, words))["results"]
    return found


@pytest.fixture
def leyla(app: None, world: World) -> Person:  # noqa: ARG001 - the bot that answers her
    return world.person(7, "Leyla", "en")


async def test_a_card_holds_what_the_bot_says_in_a_group(world: World, leyla: Person) -> None:
    group = world.group("Kəlbəcərlilər", leyla)
    await leyla.invites(world.bot, group)
    said = [
        message.html
        for words in ("/programme kalbajar", "/history kalbajar")
        for message in await leyla.asks(words, group)
    ]
    _, *found = await cards(world, leyla, "kalbajar")
    assert [each["id"] for each in found] == ["p_kalbajar-city-day", "h_kalbajar-city-day"]
    contents = [each["input_message_content"] for each in found]
    assert [each["link_preview_options"] for each in contents] == [{"is_disabled": True}] * 2
    words = [composing.words(each["message_text"], each["parse_mode"], None) for each in contents]
    shared = [await leyla.shares(each, None, group) for each in words]
    assert [message.html for message in shared] == said


async def test_a_card_leads_to_the_private_chat(world: World, leyla: Person) -> None:
    for each in await cards(world, leyla, "kalbajar"):
        ((button,),) = each["reply_markup"]["inline_keyboard"]
        link = f"https://t.me/{world.bot.username}?start={each['id']}"
        assert button == {"text": "Open in the bot", "url": link}
        (opened,) = await leyla.asks(f"/start {each['id']}")
        assert "Kalbajar City Day" in opened.html


async def test_the_answer_is_kept_for_this_person_alone(world: World, leyla: Person) -> None:
    found = await answer(world, leyla, "kalbajar")
    assert (found["cache_time"], found["is_personal"]) == ("300", "true")
    assert "button" not in found


async def test_nothing_found_leads_to_the_bot(world: World, leyla: Person) -> None:
    found = await answer(world, leyla, "zq xw")
    assert found["results"] == []
    button = json.loads(found["button"])
    assert button["text"] == "Nothing found. Ask the bot itself"
    (opened,) = await leyla.asks(f"/start {button['start_parameter']}")
    assert "choose a language" in opened.html


async def test_the_language_is_the_chosen_one_then_the_clients(
    world: World, leyla: Person
) -> None:
    async def title(person: Person) -> Any:
        return (await cards(world, person, "kalbajar"))[0]["title"]

    assert await title(leyla) == "📅 Kalbajar City Day"
    assert await title(world.person(8, "Иван", "uk")) == "📅 День города Кяльбаджар"
    await leyla.asks("/language")
    await leyla.presses("Azərbaycanca")
    assert await title(leyla) == "📅 Kəlbəcər Şəhəri Günü"


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("language", ["en", "az", "ru"])
async def test_whatever_is_typed_telegram_takes_the_cards(world: World, language: str) -> None:
    person = world.person(9, "X", language)
    typed = ["", "k", "шуша", "karabakh", "2024", "kalbajar 1999", "ноябрь", "25.11", "20 yanvar"]
    for words in [*typed, "novruz", "</b>&", "'; --", "x" * 256, "🎉", "khankendi lachin shusha"]:
        found = await cards(world, person, words)
        assert len(found) <= 10
        assert all(0 < len(each["id"].encode()) <= 64 for each in found)
        assert all(each["title"] and "<" not in each["title"] for each in found)
        assert all("<" not in each["description"] for each in found)
        texts = [each["input_message_content"]["message_text"] for each in found]
        assert all(len(text) > 0 for text in texts)


async def test_a_year_without_a_programme_has_no_card_of_another(
    world: World, leyla: Person
) -> None:
    found = await cards(world, leyla, "kalbajar 1999")
    assert [each["id"][0] for each in found] == ["e", "h"]


async def test_a_query_that_is_too_old_is_let_go(
    world: World, leyla: Person, caplog: pytest.LogCaptureFixture
) -> None:
    query = await leyla.asks_inline("kalbajar")
    world.queries.clear()
    await world.settled()
    assert query.answer is None
    (alive,) = await leyla.asks("/next")
    assert "Aghdam" in alive.html
    assert [each for each in caplog.records if each.name == "handlers.errors"] == []


async def test_cards_that_telegram_refuses_are_told_to_whoever_runs_the_bot(
    world: World,
    leyla: Person,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def refuse(*_: object) -> None:
        raise BadRequest("RESULT_ID_DUPLICATE")

    monkeypatch.setattr(edge, "share", refuse)
    await leyla.asks_inline("kalbajar")
    await world.settled()
    assert "RESULT_ID_DUPLICATE" in caplog.text
    assert leyla.chat.messages == []
