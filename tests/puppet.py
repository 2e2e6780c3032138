"""The smallest bot there is: it polls, and a script turns each update into calls."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession

from bot.local import Server

JSON = dict[str, Any]
Script = Callable[[JSON], Iterable[tuple[str, JSON]]]


class Puppet:
    """Confirms an update only once the calls that the script made of it are answered."""

    def __init__(self, server: Server, session: ClientSession) -> None:
        self._base = f"{server.url}/bot{server.world.token}/"
        self._session = session

    async def call(self, method: str, **params: Any) -> JSON:
        """The whole answer, `ok` or not."""
        async with self._session.post(self._base + method, json=params) as response:
            answer: JSON = await response.json()
            return answer

    async def run(self, script: Script) -> None:
        offset = 0
        while True:
            answer = await self.call("getUpdates", offset=offset, timeout=30)
            for update in answer["result"]:
                for method, params in script(update):
                    await self.call(method, **params)
                offset = update["update_id"] + 1


@asynccontextmanager
async def puppet(server: Server, script: Script | None = None) -> AsyncIterator[Puppet]:
    async with ClientSession() as session:
        made = Puppet(server, session)
        running = asyncio.create_task(made.run(script)) if script else None
        try:
            yield made
        finally:
            if running:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)


def echo(update: JSON) -> Iterable[tuple[str, JSON]]:
    """Repeats what is said, with a button; the button changes the message."""
    if "callback_query" in update:
        query = update["callback_query"]
        place = {
            "chat_id": query["message"]["chat"]["id"],
            "message_id": query["message"]["message_id"],
        }
        yield "answerCallbackQuery", {"callback_query_id": query["id"], "text": "Noted"}
        yield (
            "editMessageText",
            place | {"text": f"<i>{query['data']}</i>", "parse_mode": "HTML"},
        )
    elif message := update.get("message"):
        words = message.get("text", "that").replace("<", "&lt;")
        keyboard = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]}
        yield (
            "sendMessage",
            {
                "chat_id": message["chat"]["id"],
                "text": f"<b>You said</b>\n\n{words}",
                "parse_mode": "HTML",
                "reply_markup": keyboard,
            },
        )
