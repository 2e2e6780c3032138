"""Whatever a person, or Telegram, may send: one answer, no exception, nothing unescaped."""

import itertools
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.local import Chat, Clock, Fault, Message, Person, Server, World
from bot.local.chats import Query
from bot.local.markup import Text
from bot.local.server import Call
from data.store import StoreError
from data.store.chats import SqlChats
from handlers import features, sending
from handlers.ask import Ask, Services
from handlers.press import number_in
from handlers.reply import Reply

IDS = itertools.count(10_000)


@pytest.fixture(autouse=True)
def no_error(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A test that brings an error about takes it out of the log."""
    yield
    assert errors(caplog) == []


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the bot has logged as an error; it is taken out of the log."""
    found = [each for each in caplog.get_records("call") if each.levelno >= logging.ERROR]
    caplog.clear()
    return [each.getMessage() + (each.exc_text or "") for each in found]


@pytest.fixture
async def leyla(app: None, world: World) -> Person:  # noqa: ARG001 - it must be running
    """Has chosen English."""
    person = world.person(101, "Leyla", "en")
    await person.asks("/start")
    await person.presses("English")
    await world.settled()
    return person


async def pressed(person: Person, data: str, message: Message, world: World) -> Query:
    """A press of a button that the message need not have."""
    query = await person.presses_button(message, {"text": "x", "callback_data": data})
    await world.settled()
    return query


# -- texts

TEXTS = {
    "long": "x" * 4096,
    "long words": "Kəlbəcər " * 455,
    "long emoji": "🎉" * 2048,
    "lines": "\n" * 4000 + "x",
    "emoji": "🎉👩‍👩‍👧‍👦🏳️‍🌈",
    "right to left": "שלום \u202ekalbajar\u202c مرحبا",
    "tag": "<b>bold</b> <script>alert(1)</script>",
    "half a tag": "</b> <a href='",
    "entity": "&lt; &amp; &#0; &nosuch;",
    "sql": "'; DROP TABLE chats; --",
    "control": "\x00\x01\x07\x1b[31m\x7f\x85\u2028",
    "formatting": "{0} {n} %s %(x)s ${HOME}",
    "zalgo": "k̴̛̰a̷͍͌l̸̤̈́b̵̰̈a̷j̸a̵r̶" * 20,
    "wide": "\U0001d70b\U0010ffff￿",
    "blank": "ㅤ",
    "numbers": "99999999999999999999 -1 1e400 0x7f ٢٥",
    "dates": "31.02.2025 00.00.0000 99/99/99999",
    "paths": "../../etc/passwd",
    "slashes": "//programme /// /",
    "a command in the midst": "and /programme?",
}


@pytest.mark.parametrize("command", ["", "/programme ", "/history "], ids=["free", "p", "h"])
async def test_any_text_is_answered_once(leyla: Person, command: str) -> None:
    for name, text in TEXTS.items():
        answers = await leyla.asks((command + text)[:4096])
        assert len(answers) == 1, name
        assert len(answers[0].text) <= 4096
        assert "<script" not in answers[0].html


async def test_what_a_person_writes_is_told_back_escaped(leyla: Person) -> None:
    (answer,) = await leyla.asks("/history <i>nowhere</i> & “x”")
    assert "<i>nowhere</i> & “x”" in answer.text
    assert "&lt;i&gt;nowhere&lt;/i&gt; &amp;" in answer.html


COMMANDS = [
    "/nosuch",
    "/programme@citydays_bot kalbajar",
    "/PROGRAMME kalbajar",
    "/programme\nkalbajar",
    "/programme" + " " * 500 + "kalbajar",
    "/" + "a" * 33,
    "/start " + "x" * 200,
    "/start c_" + "a" * 50,
    "/start c_kalbajar__src",
    "/start p_no-such-day",
    "/start _",
    "/start c_<b>",
    "/start h_kalbajar extra",
    "/programme kalbajar 99999",
    "/programme 0000",
    "/programme 31.02.2025",
    "/history 9999999999999999999999",
]


async def test_any_command_is_answered_once(leyla: Person) -> None:
    for text in COMMANDS:
        assert len(await leyla.asks(text)) == 1, text


@pytest.mark.usefixtures("app")
async def test_a_newcomers_link_is_answered_and_offers_the_languages_once(world: World) -> None:
    for payload in (
        "c_kalbajar__" + "s" * 50,
        "c_kalbajar__mənbə",
        "h_" + "a" * 50 + "__source",
        "x" * 60 + "_y",
        "z_kalbajar",
    ):
        newcomer = world.person(next(IDS), "Newcomer", "en")
        (answer,) = await newcomer.asks(f"/start {payload}")
        assert answer.labels.count(["English", "Azərbaycanca", "Русский"]) == 1, payload


async def test_a_command_for_another_bot_is_not_answered(leyla: Person) -> None:
    assert await leyla.asks("/programme@other_bot kalbajar") == []


@pytest.mark.usefixtures("app")
async def test_somebody_without_a_language_gets_an_answer(world: World) -> None:
    stranger = world.person(next(IDS), "No language", None)
    (answer,) = await stranger.asks("/history shusha")
    assert "Shusha" in answer.text


async def answers(person: Person, world: World, chat: Chat | None = None) -> list[Message]:
    """All that the bot has said in the chat, once it is done."""
    await world.settled()
    return [each for each in (chat or person.chat).messages if each.sender == world.bot]


async def test_words_under_a_photo_or_a_document_are_read(leyla: Person, world: World) -> None:
    before = len(await answers(leyla, world))
    await leyla.sends_photo(caption="What is on in Kalbajar?")
    await leyla.sends_document("shusha.pdf", b"%PDF", caption="/history shusha")
    photo, document = (await answers(leyla, world))[before:]
    assert "Kalbajar City Day" in photo.text
    assert "Shusha City Day" in document.text


async def test_in_a_group_words_under_a_photo_are_read_if_they_are_for_the_bot(
    leyla: Person, world: World
) -> None:
    group = world.group("Town", leyla)
    await leyla.invites(world.bot, group)
    await leyla.promotes(world.bot, group)  # an administrator hears everything
    await leyla.sends_photo(caption="our Kalbajar", chat=group)
    assert await answers(leyla, world, group) == []
    await leyla.sends_photo(caption="@citydays_bot kalbajar", chat=group)
    assert len(await answers(leyla, world, group)) == 1


async def test_a_card_that_a_person_shares_is_not_answered(leyla: Person, world: World) -> None:
    before = len(await answers(leyla, world))
    await leyla.shares(Text("Kalbajar City Day: 25 November"), None)
    await leyla.shares(Text("/next"), None)
    assert len(await answers(leyla, world)) == before


WORDS = ("kalbajar", "Şuşa", "Шуша", "günü", "день", "2025", "november", "<b>", "&", "26.08")


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.sampled_from(["", "", "/programme ", "/history ", "/start ", "/days ", "/"]),
    st.lists(
        st.one_of(
            st.text(max_size=20),
            st.sampled_from(WORDS),
        ),
        max_size=6,
    ).map(" ".join),
)
async def test_no_text_whatever_breaks_the_bot(
    leyla: Person, server: Server, command: str, words: str
) -> None:
    said = f"{command}{words}"
    if said.strip():
        assert len(await leyla.asks(said)) == 1
    assert server.violations == []


