"""The ways to reach a feature, declared beside it and listed once in handlers.features."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data.model.staff import Role
from handlers.ask import Feature, Sharing


@dataclass(frozen=True)
class Command:
    """``/name``: in the menu of every language, in /help and answering its aliases.

    ``about`` is the sentence of the menu (a message of the catalogues), ``group`` puts it into
    the short menu of groups. ``listed`` is False for what works but need not fill the menu.
    ``admins``: in a group only they may give it. ``staff``: the least role that may give it, in
    private; it does not exist for anybody without a role.
    """

    name: str
    feature: Feature
    about: str
    aliases: tuple[str, ...] = ()
    group: bool = False
    listed: bool = True
    admins: bool = False
    staff: Role | None = None


@dataclass(frozen=True)
class Pressed:
    """Buttons whose data begins with ``name``.

    ``admins``: in a group only they may press it. ``staff``: as for a Command.
    """

    name: str
    feature: Feature
    admins: bool = False
    staff: Role | None = None


@dataclass(frozen=True)
class Linked:
    """Deep links whose payload is ``<prefix>_<rest>``; the rest is ``ask.args[0]``."""

    prefix: str
    feature: Feature


@dataclass(frozen=True)
class Written:
    """Any other text of a private chat (or one that is addressed to the bot in a group)."""

    feature: Feature


@dataclass(frozen=True)
class Dictated:
    """What the staff writes or shows in private. An empty Reply: nothing was asked of them."""

    feature: Feature


@dataclass(frozen=True)
class Located:
    """A location that is shared in private: ``ask.words`` are its latitude and longitude."""

    feature: Feature


@dataclass(frozen=True)
class Unreadable:
    """What is not text: stickers, voice, photos."""

    feature: Feature


@dataclass(frozen=True)
class Inline:
    """What is typed after the bot's name in any chat."""

    feature: Sharing


Route = Command | Pressed | Linked | Dictated | Written | Located | Unreadable | Inline


@dataclass(frozen=True)
class Routes:
    """All that is offered, ready to be looked up."""

    commands: tuple[Command, ...]
    by_command: Mapping[str, Command]
    pressed: Mapping[str, Pressed]
    linked: Mapping[str, Linked]
    dictated: Feature
    written: Feature
    located: Feature
    unreadable: Feature
    inline: Sharing


def table(routes: Iterable[Route]) -> Routes:
    """Raises ValueError when two routes claim the same name, or a last resort is missing."""
    every = tuple(routes)
    commands = tuple(route for route in every if isinstance(route, Command))
    names = [(name, route) for route in commands for name in (route.name, *route.aliases)]
    pressed = [(route.name, route) for route in every if isinstance(route, Pressed)]
    linked = [(route.prefix, route) for route in every if isinstance(route, Linked)]
    for claims in (names, pressed, linked):
        taken = [name for name, _ in claims]
        if len(set(taken)) < len(taken):
            raise ValueError(f"two routes have the same name among {taken}")
    (dictated,) = (route.feature for route in every if isinstance(route, Dictated))
    (written,) = (route.feature for route in every if isinstance(route, Written))
    (located,) = (route.feature for route in every if isinstance(route, Located))
    (unreadable,) = (route.feature for route in every if isinstance(route, Unreadable))
    (inline,) = (route.feature for route in every if isinstance(route, Inline))
    last = (dictated, written, located, unreadable, inline)
    return Routes(commands, dict(names), dict(pressed), dict(linked), *last)
