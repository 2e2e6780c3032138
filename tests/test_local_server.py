from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, FormData, ServerDisconnectedError, web
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, InputMediaPhoto
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter

from bot.local import Fault, Person, Server, World
from bot.local.files import ONE_DOT
from tests.puppet import Puppet, echo, puppet


@pytest.fixture
async def bare(world: World) -> AsyncIterator[Server]:
    """Without the check of parameters: some of these calls are wrong on purpose."""
    async with Server(world) as running:
        yield running


@pytest.fixture
async def caller(bare: Server) -> AsyncIterator[Puppet]:
    async with puppet(bare) as made:
        yield made


@pytest.fixture
async def ptb(server: Server) -> AsyncIterator[Bot]:
    """python-telegram-bot's own client, on its own wire."""
    base, files = f"{server.url}/bot", f"{server.url}/file/bot"
    async with Bot(server.world.token, base_url=base, base_file_url=files) as made:
        yield made


@pytest.fixture
async def leyla(world: World) -> Person:
    person = world.person(101, "Leyla", language="az")
    await person.writes("salam")
    return person


def refusal(answer: dict[str, Any]) -> str:
    assert answer["ok"] is False
    return str(answer["description"])


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        ("sendMessage", {"text": " \n "}, "message text is empty"),
        ("sendMessage", {"text": "x" * 4097}, "message is too long"),
        ("sendMessage", {"text": "🎉" * 2049}, "message is too long"),
        (
            "sendMessage",
            {"text": "<3", "parse_mode": "HTML"},
            "can't parse entities: Unclosed start tag at byte offset 0",
        ),
        (
            "sendMessage",
            {"text": "*", "parse_mode": "MarkdownV2"},
            "unsupported parse_mode MarkdownV2 in the local Bot API",
        ),
        ("sendMessage", {"text": "x", "message_thread_id": 9}, "message thread not found"),
        (
            "sendMessage",
            {"text": "x", "reply_parameters": {"message_id": 99}},
            "message to be replied not found",
        ),
        (
            "sendMessage",
            {"text": "x", "reply_markup": "{"},
            "can't parse reply_markup JSON object",
        ),
        ("sendPhoto", {}, "there is no photo in the request"),
        ("sendPhoto", {"photo": "no-such-file"}, "wrong file identifier/HTTP URL specified"),
        (
            "sendVenue",
            {"latitude": 1, "longitude": 2, "title": "", "address": ""},
            "venue title and address must be non-empty",
        ),
        ("sendLocation", {"latitude": "north"}, "latitude is not a number or missing"),
        (
            "sendMediaGroup",
            {"media": []},
            "wrong number of media in the album: 2 to 10 are possible",
        ),
        ("editMessageText", {"message_id": 99, "text": "x"}, "message to edit not found"),
        ("editMessageText", {"message_id": 1, "text": "x"}, "message can't be edited"),
        ("editMessageText", {"text": "x"}, "message_id is not a whole number or missing"),
        ("deleteMessage", {"message_id": 99}, "message to delete not found"),
        ("setMyCommands", {"commands": [{"command": "A"}]}, "BOT_COMMAND_INVALID"),
        (
            "setMyCommands",
            {"commands": [{"command": "a", "description": ""}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        (
            "setMyCommands",
            {"commands": [], "scope": {"type": "everyone"}},
            "can't parse BotCommandScope: unsupported type specified",
        ),
        ("setMyName", {"name": "x" * 65}, "name is too long"),
        ("getChatMember", {"user_id": 5}, "invalid user_id specified"),
        ("leaveChat", {}, "chat member status can't be changed in private chats"),
    ],
)
@pytest.mark.usefixtures("leyla")
async def test_wrong_calls_are_refused(
    caller: Puppet, method: str, params: dict[str, Any], reason: str
) -> None:
    answer = await caller.call(method, **({"chat_id": 101} | params))
    assert refusal(answer) == f"Bad Request: {reason}"


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "x", "callback_data": "ə" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": " ", "callback_data": "x"}, "text buttons are not allowed to be empty"),
        ({"text": "x"}, "text buttons are unallowed in the inline keyboard"),
        ({"text": "x", "url": "a b"}, "inline keyboard button URL 'a b' is invalid"),
    ],
)
@pytest.mark.usefixtures("leyla")
async def test_wrong_buttons_are_refused(
    caller: Puppet, button: dict[str, str], reason: str
) -> None:
    markup = {"inline_keyboard": [[button]]}
    answer = await caller.call("sendMessage", chat_id=101, text="x", reply_markup=markup)
    assert refusal(answer) == f"Bad Request: {reason}"


