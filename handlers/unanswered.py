"""/questions: what people ask and find no answer to, for those who add the content."""

from markupsafe import Markup

from data.store.ports import Asked
from handlers.ask import Ask, Services
from handlers.press import number_in
from handlers.reply import Reply, Row, bold, button, lines
from handlers.routing import Command, Pressed
from locales import N_, Speaker

PAGE = 15
"""Questions of a page: of the longest ones it is still one message."""


async def unanswered(ask: Ask, services: Services) -> Reply:
    """``args``: the page, from 0."""
    page = number_in(ask.args)
    found = await services.unanswered.listed(PAGE + 1, page * PAGE)
    speaker = ask.speaker
    shown = [_line(speaker, each, services) for each in found[:PAGE]]
    none = speaker.say("There are none.")
    return Reply(
        (bold(speaker.say("Questions without an answer")), lines(*shown) if shown else none),
        (_turning(page, more=len(found) > PAGE),),
    )


def _line(speaker: Speaker, asked: Asked, services: Services) -> Markup:
    """``3 × is there parking (en, 24 November)``"""
    day = speaker.day(asked.last.astimezone(services.zone).date())
    return Markup("<b>{}</b> × {} <i>({}, {})</i>").format(
        asked.times, asked.text, asked.language, day
    )


def _turning(page: int, *, more: bool) -> Row:
    back = (button("⬅️", "u", page - 1),) if page else ()
    on = (button("➡️", "u", page + 1),) if more else ()
    return (*back, *on)


ROUTES = (
    Command("questions", unanswered, N_("Questions without an answer"), staff="viewer"),
    Pressed("u", unanswered, staff="viewer"),
)
