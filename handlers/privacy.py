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
                say("• when that was stored or changed."),
            ),
            say(
                "Names, phone numbers and the texts of messages are not stored, nothing is sold "
                "or passed on, and nothing is sent to you unless you ask for it. Nothing at all "
                "is stored before you choose a language."
            ),
        ),
    )


ROUTES = (Command("privacy", privacy, N_("What is stored about you")),)