async def test_unknown_methods_and_tokens(bare: Server, caller: Puppet) -> None:
    assert await caller.call("noSuchMethod") == {
        "ok": False,
        "error_code": 404,
        "description": "Not Found",
    }
    async with ClientSession() as session:
        async with session.get(f"{bare.url}/bot1:wrong/getMe") as response:
            assert response.status == 401
            assert (await response.json())["description"] == "Unauthorized"
        async with session.get(f"{bare.url}/file/bot1:wrong/files/a/b") as response:
            assert response.status == 401


@pytest.mark.usefixtures("leyla")
async def test_parameters_come_as_query_form_json_or_multipart(bare: Server) -> None:
    address = f"{bare.url}/bot{bare.world.token}/sendMessage"
    said = {"chat_id": "101", "text": "ə & b"}
    parts = FormData(said, default_to_multipart=True)
    async with ClientSession() as session:
        for given in ({"params": said}, {"data": said}, {"json": said}, {"data": parts}):
            async with session.post(address, **given) as response:
                assert (await response.json())["result"]["text"] == "ə & b"


async def test_ptb_sends_edits_and_deletes(ptb: Bot, leyla: Person) -> None:
    sent = await ptb.send_message(101, "<b>Salam</b> 🎉", parse_mode="HTML")
    assert leyla.chat.latest.html == "<b>Salam</b> 🎉"
    await ptb.edit_message_text("Sağ ol", 101, sent.message_id)
    assert leyla.chat.latest.text == "Sağ ol"
    assert leyla.chat.latest.edited
    with pytest.raises(BadRequest, match="not modified"):
        await ptb.edit_message_text("Sağ ol", 101, sent.message_id)
    await ptb.delete_message(101, sent.message_id)
    assert [m.text for m in leyla.chat.messages] == ["salam"]


