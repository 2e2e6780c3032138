"""PTB's Application and callback context, typed and carrying the services of the process."""

from typing import Any

from telegram.ext import Application, CallbackContext, ContextTypes, ExtBot, JobQueue

from handlers.ask import Services
from handlers.routing import Routes

NoData = dict[Any, Any]
"""Nothing is kept in PTB's own memory: state is in the store or in the button."""


class CityDays(Application[ExtBot[None], "Context", NoData, NoData, NoData, JobQueue["Context"]]):
    """The Application with what its callbacks need."""

    __slots__ = ("routes", "services")

    def __init__(self, services: Services, routes: Routes, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.services = services
        self.routes = routes


class Context(CallbackContext[ExtBot[None], NoData, NoData, NoData]):
    """What PTB hands to a callback of the edge."""

    @property
    def services(self) -> Services:
        return self._city_days.services

    @property
    def routes(self) -> Routes:
        return self._city_days.routes

    @property
    def _city_days(self) -> CityDays:
        if not isinstance(self.application, CityDays):
            raise TypeError("the edge works only in the application that bot.app builds")
        return self.application


CONTEXT_TYPES = ContextTypes(context=Context)
