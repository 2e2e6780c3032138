"""How a draft looks while it is written, and what is asked for."""

import datetime as dt

from markupsafe import Markup

from data.audiences import reached
from data.model.announcements import NOBODY, Draft
from handlers import announcements
from handlers.ask import Ask, Services
from handlers.dictation import plain
from handlers.editorial import CHAT_TYPES, audience_name, chat_type, load, stamp
from handlers.reply import Button, Reply, Row, bold, button, lines, rows
from locales import Speaker

FIELDS = ("photo", "button", "at", "topic")


def fields(services: Services) -> set[tuple[str, ...]]:
    """What can be asked for; a language stands for its text."""
    return {(each,) for each in (*services.speakers, *FIELDS)}


async def card(ask: Ask, services: Services, draft: Draft) -> Reply:
    """All of the draft, and the ways to change it."""
    speaker = ask.speaker
    whom = audience_name(speaker, services, draft.audience)
    many = await reach(services, draft)
    return Reply(
        (
            bold(_title(speaker, draft)),
            lines(*(_text(services, draft, each) for each in services.speakers)),
            lines(*_extras(speaker, services, draft)),
            lines(
                speaker.say("To: {audience}", audience=whom),
                load(speaker, many, services.rate),
                "" if draft.corrects else await moment(ask, services, draft.at),
            ),
        ),
        _buttons(speaker, services, draft),
    )


async def reach(services: Services, draft: Draft) -> int:
    """How many get it; a correction, those who got what it corrects."""
    if not draft.corrects:
        whom = reached(services.library, draft.audience)
        return await announcements.reach(
            services.subscriptions, whom, draft.body(), services.speakers
        )
    report = await services.mailings.report(draft.corrects)
    return report.counts["sent"] if report else 0


def prompt(ask: Ask, services: Services, draft: Draft, wrong: str = "") -> Reply:
    """Asks for what is waited for; ``wrong``: why what came cannot be taken."""
    speaker, field = ask.speaker, draft.waiting
    clear = button(speaker.term("button", "None"), "ax", field)
    more: tuple[Row, ...] = ((clear,),) if field != "topic" else ()
    if field == "at":
        more = (
            (button(speaker.term("button", "At once"), "ax", "at"),),
            (button(speaker.term("button", "In 1 hour"), "as", 1),),
            (button(speaker.term("button", "In 24 hours"), "as", 24),),
        )
    return Reply((wrong, _question(speaker, services, field)), (*more, (_back(speaker),)))


def others(ask: Ask, services: Services, draft: Draft) -> Reply:
    """What those get whose language has no text."""
    speaker = ask.speaker
    choices = [
        button(each.name, "ao", each.language)
        for each in services.speakers.values()
        if each.language in draft.texts
    ]
    nothing = button(speaker.term("button", "Nothing"), "ao", NOBODY)
    question = speaker.say("What do those get whose language has no text?")
    return Reply((question,), (*rows((*choices, nothing)), (_back(speaker),)))


def audiences(ask: Ask, services: Services) -> Reply:
    speaker = ask.speaker
    return Reply(
        (speaker.say("Who shall get it?"),),
        (
            (button(speaker.term("button", "Everyone"), "aa", "all"),),
            *rows(
                button(each.name, "aa", "language", each.language)
                for each in services.speakers.values()
            ),
            *rows(
                button(speaker.first_upper(chat_type(speaker, each)), "aa", "type", each)
                for each in CHAT_TYPES
            ),
            (button(speaker.term("button", "Followers of a town or day"), "aw", "topic"),),
            (_back(speaker),),
        ),
    )


def lacking(speaker: Speaker, services: Services, draft: Draft) -> str:
    """What the draft still needs before it can be looked at."""
    if not draft.texts:
        return speaker.say("Write at least one text first.").unescape()
    if not draft.is_whole(services.speakers):
        ask = speaker.say("First choose what those get whose language has no text.")
        return ask.unescape()
    if not in_time(services, draft):
        return speaker.say("The time that was chosen has passed; choose another.").unescape()
    return ""


