"""How an item of a programme is told, wherever it is shown, and how its programme stands."""

import datetime as dt

from markupsafe import Markup

from data.model.programmes import Item, Programme
from handlers.reply import bold, italic, lines
from locales import Speaker

MARK = {
    "ceremony": "🕯",
    "concert": "🎵",
    "exhibition": "🖼",
    "fair": "🎪",
    "festival": "🎼",
    "film_screening": "🎬",
    "fireworks": "🎆",
    "masterclass": "🎨",
    "other": "▫️",
    "parade": "🥁",
    "performance": "🎭",
}


def status(speaker: Speaker, programme: Programme, today: dt.date) -> Markup:
    """Before its day nothing has been held, whatever was reported later."""
    announced = programme.first is not None and today < programme.first
    match "announced" if announced and "held" in programme.status else programme.status:
        case "moved":
            return bold(speaker.say("This programme has been moved."))
        case "cancelled":
            return bold(speaker.say("This programme has been cancelled."))
        case "announced":
            return speaker.say("Status: announced")
        case "undated":
            return speaker.say("Status: the source does not give the year")
    return speaker.say("Status: held")


def told(speaker: Speaker, item: Item) -> Markup:
    performers = ", ".join(speaker.text(each) for each in item.performers)
    day = speaker.day(item.date) if item.date else ""
    when = " · ".join(filter(None, (day, item.time)))
    organiser = speaker.text(item.organiser) if item.organiser else ""
    return lines(
        title(speaker, item),
        f"🕑 {when}" if when else "",
        f"📍 {speaker.text(item.venue)}" if item.venue else "",
        speaker.say("Organised by: {names}", names=organiser) if organiser else "",
        speaker.say("With: {names}", names=performers) if performers else "",
        italic(speaker.text(item.note)) if item.note else "",
    )


def title(speaker: Speaker, item: Item) -> Markup:
    title = Markup("{} {}").format(MARK[item.kind], speaker.text(item.title))
    if item.status == "moved":
        return speaker.say("{title} – <b>moved</b>", title=title)
    if item.status == "cancelled":
        return speaker.say("<s>{title}</s> – <b>cancelled</b>", title=title)
    return title