async def test_ptb_sends_files_and_places(ptb: Bot, leyla: Person) -> None:
    sent = await ptb.send_photo(101, ONE_DOT, caption="<i>one dot</i>", parse_mode="HTML")
    again = await ptb.send_photo(101, sent.photo[-1].file_id)
    assert again.photo[-1].file_id == sent.photo[-1].file_id
    file = await ptb.get_file(sent.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == ONE_DOT
    await ptb.edit_message_caption(101, sent.message_id, caption="changed")
    assert leyla.chat.kept[sent.message_id].text == "changed"
    document = await ptb.send_document(101, b"a,b", filename="facts.csv")
    assert document.document
    assert document.document.file_name == "facts.csv"
    venue = await ptb.send_venue(101, 40.1, 46.0, "Mədəniyyət Mərkəzi", "Kəlbəcər")
    assert venue.venue
    assert venue.venue.title == "Mədəniyyət Mərkəzi"
    album = await ptb.send_media_group(101, [InputMediaPhoto(ONE_DOT), InputMediaPhoto(ONE_DOT)])
    assert album[0].media_group_id == album[1].media_group_id
    with pytest.raises(BadRequest, match="process"):
        await ptb.send_photo(101, b"no picture")


async def test_ptb_reads_chats_and_members(ptb: Bot, world: World, leyla: Person) -> None:
    rauf = world.person(102, "Rauf")
    group = world.group("Kəlbəcərlilər", leyla, rauf)
    await leyla.invites(world.bot, group)
    assert (await ptb.get_chat(group.id)).title == "Kəlbəcərlilər"
    assert [m.user.id for m in await ptb.get_chat_administrators(group.id)] == [leyla.id]
    assert (await ptb.get_chat_member(group.id, rauf.id)).status == "member"
    await leyla.promotes(rauf.account, group)
    assert (await ptb.get_chat_member(group.id, rauf.id)).status == "administrator"
    assert await ptb.get_chat_member_count(group.id) == 3
    assert await ptb.leave_chat(group.id)
    with pytest.raises(Forbidden, match="not a member of the supergroup"):
        await ptb.send_message(group.id, "too late")


async def test_profile_is_a_language_and_a_scope(ptb: Bot, world: World, leyla: Person) -> None:
    private = BotCommandScopeAllPrivateChats()
    await ptb.set_my_commands([BotCommand("next", "Next")], private)
    await ptb.set_my_commands([BotCommand("next", "Növbəti")], private, "az")
    await ptb.set_my_description("Şəhər günləri", "az")
    assert (await ptb.get_my_commands(private, "az"))[0].description == "Növbəti"
    assert world.profile.menu(leyla.chat, leyla.id, "az")[0]["description"] == "Növbəti"
    assert world.profile.menu(leyla.chat, leyla.id, "ru")[0]["description"] == "Next"
    group = world.group("Kəlbəcərlilər", leyla)
    assert world.profile.menu(group, leyla.id, "az") == []
    assert (await ptb.get_my_description("az")).description == "Şəhər günləri"
    assert (await ptb.get_my_name()).name == "City Days"
    await ptb.delete_my_commands(private, "az")
    assert world.profile.menu(leyla.chat, leyla.id, "az")[0]["description"] == "Next"


async def test_chats_that_cannot_be_written_to(ptb: Bot, world: World, leyla: Person) -> None:
    stranger, gone = world.person(103), world.person(104)
    await leyla.blocks()
    await gone.vanishes()
    for chat_id, reason in (
        (leyla.id, "blocked by the user"),
        (stranger.id, "can't initiate conversation"),
        (gone.id, "user is deactivated"),
    ):
        with pytest.raises(Forbidden, match=reason):
            await ptb.send_message(chat_id, "hello")
    with pytest.raises(BadRequest, match="not found"):
        await ptb.send_message(999, "hello")


async def test_an_upgraded_group_names_its_new_id(ptb: Bot, world: World, leyla: Person) -> None:
    group = world.group("Kəlbəcərlilər", leyla, basic=True)
    await leyla.invites(world.bot, group)
    born = await leyla.upgrades(group)
    with pytest.raises(ChatMigrated) as moved:
        await ptb.send_message(group.id, "hello")
    assert moved.value.new_chat_id == born.id


async def test_a_query_is_answered_once_and_in_time(
    caller: Puppet, world: World, leyla: Person
) -> None:
    markup = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]}
    await caller.call("sendMessage", chat_id=101, text="x", reply_markup=markup)
    query = await leyla.presses("More")
    assert (await caller.call("answerCallbackQuery", callback_query_id=query.id, text="Hi"))["ok"]
    assert query.answer == {"text": "Hi", "show_alert": False, "url": ""}
    again = await caller.call("answerCallbackQuery", callback_query_id=query.id)
    assert "query is too old" in refusal(again)
    late = await leyla.presses("More")
    await world.clock.advance(timedelta(hours=1))
    assert "query is too old" in refusal(
        await caller.call("answerCallbackQuery", callback_query_id=late.id)
    )


async def test_inline_results_reach_the_asker(caller: Puppet, world: World, leyla: Person) -> None:
    query = await leyla.asks_inline("kəlbəcər")
    card = {"type": "article", "id": "1", "title": "Kəlbəcər"}
    doubled = await caller.call(
        "answerInlineQuery", inline_query_id=query.id, results=[card, card]
    )
    assert "RESULT_ID_DUPLICATE" in refusal(doubled)
    query = await leyla.asks_inline("kəlbəcər")
    await caller.call("answerInlineQuery", inline_query_id=query.id, results=[card], cache_time=9)
    assert query.answer == {"results": [card], "inline_query_id": query.id, "cache_time": 9}
    asked = list(world.mailbox.pending.values())[-1]["inline_query"]
    assert (asked["query"], asked["from"]["id"]) == ("kəlbəcər", 101)