# -- buttons

GARBAGE = [
    "1",
    "1.",
    ".",
    "0.p.kalbajar-city-day",
    "2.p.kalbajar-city-day",
    "1.nosuch",
    "1.nosuch.x.y",
    "1..p",
    "1.p.<b>",
    "1.p." + "x" * 61,
    "ə" * 32,
    "\x00" * 64,
    "'; DROP TABLE chats; --",
    "p:kalbajar",
    "١.p.kalbajar",
]


async def test_a_menu_that_does_not_decode_is_renewed(leyla: Person, world: World) -> None:
    menu = leyla.chat.latest
    for data in GARBAGE:
        query = await pressed(leyla, data, menu, world)
        assert query.answer, data
        assert query.answer["text"] == "This menu is old. Here is a new one."
        assert len(leyla.chat.messages) == 2, "renewed in its place"
        assert leyla.chat.latest.text.startswith("What I can do")


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("az", "Bu düymə artıq işləmir."),
        ("en", "This button no longer works."),
        ("ru", "Эта кнопка больше не работает."),
    ],
)
async def test_a_press_under_a_message_that_is_not_told_is_answered(
    world: World, language: str, words: str
) -> None:
    """So Telegram tells of buttons under what was shared inline."""
    person = world.person(next(IDS), "Somebody", language)
    payload = {
        "from": person.account.json(),
        "inline_message_id": "AgAAAPcBAAB",
        "chat_instance": "1",
        "data": "1.n",
    }
    query = world.ask("callback_query", payload)
    await world.settled()
    assert query.answer is not None
    assert query.answer["text"].startswith(words)
    assert person.chat.messages == []


