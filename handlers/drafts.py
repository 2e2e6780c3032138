"""/announce: an announcement is written."""

import datetime as dt
from dataclasses import replace
from typing import Any

from data.model.announcements import NOBODY, Draft
from data.model.staff import suffices
from handlers import composing, dictation, notebook
from handlers.ask import Ask, Services
from handlers.choosing import wanted
from handlers.editorial import CHAT_TYPES
from handlers.press import number_in
from handlers.reply import Reply
from handlers.routing import Command, Dictated, Pressed
from locales import N_


async def announce(ask: Ask, services: Services) -> Reply:
    """The draft as it is; what was just asked for is no longer waited for."""
    return await _keep(ask, services, waiting="")


async def correct(ask: Ask, services: Services) -> Reply:
    """``args``: the number of an announcement; its text is written anew, the photo stays."""
    number = number_in(ask.args)
    report = await services.mailings.report(number)
    if report is None or report.mailing.kind != "announcement":
        return Reply(toast=ask.speaker.say("There is no such announcement.").unescape())
    known = {key: value for key, value in report.mailing.body.items() if key in Draft.model_fields}
    draft = Draft.model_validate({**known, "at": None, "nonce": "", "corrects": number})
    return await _keep(ask, services, **dict(draft))


async def write(ask: Ask, services: Services) -> Reply:
    """``args``: what the next message is taken for, a language being its text."""
    if ask.args[:1] not in composing.fields(services):
        return await announce(ask, services)
    draft = await notebook.write(ask, services, waiting=ask.args[0])
    return composing.prompt(ask, services, draft)


async def dictate(ask: Ask, services: Services) -> Reply:
    """What was asked for comes. An empty Reply where nothing was, or no longer may."""
    draft = await notebook.read(ask, services)
    if draft is None or not draft.waiting:
        return Reply()
    if not suffices(await services.staff.role(ask.chat_id), "editor"):
        return Reply()
    if draft.waiting == "topic":
        return await _take_topic(ask, services, draft)
    zone = (await services.chats.preferences(ask.chat_id)).zone
    read = dictation.read(ask, services, draft, zone)
    if isinstance(read, str):
        return composing.prompt(ask, services, draft, read)
    return await _keep(ask, services, waiting="", **read)


async def clear(ask: Ask, services: Services) -> Reply:
    """``args``: what the draft shall not have, a language being its text."""
    draft = await notebook.draft(ask, services)
    match ask.args:
        case ("photo",):
            return await _keep(ask, services, waiting="", photo="")
        case ("button" | "at" as field,):
            return await _keep(ask, services, waiting="", **{field: None})
    texts = {each: text for each, text in draft.texts.items() if (each,) != ask.args}
    return await _keep(ask, services, waiting="", texts=texts)


async def others(ask: Ask, services: Services) -> Reply:
    """``args``: the language that those get who have no text; nothing yet: it is asked."""
    draft = await notebook.draft(ask, services)
    if ask.args and (ask.args[0] in draft.texts or ask.args[0] == NOBODY):
        return await _keep(ask, services, others=ask.args[0])
    return composing.others(ask, services, draft)


async def audience(ask: Ask, services: Services) -> Reply:
    """``args``: ``all``, a language, a type of chat, or nothing yet."""
    everyone: dict[str, str] = {"topic": "", "language": "", "chat_type": ""}
    match ask.args:
        case ("all",):
            return await _keep(ask, services, **everyone)
        case ("language", language) if language in services.speakers:
            return await _keep(ask, services, **{**everyone, "language": language})
        case ("type", kind) if kind in CHAT_TYPES:
            return await _keep(ask, services, **{**everyone, "chat_type": kind})
        case ("topic", topic) if topic in _topics(services):
            return await _keep(ask, services, waiting="", **{**everyone, "topic": topic})
    return composing.audiences(ask, services)


async def topic(ask: Ask, services: Services) -> Reply:
    """``args``: a place or a day that was offered because its name was not clear."""
    return await audience(replace(ask, args=("topic", *ask.args)), services)


async def soon(ask: Ask, services: Services) -> Reply:
    """``args``: in how many hours it is sent."""
    hours = int(ask.args[0]) if ask.args and ask.args[0] in ("1", "24") else 1
    at = (services.now() + dt.timedelta(hours=hours)).replace(second=0, microsecond=0)
    return await _keep(ask, services, waiting="", at=at)


async def sound(ask: Ask, services: Services) -> Reply:
    """``args``: whether it makes none."""
    return await _keep(ask, services, silent=ask.args == ("1",))


async def discard(ask: Ask, services: Services) -> Reply:
    await services.desk.drop_draft(ask.chat_id)
    return Reply((ask.speaker.say("The draft is deleted. Nothing was sent."),))


async def _take_topic(ask: Ask, services: Services, draft: Draft) -> Reply:
    found = wanted(ask, services, "at")
    if isinstance(found, Reply):
        return found
    subject = found.place or found.commemoration
    if subject is None:
        return composing.prompt(ask, services, draft)
    return await topic(replace(ask, args=(subject.id,)), services)


def _topics(services: Services) -> set[str]:
    library = services.library
    return {*library.commemorations, *library.places}


async def _keep(ask: Ask, services: Services, **changes: Any) -> Reply:
    """The card of the draft with these changes."""
    return await composing.card(ask, services, await notebook.write(ask, services, **changes))


ROUTES = (
    Command("announce", announce, N_("Tell everyone something"), staff="editor"),
    Pressed("a", announce, staff="editor"),
    Pressed("ak", correct, staff="editor"),
    Pressed("aw", write, staff="editor"),
    Pressed("ax", clear, staff="editor"),
    Pressed("ao", others, staff="editor"),
    Pressed("aa", audience, staff="editor"),
    Pressed("at", topic, staff="editor"),
    Pressed("as", soon, staff="editor"),
    Pressed("aq", sound, staff="editor"),
    Pressed("ad", discard, staff="editor"),
    Dictated(dictate),
)
