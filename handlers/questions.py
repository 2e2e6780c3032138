"""What a person writes freely, and what the bot cannot read."""

from handlers.ask import Ask, Services
from handlers.cards import card
from handlers.choosing import wanted
from handlers.reply import Reply, button
from handlers.routing import Unreadable, Written


async def question(ask: Ask, services: Services) -> Reply:
    target = wanted(ask, services, "e")
    if isinstance(target, Reply):
        return target
    if target.commemoration:
        return card(ask, services.library, target.commemoration)
    return _offer(ask)


async def unreadable(ask: Ask, services: Services) -> Reply:
    words = ask.speaker.say("I can read text and buttons. Write the name of a town or a day.")
    return Reply((words,), _offer(ask).buttons)


def _offer(ask: Ask) -> Reply:
    term = ask.speaker.term
    return Reply(
        (ask.speaker.say("Write the name of a town or a day, or press a button."),),
        (
            (
                button("⏭ " + term("button", "Next day"), "n"),
                button("📅 " + term("button", "City Days"), "d"),
                button("❓ " + term("button", "Help"), "help"),
            ),
        ),
    )


ROUTES = (Written(question), Unreadable(unreadable))
