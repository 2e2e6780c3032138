"""What answering and sending share, made of a store and the settings."""

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import locales
from bot.pictures import Painter
from bot.settings import Settings
from data.crew import Crew
from data.planner import Planner
from data.remembered import RememberedChats
from data.shelf import Shelf
from data.store import Store
from data.tally import Tally
from data.topics import RecentTopics
from data.unanswered import UnansweredLog
from handlers.ask import Services
from handlers.features import GROUP_OFFERS, OFFERS, STAFF_OFFERS

SPEAKERS = locales.load()


def services(
    settings: Settings, store: Store, shelf: Shelf, now: Callable[[], dt.datetime]
) -> Services:
    topics, zone = RecentTopics(store.topics), ZoneInfo(settings.time_zone)
    return Services(
        shelf=shelf,
        chats=RememberedChats(store.chats, topics),
        topics=topics,
        unanswered=UnansweredLog(store.unanswered),
        tally=Tally(store.census, lambda: now().astimezone(zone).date()),
        subscriptions=store.subscriptions,
        mailings=store.mailings,
        planner=Planner(store.alarms, store.mailings, shelf, zone),
        desk=store.desk,
        staff=Crew(frozenset(settings.admin_ids), store.desk),
        picture=Painter().picture,
        speakers=SPEAKERS,
        now=now,
        zone=zone,
        offers=OFFERS,
        staff_offers=STAFF_OFFERS,
        group_offers=GROUP_OFFERS,
        rate=settings.send_rate,
        approval=settings.two_person_approval,
    )
