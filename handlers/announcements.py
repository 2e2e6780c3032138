"""The words of an announcement: the editors' own, in the language of whoever reads them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from data.model.announcements import NOBODY
from data.model.outbox import Audience
from data.store.ports import Subscriptions
from handlers.ask import Services
from handlers.following import stop_all
from handlers.notices import Notice
from handlers.reply import Button, Reply
from locales import Speaker, guess


async def announce(notice: Notice, _services: Services) -> Reply | None:
    """The words of the kind ``announcement``. None for those whose language has no text.

    The body has ``texts`` by language (Telegram's HTML), ``others`` (the language of those who
    speak none of them, or none), ``photo``, ``button`` (text, url) and ``silent``.
    """
    body = notice.body
    texts: Mapping[str, str] = body["texts"]
    text = texts.get(notice.speaker.language) or texts.get(body.get("others", ""))
    if not text:
        return None
    return Reply(
        # an editor writes the markup, and Telegram says when it is wrong
        (Markup(text),),  # noqa: S704 - an editor's, which Telegram checks
        (_ways_on(body), (stop_all(notice.speaker),)),
        silent=bool(body.get("silent")),
        photo=body.get("photo", ""),
    )


async def readers(
    subscriptions: Subscriptions, audience: Audience, speakers: Mapping[str, Speaker]
) -> Mapping[str, int]:
    """How many of an audience are told in which language."""
    if audience.language:
        return {audience.language: await subscriptions.count(audience)}
    every = [replace(audience, language=each) for each in speakers]
    counts = {each.language: await subscriptions.count(each) for each in every}
    without = await subscriptions.count(audience) - sum(counts.values())
    counts[guess(None, speakers)] += without
    return counts


async def reach(
    subscriptions: Subscriptions,
    audience: Audience,
    body: Mapping[str, Any],
    speakers: Mapping[str, Speaker],
) -> int:
    """How many get it: whoever has no text, and shall get nothing, is not counted."""
    if body.get("others") != NOBODY:
        return await subscriptions.count(audience)
    counts = await readers(subscriptions, audience, speakers)
    return sum(many for language, many in counts.items() if language in body["texts"])


async def previews(services: Services, body: Mapping[str, Any]) -> tuple[Reply, ...]:
    """As people get it, in each language that it is written in."""
    now = services.now().astimezone(services.zone)
    shown = [
        await announce(Notice("announcement", "", body, speaker, now, private=True), services)
        for speaker in services.speakers.values()
        if speaker.language in body["texts"]
    ]
    return tuple(filter(None, shown))


async def correct(notice: Notice, services: Services) -> Reply | None:
    """The words of the kind ``correction``: they come in the place of what was said."""
    reply = await announce(notice, services)
    return replace(reply, deed="edit") if reply else None


async def recall(_notice: Notice, _services: Services) -> Reply | None:
    """The kind ``recall``: what was said is deleted."""
    return Reply(deed="delete")


def _ways_on(body: Mapping[str, Any]) -> tuple[Button, ...]:
    button = body.get("button")
    return (Button(button["text"], url=button["url"]),) if button else ()
