"""What goes wrong while answering: the traceback to the log, one apology to the person."""

import logging

from telegram import Update
from telegram.error import BadRequest, TelegramError

from handlers.asking import thread_of, to_thread
from handlers.context import Context
from handlers.reply import Reply
from handlers.sending import call, send
from locales import guess

log = logging.getLogger(__name__)


async def on_error(update: object, context: Context) -> None:
    """The error handler of the application."""
    number = update.update_id if isinstance(update, Update) else None
    if isinstance(context.error, TelegramError) and not _is_ours(context.error):
        # blocked, say, or out of reach: an apology would fare no better
        log.warning("update %s: Telegram did not take the answer: %s", number, context.error)
        return
    log.error("update %s could not be answered", number, exc_info=context.error)
    if not isinstance(update, Update) or update.effective_chat is None:
        return
    try:
        if update.callback_query is not None:  # else its button spins until Telegram gives up
            await call(
                context.bot, "answerCallbackQuery", callback_query_id=update.callback_query.id
            )
        thread = to_thread(thread_of(update.effective_message))
        apology = await _apology(update, context)
        await send(context.bot, update.effective_chat.id, apology, **thread)
    except TelegramError as error:
        log.warning("update %s: the apology was not delivered: %s", number, error)


def _is_ours(error: TelegramError) -> bool:
    """Telegram could not read what we sent; anything else is no fault of the answer."""
    return isinstance(error, BadRequest) and "not found" not in error.message.lower()


async def _apology(update: Update, context: Context) -> Reply:
    services = context.services
    chat, user = update.effective_chat, update.effective_user
    language = guess(user.language_code if user else None, services.speakers)
    try:
        language = (chat and await services.chats.language(chat.id)) or language
    except Exception:  # the store may be what is broken; the apology goes out all the same
        log.exception("the language of the chat could not be read")
    speaker = services.speakers.get(language, services.speakers[guess(None, services.speakers)])
    return Reply((speaker.say("Sorry, something went wrong. Please try again a little later."),))
