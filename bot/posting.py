"""One message to Telegram, and what its answer says: without PTB's objects, which cost more."""

import logging
from collections.abc import Callable, Mapping

from telegram.error import NetworkError

from bot.wire import Patience, Wire
from data.model.counts import What
from data.model.deliveries import Delivery, Verdict, read
from data.tally import Tally
from handlers.notices import Deliver
from handlers.sending import NotSent

log = logging.getLogger(__name__)

CALLS = 512
"""At once, at most."""
COUNTED: Mapping[Verdict, What] = {
    "delivered": "sent",
    "gone": "blocked",
    "refused": "failed",
    "unreadable": "failed",
    "unknown": "uncertain",
}
"""What is final; all else is tried again."""


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

    async def deliver(self, method: str, body: bytes, leaves: Callable[[], None]) -> Delivery:
        """Never raises for what may happen on the way."""
        try:
            return read(*await self._wire.post_form(f"{self._address}/{method}", body, leaves))
        except NotSent as error:
            return Delivery("not_sent", error=str(error))
        except NetworkError as error:
            return Delivery("unknown", error=str(error))


def counted(deliver: Deliver, tally: Tally) -> Deliver:
    """The same, with what becomes of new messages counted for the statistics."""

    async def deliver_and_count(method: str, body: bytes, leaves: Callable[[], None]) -> Delivery:
        delivery = await deliver(method, body, leaves)
        what = COUNTED.get(delivery.verdict)
        if what and method.startswith("send"):  # and not a correction or a recall
            tally.add(what)
        return delivery

    return deliver_and_count
