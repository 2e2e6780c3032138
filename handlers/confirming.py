"""An announcement is looked at and confirmed, or given to somebody who may."""

from dataclasses import replace

from data.audiences import reached
from data.model.announcements import GRACE, LIFE, Draft
from data.model.outbox import Mailing, State, Urgency, Window
from data.model.staff import suffices
from data.store.desk import Watch
from handlers import announcements, approvals, composing, notebook, reports
from handlers.ask import Ask, Services
from handlers.editorial import audience_name, load, note
from handlers.reply import Reply, button, lines
from handlers.routing import Pressed

LATELY = 5
"""Announcements among which one with the same words is looked for."""


async def preview(ask: Ask, services: Services) -> Reply:
    """Just as people will get it, in each language; then the button that has it sent."""
    speaker, draft = ask.speaker, await notebook.draft(ask, services)
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
    draft = await notebook.read(ask, services)
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


ROUTES = (
    Pressed("av", preview, staff="editor"),
    Pressed("ac", confirm, staff="editor"),
)
