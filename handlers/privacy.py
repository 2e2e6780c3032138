"""/privacy, /mydata and /deleteme: what is stored about a chat and why; all of it; none of it."""

import json

from markupsafe import Markup

from handlers.ask import Ask, Services
from handlers.reply import USUAL_MENU, Button, File, Reply, bold, button, lines
from handlers.routing import Command, Pressed
from locales import N_, Speaker


async def privacy(ask: Ask, services: Services) -> Reply:
    say = ask.speaker.say
    return Reply(
        (
            bold(say("Your privacy")),
            say("The least is stored that makes the bot work:"),
            _stored(ask.speaker),
            say(
                "A question that I cannot answer is kept for 30 days after it was last asked, "
                "without who asked it, so that the answer can be added."
            ),
            say(
                "Names, phone numbers, locations and other messages are not stored, nothing is "
                "sold or passed on, and nothing is sent to you unless you ask for it."
            ),
            say("/mydata shows all that is stored about this chat, /deleteme deletes it."),
        ),
    )


def _stored(speaker: Speaker) -> Markup:
    say = speaker.say
    return lines(
        say("• the number of this chat and its type, to answer in it;"),
        say("• the language that you choose, to answer in it;"),
        say("• what you want to be reminded of, and the time zone and hours for it;"),
        say("• for a month what was sent here unasked, so that nothing comes twice;"),
        say("• when that was stored or changed;"),
        say(
            "• for 30 minutes what the chat talked of last (a day, a place, a year), "
            "to understand “and a concert?”."
        ),
    )


async def mydata(ask: Ask, services: Services) -> Reply:
    stored = await services.chats.everything(ask.chat_id)
    if not stored:
        return Reply((ask.speaker.say("Nothing is stored about this chat."),))
    content = json.dumps(stored, ensure_ascii=False, indent=2, default=str)
    return Reply(
        (ask.speaker.say("This is all that is stored about this chat."),),
        ((_delete(ask.speaker),),),
        file=File("citydays.json", content.encode()),
    )


async def deleteme(ask: Ask, services: Services) -> Reply:
    say = ask.speaker.say
    yes = button("🗑 " + ask.speaker.term("button", "Yes, delete everything"), "del", "yes")
    no = button(ask.speaker.term("button", "No"), "del", "no")
    return Reply(
        (
            say(
                "Delete all that is stored about this chat: language, settings, reminders, and "
                "what is about to be sent? This cannot be undone."
            ),
        ),
        ((yes,), (no,)),
    )


async def decide(ask: Ask, services: Services) -> Reply:
    """``args``: ``yes``, ``no``, or nothing yet."""
    match ask.args:
        case ("yes",):
            await services.chats.forget(ask.chat_id)
            farewell = ask.speaker.say("Everything is deleted. Farewell!")
            return Reply((farewell,), menu=USUAL_MENU)
        case ("no",):
            return Reply((ask.speaker.say("Nothing was deleted."),))
    return await deleteme(ask, services)


def _delete(speaker: Speaker) -> Button:
    return button("🗑 " + speaker.term("button", "Delete everything"), "del")


ROUTES = (
    Command("privacy", privacy, N_("What is stored about you")),
    Command("mydata", mydata, N_("All that is stored, as a file"), listed=False, admins=True),
    Command("deleteme", deleteme, N_("Delete all that is stored"), listed=False, admins=True),
    Pressed("del", decide, admins=True),
)