def in_time(services: Services, draft: Draft) -> bool:
    """The moment that was chosen is still to come, if one was."""
    return draft.at is None or draft.at > services.now()


async def moment(ask: Ask, services: Services, at: dt.datetime | None) -> Markup:
    """When it is sent, in the editor's time zone."""
    speaker = ask.speaker
    if at is None:
        return speaker.say("When: as soon as it is confirmed")
    zone = (await services.chats.preferences(ask.chat_id)).zone
    return speaker.say("When: {moment}", moment=stamp(speaker, at, zone))


def _question(speaker: Speaker, services: Services, field: str) -> str:
    match field:
        case "photo":
            return speaker.say("Send the photo.")
        case "button":
            return speaker.say(
                "Write the words of the button and its address, for example: "
                "<i>Read more – https://president.az</i>"
            )
        case "at":
            return speaker.say(
                "When shall it be sent? Write the day and the time, "
                "for example: <i>25.11.2026 10:00</i>"
            )
        case "topic":
            return speaker.say("Write the name of the town or the day.")
    name = services.speakers[field].name
    return speaker.say("Write the text in this language: {language}.", language=name)


def _title(speaker: Speaker, draft: Draft) -> str:
    if not draft.corrects:
        return speaker.say("Announcement (draft)")
    return speaker.say("Correction of announcement {number} (draft)", number=draft.corrects)


def _text(services: Services, draft: Draft, language: str) -> Markup:
    name, text = services.speakers[language].name, draft.texts.get(language)
    if not text:
        return Markup("▫️ {}").format(name)
    whole = plain(text)
    short = whole if len(whole) <= 80 else f"{whole[:80]}…"
    return Markup("✅ {}: <i>{}</i>").format(name, short)


def _extras(speaker: Speaker, services: Services, draft: Draft) -> list[Markup | str]:
    way, open_ = draft.button, draft.texts and draft.without_text(services.speakers)
    told: list[Markup | str] = []
    if open_:
        chosen = services.speakers.get(draft.others)
        name = chosen.name if chosen else _nothing(speaker, draft)
        told.append(speaker.say("Those whose language has no text get: {what}", what=name))
    if draft.photo:
        told.append(speaker.say("With a photo"))
    if way:
        told.append(Markup("🔗 {} ({})").format(way.text, way.url))
    if draft.silent:
        told.append(speaker.say("Without sound"))
    return told


def _nothing(speaker: Speaker, draft: Draft) -> str:
    if draft.others == NOBODY:
        return speaker.term("others", "nothing")
    return speaker.term("others", "(not chosen yet)")


def _buttons(speaker: Speaker, services: Services, draft: Draft) -> tuple[Row, ...]:
    term = speaker.term
    texts = [button("✏️ " + each.name, "aw", each.language) for each in services.speakers.values()]
    new = [
        button("🖼 " + term("button", "Photo"), "aw", "photo"),
        button("👥 " + term("button", "To whom"), "aa"),
        button("🕑 " + term("button", "When"), "aw", "at"),
        _sound(speaker, draft),
    ]
    rest = [button("🔗 " + term("button", "Button"), "aw", "button")]
    # to whom and how it was sent is past
    rest += [] if draft.corrects else new
    if draft.texts and draft.without_text(services.speakers):
        rest.append(button("🗣 " + term("button", "Other languages"), "ao"))
    return (
        *rows((*texts, *rest)),
        (
            button("👁 " + term("button", "Preview"), "av"),
            button("🗑 " + term("button", "Discard"), "ad"),
        ),
    )


def _sound(speaker: Speaker, draft: Draft) -> Button:
    if draft.silent:
        return button("🔈 " + speaker.term("button", "With sound"), "aq", 0)
    return button("🔇 " + speaker.term("button", "Without sound"), "aq", 1)


def _back(speaker: Speaker) -> Button:
    return button("⬅️ " + speaker.term("button", "Back"), "a")
