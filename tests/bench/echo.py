"""What we are compared with: python-telegram-bot as it comes, saying back what it is told."""

import argparse
from typing import Any

from telegram import Update
from telegram.ext import ApplicationBuilder, MessageHandler, filters

from tests.bench import TOKEN


async def echo(update: Update, _: Any) -> None:
    if update.message and update.message.text:
        await update.message.reply_text(update.message.text)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("base")
    options.add_argument("--webhook", type=int, help="the port to listen on; polls without it")
    options.add_argument("--concurrent", type=int, default=0)
    given = options.parse_args()
    builder = ApplicationBuilder().token(TOKEN).base_url(f"{given.base}/bot")
    application = builder.concurrent_updates(given.concurrent or False).build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    if given.webhook:
        url = f"http://127.0.0.1:{given.webhook}/hook"
        application.run_webhook("127.0.0.1", given.webhook, "hook", webhook_url=url)
    else:
        application.run_polling()


if __name__ == "__main__":
    main()
