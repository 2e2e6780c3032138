"""What is to be announced waits for a second person: those who may approve it are told."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from data.model.announcements import GRACE
from data.model.outbox import Mailing, Urgency, Window
from data.model.subscriptions import Address
from data.store.ports import Chats
from data.store.post import Mailings
from handlers import reports
from handlers.ask import Ask, Services
from handlers.notices import Notice
from handlers.reply import Reply, bold

LIFE = dt.timedelta(days=1)
"""Who has not got the message by then finds what waits in /announcements."""


class Post(Protocol):
    """The services, or a store without them."""

    @property
    def chats(self) -> Chats: ...

    @property
    def mailings(self) -> Mailings: ...


async def ask_for(post: Post, mailing_id: int, people: Iterable[int], at: dt.datetime) -> None:
    """Tell each of ``people`` that the mailing waits, also those who have chosen nothing yet."""
    key = reports.asking(mailing_id)
    mailing = Mailing(key, "approval", str(mailing_id), Urgency.SOON)
    for user_id in people:
        await post.chats.admit(user_id, at)
        await post.mailings.put(mailing, Address(user_id), Window(at, at + LIFE))


async def held(ask: Ask, services: Services, mailing_id: int) -> str:
    """Ask everybody else who may approve it; tells the author when there is nobody."""
    publishers = await services.staff.those("publisher")
    others = [each for each in publishers if each != ask.chat_id]
    await ask_for(services, mailing_id, others, services.now() + GRACE)
    if others:
        return ""
    alone = ask.speaker.say("Nobody else may approve it yet. An owner gives roles with /roles.")
    return alone.unescape()


async def tell(notice: Notice, services: Services) -> Reply | None:
    """The words of the kind ``approval``. None once it has been decided.

    Here the button that stops everything is left out: it would not stop this.
    """
    report = await services.mailings.report(int(notice.ref))
    if report is None or report.state != "held":
        return None
    card = await reports.card(notice.speaker, services, report)
    head = bold(notice.speaker.say("Please look at this and approve it, or call it off."))
    return replace(card, paragraphs=(head, *card.paragraphs))
