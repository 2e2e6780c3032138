"""/announcements: what has been confirmed; it is paused, resumed, called off and reported on."""

import csv
import datetime as dt
import io
from dataclasses import replace

from data.model.announcements import GRACE
from data.model.outbox import Mailing, Report, State, Urgency, Window
from data.store.desk import Watch
from handlers import announcements, reports
from handlers.ask import Ask, Services
from handlers.editorial import note, number
from handlers.reply import File, Reply, bold, button, lines
from handlers.routing import Command, Pressed
from locales import N_

LISTED = 10
DELETABLE = dt.timedelta(days=2)
"""How long Telegram lets a bot delete its messages."""


async def listing(ask: Ask, services: Services) -> Reply:
    """The newest announcements, each with a button to its card."""
    speaker = ask.speaker
    found = await services.mailings.recent("announcement", LISTED)
    if not found:
        return Reply((speaker.say("There are no announcements yet."),))
    entries = (
        f"{each.id}. {reports.summary(speaker, each)} – "
        f"{reports.state_name(speaker, services, each)}"
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
    return await _watched(ask, services, report) if report else _unknown(ask)


async def pause(ask: Ask, services: Services) -> Reply:
    return await _set(ask, services, "paused", ("planned", "open"))


async def go_on(ask: Ask, services: Services) -> Reply:
    """Also approves what is held, which needs somebody else than the author."""
    report = await _report(ask, services)
    if report and report.state == "held" and report.mailing.author == str(ask.chat_id):
        refused = ask.speaker.say("It needs another person than the one who wrote it.")
        return Reply(toast=refused.unescape())
    return await _set(ask, services, "open", ("held", "paused"))


async def call_off(ask: Ask, services: Services) -> Reply:
    """``args``: the number, and ``yes`` once that has been confirmed."""
    if ask.args[1:] == ("yes",):
        return await _set(ask, services, "cancelled", reports.LIVE)
    report = await _report(ask, services)
    if report is None:
        return _unknown(ask)
    speaker = ask.speaker
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
    return await show(replace(ask, args=(str(number_),)), services)


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
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("chat_id", "thread_id", "status", "message_id"))
    async for address, status, message_id in services.mailings.letters(report.id):
        writer.writerow((address.chat_id, address.thread_id, status, message_id or ""))
    name = f"announcement-{report.id}.csv"
    words = ask.speaker.say("Announcement {number}", number=report.id)
    return Reply((words,), apart=True, file=File(name, out.getvalue().encode()))


async def _set(ask: Ask, services: Services, state: State, from_: tuple[str, ...]) -> Reply:
    """Done again it changes nothing, and is not written down again."""
    report = await _report(ask, services)
    if report is None:
        return _unknown(ask)
    if report.state in from_:
        await services.mailings.set_state(report.id, state)
        await note(ask, services, f"announcement.{state}", str(report.id), was=report.state)
    return await show(ask, services)


async def _watched(ask: Ask, services: Services, report: Report) -> Reply:
    if report.state in reports.LIVE and ask.message:
        await services.desk.watch(Watch(report.id, ask.chat_id, ask.message, ask.speaker.language))
    return await reports.card(ask.speaker, services, report)


async def _report(ask: Ask, services: Services) -> Report | None:
    if not ask.args or not ask.args[0].isdigit():
        return None
    report = await services.mailings.report(int(ask.args[0]))
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
    Pressed("md", recall, staff="publisher"),
    Pressed("mx", call_off, staff="publisher"),
)
