"""Telegram's side, played on this machine: what the demo, the terminal chat and the tests talk to.

::

    world = World()
    async with Server(world) as server:          # server.url is the bot's BOT_API_URL
        leyla = world.person(101, "Leyla", language="az")
        await leyla.writes("/start")
        await world.settled()                    # every update has been confirmed by the bot
        print(world.chat(101).latest.text)
"""

from bot.local.chats import Account, Chat, Message
from bot.local.clock import Clock
from bot.local.faults import Fault
from bot.local.people import Person
from bot.local.server import Call, Server
from bot.local.world import TOKEN, World

__all__ = [
    "TOKEN",
    "Account",
    "Call",
    "Chat",
    "Clock",
    "Fault",
    "Message",
    "Person",
    "Server",
    "World",
]
