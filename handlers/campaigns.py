"""/announcements: what has been confirmed; it is paused, resumed, called off and reported on."""

import datetime as dt
from dataclasses import astuple, replace

from data.model.announcements import GRACE
from data.model.outbox import Mailing, Report, State, Urgency, Window
from data.model.staff import suffices
from data.store.desk import Watch
from handlers import announcements, approvals, reports
from handlers.ask import Ask, Services
from handlers.editorial import above, note, number, stamp
from handlers.press import number_in
from handlers.reply import File, Reply, bold, button, lines
from handlers.routing import Command, Pressed
from handlers.sheets import sheet
from locales import N_

LISTED = 10
COLUMNS = ("chat_id", "thread_id", "status", "message_id", "error")
"""Of the report: the thread is 0 outside of a forum; the error is what Telegram says."""
DELETABLE = dt.timedelta(days=2)
"""How long Telegram lets a bot delete its messages."""


async def listing(ask: Ask, services: Services) -> Reply:
    """The newest announcements, each with a button to its card."""
    speaker = ask.speaker
    found = await services.mailings.recent("announcement", LISTED)
    if not found:
        return Reply((speaker.say("There are no announcements yet."),))
    entries = (
        speaker.say(
            "{number}. {text} – {state}",
            number=each.id,
            text=reports.summary(speaker, each),
            state=reports.state_name(speaker, services, each),
        )
        for each in found
    )
    buttons = [button(str(each.id), "mc", each.id) for each in found]
    split = LISTED // 2
    return Reply(
        (bold(speaker.say("Announcements")), lines(*entries)),
        (tuple(buttons[:split]), tuple(buttons[split:])),
    )


async def show(ask: Ask, services: Services) -> Reply:
    """``args``: the number. From now on this message shows how far it is."""
    report = await _report(ask, services)
    if report is None:
        return _unknown(ask)
    if report.state in reports.LIVE and ask.message:
        await services.desk.watch(Watch(report.id, ask.chat_id, ask.message, ask.speaker.language))
    return await reports.card(ask.speaker, services, report)


async def pause(ask: Ask, services: Services) -> Reply:
    return await _set(ask, services, "paused", ("planned", "open"))


async def go_on(ask: Ask, services: Services) -> Reply:
    return await _set(ask, services, "open", ("paused",))


async def approve(ask: Ask, services: Services) -> Reply:
    """What is held needs somebody else than the author. ``args``: the number, and ``yes`` where
    it has been confirmed that it is sent later than was meant."""
    report = await _report(ask, services)
    if report and report.state == "held":
        if report.mailing.author == str(ask.chat_id):
            refused = ask.speaker.say("It has to be approved by somebody other than its author.")
            return Reply(toast=refused.unescape())
        at = reports.moment(report)
        if at and at < services.now() and ask.args[1:] != ("yes",):
            return _late(ask, services, report.id, at)
        if await services.mailings.approve(report.id, services.now()):
            await note(ask, services, "announcement.approve", str(report.id), was="held")
    return await show(ask, services)


def _late(ask: Ask, services: Services, number_: int, at: dt.datetime) -> Reply:
    speaker = ask.speaker
    when = stamp(speaker, at, str(services.zone))
    return Reply(
        (speaker.say("That was for {moment}. Shall it be sent now?", moment=when),),
        (
            (button("✅ " + speaker.term("button", "Yes, send it now"), "my", number_, "yes"),),
            (button(speaker.term("button", "No"), "mc", number_),),
        ),
    )


async def call_off(ask: Ask, services: Services) -> Reply:
    """``args``: the number, and ``yes`` once that has been confirmed.

    Whoever is no publisher takes back what still waits, if it is their own.
    """
    speaker, report = ask.speaker, await _report(ask, services)
    if report is None:
        return _unknown(ask)
    own = report.mailing.author == str(ask.chat_id) and report.state == "held"
    if not own and not suffices(await services.staff.role(ask.chat_id), "publisher"):
        return Reply(toast=above(ask))
    if ask.args[1:] == ("yes",):
        return await _set(ask, services, "cancelled", ("held",) if own else reports.LIVE)
    return Reply(
        (
            speaker.say(
                "Call announcement {number} off? Whoever has not got it yet never will.",
                number=report.id,
            ),
        ),
        (
            (button("✖️ " + speaker.term("button", "Yes, call it off"), "mx", report.id, "yes"),),
            (button(speaker.term("button", "No"), "mc", report.id),),
        ),
    )


