"""/language: in which language the bot speaks in this chat."""

from handlers.ask import Ask, Services
from handlers.cards import languages
from handlers.reply import Reply, bold
from handlers.routing import Command, Pressed
from locales import N_


async def language(ask: Ask, services: Services) -> Reply:
    return Reply((bold(ask.speaker.say("Choose a language")),), (languages(ask, services),))


async def choose(ask: Ask, services: Services) -> Reply:
    """``args``: the language, and the deep link to go on with, if the person came by one."""
    speaker = services.speakers.get(ask.args[0]) if ask.args else None
    if speaker is None:
        return await language(ask, services)
    await services.chats.set_language(ask.chat_id, ask.kind, speaker.language, services.now())
    toast = speaker.say("I will speak English here.")
    return Reply(toast=toast, menu=speaker.language, then=ask.args[1] if ask.args[1:] else "start")


ROUTES = (
    Command("language", language, N_("Choose a language"), aliases=("dil", "yazyk")),
    Pressed("l", choose, admins=True),
)
