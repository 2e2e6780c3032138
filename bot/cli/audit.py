"""``python -m bot audit``: what those who run the bot have done, the oldest first."""

import csv
import json
import sys
from typing import Literal

from bot.cli.stored import with_store
from data.model.staff import COLUMNS
from data.store import Store
from handlers.sheets import harmless

Form = Literal["text", "json", "csv"]


async def audit(url: str, form: Form) -> int:
    """``json`` is an object a line."""

    async def work(store: Store) -> None:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        if form == "csv":
            writer.writerow(COLUMNS)
        async for deed in store.desk.deeds():
            match form:
                case "csv":
                    writer.writerow([harmless(cell) for cell in deed.cells()])
                case "json":
                    told = {**dict(zip(COLUMNS, deed.cells(), strict=True)), "actor": deed.actor}
                    print(json.dumps({**told, "details": deed.details}, ensure_ascii=False))
                case _:
                    print("  ".join(deed.cells()))

    return await with_store(url, work)
