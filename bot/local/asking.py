"""The methods about the bot itself, about chats and about files."""

import re
from typing import Any

from bot.local.chats import Account
from bot.local.params import Params
from bot.local.profile import TEXTS
from bot.local.refusals import bad_request
from bot.local.world import World, member_json

JSON = dict[str, Any]
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SCOPES = {
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
}


async def get_me(world: World, _: Params) -> JSON:
    can = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    name = world.profile.text("name", None)
    return world.bot.json() | {"first_name": name} | can


async def set_commands(world: World, params: Params) -> bool:
    commands: list[JSON] = params.tree("commands") or []
    for command in commands:
        if not _COMMAND.fullmatch(command.get("command", "").removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.profile.commands[_scope(world, params)] = commands
    world.changed.fire()
    return True


async def get_commands(world: World, params: Params) -> list[JSON]:
    return world.profile.commands.get(_scope(world, params), [])


async def delete_commands(world: World, params: Params) -> bool:
    world.profile.commands.pop(_scope(world, params), None)
    world.changed.fire()
    return True


def _scope(world: World, params: Params) -> tuple[tuple[object, ...], str]:
    told: JSON = params.tree("scope") or {"type": "default"}
    if told.get("type") not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    scope: list[object] = [told["type"]]
    if "chat_id" in told:
        scope.append(world.chat(int(told["chat_id"])).id)
    if "user_id" in told:
        scope.append(int(told["user_id"]))
    return tuple(scope), params.text("language_code")


def _setter(what: str) -> Any:
    async def put(world: World, params: Params) -> bool:
        text = params.text(what)
        if len(text) > TEXTS[what]:
            raise bad_request(f"{what} is too long")
        world.profile.texts[what, params.text("language_code")] = text
        world.changed.fire()
        return True

    return put


def _getter(what: str) -> Any:
    async def told(world: World, params: Params) -> JSON:
        return {what: world.profile.text(what, params.text("language_code"))}

    return told


async def set_menu_button(world: World, params: Params) -> bool:
    chat = params.number("chat_id", 0) or None
    world.profile.menu_buttons[chat] = params.tree("menu_button") or {"type": "default"}
    return True


async def get_menu_button(world: World, params: Params) -> JSON:
    buttons = world.profile.menu_buttons
    shared = buttons.get(None, {"type": "commands"})
    return buttons.get(params.number("chat_id", 0) or None, shared)


async def get_chat(world: World, params: Params) -> JSON:
    chat = world.chat(params.number("chat_id"))
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription"), True
    ) | {"gifts_from_channels": True}
    return chat.json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
    }


async def get_member(world: World, params: Params) -> JSON:
    chat = world.chat(params.number("chat_id"))
    who = _account(world, params.number("user_id"))
    return member_json(who, chat.standing.get(who.id, "left"))


async def get_admins(world: World, params: Params) -> list[JSON]:
    chat = world.reachable(params.number("chat_id"))
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    admins = {"creator", "administrator"}
    rows = [(_account(world, who), status) for who, status in chat.standing.items()]
    return [member_json(who, status) for who, status in rows if status in admins]


async def count_members(world: World, params: Params) -> int:
    return len(world.chat(params.number("chat_id")).members)


async def leave(world: World, params: Params) -> bool:
    chat = world.reachable(params.number("chat_id"))
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    world.stand(chat, world.bot, "left", world.bot)
    return True


async def get_file(world: World, params: Params) -> JSON:
    file = world.files.get(params.text("file_id"))
    return file.json() | {"file_path": f"files/{file.id}/{file.name}"}


async def agree(_: World, __: Params) -> bool:
    return True


def _account(world: World, user_id: int) -> Account:
    if user_id == world.bot.id:
        return world.bot
    if user_id not in world.people:
        raise bad_request("invalid user_id specified")
    return world.people[user_id].account


METHODS = {
    "getme": get_me,
    "setmycommands": set_commands,
    "getmycommands": get_commands,
    "deletemycommands": delete_commands,
    "setmyname": _setter("name"),
    "getmyname": _getter("name"),
    "setmydescription": _setter("description"),
    "getmydescription": _getter("description"),
    "setmyshortdescription": _setter("short_description"),
    "getmyshortdescription": _getter("short_description"),
    "setchatmenubutton": set_menu_button,
    "getchatmenubutton": get_menu_button,
    "getchat": get_chat,
    "getchatmember": get_member,
    "getchatadministrators": get_admins,
    "getchatmembercount": count_members,
    "leavechat": leave,
    "getfile": get_file,
    "close": agree,
    "logout": agree,
}
