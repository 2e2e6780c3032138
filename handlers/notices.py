"""What is said unasked: how its words are made, and how they are put for the wire."""

import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from data.model.deliveries import Delivery
from data.model.outbox import Letter
from handlers.ask import Services
from handlers.reply import Reply
from locales import Speaker


@dataclass(frozen=True)
class Notice:
    """What words are wanted for. ``now`` is in the person's time zone.

    Nothing here is of one person: everybody with the same language and zone is told the same.
    """

    kind: str
    ref: str
    body: Mapping[str, Any]
    speaker: Speaker
    now: dt.datetime
    private: bool


Words = Callable[[Notice, Services], Awaitable[Reply | None]]
"""None: there is nothing to tell any more."""


@dataclass(frozen=True)
class Draft:
    """A call of the Bot API for any chat; ``fields`` is the most of a form, URL-encoded."""

    method: str
    fields: str
    silent: bool

    def to(self, letter: Letter, silent: bool) -> bytes:
        """The body of the request. Half of it is the same for thousands, so it is put together."""
        address = letter.address
        form = f"chat_id={address.chat_id}"
        if letter.message_id is not None:
            form += f"&message_id={letter.message_id}"
        else:
            form += f"&message_thread_id={address.thread_id}" if address.thread_id else ""
            form += "&disable_notification=true" if silent or self.silent else ""
        return f"{form}&{self.fields}".encode()


Deliver = Callable[[str, bytes, Callable[[], None]], Awaitable[Delivery]]
"""Makes one call: the method, the body, and what is to be called at the moment it leaves."""


def draft(method: str, silent: bool, params: Mapping[str, str]) -> Draft:
    """A call with these parameters, apart from whom it goes to."""
    return Draft(method, urlencode(params), silent)
