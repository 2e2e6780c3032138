"""The methods that change or remove what was sent, or answer a press or an inline query."""

from datetime import timedelta
from typing import Any

from bot.local import composing
from bot.local.chats import Event, Message
from bot.local.params import Params
from bot.local.refusals import bad_request
from bot.local.world import World

JSON = dict[str, Any]
QUERY_LIFE = timedelta(minutes=1)


async def edit_text(world: World, params: Params) -> JSON:
    message = _own(world, params, "edit")
    if message.content:
        raise bad_request("there is no text in the message to edit")
    text = composing.message_text(params)
    return _revise(world, message, words=text, keyboard=composing.keyboard(params))


async def edit_caption(world: World, params: Params) -> JSON:
    message = _own(world, params, "edit")
    if not message.content:
        raise bad_request("there is no caption in the message to edit")
    text = composing.caption(params)
    return _revise(world, message, words=text, keyboard=composing.keyboard(params))


async def edit_keyboard(world: World, params: Params) -> JSON:
    message = _own(world, params, "edit")
    return _revise(world, message, words=message.words, keyboard=composing.keyboard(params))


async def delete(world: World, params: Params) -> bool:
    world.delete(_own(world, params, "delete"))
    return True


async def answer_callback(world: World, params: Params) -> bool:
    query = world.queries.pop(params.text("callback_query_id"), None)
    if query is None or world.clock() - query.at > QUERY_LIFE:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    said = params.text("text")
    if len(said) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    alert = params.flag("show_alert")
    query.answer = {"text": said, "show_alert": alert, "url": params.text("url")}
    if said and query.chat:
        world.record(Event("alert" if alert else "toast", query.chat, query.message, said))
    world.changed.fire()
    return True


async def answer_inline(world: World, params: Params) -> bool:
    query = world.queries.pop(params.text("inline_query_id"), None)
    if query is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    results: list[JSON] = params.tree("results") or []
    if len(results) > 50:
        raise bad_request("RESULTS_TOO_MUCH")
    if len({result.get("id") for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    rest = {key: value for key, value in params.raw.items() if key != "results"}
    query.answer = {"results": results, **rest}
    world.changed.fire()
    return True


def _own(world: World, params: Params, verb: str) -> Message:
    chat = world.reachable(params.number("chat_id"))
    message = chat.kept.get(params.number("message_id"))
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if message.sender != world.bot and (verb == "edit" or chat.kind != "private"):
        raise bad_request(f"message can't be {verb.removesuffix('e')}ed")
    return message


def _revise(world: World, message: Message, **changes: Any) -> JSON:
    if all(getattr(message, name) == value for name, value in changes.items()):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
    return world.revise(message, **changes).json()


METHODS = {
    "editmessagetext": edit_text,
    "editmessagecaption": edit_caption,
    "editmessagereplymarkup": edit_keyboard,
    "deletemessage": delete,
    "answercallbackquery": answer_callback,
    "answerinlinequery": answer_inline,
}
