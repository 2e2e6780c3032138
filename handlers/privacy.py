"""/privacy: what is stored about a chat, why, and for how long. Telegram's terms ask for it."""

from handlers.ask import Ask, Services
from handlers.reply import Reply, bold, lines
from handlers.routing import Command
from locales import N_


async def privacy(ask: Ask, services: Services) -> Reply:
    say = ask.speaker.say
    return Reply(
        (
            bold(say("Your privacy")),
            say("The least is stored that makes the bot work:"),
            lines(
                say("• the number of this chat and its type, to answer in it;"),
                say("• the language that you choose, to answer in it;"),
                say("• when that was stored or changed;"),
                say(
                    "• for 30 minutes what the chat talked of last (a day, a place, a year), "
                    "to understand “and a concert?”."
                ),
            ),
            say(
                "A question that I cannot answer is kept for 30 days after it was last asked, "
                "without who asked it, so that the answer can be added."
            ),
            say(
                "Names, phone numbers and other messages are not stored, nothing is sold or "
                "passed on, and nothing is sent to you unless you ask for it."
            ),
        ),
    )


ROUTES = (Command("privacy", privacy, N_("What is stored about you")),)
