"""All that is offered, in the order of the menu: one line a feature."""

from handlers import days, history, language, privacy, programme, questions, start
from handlers.routing import table

ROUTES = table(
    (
        *programme.ROUTES,
        *history.ROUTES,
        *days.ROUTES,
        *language.ROUTES,
        *start.ROUTES,
        *privacy.ROUTES,
        *questions.ROUTES,
    )
)

OFFERS = tuple((each.name, each.about) for each in ROUTES.commands if each.listed)
"""The commands of the menu in private chats: name and what it does."""

GROUP_OFFERS = tuple((each.name, each.about) for each in ROUTES.commands if each.group)
"""The short menu of groups."""