HUGE = "9" * 40
ODD = ["0", "1", "-1", "99", "99999", HUGE, "x", "_", "no-such-id", "kalbajar-city-day"]
ARGUMENTS = [
    (),
    *((each,) for each in ODD),
    *((first, each) for first in ("kalbajar-city-day", "kalbajar", "o") for each in ODD),
    *(("kalbajar-city-day", "2025", each) for each in ODD),
    *(("h", "solidarity-day", each) for each in ("0", "9999", "10000", "9" * 20)),
]
NAMES = sorted(set(features.ROUTES.pressed) - {"l"})


async def test_any_arguments_of_a_button_are_answered(
    leyla: Person, world: World, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    menu = leyla.chat.latest
    for name in NAMES:
        for arguments in ARGUMENTS:
            data = ".".join(("1", name, *arguments))
            query = await pressed(leyla, data[:64].rstrip("."), menu, world)
            assert query.answer is not None, data
            assert refused(server) == [], data
            assert not errors(caplog), data


@pytest.mark.parametrize(
    ("args", "number"),
    [((), 0), (("7",), 7), (("-7",), 0), (("x",), 0), (("9" * 16,), 10**16 - 1), (("9" * 17,), 0)],
)
def test_a_number_in_a_button_is_none_that_no_database_holds(
    args: tuple[str, ...], number: int
) -> None:
    assert number_in(args) == number
    assert number_in(("first", *args), 1) == number


def refused(server: Server) -> list[Call]:
    """What Telegram did not take; an edit that changes nothing is no harm."""
    return [
        each
        for each in server.calls
        if each.status != 200 and "not modified" not in each.description
    ]


async def test_a_year_without_a_programme_is_told_truly(leyla: Person, world: World) -> None:
    """A festival has no dates in years that nobody set; “0” stands for undated programmes."""
    (old,) = await leyla.asks("/programme kharibulbul 2019")
    assert "I have no programme of that year in my sources." in old.text
    (coming,) = await leyla.asks("/programme kharibulbul 2031")
    assert "has not been published yet" in coming.text
    await pressed(leyla, "1.p.kalbajar-city-day.0", leyla.chat.latest, world)
    assert leyla.chat.latest.text.startswith("🎉 Kalbajar City Day · Undated")
    assert "I have no programme of that year in my sources." in leyla.chat.latest.text


async def test_a_language_that_is_none_is_asked_for_again(leyla: Person, world: World) -> None:
    (menu,) = await leyla.asks("/language")
    for data in ("1.l", "1.l.xx", f"1.l.{HUGE}", "1.l._", "1.l.en-GB"):
        query = await pressed(leyla, data, menu, world)
        assert query.answer is not None
        assert leyla.chat.latest.labels == [["English", "Azərbaycanca", "Русский"]]


async def test_a_stranger_may_press_what_others_were_sent(leyla: Person, world: World) -> None:
    """A forwarded menu works: what it says depends on nobody."""
    other = world.person(next(IDS), "Other", "ru")
    group = world.group("Town", leyla, other)
    await leyla.invites(world.bot, group)
    (menu,) = await leyla.asks("/next@citydays_bot", group)
    query = await pressed(other, "1.d", menu, world)
    assert query.answer is not None
    assert len([m for m in group.messages if m.sender == world.bot]) <= 2


async def test_a_press_that_is_answered_too_late_still_renews_the_menu(
    leyla: Person, world: World, clock: Clock
) -> None:
    query = await leyla.presses("❓ Help")
    await clock.advance(timedelta(hours=1))
    await world.settled()
    assert query.answer is None
    assert leyla.chat.latest.text.startswith("What I can do")


# -- what goes wrong


async def fails(_ask: Ask, _services: Services) -> Reply:
    raise LookupError("this feature is broken")


@pytest.fixture
def broken_about(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = features.ROUTES.by_command
    assert isinstance(commands, dict)
    monkeypatch.setitem(commands, "about", replace(commands["about"], feature=fails))


APOLOGIES = {
    "az": "Üzr istəyirəm, xəta baş verdi.",
    "en": "Sorry, something went wrong.",
    "ru": "Извините",
}


@pytest.mark.usefixtures("broken_about", "app")
@pytest.mark.parametrize("language", APOLOGIES)
async def test_an_error_is_one_apology_and_a_traceback(
    world: World, caplog: pytest.LogCaptureFixture, language: str
) -> None:
    person = world.person(next(IDS), "Somebody", language)
    (answer,) = await person.asks("/about")
    assert answer.text.startswith(APOLOGIES[language])
    assert "broken" not in answer.text
    (record,) = [each for each in caplog.get_records("call") if each.levelno >= logging.ERROR]
    assert record.exc_info
    assert isinstance(record.exc_info[1], LookupError)
    assert errors(caplog)
    assert len(await person.asks("/help")) == 1, "it goes on"


@pytest.mark.usefixtures("broken_about")
async def test_the_apology_is_in_the_language_that_was_chosen(
    leyla: Person, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await leyla.asks("/language")
    await leyla.presses("Русский")
    await world.settled()
    (answer,) = await leyla.asks("/about")
    assert answer.text.startswith(APOLOGIES["ru"])
    assert len(errors(caplog)) == 1


@pytest.mark.usefixtures("app")
async def test_a_store_that_is_broken_leaves_the_apology(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def language(*_: object) -> str | None:
        raise StoreError("bot.db is damaged; restore a backup")

    monkeypatch.setattr(SqlChats, "language", language)
    person = world.person(next(IDS), "Somebody", "az")
    (answer,) = await person.asks("/next")
    assert answer.text.startswith(APOLOGIES["az"])
    assert len(errors(caplog)) == 2, "the error, and that of the language"


async def test_whoever_blocks_the_bot_breaks_nothing(
    leyla: Person, world: World, server: Server
) -> None:
    await leyla.writes("/next")
    await leyla.blocks()
    await world.settled()
    assert [each.status for each in server.called("sendMessage")][-1] == 403
    await leyla.unblocks()
    assert len(await leyla.asks("/next")) == 1


async def test_a_bot_that_is_told_to_wait_waits_and_answers_once(
    leyla: Person, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(sending, "asyncio", SimpleNamespace(sleep=sleep))
    world.faults.switch_on(Fault("flood", methods=("sendMessage",), times=2, retry_after=7))
    assert len(await leyla.asks("/next")) == 1
    assert slept == [7, 7]


async def test_an_answer_that_was_surely_sent_is_not_sent_twice(
    leyla: Person, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.faults.switch_on(Fault("drop_after", methods=("sendMessage",), times=1))
    assert len(await leyla.asks("/next")) == 1
    errors(caplog)


@pytest.mark.parametrize("status", [500, 502])
async def test_a_gateway_that_fails_ends_one_answer_and_not_the_bot(
    leyla: Person, world: World, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    world.faults.switch_on(Fault("error", methods=("sendMessage",), times=1, status=status))
    await leyla.asks("/next")
    errors(caplog)
    assert len(await leyla.asks("/next")) == 1


# -- groups


@pytest.mark.usefixtures("broken_about")
async def test_an_apology_stays_in_the_topic_of_a_forum(
    leyla: Person, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    forum = world.group("Forum", leyla, forum=True)
    await leyla.invites(world.bot, forum)
    topic = await leyla.opens_topic("Days", forum)
    asked = await leyla.writes("/about@citydays_bot", forum, thread=topic)
    await world.settled()
    (apology,) = [m for m in forum.messages if m.id > asked.id]
    assert apology.thread == topic
    assert errors(caplog)


@pytest.fixture
async def group(leyla: Person, world: World) -> Chat:
    made = world.group("Town", leyla, world.person(103, "Rauf", "az"), basic=True)
    await leyla.invites(world.bot, made)
    return made


async def speaks_russian(leyla: Person, group: Chat) -> bool:
    (answer,) = await leyla.asks("/next@citydays_bot", group)
    return any("История" in label for row in answer.labels for label in row)


async def test_a_group_that_moves_keeps_its_language(
    leyla: Person, world: World, group: Chat
) -> None:
    await leyla.asks("/language@citydays_bot", group)
    await leyla.presses("Русский", chat=group)
    await world.settled()
    assert await speaks_russian(leyla, group)
    born = await leyla.upgrades(group)
    await world.settled()
    assert await speaks_russian(leyla, born)
    assert not await speaks_russian(leyla, leyla.chat), "only there"


async def test_only_administrators_choose_the_language_of_a_group(
    leyla: Person, world: World, group: Chat
) -> None:
    await leyla.asks("/language@citydays_bot", group)
    query = await world.person(103).presses("Русский", chat=group)
    await world.settled()
    assert query.answer is not None
    assert "Yalnız" in query.answer["text"] or "administrator" in query.answer["text"].lower()
    assert not await speaks_russian(leyla, group)


async def test_who_is_no_administrator_for_all_we_are_told_changes_nothing(
    leyla: Person, world: World, group: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    """Telegram tells no member of a group that hides them."""
    await leyla.asks("/language@citydays_bot", group)
    world.faults.switch_on(Fault("error", methods=("getChatMember",), status=400))
    query = await leyla.presses("Русский", chat=group)
    await world.settled()
    assert query.answer is not None, "its button no longer spins"
    assert "administrator" in query.answer["text"]
    errors(caplog)  # the gateway's page, which is no JSON


async def test_the_menu_of_a_group_stays_short_in_the_language_it_chooses(
    leyla: Person, world: World, group: Chat
) -> None:
    await leyla.asks("/language@citydays_bot", group)
    await leyla.presses("Русский", chat=group)
    await world.settled()
    menu = world.profile.commands[("chat", group.id), ""]
    assert [each["command"] for each in menu] == [name for name, _ in features.GROUP_OFFERS]
    assert menu[0]["description"] == "Программа дня"


async def test_nobody_waits_for_the_menu(
    leyla: Person, world: World, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """Telegram limits setMyCommands more tightly than answers."""

    def tries() -> list[Call]:
        return [each for each in server.called("setMyCommands") if str(leyla.id) in str(each)]

    before = len(tries())
    world.faults.switch_on(Fault("flood", methods=("setMyCommands",)))
    await leyla.asks("/language")
    await leyla.presses("Azərbaycanca")
    await world.settled()
    assert leyla.chat.latest.text.startswith("Xoş gəlmisiniz!")
    assert len(tries()) == before + 1, "and does not try again"
    assert server.calls.index(tries()[-1]) > server.calls.index(
        server.called("editMessageText")[-1]
    )
    assert "the menu of a chat was not set" in caplog.text


async def test_a_choice_of_language_changes_the_menu_of_the_chat(
    leyla: Person, world: World
) -> None:
    menu = world.profile.menu(leyla.chat, leyla.id, "en")
    assert menu == world.profile.commands[("chat", leyla.id), ""]
    await leyla.asks("/language")
    await leyla.presses("Azərbaycanca")
    await world.settled()
    changed = world.profile.menu(leyla.chat, leyla.id, "en")
    assert [each["command"] for each in changed] == [each["command"] for each in menu]
    assert changed[0]["description"] == "Günün proqramı"


async def test_answers_stay_in_the_topic_of_a_forum(leyla: Person, world: World) -> None:
    forum = world.group("Forum", leyla, forum=True)
    await leyla.invites(world.bot, forum)
    topic = await leyla.opens_topic("Days", forum)
    for words in ("/next@citydays_bot", "@citydays_bot kalbajar", "/start@citydays_bot c_lachin"):
        asked = await leyla.writes(words, forum, thread=topic)
        await world.settled()
        (answer,) = [m for m in forum.messages if m.id > asked.id]
        assert answer.thread == topic, words
    (general,) = await leyla.asks("/next@citydays_bot", forum)
    assert general.thread is None


async def test_a_group_hears_nothing_that_it_did_not_ask_for(
    leyla: Person, world: World, group: Chat
) -> None:
    await leyla.promotes(world.bot, group)
    assert await leyla.asks("What is the programme in Kalbajar?", group) == []
    assert await leyla.asks("/nosuch", group) == []
    await leyla.sends_sticker(group)
    await leyla.sends_photo(caption="kalbajar", chat=group)
    await world.settled()
    assert not [m for m in group.messages if m.sender == world.bot]
    assert len(await leyla.asks("@citydays_bot kalbajar", group)) == 1


# -- what is no text


async def test_what_cannot_be_read_gets_one_friendly_line(leyla: Person, world: World) -> None:
    for sends in (
        leyla.sends_sticker,
        leyla.sends_photo,
        leyla.sends_voice,
        partial(leyla.sends_document, "x.exe", b"MZ"),
    ):
        sent = await sends()
        await world.settled()
        (answer,) = [m for m in leyla.chat.messages if m.id > sent.id]
        assert answer.text.startswith("I can read text and buttons.")


async def test_an_edited_message_is_not_answered_again(leyla: Person, world: World) -> None:
    await leyla.asks("/next")
    before = len(await answers(leyla, world))
    asked = [each for each in leyla.chat.messages if each.sender == leyla.account][-1]
    world.mailbox.allowed = None  # a server that sends whatever it has
    await leyla.edits(asked, "/history shusha")
    assert len(await answers(leyla, world)) == before


async def test_one_chat_is_answered_in_its_order(leyla: Person, world: World) -> None:
    for place in ("shusha", "lachin", "kalbajar", "fuzuli"):
        await leyla.writes(f"/history {place}")
    await world.settled()
    answers = [m.text for m in leyla.chat.messages if m.sender == world.bot][-4:]
    named = ["Shusha", "Lachin", "Kalbajar", "Fuzuli"]
    assert [name in text for name, text in zip(named, answers, strict=True)] == [True] * 4
