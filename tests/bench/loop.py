"""What bulk sending is compared with: python-telegram-bot as it comes, one after another."""

import asyncio
import sys

from telegram import Bot
from telegram.error import TelegramError

from tests.bench import TOKEN
from tests.bench.sending import FIRST, TEXT


async def main(base: str, many: int) -> None:
    async with Bot(TOKEN, base_url=f"{base}/bot") as bot:
        for chat in range(FIRST, FIRST + many):
            try:
                await bot.send_message(chat, TEXT)
            except TelegramError as error:
                print(error, file=sys.stderr)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
