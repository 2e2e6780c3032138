"""The methods that put something new into a chat."""

from typing import Any

from bot.local import composing, files
from bot.local.chats import EMPTY
from bot.local.files import File
from bot.local.params import Params
from bot.local.refusals import bad_request
from bot.local.world import World

JSON = dict[str, Any]


async def send_message(world: World, params: Params) -> JSON:
    return composing.send(world, params, composing.message_text(params))


async def send_photo(world: World, params: Params) -> JSON:
    content = files.photo(_file(world, params, "photo"))
    return composing.send(world, params, composing.caption(params), content)


async def send_document(world: World, params: Params) -> JSON:
    content = files.document(_file(world, params, "document"))
    return composing.send(world, params, composing.caption(params), content)


async def send_location(world: World, params: Params) -> JSON:
    return composing.send(world, params, EMPTY, _place(params))


async def send_venue(world: World, params: Params) -> JSON:
    titles = {"title": params.text("title"), "address": params.text("address")}
    if not all(titles.values()):
        raise bad_request("venue title and address must be non-empty")
    place = _place(params)
    return composing.send(world, params, EMPTY, {"venue": place | titles} | place)


async def send_media_group(world: World, params: Params) -> list[JSON]:
    """Two to ten photos or documents; they share a media_group_id."""
    media: list[JSON] = params.tree("media") or []
    if not 2 <= len(media) <= 10:
        raise bad_request("wrong number of media in the album: 2 to 10 are possible")
    album = str(len(world.journal) + 1)
    contents = []
    for item in media:
        part = Params({**params.raw, **item})
        shown = files.photo if item.get("type") == "photo" else files.document
        content = shown(_file(world, part, "media")) | {"media_group_id": album}
        contents.append((part, composing.caption(part), content))
    return [composing.send(world, *each) for each in contents]


async def send_chat_action(world: World, params: Params) -> bool:
    chat = world.reachable(params.number("chat_id"))
    chat.doing = params.text("action")
    world.changed.fire()
    return True


def _file(world: World, params: Params, name: str) -> File:
    """An upload, or one that Telegram already has by its file_id."""
    if not params.has(name):
        raise bad_request(f"there is no {name} in the request")
    return params.upload(name) or world.files.get(params.text(name))


def _place(params: Params) -> JSON:
    return files.location(params.real("latitude"), params.real("longitude"))


METHODS = {
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "senddocument": send_document,
    "sendlocation": send_location,
    "sendvenue": send_venue,
    "sendmediagroup": send_media_group,
    "sendchataction": send_chat_action,
}
