"""/announce: an announcement is written, looked at and confirmed.

The draft lies in the store; one chat has one. Each change gives it another nonce, which the button
that confirms carries: so it works once, and for nothing but what was looked at.
"""

import datetime as dt
import secrets
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from data.audiences import reached
from data.model.announcements import GRACE, LIFE, NOBODY, Draft
from data.model.outbox import Mailing, State, Urgency, Window
from data.model.staff import suffices
from data.store.desk import Watch
from handlers import announcements, approvals, composing, dictation, reports
from handlers.ask import Ask, Services
from handlers.choosing import wanted
from handlers.editorial import CHAT_TYPES, audience_name, load, note
from handlers.press import number_in
from handlers.reply import Reply, button, lines
from handlers.routing import Command, Dictated, Pressed
from locales import N_

LATELY = 5
"""Announcements among which one with the same words is looked for."""


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
    draft = await _save(ask, services, waiting=ask.args[0])
    return composing.prompt(ask, services, draft)


async def dictate(ask: Ask, services: Services) -> Reply:
    """What was asked for comes. An empty Reply where nothing was, or no longer may."""
    draft = await _stored(ask, services)
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
    draft = await _draft(ask, services)
    match ask.args:
        case ("photo",):
            return await _keep(ask, services, waiting="", photo="")
        case ("button" | "at" as field,):
            return await _keep(ask, services, waiting="", **{field: None})
    texts = {each: text for each, text in draft.texts.items() if (each,) != ask.args}
    return await _keep(ask, services, waiting="", texts=texts)


async def others(ask: Ask, services: Services) -> Reply:
    """``args``: the language that those get who have no text; nothing yet: it is asked."""
    draft = await _draft(ask, services)
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


async def preview(ask: Ask, services: Services) -> Reply:
    """Just as people will get it, in each language; then the button that has it sent."""
    speaker, draft = ask.speaker, await _draft(ask, services)
    if lacking := composing.lacking(speaker, services, draft):
        return Reply(toast=lacking)
    many = await composing.reach(services, draft)
    whom = audience_name(speaker, services, draft.audience)
    twin = await _twin(services, draft)
    return Reply(
        (
            speaker.say("This is how people will see it."),
            twin and speaker.say("⚠️ Announcement {number} says the same already!", number=twin),
            lines(
                speaker.say("To: {audience}", audience=whom),
                load(speaker, many, services.rate),
                "" if draft.corrects else await composing.moment(ask, services, draft.at),
            ),
        ),
        (
            (button(await _label(ask, services, again=bool(twin)), "ac", draft.nonce),),
            (button("⬅️ " + speaker.term("button", "Change"), "a"),),
        ),
        apart=True,
        before=await announcements.previews(services, draft.body()),
        refused=speaker.say("Telegram does not take the announcement. It says:"),
    )


async def confirm(ask: Ask, services: Services) -> Reply:
    """``args``: the nonce of what was looked at. Once: then there is no such draft any more."""
    draft = await _stored(ask, services)
    if draft is None or ask.args != (draft.nonce,) or not composing.in_time(services, draft):
        void = ask.speaker.say("This button no longer counts: look at the draft again.")
        return Reply(toast=void.unescape())
    held = await _needs_approval(ask, services)
    # queued again, should we stop here, it is the same mailing
    number = await (_correct if draft.corrects else _plan)(ask, services, draft, held)
    act = "announcement.correct" if draft.corrects else "announcement.confirm"
    await note(ask, services, act, str(number), held=held, **draft.body())
    await services.desk.watch(Watch(number, ask.chat_id, ask.message, ask.speaker.language))
    await services.desk.drop_draft(ask.chat_id)
    report = await services.mailings.report(number)
    alone = await approvals.held(ask, services, number) if held else ""
    card = await reports.card(ask.speaker, services, report) if report else Reply()
    return replace(card, toast=alone)


async def _plan(ask: Ask, services: Services, draft: Draft, held: bool) -> int:
    key, author = f"announcement {draft.nonce}", str(ask.chat_id)
    urgency = Urgency.ANNOUNCEMENT
    mailing = Mailing(key, "announcement", "", urgency, draft.body(), author)
    start = max(filter(None, (draft.at, services.now() + GRACE)))
    window, state = Window(start, start + LIFE), _state(held, "planned")
    audience = reached(services.library, draft.audience)
    return await services.mailings.plan(mailing, audience, window, state)


async def _correct(ask: Ask, services: Services, draft: Draft, held: bool) -> int:
    key, author = f"correction {draft.nonce}", str(ask.chat_id)
    ref = str(draft.corrects)
    mailing = Mailing(key, "correction", ref, Urgency.CHANGE, draft.body(), author)
    start = services.now() + GRACE
    window = Window(start, start + LIFE)
    state = _state(held, "open")
    return await services.mailings.follow_up(mailing, draft.corrects, window, state)


def _state(held: bool, else_: State) -> State:
    return "held" if held else else_


async def _twin(services: Services, draft: Draft) -> str:
    """The number of what was announced with these words of late and has not been called off."""
    if draft.corrects:
        return ""
    for report in await services.mailings.recent("announcement", LATELY):
        if report.mailing.body["texts"] == draft.texts and report.state != "cancelled":
            return str(report.id)
    return ""


async def _label(ask: Ask, services: Services, *, again: bool) -> str:
    if await _needs_approval(ask, services):
        return "📨 " + ask.speaker.term("button", "Ask for approval")
    if again:
        return "⚠️ " + ask.speaker.term("button", "Send it again")
    return "✅ " + ask.speaker.term("button", "Send")


async def _needs_approval(ask: Ask, services: Services) -> bool:
    role = await services.staff.role(ask.chat_id)
    return services.approval or not suffices(role, "publisher")


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
    return await composing.card(ask, services, await _save(ask, services, **changes))


async def _save(ask: Ask, services: Services, **changes: Any) -> Draft:
    draft = await _draft(ask, services)
    changed = draft.model_copy(update={**changes, "nonce": secrets.token_hex(6)})
    await services.desk.keep_draft(ask.chat_id, changed.model_dump_json())
    return changed


async def _draft(ask: Ask, services: Services) -> Draft:
    return await _stored(ask, services) or Draft(nonce=secrets.token_hex(6))


async def _stored(ask: Ask, services: Services) -> Draft | None:
    body = await services.desk.draft(ask.chat_id)
    try:
        return Draft.model_validate_json(body) if body else None
    except ValidationError:  # an older version of the program wrote it
        return None


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
    Pressed("av", preview, staff="editor"),
    Pressed("ac", confirm, staff="editor"),
    Dictated(dictate),
)
