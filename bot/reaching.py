"""The first words with Telegram, which may not be there yet."""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable

from telegram.error import BadRequest, InvalidToken, TelegramError

log = logging.getLogger(__name__)

PATIENCE = (0.5, 1, 2, 4, 8, 16, 30)
"""Seconds between the tries to reach Telegram at the start; the last one for ever."""


class StartError(Exception):
    """The bot cannot start; one line that names the variable and says how to mend it."""


async def insist(call: Callable[[], Awaitable[None]], variable: str, server: str) -> None:
    """Patiently: at boot the network may come later than we do.

    Raises StartError for the token, or for what ``variable`` says, where waiting is in vain.
    ``server`` is its address.
    """
    for failures in itertools.count():
        try:
            await call()
            return
        except InvalidToken:
            raise StartError(
                f"BOT_TOKEN: {server} does not accept it; take a new one from @BotFather"
            ) from None
        except BadRequest as error:
            raise StartError(f"{variable}: the server does not take it: {error}") from None
        except TelegramError as error:
            pause = PATIENCE[min(failures, len(PATIENCE) - 1)]
            log.warning("Telegram does not answer (%s); next try in %s s", error, pause)
            await asyncio.sleep(pause)