async def recall(ask: Ask, services: Services) -> Reply:
    """``args``: the number, and ``yes`` once that has been confirmed. Deletes what was sent."""
    report = await _report(ask, services)
    if report is None or report.mailing.kind != "announcement":
        return _unknown(ask)
    if ask.args[1:] != ("yes",):
        return _sure(ask, report)
    state: State = "held" if services.approval else "open"
    body, author = report.mailing.body, str(ask.chat_id)
    ref = str(report.id)
    mailing = Mailing(f"recall {ref}", "recall", ref, Urgency.CHANGE, body, author)
    start = services.now() + GRACE
    window = Window(start, start + DELETABLE)
    number_ = await services.mailings.follow_up(mailing, report.id, window, state)
    await note(ask, services, "announcement.recall", ref, mailing=number_)
    shown = await show(replace(ask, args=(str(number_),)), services)
    alone = await approvals.held(ask, services, number_) if services.approval else ""
    return replace(shown, toast=alone)


def _sure(ask: Ask, report: Report) -> Reply:
    speaker, many = ask.speaker, report.counts["sent"]
    return Reply(
        (
            speaker.count(
                "Delete announcement {id} from {number} chat?",
                "Delete announcement {id} from {number} chats?",
                many,
                id=report.id,
                number=number(many),
            ),
            speaker.say("Telegram lets a bot delete only what is less than 48 hours old."),
        ),
        (
            (button("🗑 " + speaker.term("button", "Yes, delete it"), "md", report.id, "yes"),),
            (button(speaker.term("button", "No"), "mc", report.id),),
        ),
    )


async def look(ask: Ask, services: Services) -> Reply:
    """As people get it, in each language."""
    report = await _report(ask, services)
    if report is None:
        return _unknown(ask)
    *before, last = await announcements.previews(services, report.mailing.body)
    return replace(last, before=tuple(before), apart=True)


async def table(ask: Ask, services: Services) -> Reply:
    """A line for each recipient, as CSV."""
    report = await _report(ask, services)
    if report is None:
        return _unknown(ask)
    await note(ask, services, "announcement.list", str(report.id))
    rows = (
        (*astuple(each.address), each.status, each.message_id or "", each.error)
        async for each in services.mailings.letters(report.id)
    )
    file = File(f"announcement-{report.id}.csv", await sheet(COLUMNS, rows))
    return Reply((reports.title(ask.speaker, report),), apart=True, file=file)


async def _set(ask: Ask, services: Services, state: State, from_: tuple[str, ...]) -> Reply:
    """Done again, or by another meanwhile, it changes nothing and is not written down."""
    while (report := await _report(ask, services)) and report.state in from_:
        was = report.state
        if await services.mailings.set_state(report.id, state, was):
            await note(ask, services, f"announcement.{state}", str(report.id), was=was)
            break
    return await show(ask, services)


async def _report(ask: Ask, services: Services) -> Report | None:
    report = await services.mailings.report(number_in(ask.args))
    return report if report and report.mailing.kind in reports.KINDS else None


def _unknown(ask: Ask) -> Reply:
    return Reply(toast=ask.speaker.say("There is no such announcement.").unescape())


ROUTES = (
    Command("announcements", listing, N_("Announcements and how far they are"), staff="viewer"),
    Pressed("ml", listing, staff="viewer"),
    Pressed("mc", show, staff="viewer"),
    Pressed("mv", look, staff="viewer"),
    Pressed("mr", table, staff="viewer"),
    Pressed("mp", pause, staff="publisher"),
    Pressed("mo", go_on, staff="publisher"),
    Pressed("my", approve, staff="publisher"),
    Pressed("md", recall, staff="publisher"),
    Pressed("mx", call_off, staff="editor"),
)
