"""A chat with the bot in the terminal, for one person of the local Telegram."""

import asyncio
import re
import sys
from html import unescape

from bot.local import Message, Person, World

_TAG = re.compile("<[^<>]+>")
_LINK = re.compile('<a href="([^"]*)">(.*?)</a>', re.DOTALL)


class Terminal:
    """Lines typed are sent; a bare number presses that button of the last menu."""

    def __init__(self, world: World, person: Person) -> None:
        self._world, self._person = world, person
        self._buttons: list[tuple[Message, str]] = []
        self._shown = 0

    async def talk(self) -> None:
        """Until the end of the input (Ctrl+D) or ``/quit``."""
        print("Type a message, or the number of a button. Ctrl+D ends.")
        await self._say("/start")
        while (line := await self._typed()) is not None:
            await self._say(line)

    async def _typed(self) -> str | None:
        print("> ", end="", flush=True)
        line = await asyncio.to_thread(sys.stdin.readline)
        words = line.strip()
        return None if not line or words == "/quit" else words

    async def _say(self, words: str) -> None:
        if not words:
            return
        if words.isdigit() and 1 <= int(words) <= len(self._buttons):
            message, label = self._buttons[int(words) - 1]
            await self._person.presses(label, message)
        else:
            await self._person.writes(words)
        await self._world.settled(60)
        self._show()

    def _show(self) -> None:
        journal = self._world.journal
        for event in journal[self._shown :]:
            if event.message is None or event.message.sender != self._world.bot:
                continue
            if event.kind in {"toast", "alert"}:
                print(f"({event.words})")
            else:
                self._print(event.message)
        self._shown = len(journal)

    def _print(self, message: Message) -> None:
        links = _LINK.sub(r"\2 (\1)", message.html)
        print(f"\n{unescape(_TAG.sub('', links))}\n")
        self._buttons = [(message, label) for row in message.labels for label in row]
        for number, (_, label) in enumerate(self._buttons, start=1):
            print(f"  [{number}] {label}")
