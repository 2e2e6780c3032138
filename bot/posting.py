"""One message to Telegram, and what its answer says: without PTB's objects, which cost more."""

import logging

from telegram.error import NetworkError

from bot.wire import Patience, Wire
from data.model.deliveries import Delivery, read
from handlers.sending import NotSent

log = logging.getLogger(__name__)

CALLS = 512
"""At once, at most."""


class Post:
    """A wire of its own, so that answers to people never wait behind what nobody asked for."""

    def __init__(self, address: str) -> None:
        """``address`` is that of the bot: https://…/bot<token>."""
        self._address = address
        self._wire = Wire(connections=CALLS, patience=Patience())

    async def open(self) -> None:
        await self._wire.initialize()

    async def close(self) -> None:
        await self._wire.shutdown()

    async def deliver(self, method: str, body: bytes) -> Delivery:
        """Never raises for what may happen on the way."""
        try:
            return read(*await self._wire.post_form(f"{self._address}/{method}", body))
        except NotSent as error:
            return Delivery("not_sent", error=str(error))
        except NetworkError as error:
            return Delivery("unknown", error=str(error))
