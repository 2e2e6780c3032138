"""One process of all on a database plans and sends; another takes over when it dies."""

import asyncio
import logging
import os
import socket
import uuid
from collections.abc import Awaitable, Callable

from data.store.errors import StoreError
from data.store.post import LostLeadError, Outbox
from handlers.outbox import HOLD

log = logging.getLogger(__name__)

TRY = HOLD.total_seconds() / 5
"""Seconds between two tries to take the door."""


class Leader:
    """``work`` goes on as long as this process leads; it is given the number of its holding."""

    def __init__(self, outbox: Outbox, work: Callable[[int], Awaitable[None]]) -> None:
        self._outbox = outbox
        self._work = work
        self._name = f"{socket.gethostname()} {os.getpid()} {uuid.uuid4().hex[:8]}"
        self.leading = asyncio.Event()
        """Set while this process leads."""

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            try:
                epoch = await self._outbox.lead(self._name, HOLD)
                if epoch is not None:
                    await self._lead(epoch)
            except LostLeadError:
                log.warning("another process sends now; this one stands by")
            except StoreError as error:
                log.error("nobody knows who sends: %s", error)
            await asyncio.sleep(TRY)

    async def _lead(self, epoch: int) -> None:
        log.info("this process sends (%d)", epoch)
        self.leading.set()
        try:
            await self._work(epoch)
        finally:
            self.leading.clear()
