"""Golden transcripts: a conversation as a text file that is played to the bot and told anew.

    # A comment.
    = client: az                          the client's language (default en)
    = now: 2025-11-24T10:00:00+04:00      where the clock stands still (default NOW)
    = chat: group                         in a supergroup, not in private; also basic, forum
    = admins: 101                         the owners in ADMIN_IDS (the person is 101)
    = role: member                        there, a plain member and not the owner
    = people: Rauf ru, Nigar en           others: 102, 103 …, each in a private chat of their own
    = approval: on                        an announcement needs a second person
    > /programme kelbecer                 the person writes; \\n is a new line
    > [Programme]                         presses the button, of the latest message that has it
    > {sticker}                           sends one; also photo, voice, location
    > {block}                             the bot; also unblock, and in a group: remove, invite,
                                          upgrade
    > {vanish}                            deletes the account, which nobody is told
    >~ /next                              edits what was last written
    >? kalbajar                           asks inline, in some other chat
    Rauf> /programme kelbecer             another of the people does; all of the above
    ! kalbajar-2025/fireworks {time: '20:00'}   an editor changes an item, or a programme
    @ 2025-11-24T18:00:00+04:00           the clock moves and what is due happens
    < <b>Kalbajar City Day</b>            a message of the bot, in HTML
    <                                     an empty line of it
    < [Programme] [Source ↗ https://…]    a row of its keyboard; ↗ opens an address

    < Another message                     a blank line divides two answers
    <~ An edited message
    <- (deleted)
    < (a toast) · < (! an alert)          what a pressed button brings up
    < {photo} · < {venue Title, Address}  what is not words
    < {card} Title: description           an inline result
    < {open} Label                        what stands over the results and opens the private chat
    Rauf< A message                       what another of the people gets; all of the above

Only the lines that begin with # = > ! @ or Rauf>, and blank lines before those, are kept when it
is told anew; the rest is the bot's. `python -m tests.telling [file …]` rewrites files; read the
diff.
"""

import asyncio
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml
from pydantic import SecretStr

import locales
from bot.local import TOKEN, Chat, Clock, Message, Person, Server, World
from bot.local.chats import Event, Query
from data.model.documents import dump, parse
from data.store import Store
from data.store.ports import Edit
from tests import botapi_spec
from tests.told import cards, told

CONVERSATIONS = Path(__file__).with_name("conversations")
NOW = datetime.fromisoformat("2025-11-20T12:00:00+04:00")
NOTES = ("#", "=")
DEED = re.compile(r"\w*>|@|!")
PERSON = 101
"""The user id of whoever writes."""
NEVER = timedelta(days=1)
PATIENCE = 60
"""Seconds for an answer, on a machine that has other work too."""


@dataclass
class Actor:
    """Somebody who talks to the bot, and where."""

    world: World
    person: Person
    chat: Chat
    thread: int | None = None

    async def play(self, how: str, words: str) -> Query | None:
        """``how``: ``~``, ``?`` or nothing. Raises LookupError without the button to press."""
        if how == "~":
            await self.person.edits(self._last_said(), _unescaped(words))
        elif how == "?":
            return await self.person.asks_inline(words)
        elif words.startswith("["):
            await self.person.presses(words.removeprefix("[").removesuffix("]"), chat=self.chat)
        elif words.startswith("{"):
            await self._acts(words.strip("{}"))
        else:
            await self.person.writes(_unescaped(words), self.chat, thread=self.thread)
        return None

    async def _acts(self, deed: str) -> None:
        person, chat = self.person, self.chat
        deeds: dict[str, Callable[[], Awaitable[object]]] = {
            "sticker": lambda: person.sends_sticker(chat),
            "photo": lambda: person.sends_photo(chat=chat),
            "voice": lambda: person.sends_voice(chat),
            "location": lambda: person.sends_location(39.75, 46.75, chat),
            "block": person.blocks,
            "unblock": person.unblocks,
            "vanish": person.vanishes,
            "remove": lambda: person.removes(self.world.bot, chat),
            "invite": lambda: person.invites(self.world.bot, chat),
            "upgrade": self._upgrades,
        }
        await deeds[deed]()

    async def _upgrades(self) -> None:
        self.chat = await self.person.upgrades(self.chat)

    def _last_said(self) -> Message:
        return [m for m in self.chat.messages if m.sender == self.person.account][-1]