@pytest.mark.usefixtures("leyla")
async def test_faults(bare: Server, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # its older type is deprecated, with a warning
    base = f"{bare.url}/bot"
    async with Bot(world.token, base_url=base) as ptb:
        for fault in (
            Fault("flood", times=1, retry_after=7),
            Fault("error", methods=("sendmessage",), times=1, status=502),
            Fault("drop_before", chat_id=101, times=1),
            Fault("drop_after", times=1),
        ):
            world.faults.switch_on(fault)
        world.faults.switch_on(Fault("error", chat_id=5))
        with pytest.raises(RetryAfter, match=r"Retry in .*7"):
            await ptb.send_message(101, "1")
        for text in "234":
            with pytest.raises(NetworkError):
                await ptb.send_message(101, text)
        world.faults.switch_on(Fault("slow", times=2, delay=timedelta(milliseconds=1)))
        await ptb.send_message(101, "5")
        world.faults.clear()
    assert [m.text for m in world.chat(101).messages] == ["salam", "4", "5"]
    assert [c.status for c in bare.called("sendMessage")] == [429, 502, 0, 200, 200]


async def test_drop_before_is_a_disconnect(bare: Server, world: World) -> None:
    world.faults.switch_on(Fault("drop_before"))
    async with ClientSession() as session:
        with pytest.raises(ServerDisconnectedError):
            await session.post(f"{bare.url}/bot{world.token}/getMe")


async def test_polling_is_settled_once_the_offset_moves(server: Server, leyla: Person) -> None:
    async with puppet(server, echo):
        await server.world.settled()
        [answer] = await leyla.asks("necəsən?")
        assert answer.text == "You said\n\nnecəsən?"
        query = await leyla.presses("More")
        await server.world.settled()
        assert query.answer
        assert query.answer["text"] == "Noted"
        assert leyla.chat.latest.html == "<i>more</i>"


Heard = list[tuple[str | None, str]]


@asynccontextmanager
async def hooked(heard: Heard) -> AsyncIterator[str]:
    """The address of a webhook that fails the first time; it hears the secret and the text."""

    async def hook(request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        heard.append((secret, (await request.json())["message"]["text"]))
        return web.Response(status=500 if len(heard) == 1 else 200)

    application = web.Application()
    application.router.add_post("/hook", hook)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()


async def test_a_webhook_is_retried_until_200(caller: Puppet, world: World, leyla: Person) -> None:
    heard: Heard = []
    world.webhook.pause = 0.001
    async with hooked(heard) as url:
        await caller.call("setWebhook", url=url, secret_token="s", allowed_updates=["message"])
        await world.settled()
        await leyla.writes("again")
        await world.settled()
        info = (await caller.call("getWebhookInfo"))["result"]
        assert (info["url"], info["pending_update_count"]) == (url, 0)
        assert info["last_error_message"] == "Wrong response from the webhook: 500"
        assert "Conflict" in refusal(await caller.call("getUpdates"))
        await caller.call("deleteWebhook", drop_pending_updates=True)
        assert (await caller.call("getUpdates"))["ok"]
    assert heard == [("s", "salam"), ("s", "salam"), ("s", "again")]


async def test_a_taken_port_is_an_os_error(bare: Server) -> None:
    port = int(bare.url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="address already in use"):
        await Server(World()).start(port=port)


async def test_findings_become_violations(world: World) -> None:
    async with Server(world, lambda method, params: [f"{len(params)} in {method}"]) as server:
        async with puppet(server) as caller:
            await caller.call("getMe", a=1)
        assert server.violations == ["getMe: 1 in getMe"]
