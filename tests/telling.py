"""Golden transcripts: a conversation as a text file that is played to the bot and told anew.

    # A comment.
    = client: az                          the client's language (default en)
    = now: 2025-11-24T10:00:00+04:00      where the clock stands still (default NOW)
    = chat: group                         in a supergroup, not in private; also basic, forum
    = admins: 101                         the owners in ADMIN_IDS (the person is 101)
    = role: member                        there, a plain member and not the owner
    > /programme kelbecer                 the person writes; \\n is a new line
    > [Programme]                         presses the button, of the latest message that has it
    > {sticker}                           sends one; also photo, voice, location
    > {block}                             the bot; also unblock, and in a group: remove, upgrade
    >~ /next                              edits what was last written
    >? kalbajar                           asks inline, in some other chat
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

Only the lines that begin with # = > @, and blank lines before those, are kept when it is told
anew; the rest is the bot's. `python -m tests.telling [file …]` rewrites files; read the diff.
"""

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from bot.local import TOKEN, Chat, Clock, Message, Person, Server, World
from bot.local.chats import JSON, Event, Query
from tests import botapi_spec

CONVERSATIONS = Path(__file__).with_name("conversations")
NOW = datetime.fromisoformat("2025-11-20T12:00:00+04:00")
SCRIPT = ("#", "=", ">", "@")
PERSON = 101
"""The user id of whoever writes."""


@dataclass
class Stage:
    """Who talks to the bot, and where."""

    world: World
    person: Person
    chat: Chat
    thread: int | None = None
    seen: int = 0

    async def answers(self, line: str) -> list[str]:
        """Plays a line and gives the lines of what the bot did since the line before."""
        query = await self._play(line[:2].strip(), line[2:].strip())
        await self.world.settled()
        journal = self.world.journal
        told = [_told(event) for event in journal[self.seen :] if _is_bots(event, self.world)]
        self.seen = len(journal)
        blocks = [block for block in [*told, _cards(query)] if block]
        return "\n\n".join("\n".join(block) for block in blocks).splitlines()

    async def _play(self, sign: str, words: str) -> Query | None:
        if sign == "@":
            await self.world.clock.move_to(datetime.fromisoformat(words))
        elif sign == ">~":
            await self.person.edits(self._last_said(), _unescaped(words))
        elif sign == ">?":
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
            "remove": lambda: person.removes(self.world.bot, chat),
            "invite": lambda: person.invites(self.world.bot, chat),
            "upgrade": self._upgrades,
        }
        await deeds[deed]()

    async def _upgrades(self) -> None:
        self.chat = await self.person.upgrades(self.chat)

    def _last_said(self) -> Message:
        return [m for m in self.chat.messages if m.sender == self.person.account][-1]


async def tell(script: str, stage: Stage) -> str:
    """The whole transcript anew. Raises TimeoutError when the bot leaves an update unhandled."""
    lines: list[str] = []
    for line in _kept(script.splitlines()):
        lines.append(line)
        if line.startswith((">", "@")):
            lines += await stage.answers(line)
    return "\n".join(lines) + "\n"


def headers(script: str) -> dict[str, str]:
    pairs = [line[1:].split(":", 1) for line in script.splitlines() if line.startswith("=")]
    return {key.strip(): value.strip() for key, value in pairs}


async def set_stage(world: World, script: str) -> Stage:
    """The person, and the group with the bot in it where there is one."""
    header = headers(script)
    person = world.person(PERSON, "Leyla", header.get("client", "en"))
    kind = header.get("chat", "private")
    if kind == "private":
        return Stage(world, person, person.chat)
    owner = world.person(102, "Rauf", "az")
    members = (owner, person) if header.get("role") == "member" else (person, owner)
    group = world.group("Kəlbəcərlilər", *members, forum=kind == "forum", basic=kind == "basic")
    await members[0].invites(world.bot, group)
    thread = await person.opens_topic("Günlər", group) if kind == "forum" else None
    return Stage(world, person, group, thread)


@asynccontextmanager
async def bot_on(
    server: Server, clock: Clock, database: Path, admins: tuple[int, ...] = ()
) -> AsyncIterator[None]:
    """The real bot, polling the server; ``admins`` are its ADMIN_IDS."""
    from bot.app import build
    from bot.settings import Settings

    settings = Settings(
        bot_token=SecretStr(TOKEN),
        bot_api_url=server.url,
        database_url=f"sqlite+aiosqlite:///{database}",
        webhook_url="",  # given, so that nobody's environment changes a test
        admin_ids=admins,
        time_zone="Asia/Baku",
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
    admins = tuple(int(number) for number in header.get("admins", "").split())
    async with (
        Server(world, botapi_spec.load().findings) as server,
        bot_on(server, clock, database, admins),
    ):
        stage = await set_stage(world, script)
        await world.settled()
        return await tell(script, stage), server.violations


def _kept(lines: list[str]) -> Iterator[str]:
    """The script's own lines; a blank line belongs to what follows it."""
    blanks = 0
    for line in lines:
        if not line.strip():
            blanks += 1
            continue
        if line.startswith(SCRIPT):
            yield from [""] * blanks
            yield line.rstrip()
        blanks = 0


def _unescaped(words: str) -> str:
    return words.replace("\\n", "\n")


def _is_bots(event: Event, world: World) -> bool:
    return event.message is not None and event.message.sender == world.bot


def _told(event: Event) -> list[str]:
    message = event.message
    if message is None:
        return []
    if event.kind in {"toast", "alert"}:
        return [f"< ({'! ' if event.kind == 'alert' else ''}{event.words})"]
    if event.kind == "delete":
        return ["<- (deleted)"]
    sign = "<~" if event.kind == "edit" else "<"
    body = [*_thing(message.content), *(message.html.splitlines() if message.text else [])]
    rows = [" ".join(map(_button, row)) for row in message.buttons]
    return [f"{sign} {line}".rstrip() for line in body + rows]


def _button(button: JSON) -> str:
    address = f" ↗ {button['url']}" if "url" in button else ""
    return f"[{button['text']}{address}]"


def _thing(content: JSON) -> list[str]:
    if "venue" in content:
        return [f"{{venue {content['venue']['title']}, {content['venue']['address']}}}"]
    if "document" in content:
        return [f"{{document {content['document']['file_name']}}}"]
    return [f"{{{kind}}}" for kind in ("photo", "location") if kind in content]


def _cards(query: Query | None) -> list[str]:
    answer = (query.answer if query else None) or {}
    cards = [
        f"< {{card}} {card.get('title')}: {card.get('description', '')}"
        for card in answer.get("results", [])
    ]
    button = json.loads(answer.get("button", "{}"))
    return [*cards, f"< {{open}} {button['text']}"] if button else cards


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
