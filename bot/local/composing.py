"""From a call's parameters to a message's words, keyboard and place; refusals as Telegram's."""

from typing import Any

from bot.local.chats import Chat, Message
from bot.local.markup import Text, units
from bot.local.params import Params
from bot.local.parsing import parse_html
from bot.local.refusals import bad_request
from bot.local.world import World

JSON = dict[str, Any]
TEXT_LIMIT, CAPTION_LIMIT, DATA_LIMIT, ENTITY_LIMIT = 4096, 1024, 64, 100
ACTIONS = {
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
}


def words(source: str, parse_mode: str, entities: list[JSON] | None) -> Text:
    if parse_mode.lower() == "html":
        text = parse_html(source)
    elif parse_mode:
        raise bad_request(f"unsupported parse_mode {parse_mode} in the local Bot API")
    else:
        text = Text(source, tuple(entities or ()))
    text = text.trimmed()
    return Text(text.plain, text.entities[:ENTITY_LIMIT]).detected()


def message_text(params: Params) -> Text:
    mode = params.text("parse_mode")
    text = words(params.text("text"), mode, params.tree("entities"))
    if not text.plain:
        raise bad_request("message text is empty")
    if units(text.plain) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return text


def caption(params: Params) -> Text:
    mode = params.text("parse_mode")
    text = words(params.text("caption"), mode, params.tree("caption_entities"))
    if units(text.plain) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    return text


def keyboard(params: Params) -> JSON | None:
    """The reply markup; an inline keyboard without buttons is none."""
    markup: JSON | None = params.tree("reply_markup")
    if markup is None:
        return None
    for row in markup.get("inline_keyboard", []):
        for button in row:
            _check_button(button)
    return None if markup.get("inline_keyboard") == [] else markup


def _check_button(button: JSON) -> None:
    if not str(button.get("text", "")).strip():
        raise bad_request("text buttons are not allowed to be empty")
    if len(ACTIONS & button.keys()) != 1:
        raise bad_request("text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= DATA_LIMIT:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not str(button["url"]).startswith(("http://", "https://", "tg://")):
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid")


def send(world: World, params: Params, text: Text, content: JSON | None = None) -> JSON:
    """Publishes what the bot says where the parameters tell."""
    chat = world.reachable(params.number("chat_id"))
    message = Message(
        0,
        chat,
        world.bot,
        world.clock(),
        words=text,
        content=content or {},
        keyboard=keyboard(params),
        reply_to=_replied(chat, params),
        thread=_thread(chat, params),
        silent=params.flag("disable_notification"),
    )
    return world.publish(message).json()


def _replied(chat: Chat, params: Params) -> Message | None:
    told: JSON = params.tree("reply_parameters") or {}
    wanted = told.get("message_id") or params.number("reply_to_message_id", 0)
    lenient = told.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    if wanted and int(wanted) not in chat.kept and not lenient:
        raise bad_request("message to be replied not found")
    return chat.kept.get(int(wanted))


def _thread(chat: Chat, params: Params) -> int | None:
    thread = params.number("message_thread_id", 0)
    if thread and thread not in chat.topics:
        raise bad_request("message thread not found")
    return thread or None
