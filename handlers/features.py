"""All that is offered, in the order of the menu: one line a feature."""

from collections.abc import Mapping

from handlers import (
    announcements,
    approvals,
    campaigns,
    changes,
    confirming,
    days,
    drafts,
    history,
    inline,
    language,
    privacy,
    programme,
    questions,
    reminders,
    settings,
    staff,
    start,
    stats,
    subscriptions,
    unanswered,
)
from handlers.notices import Words
from handlers.routing import table

ROUTES = table(
    (
        *programme.ROUTES,
        *history.ROUTES,
        *days.ROUTES,
        *subscriptions.ROUTES,
        *reminders.ROUTES,
        *settings.ROUTES,
        *language.ROUTES,
        *start.ROUTES,
        *privacy.ROUTES,
        *drafts.ROUTES,
        *confirming.ROUTES,
        *campaigns.ROUTES,
        *staff.ROUTES,
        *stats.ROUTES,
        *questions.ROUTES,
        *inline.ROUTES,
        *unanswered.ROUTES,
    )
)

WORDS: Mapping[str, Words] = {
    "reminder": reminders.remind,
    "change": changes.tell,
    "announcement": announcements.announce,
    "correction": announcements.correct,
    "recall": announcements.recall,
    "approval": approvals.tell,
}
"""How each kind of message that nobody asked for is worded when it leaves."""

OFFERS = tuple(
    (each.name, each.about) for each in ROUTES.commands if each.listed and not each.staff
)
"""The commands of the menu in private chats: name and what it does."""

STAFF_OFFERS = tuple(
    (each.name, each.about, each.staff) for each in ROUTES.commands if each.listed and each.staff
)
"""Only for those who run the bot: with the least role that may give the command."""

GROUP_OFFERS = tuple((each.name, each.about) for each in ROUTES.commands if each.group)
"""The short menu of groups."""
