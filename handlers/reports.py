"""How far an announcement is: one card, which is shown again and again while it is sent."""

import datetime as dt
from collections.abc import Iterator

from markupsafe import Markup

from data.audiences import reached
from data.model.outbox import Audience, Report
from handlers import announcements
from handlers.ask import Services
from handlers.editorial import audience_name, duration, load, number, stamp
from handlers.reply import Button, Reply, bold, button, lines, rows
from locales import Speaker

BAR = 10
"""Squares of the bar."""
KINDS = ("announcement", "correction", "recall")
WAITING = ("held", "planned")
ENDED = ("stopped", "cancelled", "done")
LIVE = (*WAITING, "open", "paused", "stopped")


async def card(speaker: Speaker, services: Services, report: Report) -> Reply:
    head = lines(
        bold(title(speaker, report)),
        Markup("<i>{}</i>").format(summary(speaker, report)),
        speaker.say(
            "To: {audience}", audience=audience_name(speaker, services, audience_of(report))
        ),
    )
    if report.state in WAITING:
        told = lines(
            load(speaker, await _recipients(services, report), services.rate),
            *((await _asked(speaker, services, report)) if report.state == "held" else ()),
        )
    else:
        told = lines(*_counts(speaker, report, await services.mailings.blocked(report.id)))
    state = state_name(speaker, services, report)
    return Reply(
        (head, state, _bar(report), told, _left(speaker, services, report)),
        rows(_buttons(speaker, report)),
    )


async def _recipients(services: Services, report: Report) -> int:
    """How many there are, or for an announcement that has not begun would be now."""
    if report.mailing.kind != "announcement":
        return sum(report.counts.values())
    whom = reached(services.library, audience_of(report))
    return await announcements.reach(
        services.subscriptions, whom, report.mailing.body, services.speakers
    )


def title(speaker: Speaker, report: Report) -> str:
    match report.mailing.kind:
        case "correction":
            return speaker.say("Correction of announcement {number}", number=report.mailing.ref)
        case "recall":
            return speaker.say("Recall of announcement {number}", number=report.mailing.ref)
    return speaker.say("Announcement {number}", number=report.id)


def summary(speaker: Speaker, report: Report) -> str:
    """The beginning of the text, in the reader's language if there is one."""
    texts = report.mailing.body.get("texts", {})
    text = texts.get(speaker.language) or next(iter(texts.values()), "")
    plain = Markup(text).striptags()  # noqa: S704 - the markup is taken away
    return plain if len(plain) <= 60 else f"{plain[:60]}…"


def audience_of(report: Report) -> Audience:
    """What was chosen for it; what came by the command line does not say."""
    body = report.mailing.body
    topics = (body["topic"],) if body.get("topic") else ()
    return Audience(topics, body.get("language", ""), body.get("chat_type", ""))


def asking(mailing_id: int) -> str:
    """The key of the mailing that asks for the approval of another."""
    return f"approval {mailing_id}"


async def _asked(speaker: Speaker, services: Services, report: Report) -> tuple[str, ...]:
    """Who wants it, and who does not know that yet."""
    author = speaker.say("Written by: {who}", who=report.mailing.author)
    people = await services.mailings.unreached(asking(report.id))
    if not people:
        return (author,)
    lost = speaker.say(
        "I could not reach {people}; they find it in /announcements.",
        people=", ".join(map(str, people)),
    )
    return author, lost


def moment(report: Report) -> dt.datetime | None:
    """For when it was scheduled; None where it was to be sent at once."""
    at = report.mailing.body.get("at") if report.mailing.kind == "announcement" else None
    return dt.datetime.fromisoformat(at) if at else None


def state_name(speaker: Speaker, services: Services, report: Report) -> str:
    if report.state in WAITING:
        return _waiting(speaker, services, report)
    match report.state:
        case "open":
            return "📨 " + speaker.say("Under way")
        case "paused":
            return "⏸ " + speaker.say("Paused")
        case "stopped":
            return "⛔ " + speaker.say("Stopped: Telegram says “{error}”", error=report.error)
        case "cancelled":
            return "✖️ " + speaker.say("Called off")
    return "🏁 " + speaker.say("Finished")


def _waiting(speaker: Speaker, services: Services, report: Report) -> str:
    when = _when(speaker, services, report)
    if report.state == "held":
        return lines("🖐 " + speaker.say("Waits for the approval of a second person"), when)
    return when or "📨 " + speaker.say("About to be sent")


def _when(speaker: Speaker, services: Services, report: Report) -> str:
    """In the bot's zone: several people may be looking at it."""
    at = moment(report)
    if at is None:
        return ""
    told = stamp(speaker, at, str(services.zone))
    if at > services.now():
        return "🕑 " + speaker.say("Scheduled for {moment}", moment=told)
    if report.state == "held":
        return "⚠️ " + speaker.say("Its time has passed: {moment}", moment=told)
    return ""


def _counts(speaker: Speaker, report: Report, blocked: int) -> Iterator[str]:
    counts = report.counts
    yield _done(speaker, report)
    yield speaker.say("Blocked: {number}", number=number(blocked))
    yield speaker.say("Uncertain: {number}", number=number(counts["uncertain"]))
    yield speaker.say("Failed: {number}", number=number(counts["failed"] - blocked))
    if counts["expired"] or counts["cancelled"]:
        gone = counts["expired"] + counts["cancelled"]
        yield speaker.say("Not sent any more: {number}", number=number(gone))


def _done(speaker: Speaker, report: Report) -> str:
    sent = number(report.counts["sent"])
    match report.mailing.kind:
        case "correction":
            return speaker.say("Corrected: {number}", number=sent)
        case "recall":
            return speaker.say("Deleted: {number}", number=sent)
    return speaker.say("Sent: {number}", number=sent)


def _bar(report: Report) -> str:
    every = sum(report.counts.values())
    if report.state in WAITING or not every:
        return ""
    done = every - _open(report)
    full = BAR * done // every
    return f"{'▓' * full}{'░' * (BAR - full)} {100 * done // every} %"


def _left(speaker: Speaker, services: Services, report: Report) -> str:
    """The ETA, by the pace that is allowed."""
    left = _open(report)
    if report.state not in ("open", "paused") or not left:
        return ""
    if not services.rate:
        return speaker.say("Left: {number}", number=number(left))
    time = duration(speaker, left / services.rate)
    return speaker.say("Left: {number}, that takes {time}", number=number(left), time=time)


def _open(report: Report) -> int:
    return report.counts["pending"] + report.counts["sending"]


def _buttons(speaker: Speaker, report: Report) -> Iterator[Button]:
    term, number_ = speaker.term, report.id
    match report.state:
        case "held":
            yield button("✅ " + term("button", "Approve"), "my", number_)
        case "planned" | "open":
            yield button("⏸ " + term("button", "Pause"), "mp", number_)
        case "paused":
            yield button("▶️ " + term("button", "Go on"), "mo", number_)
    if report.state in LIVE:
        yield button("✖️ " + term("button", "Call off"), "mx", number_)
    yield button("👁 " + term("button", "Preview"), "mv", number_)
    if report.pruned:
        return
    if report.state in ENDED and report.counts["sent"] and report.mailing.kind == "announcement":
        yield button("✏️ " + term("button", "Correct"), "ak", number_)
        yield button("🗑 " + term("button", "Recall"), "md", number_)
    if report.state not in WAITING:
        yield button("📄 " + term("button", "List (CSV)"), "mr", number_)
