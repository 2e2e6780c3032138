"""Words for letters, made when they leave and used again for everybody who is told the same."""

import datetime as dt
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from cachetools import TTLCache

from data.model.outbox import Letter, Recipient
from handlers.ask import Services
from handlers.notices import Draft, Notice, Words
from handlers.reply import Reply
from locales import Speaker, guess

FRESH = 5.0
"""Seconds for which words may be used again."""
KEPT = 4096


class Wording:
    """``words`` by kind of mailing; ``draft`` puts a reply for the wire."""

    def __init__(
        self, services: Services, words: Mapping[str, Words], draft: Callable[[Reply], Draft]
    ) -> None:
        self._services = services
        self._words = words
        self._draft = draft
        self._made: TTLCache[tuple[object, ...], Draft | None] = TTLCache(KEPT, FRESH)

    async def of(self, letter: Letter, who: Recipient, now: dt.datetime) -> Draft | None:
        """None when there is nothing to tell any more. Raises whatever the words raise."""
        speaker, private = self._speaker(who), who.type == "private"
        zone = who.preferences.zone
        # the moment too, for a clock that is moved
        key = (letter.mailing_id, speaker.language, zone, private, now.replace(microsecond=0))
        if key not in self._made:
            there, mailing = now.astimezone(ZoneInfo(zone)), letter.mailing
            notice = Notice(mailing.kind, mailing.ref, mailing.body, speaker, there, private)
            reply = await self._words[mailing.kind](notice, self._services)
            self._made[key] = self._draft(reply) if reply else None
        return self._made[key]

    def _speaker(self, who: Recipient) -> Speaker:
        speakers = self._services.speakers
        return speakers.get(who.language or "") or speakers[guess(who.language, speakers)]