@dataclass
class Stage:
    """Those who talk to the bot by the names that lines begin with; the first has none.

    ``store`` is the DATABASE_URL of the bot.
    """

    world: World
    actors: dict[str, Actor]
    store: str = ""
    seen: int = 0

    async def answers(self, line: str) -> list[str]:
        """Plays a line and gives the lines of what the bot did since the line before.

        Raises KeyError when nobody has the name that the line begins with.
        """
        query = await self._play(line)
        await self.world.settled(PATIENCE)
        await self.world.clock.move_to(self.world.clock())  # so that what is due now has left
        journal = self.world.journal
        order = [*self.actors]  # who of two people is told first means nothing
        new = sorted(journal[self.seen :], key=lambda event: order.index(self._name(event)))
        blocks = [self._block(event) for event in new] + [cards(query)]
        self.seen = len(journal)
        return "\n\n".join("\n".join(block) for block in blocks if block).splitlines()

    async def _play(self, line: str) -> Query | None:
        sign, words = line[0], line[1:].strip()
        if sign == "@":
            await self.world.clock.move_to(datetime.fromisoformat(words))
        elif sign == "!":
            await change(self.store, words, self.world.clock())
        else:
            name, _, said = line.partition(">")
            return await self.actors[name].play(said[:1].strip(), said[1:].strip())
        return None

    def _block(self, event: Event) -> list[str]:
        """Begins with the name of who gets it, as the lines of their deeds do."""
        if event.message is None or event.message.sender != self.world.bot:
            return []
        return [f"{self._name(event)}{line}" for line in told(event)]

    def _name(self, event: Event) -> str:
        return next((name for name, each in self.actors.items() if each.chat is event.chat), "")


async def change(store: str, words: str, now: datetime) -> None:
    """An editor publishes a programme or an item with other fields.

    Raises StopIteration when there is none of that name, ContentError when it does not fit.
    """
    name, fields = words.split(maxsplit=1)
    programme, _, item = name.partition("/")
    async with Store(store) as opened:
        edition = await opened.contents.load()
        bodies = dict(edition.bodies)
        key, found = next(
            (key, each)
            for key, body in bodies.items()
            for each in body.get("programmes", ())
            if each["id"] == programme
        )
        if item:
            found = next(each for each in found["items"] if each["id"] == item)
        found.update(yaml.safe_load(fields))
        bodies[key] = dump(parse(key, bodies[key], frozenset(locales.load())))
        await opened.contents.publish(bodies, Edit("an editor", "", now), edition.version.number)


async def tell(script: str, stage: Stage) -> str:
    """The whole transcript anew. Raises TimeoutError when the bot leaves an update unhandled."""
    lines: list[str] = []
    for line in _kept(script.splitlines()):
        lines.append(line)
        if DEED.match(line):
            lines += await stage.answers(line)
    return "\n".join(lines) + "\n"


def headers(script: str) -> dict[str, str]:
    pairs = [line[1:].split(":", 1) for line in script.splitlines() if line.startswith("=")]
    return {key.strip(): value.strip() for key, value in pairs}


async def set_stage(world: World, script: str, store: str = "") -> Stage:
    """The people, and the group with the bot in it where there is one."""
    header = headers(script)
    person = world.person(PERSON, "Leyla", header.get("client", "en"))
    stage = Stage(world, {"": Actor(world, person, person.chat)}, store)
    for number, each in enumerate(filter(None, header.get("people", "").split(",")), PERSON + 1):
        other = world.person(number, *each.split())
        stage.actors[other.account.first_name] = Actor(world, other, other.chat)
    if (kind := header.get("chat", "private")) != "private":
        await _gather(stage.actors[""], kind, header.get("role"))
    return stage


