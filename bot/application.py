"""PTB's Application, which carries our services and talks by our wire."""

from telegram.ext import ApplicationBuilder

from bot.intake import ChatOrder
from bot.settings import Settings
from bot.wire import Wire
from handlers import edge
from handlers.ask import Services
from handlers.context import CONTEXT_TYPES, CityDays
from handlers.errors import on_error
from handlers.features import ROUTES
from handlers.pacing import Pace


def application(settings: Settings, services: Services, pace: Pace) -> CityDays:
    """``pace``: answers count like what nobody asked for, which yields to them."""
    builder = (
        ApplicationBuilder()
        .application_class(CityDays, {"services": services, "routes": ROUTES})
        .token(settings.bot_token.get_secret_value())
        .base_url(f"{settings.bot_api_url}/bot")
        .base_file_url(f"{settings.bot_api_url}/file/bot")
        .request(Wire(pace=pace))
        .get_updates_request(Wire(connections=2))
        .context_types(CONTEXT_TYPES)
        .concurrent_updates(ChatOrder())
        .job_queue(None)
        .updater(None)
    )
    application = builder.build()
    assert isinstance(application, CityDays)  # noqa: S101 - the builder was given this class
    edge.attach(application)
    application.add_error_handler(on_error)
    return application
