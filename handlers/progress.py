"""Messages that show how far announcements are, brought up to date while they are sent."""

from collections.abc import Awaitable, Callable

from data.store.desk import Watch
from handlers.ask import Services
from handlers.reply import Reply
from handlers.reports import card

Renew = Callable[[int, int, Reply], Awaitable[bool]]
"""Chat, message and what it shows now; False when the message is no longer there."""


class Progress:
    """``watches`` survive a restart; what was last shown need not."""

    def __init__(self, services: Services, renew: Renew) -> None:
        self._services = services
        self._renew = renew
        self._shown: dict[Watch, Reply] = {}

    async def tick(self) -> None:
        for watch in await self._services.desk.watches():
            await self._show(watch)

    async def _show(self, watch: Watch) -> None:
        services = self._services
        report = await services.mailings.report(watch.mailing_id)
        there = report is not None
        if report is not None:
            shown = await card(services.speakers[watch.language], services, report)
            if shown != self._shown.get(watch):
                there = await self._renew(watch.chat_id, watch.message_id, shown)
                self._shown[watch] = shown
        if not there or (report and report.state in ("done", "cancelled")):
            self._shown.pop(watch, None)
            await services.desk.unwatch(watch)