async def _gather(actor: Actor, kind: str, role: str | None) -> None:
    """A group to speak in."""
    world, person = actor.world, actor.person
    owner = world.person(PERSON + 1, "Rauf", "az")
    members = (owner, person) if role == "member" else (person, owner)
    group = world.group("Kəlbəcərlilər", *members, forum=kind == "forum", basic=kind == "basic")
    await members[0].invites(world.bot, group)
    actor.thread = await person.opens_topic("Günlər", group) if kind == "forum" else None
    actor.chat = group


@asynccontextmanager
async def bot_on(server: Server, clock: Clock, database: Path, **more: Any) -> AsyncIterator[None]:
    """The real bot, polling the server; ``more`` are settings of its own."""
    from bot.app import build
    from bot.settings import Settings

    settings = Settings(
        bot_token=SecretStr(TOKEN),
        bot_api_url=server.url,
        database_url=_url(database),
        time_zone="Asia/Baku",
        # given, so that nobody's environment changes a test
        **{"webhook_url": "", "admin_ids": (), "two_person_approval": False, **more},
    )
    app = build(settings, now=clock)
    await app.start()
    clock.subscribe(app.catch_up)
    try:
        yield
    finally:
        await app.stop()


async def fill(database: Path) -> None:
    """A store as the first start leaves it, to be copied: filling it takes longer than talking."""
    clock = Clock(NOW, frozen=True)
    async with Server(World(clock=clock)) as server, bot_on(server, clock, database):
        pass


async def retell(script: str, filled: Path, database: Path) -> tuple[str, list[str]]:
    """The transcript as the real bot makes it, and what it did against the Bot API."""
    await asyncio.to_thread(shutil.copyfile, filled, database)
    header = headers(script)
    clock = Clock(datetime.fromisoformat(header.get("now", NOW.isoformat())), frozen=True)
    world = World(clock=clock)
    given = {
        "admin_ids": tuple(int(number) for number in header.get("admins", "").split()),
        "two_person_approval": header.get("approval") == "on",
    }
    # what is due happens after each line, and not by the real clock between two
    with patch.multiple("bot.unasked", PLANNING=NEVER, PROGRESS=NEVER):
        async with (
            Server(world, botapi_spec.load().findings) as server,
            bot_on(server, clock, database, **given),
        ):
            return await _played(world, script, server, _url(database))


async def _played(world: World, script: str, server: Server, store: str) -> tuple[str, list[str]]:
    stage = await set_stage(world, script, store)
    await world.settled()
    return await tell(script, stage), server.violations


def _kept(lines: list[str]) -> Iterator[str]:
    """The script's own lines; a blank line belongs to what follows it."""
    blanks = 0
    for line in lines:
        if not line.strip():
            blanks += 1
            continue
        if line.startswith(NOTES) or DEED.match(line):
            yield from [""] * blanks
            yield line.rstrip()
        blanks = 0


def _unescaped(words: str) -> str:
    return words.replace("\\n", "\n")


def _url(database: Path) -> str:
    return f"sqlite+aiosqlite:///{database}"


async def main(names: list[str]) -> None:
    files = [Path(name) for name in names] or sorted(CONVERSATIONS.glob("*/*.txt"))
    with tempfile.TemporaryDirectory() as folder:
        filled = Path(folder, "filled.db")
        await fill(filled)
        for number, file in enumerate(files):
            script = file.read_text("utf-8")
            told, violations = await retell(script, filled, Path(folder, f"{number}.db"))
            file.write_text(told, "utf-8")
            sys.stderr.writelines(f"{file}: {violation}\n" for violation in violations)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
