"""Updates pushed to the bot, instead of fetched by it."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.local.mailbox import Mailbox, Update


class Webhook:
    """Pushes what is in the mailbox and confirms what was answered 200; anything else is retried.

    `post(url, secret, update)` gives the HTTP status, or 0 when nobody answered.
    """

    post: Callable[[str, str, Update], Awaitable[int]]

    def __init__(self, mailbox: Mailbox) -> None:
        self.url = ""
        self.last_error: str | None = None
        self.pause = 0.05
        self._secret = ""
        self._mailbox = mailbox
        self._running: asyncio.Task[None] | None = None

    async def set(self, url: str, secret: str = "", connections: int = 40) -> None:
        """An empty url ends it."""
        await self.stop()
        self.url, self._secret, self.last_error = url, secret, None
        if url:
            self._running = asyncio.create_task(self._run(connections))

    async def stop(self) -> None:
        if self._running:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None

    async def _run(self, connections: int) -> None:
        begun: set[int] = set()
        async with asyncio.TaskGroup() as pushes:
            slots = asyncio.Semaphore(connections)
            while True:
                fresh = [u for key, u in self._mailbox.pending.items() if key not in begun]
                for update in fresh:
                    begun.add(update["update_id"])
                    await slots.acquire()
                    push = pushes.create_task(self._push(update))
                    push.add_done_callback(lambda _: slots.release())
                if not fresh:
                    await self._mailbox.changed.wait()

    async def _push(self, update: Update) -> None:
        while (status := await self.post(self.url, self._secret, update)) != 200:
            self.last_error = f"Wrong response from the webhook: {status or 'no answer'}"
            await asyncio.sleep(self.pause)
        self._mailbox.confirm(update["update_id"])
